"""Parts of complex numbers: tf.complex, tf.math.real, tf.math.angle, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import COMPLEX, FLOATS
from tfcompat._src.naming import public
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("complex")
_MADE = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}


@public("tfcompat")
def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Complex numbers of their parts, both float32 or both float64. Raises TypeError otherwise."""
    x, y = to_tensor(real), to_tensor(imag)
    made = _MADE.get(x._dtype)
    if made is None or x._dtype is not y._dtype:
        raise TypeError(
            f"complex: received {x._dtype.name} and {y._dtype.name}; expected float32 twice or "
            "float64 twice"
        )
    try:
        return dispatch.execute2(kernels.complex, x, y, made)
    except Exception:
        # Only a failure pays for the check, as in every op of two inputs.
        broadcast_shapes(tuple(x._shape), tuple(y._shape), "Complex")
        raise


@public("tfcompat.math")
def real(input: Any, name: str | None = None) -> Tensor:
    """The real part, element-wise. Raises TypeError for what is not a number."""
    x = to_tensor(input)
    if x._dtype in COMPLEX:
        return dispatch.execute1(kernels.real, x, x._dtype.real_dtype)
    if not x._dtype.is_numeric:
        raise TypeError(f"real: received a tensor of {x._dtype!r}; expected numbers")
    return x


@public("tfcompat.math")
def imag(input: Any, name: str | None = None) -> Tensor:
    """The imaginary part, element-wise; zeros for real numbers."""
    x = to_tensor(input)
    if x._dtype in COMPLEX:
        return dispatch.execute1(kernels.imag, x, x._dtype.real_dtype)
    return dispatch.execute_constant(kernels.zeros_like, (x,), (), x._dtype)


@public("tfcompat.math")
def conj(x: Any, name: str | None = None) -> Tensor:
    """The conjugate, element-wise. Raises TypeError for what is not a number."""
    value = to_tensor(x)
    if value._dtype in COMPLEX:
        return dispatch.execute1(kernels.conj, value, value._dtype)
    if not value._dtype.is_numeric:
        raise TypeError(f"conj: received a tensor of {value._dtype!r}; expected numbers")
    return value


@public("tfcompat.math")
def angle(input: Any, name: str | None = None) -> Tensor:
    """The argument of a complex number, element-wise; 0 or pi for real numbers.

    Raises TypeError for integers and bool.
    """
    x = to_tensor(input)
    if x._dtype in COMPLEX:
        return dispatch.execute1(kernels.angle, x, x._dtype.real_dtype)
    if x._dtype not in FLOATS:
        raise TypeError(f"angle: received a tensor of {x._dtype!r}; expected floats or complex")
    return dispatch.execute_constant(kernels.angle_of_real, (x,), (), x._dtype)
