"""Division and its remainders: tf.divide, tf.math.floordiv, tf.math.divide_no_nan, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands
from tfcompat._src.dtypes import FLOAT_OR_COMPLEX, FLOATS, NUMERIC, REAL, DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import (
    binary,
    comparison,
    concrete,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("math")
array = dispatch.family("array")

_DIVISIBLE = NUMERIC


# What an integer becomes before it is divided.
_QUOTIENT = {d: dtypes.float32 if d.size < 4 else dtypes.float64 for d in dtypes.INTEGERS}


def _quotients(x: Tensor, y: Tensor, op: str) -> tuple[Tensor, Tensor]:
    """Operands of a true division: integers as floats. TypeError for what has no quotient."""
    dtype = x._dtype
    if dtype is not y._dtype:
        raise TypeError(
            f"{op}: `x` and `y` must have the same dtype, got {dtype!r} != {y._dtype!r}."
        )
    if dtype.is_integer:
        wide = _QUOTIENT[dtype]
        x = dispatch.execute_constant(array.cast, (x,), (wide,), wide)
        y = dispatch.execute_constant(array.cast, (y,), (wide,), wide)
    elif not dtype.is_inexact:
        names = ", ".join(sorted(d.name for d in _DIVISIBLE))
        raise TypeError(f"{op}: received {dtype!r}; expected one of {names}")
    return x, y


@public("tfcompat.math")
def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, element-wise; integers divide as floats, 32 bits and more as float64.

    Raises TypeError for bool, strings and operands of two dtypes.
    """
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    if not (x._dtype.is_inexact and x._dtype is y._dtype):
        x, y = _quotients(x, y, "truediv")
    return binary(kernels.divide, x, y, "RealDiv", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y by Python's rules, element-wise."""
    if isinstance(x, SparseTensor):
        return x / y
    return truediv(x, y)


@public("tfcompat")
def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, element-wise, for floats and complex numbers only."""
    return binary(kernels.divide, x, y, "RealDiv", FLOAT_OR_COMPLEX)


def _check_divisor(x: Any, y: Any, op: str) -> None:
    """Raises InvalidArgumentError for a zero among integer divisors, where that costs no wait."""
    found = concrete(y)
    if found is not None and not found.all() and 0 not in x._shape:
        raise invalid_argument(op, "Integer division by zero; every divisor must be non-zero")


def _integer_safe(
    kernel: Any, x: Any, y: Any, op: str, accepted: frozenset[DType], *, constant: bool = False
) -> Tensor:
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    if y._dtype.is_integer and x._dtype is y._dtype:
        _check_divisor(x, y, op)
    if constant:
        return comparison(kernel, x, y, op, accepted, x._dtype)
    return binary(kernel, x, y, op, accepted)


@public("tfcompat.math")
def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x // y, element-wise, rounded towards minus infinity; it has no gradient.

    Raises InvalidArgumentError where an integer is divided by zero.
    """
    return _integer_safe(kernels.floordiv, x, y, "FloorDiv", REAL, constant=True)


@public("tfcompat.math")
def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of floordiv, element-wise; it has the sign of y.

    Raises InvalidArgumentError where an integer is divided by zero.
    """
    return _integer_safe(kernels.floormod, x, y, "FloorMod", REAL)


mod = floormod


@public("tfcompat")
def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The quotient rounded towards zero, element-wise; it has no gradient."""
    return _integer_safe(kernels.truncatediv, x, y, "TruncateDiv", REAL, constant=True)


@public("tfcompat")
def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of truncatediv, element-wise; it has the sign of x."""
    return _integer_safe(kernels.truncatemod, x, y, "TruncateMod", _TRUNCATE_MOD, constant=True)


_TRUNCATE_MOD = FLOATS | dtypes.INDEX


@public("tfcompat.math")
def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where y is 0, element-wise; its gradient is 0 there too."""
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    if not (x._dtype.is_inexact and x._dtype is y._dtype):
        x, y = _quotients(x, y, "tf.math.divide_no_nan")
    return binary(kernels.divide_no_nan, x, y, "DivNoNan", FLOAT_OR_COMPLEX)
