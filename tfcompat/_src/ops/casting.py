"""Changing the type of elements: tf.cast, tf.saturate_cast, tf.bitcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, not_found, unimplemented
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("casting")
math = dispatch.family("math")

_BITS = dtypes.NUMERIC | dtypes.QUANTIZED_DTYPES


@public("tfcompat")
def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x` with elements of another type; a tensor of that type already is returned as it is.

    Floats lose their fraction as integers, integers wrap, complex numbers lose their imaginary
    part. NaN, infinities and floats that an integer cannot hold give what the processor gives.

    Raises:
      UnimplementedError: to or from strings, and between narrow types and others than TensorFlow's:
        float8_e5m2 and float8_e4m3fn come from floats, int4 and uint4 from integers.
    """
    wanted = dtype if dtype.__class__ is DType else as_dtype(dtype)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, wanted), x.indices, x.dense_shape)
    if not isinstance(x, Tensor):
        if hasattr(x, "_mapped"):
            return x._mapped("Cast", lambda values: cast(values, wanted))
        x = to_tensor(x)
    have = x._dtype
    if have is wanted:
        return x
    if wanted not in dtypes.NUMERIC_OR_BOOL or x.__class__ is HostTensor:
        return _cast_on_host(x, wanted)
    return dispatch.execute(kernels.cast, (x,), (wanted,), wanted)


def _cast_on_host(x: Tensor, wanted: DType) -> Any:
    have = x._dtype
    if have in dtypes.PLAIN:
        return cast(from_numpy(x._numpy(), dtypes.PLAIN[have]), wanted)
    if wanted in dtypes.PLAIN and have is not dtypes.string:
        return from_numpy(cast(x, dtypes.PLAIN[wanted])._numpy(), wanted)
    array = x._numpy()
    if wanted in dtypes.NARROW_FLOATS and have in dtypes.FLOATS | dtypes.NARROW_FLOATS:
        with np.errstate(over="ignore"):
            return from_numpy(array.astype(wanted.as_numpy_dtype), wanted)
    if have in dtypes.NARROW_FLOATS and wanted in dtypes.NUMERIC_OR_BOOL:
        return cast(from_numpy(array.astype(np.float32), dtypes.float32), wanted)
    whole = dtypes.INTEGERS | dtypes.NARROW_INTEGERS
    if dtypes.NARROW_INTEGERS & {have, wanted} and {have, wanted} <= whole:
        return from_numpy(array.astype(np.int64).astype(wanted.as_numpy_dtype), wanted)
    raise _no_cast(have, wanted)


def _no_cast(have: DType, wanted: DType) -> Exception:
    return unimplemented("cast", f"Cast {have.name} to {wanted.name} is not supported")


@public("tfcompat")
def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`cast`, but what is out of the new type's range becomes its smallest or largest value.

    Raises TypeError for a type without such values, NotFoundError for tensors of uint32 and uint64.
    """
    x = to_tensor(value)
    wanted = as_dtype(dtype)
    for which in (x._dtype, wanted):
        if which not in dtypes.NUMERIC:
            raise TypeError(
                f"saturate_cast: received {which.name}, which has no smallest and largest value"
            )
    if x._dtype in (dtypes.uint32, dtypes.uint64):
        raise not_found("saturate_cast", f"there is no kernel for {x._dtype.name}")
    if wanted.is_complex:
        return _saturate_parts(x) if x._dtype.size > wanted.size else cast(x, wanted)
    if x._dtype.is_complex:
        x = cast(x, x._dtype.real_dtype)
    elif x._dtype is dtypes.uint16:
        # Not every backend compares these.
        x = cast(x, dtypes.int32)
    have = x._dtype
    low, high = _limits_within(have, wanted)
    if low is not None:
        x = dispatch.execute2(math.maximum, x, operand(low, have), have)
    if high is not None:
        x = dispatch.execute2(math.minimum, x, operand(high, have), have)
    return cast(x, wanted)


def _saturate_parts(x: Tensor) -> Any:
    from tfcompat._src.ops.complex import complex, imag, real

    single = dtypes.float32
    return complex(saturate_cast(real(x), single), saturate_cast(imag(x), single))


def _limits_within(have: DType, wanted: DType) -> tuple[Any, Any]:
    """Bounds to clip to before the cast; None where every value fits."""
    low, high = _range(wanted)
    least, most = _range(have)
    if not have.is_floating:
        return (int(low) if least < low else None), (int(high) if most > high else None)
    if wanted.is_floating and least >= low and most <= high:
        return None, None
    # Infinities fit no integer.
    return _toward_zero(max(low, least), have), _toward_zero(min(high, most), have)


def _range(dtype: DType) -> tuple[float, float]:
    """The smallest and largest value, as exact Python numbers."""
    number = int if dtype.is_integer else float
    return number(dtype.min), number(dtype.max)


def _toward_zero(limit: float, have: DType) -> float:
    """The float of a type that is nearest to a limit and not beyond it."""
    native = have.as_numpy_dtype
    rounded = native(float(limit))
    if abs(float(rounded)) > abs(limit):
        rounded = np.nextafter(rounded, native(0))
    return float(rounded)


@public("tfcompat")
def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The same bytes read as another type; not differentiable.

    Smaller elements give another, last axis; larger ones take the last axis, which must have
    just the size for one.

    Raises InvalidArgumentError for types that are not numeric and for another last axis.
    """
    x = to_tensor(input)
    wanted = as_dtype(type)
    check_dtype("Bitcast", x, _BITS)
    if wanted not in _BITS:
        raise invalid_argument("Bitcast", f"received type={wanted.name}; expected a numeric one")
    if x._dtype in dtypes.PLAIN:
        return bitcast(from_numpy(x._numpy(), dtypes.PLAIN[x._dtype]), wanted)
    if wanted in dtypes.PLAIN:
        return from_numpy(bitcast(x, dtypes.PLAIN[wanted])._numpy(), wanted)
    shape = tuple(x._shape)
    have_size, want_size = x._dtype.size, wanted.size
    if want_size < have_size:
        shape += (have_size // want_size,)
    elif want_size > have_size:
        if not shape or shape[-1] != want_size // have_size:
            raise invalid_argument(
                "Bitcast",
                f"cannot bitcast from {x._dtype.name} to {wanted.name}: received the shape "
                f"{list(shape)}; expected a last axis of {want_size // have_size}",
            )
        shape = shape[:-1]
    return dispatch.execute_constant(kernels.bitcast, (x,), (wanted, shape), wanted)
