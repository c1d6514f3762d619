"""Bits of integers: tf.bitwise."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.dtypes import INTEGERS
from tfcompat._src.naming import public
from tfcompat._src.ops.common import comparison, unary_constant
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("bitwise")


def _binary(kernel: Any, x: Any, y: Any, op: str) -> Tensor:
    # Bits have no derivative, so a tape need not see them.
    return comparison(kernel, x, y, op, INTEGERS, None)


@public("tfcompat.bitwise")
def bitwise_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that both x and y have, element-wise."""
    return _binary(kernels.bitwise_and, x, y, "BitwiseAnd")


@public("tfcompat.bitwise")
def bitwise_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that x or y has, element-wise."""
    return _binary(kernels.bitwise_or, x, y, "BitwiseOr")


@public("tfcompat.bitwise")
def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that exactly one of x and y has, element-wise."""
    return _binary(kernels.bitwise_xor, x, y, "BitwiseXor")


@public("tfcompat.bitwise")
def invert(x: Any, name: str | None = None) -> Tensor:
    """The bits that x has not, element-wise."""
    return unary_constant(kernels.invert, x, "Invert", INTEGERS)


@public("tfcompat.bitwise")
def left_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of x moved y places up; y is held between 0 and the number of bits less one."""
    return _binary(kernels.left_shift, x, y, "LeftShift")


@public("tfcompat.bitwise")
def right_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of x moved y places down, the sign filling up; y is held as in left_shift."""
    return _binary(kernels.right_shift, x, y, "RightShift")
