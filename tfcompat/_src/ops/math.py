"""Element-wise arithmetic, comparison and logic: tf.add, tf.equal, tf.logical_and, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.dtypes import FLOAT_OR_COMPLEX, FLOATS, NUMERIC, REAL, DType
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops.common import (
    binary,
    check_dtype,
    concrete,
    mismatch,
    static_ints,
    unary,
    unary_constant,
    wrong_dtype,
)
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor, TensorBase

kernels = dispatch.family("math")
array = dispatch.family("array")

SIGNED: frozenset[DType] = NUMERIC - dtypes.UNSIGNED_INTEGERS


# ------------------------------------------------------------------------------------ arithmetic
def _strings(x: Any, y: Any) -> tuple[Any, Any] | None:
    """The two operands as NumPy arrays if both are strings, or quantized numbers of one type."""
    x, y = operands(x, y)
    if isinstance(x, HostTensor) and isinstance(y, HostTensor) and x._dtype is y._dtype:
        return x._array, y._array
    return None


@public("tfcompat.math")
def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y, element-wise; for strings their concatenation.

    An `x` that is no tensor has its own dtype, whatever that of `y` is.
    """
    if not isinstance(x, Tensor):
        x = to_tensor(x)
    try:
        return binary(kernels.add, x, y, "AddV2", NUMERIC)
    except InvalidArgumentError:
        texts = _strings(x, y)
        if texts is None or texts[0].dtype != object:
            raise
    except TypeError as error:
        # A number that x's dtype cannot hold: addition alone calls that a mismatch.
        if isinstance(y, Tensor) or "out of scope" in str(error):
            raise
        raise mismatch("AddV2", to_tensor(x), to_tensor(y)) from None
    broadcast_shapes(texts[0].shape, texts[1].shape, "AddV2")
    return HostTensor(np.asarray(texts[0] + texts[1], object))


@public("tfcompat.math")
def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x - y, element-wise."""
    return binary(kernels.subtract, x, y, "Sub", NUMERIC)


@public("tfcompat.math")
def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, element-wise."""
    return binary(kernels.multiply, x, y, "Mul", NUMERIC)


@public("tfcompat.math")
def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, and 0 where y is 0 whatever x is, element-wise."""
    return binary(kernels.multiply_no_nan, x, y, "MulNoNan", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where x is 0, element-wise."""
    return binary(kernels.xdivy, x, y, "Xdivy", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * log(y), and 0 where x is 0, element-wise."""
    return binary(kernels.xlogy, x, y, "Xlogy", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def xlog1py(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * log1p(y), and 0 where x is 0, element-wise."""
    return binary(kernels.xlog1py, x, y, "Xlog1py", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def negative(x: Any, name: str | None = None) -> Tensor:
    """-x, element-wise."""
    return unary(kernels.negative, x, "Neg", SIGNED)


@public("tfcompat.math")
def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value, element-wise; real for complex numbers."""
    if not isinstance(x, Tensor):
        if hasattr(x, "_mapped"):
            return x._mapped("Abs", abs)
        x = to_tensor(x)
    dtype = x._dtype
    if dtype not in SIGNED:
        raise wrong_dtype("Abs", dtype, SIGNED)
    return dispatch.execute1(kernels.abs, x, dtype.real_dtype)


@public("tfcompat.math")
def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1 by the sign of x, x / |x| for complex numbers; its gradient is zero."""
    return unary(kernels.sign, x, "Sign", SIGNED)


@public("tfcompat.math")
def square(x: Any, name: str | None = None) -> Tensor:
    """x * x, element-wise."""
    return unary(kernels.square, x, "Square", NUMERIC)


_POWER_DTYPES: frozenset[DType] = SIGNED


@public("tfcompat.math")
def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x to the power of y, element-wise.

    Raises InvalidArgumentError for a negative power of an integer.
    """
    python_type = y.__class__
    if python_type is int or python_type is float:
        x = to_tensor(x)
        # The exponents that have a cheaper op with the same values and derivatives.
        dtype = x._dtype
        if dtype in _POWER_DTYPES and (python_type is int or not dtype.is_integer):
            if y == 2:
                return dispatch.execute1(kernels.square, x, dtype)
            if y == 3:
                return dispatch.execute1(kernels.cube, x, dtype)
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    if y._dtype.is_integer and x._dtype is y._dtype:
        found = concrete(y)
        if found is not None and (found < 0).any() and 0 not in x._shape:
            raise invalid_argument("Pow", "Integers to negative integer powers are not allowed")
    return binary(kernels.pow, x, y, "Pow", _POWER_DTYPES)


@public("tfcompat.math")
def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of x and y, element-wise; where equal, the gradient goes to x alone."""
    return binary(kernels.maximum, x, y, "Maximum", REAL)


@public("tfcompat.math")
def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of x and y, element-wise; where equal, the gradient goes to x alone."""
    return binary(kernels.minimum, x, y, "Minimum", REAL)


_SQUARED_DIFFERENCE = FLOAT_OR_COMPLEX | dtypes.INDEX


@public("tfcompat.math")
def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """(x - y) times its conjugate, element-wise."""
    return binary(kernels.squared_difference, x, y, "SquaredDifference", _SQUARED_DIFFERENCE)


@public("tfcompat.math")
def nextafter(x1: Any, x2: Any, name: str | None = None) -> Tensor:
    """The next representable number after x1 in the direction of x2, element-wise.

    Numbers that are no tensors are of float32, unless x1 is a NumPy array of float64.
    """
    if not (isinstance(x1, TensorBase) or isinstance(x2, TensorBase)):
        own = to_tensor(x1)
        x1 = own if own._dtype in _WIDE else to_tensor(x1, dtypes.float32)
    return binary(kernels.nextafter, x1, x2, "NextAfter", _WIDE)


_WIDE = frozenset({dtypes.float32, dtypes.float64})


@public("tfcompat.math")
def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of a list of tensors of one shape and dtype; IndexedSlices count as dense.

    Raises ValueError for an empty list.
    """
    tensors = [x if isinstance(x, Tensor) else to_tensor(x) for x in inputs]
    if not tensors:
        raise ValueError("add_n: received no tensors; expected at least one")
    first = tensors[0]
    check_dtype("AddN", first, NUMERIC)
    dtype, shape = first._dtype, first._shape
    for position, x in enumerate(tensors):
        if x._dtype is not dtype:
            raise mismatch("AddN", first, x, position)
        if x._shape != shape:
            raise invalid_argument(
                "AddN",
                f"received the shapes {tuple(shape)} and {tuple(x._shape)}; "
                "all inputs must have one shape",
            )
    if len(tensors) == 1:
        return first
    return dispatch.execute(kernels.add_n, tuple(tensors), (), first._dtype)


@public("tfcompat.math")
def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """The sum of a list of tensors, as add_n; `shape` and `tensor_dtype` are what all have.

    Raises ValueError for an empty list and for several shapes or dtypes, TypeError for another
    `tensor_dtype`.
    """
    if not inputs or not isinstance(inputs, (list, tuple)):
        raise ValueError(f"accumulate_n: received {inputs!r}; expected a non-empty list of tensors")
    tensors = [to_tensor(x) for x in inputs]
    shapes = {tuple(x._shape) for x in tensors}
    if shape is not None:
        shapes.add(static_ints(shape, "accumulate_n"))
    if len(shapes) > 1:
        raise ValueError(f"accumulate_n: received the shapes {sorted(shapes)}; expected one")
    if len({x._dtype for x in tensors}) > 1:
        names = ", ".join(x._dtype.name for x in tensors)
        raise ValueError(f"accumulate_n: received tensors of {names}; expected one dtype")
    total = add_n(tensors)
    if tensor_dtype is not None and total._dtype is not dtypes.as_dtype(tensor_dtype):
        raise TypeError(f"accumulate_n: received {tensor_dtype!r} for tensors of {total._dtype!r}")
    return total


@public("tfcompat.math")
def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """1 / x, and 0 where x is 0, element-wise."""
    return binary(kernels.divide_no_nan, 1, to_tensor(x), "DivNoNan", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """`x`, a tensor or IndexedSlices, times a single number.

    Raises ValueError where `scalar` has axes or another dtype than x.
    """
    values = x.values if isinstance(x, IndexedSlices) else to_tensor(x)
    factor = to_tensor(scalar, values._dtype)
    if factor._shape:
        raise ValueError(
            f"scalar_mul: The input scalar must be a 0-D value. Received shape {factor.shape}."
        )
    product = multiply(factor, values)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(product, x.indices, x.dense_shape)
    return product


@public("tfcompat.math")
def polyval(coeffs: Any, x: Any, name: str | None = None) -> Tensor:
    """The polynomial with the list of coefficients `coeffs`, the highest power first, at x.

    Raises ValueError where `coeffs` is not a list.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"polyval: received coeffs of {type(coeffs)}; expected a list")
    x = to_tensor(x)
    if not coeffs:
        return multiply(x, 0)
    total, *others = [operands(c, x)[0] for c in coeffs]
    for c in others:
        total = add(c, multiply(total, x))
    return total


# --------------------------------------------------------------------------------------- rounding
@public("tfcompat.math")
def floor(x: Any, name: str | None = None) -> Tensor:
    """The largest integer not above x, element-wise; it has no gradient."""
    return unary_constant(kernels.floor, x, "Floor", FLOATS)


@public("tfcompat.math")
def ceil(x: Any, name: str | None = None) -> Tensor:
    """The smallest integer not below x, element-wise; it has no gradient."""
    return unary_constant(kernels.ceil, x, "Ceil", FLOATS)


@public("tfcompat.math")
def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest integer, halves to the even one, element-wise; it has no gradient."""
    value = to_tensor(x)
    if value._dtype.is_integer:
        return value
    return unary_constant(kernels.round, value, "Round", FLOATS)


@public("tfcompat.math")
def rint(x: Any, name: str | None = None) -> Tensor:
    """The nearest integer, halves to the even one, element-wise; it has no gradient."""
    return unary_constant(kernels.round, x, "Rint", FLOATS)
