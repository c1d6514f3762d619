"""Element-wise arithmetic, comparison and logic: tf.add, tf.equal, tf.logical_and, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import convert_to_tensor, operands, to_tensor
from tfcompat._src.dtypes import BOOL, NUMERIC, REAL
from tfcompat._src.naming import public
from tfcompat._src.ops.common import binary, check_dtype, comparison, mismatch, unary
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("math")
array = dispatch.family("array")


# ------------------------------------------------------------------------------------ arithmetic
@public("tfcompat.math")
def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y, element-wise; for strings their concatenation."""
    return binary(kernels.add, x, y, "AddV2", NUMERIC)


@public("tfcompat.math")
def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x - y, element-wise."""
    return binary(kernels.subtract, x, y, "Sub", NUMERIC)


@public("tfcompat.math")
def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, element-wise."""
    return binary(kernels.multiply, x, y, "Mul", NUMERIC | BOOL)


@public("tfcompat.math")
def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, element-wise; integers divide as floats, 32 bits and more as float64."""
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    if x._dtype.is_integer:
        if x._dtype is not y._dtype:
            raise mismatch("RealDiv", x, y)
        wide = dtypes.float32 if x._dtype.size < 4 else dtypes.float64
        x = dispatch.execute_constant(array.cast, (x,), (wide,), wide)
        y = dispatch.execute_constant(array.cast, (y,), (wide,), wide)
    return binary(kernels.divide, x, y, "RealDiv", dtypes.FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y by Python's rules, element-wise."""
    return truediv(x, y)


@public("tfcompat.math")
def negative(x: Any, name: str | None = None) -> Tensor:
    """-x, element-wise."""
    return unary(kernels.negative, x, "Neg", NUMERIC - dtypes.UNSIGNED_INTEGERS)


@public("tfcompat.math")
def square(x: Any, name: str | None = None) -> Tensor:
    """x * x, element-wise."""
    return unary(kernels.square, x, "Square", NUMERIC)


@public("tfcompat.math")
def pow(x: Any, y: Any, name: str | None = None) -> Tensor:  # noqa: A001
    """x to the power of y, element-wise."""
    return binary(kernels.pow, x, y, "Pow", NUMERIC)


@public("tfcompat.math")
def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of x and y, element-wise; where equal, the gradient goes to x alone."""
    return binary(kernels.maximum, x, y, "Maximum", REAL)


@public("tfcompat.math")
def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of x and y, element-wise; where equal, the gradient goes to x alone."""
    return binary(kernels.minimum, x, y, "Minimum", REAL)


# ------------------------------------------------------------------------------------ comparison
@public("tfcompat.math")
def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x < y, element-wise."""
    return comparison(kernels.less, x, y, "Less", REAL)


@public("tfcompat.math")
def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x > y, element-wise."""
    return comparison(kernels.greater, x, y, "Greater", REAL)
