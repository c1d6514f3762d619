"""Gives tensors and variables Python's operators, each one call away from its op."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfcompat._src import dtypes, indexing
from tfcompat._src.convert import operand, operands, to_tensor
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.ops import bitwise, comparisons, division, linalg, math, sparse
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import mismatch
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.variable import Variable

Binary = Callable[[Any, Any], Tensor]


# ------------------------------------------------------------- where an operator is not just an op
def _multiply(x: Any, y: Any) -> Any:
    try:
        return math.multiply(x, y)
    except (InvalidArgumentError, TypeError):
        truth: Any = x if isinstance(x, TensorBase) else y
        if truth.dtype is not dtypes.bool_:
            raise
    except ValueError:
        if not isinstance(y, SparseTensor):
            raise
        if x.dtype is not y.dtype:
            raise mismatch("SparseDenseCwiseMul", x, y._values) from None
        return sparse.multiply(y, x)
    # Only the operator multiplies truth values, and on its left a number is none.
    if not isinstance(x, TensorBase):
        x = operand(x, dtypes.bool_)
    return comparisons.logical_and(cast(x, dtypes.bool_), cast(y, dtypes.bool_))


def _bits_or_logic(logic: Binary, bits: Binary) -> Binary:
    def op(x: Any, y: Any) -> Tensor:
        x, y = operands(x, y)
        return logic(x, y) if x._dtype is dtypes.bool_ else bits(x, y)

    return op


def _invert(x: Any) -> Tensor:
    x = to_tensor(x)
    return comparisons.logical_not(x) if x._dtype is dtypes.bool_ else bitwise.invert(x)


def _do_not_broadcast(x: Any, y: Any) -> bool:
    x, y = operands(x, y)
    if x._dtype is y._dtype:
        try:
            broadcast_shapes(tuple(x._shape), tuple(y._shape), "Equal")
        except InvalidArgumentError:
            return True
    return False


def _equal(self: Any, other: Any) -> Any:
    if other is None and isinstance(self, Tensor):
        return False
    try:
        return comparisons.equal(self, other)
    except InvalidArgumentError:
        # Tensors whose shapes do not fit are unequal as a whole.
        if _do_not_broadcast(self, other):
            return to_tensor(False)
        raise


def _not_equal(self: Any, other: Any) -> Any:
    if other is None and isinstance(self, Tensor):
        return True
    try:
        return comparisons.not_equal(self, other)
    except InvalidArgumentError:
        if _do_not_broadcast(self, other):
            return to_tensor(True)
        raise


# ------------------------------------------------------------------------------------- installing
def _forward(op: Binary, reflected: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        try:
            return op(self, other)
        except (TypeError, ValueError):
            # Python then asks the other operand, if it is of a class that answers.
            if not isinstance(other, TensorBase) and _defines(other, reflected):
                return NotImplemented
            raise

    return operator


def _reflected(op: Binary) -> Callable[[Any, Any], Any]:
    if op in (math.add, linalg.matmul):
        # These read their first operand by itself; as an operator's it takes the tensor's dtype.
        return lambda self, other: op(*operands(other, self))

    def operator(self: Any, other: Any) -> Any:
        return op(other, self)

    return operator


_PLAIN = (int, float, complex, str, bytes, list, tuple, dict, set)


def _defines(other: Any, method: str) -> bool:
    plain = isinstance(other, _PLAIN) and not isinstance(other, np.generic)
    return not plain and hasattr(type(other), method)


BINARY: dict[str, Binary] = {
    "add": math.add,
    "sub": math.subtract,
    "mul": _multiply,
    "truediv": division.truediv,
    "floordiv": division.floordiv,
    "mod": division.floormod,
    "pow": math.pow,
    "matmul": linalg.matmul,
    "and": _bits_or_logic(comparisons.logical_and, bitwise.bitwise_and),
    "or": _bits_or_logic(comparisons.logical_or, bitwise.bitwise_or),
    "xor": _bits_or_logic(comparisons.logical_xor, bitwise.bitwise_xor),
}
# Python itself reflects comparisons: 3 < tensor asks tensor > 3.
OTHERS: dict[str, Callable[..., Any]] = {
    "lt": comparisons.less,
    "le": comparisons.less_equal,
    "gt": comparisons.greater,
    "ge": comparisons.greater_equal,
    "eq": _equal,
    "ne": _not_equal,
    "neg": math.negative,
    "abs": math.abs,
    "invert": _invert,
}


def install_operators(
    binary: Mapping[str, Binary], others: Mapping[str, Callable[..., Any]]
) -> None:
    """Sets the operators of tensors and variables: those that Python reflects, and the others."""
    for name, op in binary.items():
        setattr(TensorBase, f"__{name}__", _forward(op, f"__r{name}__"))
        setattr(TensorBase, f"__r{name}__", _reflected(op))
    for name, function in others.items():
        setattr(TensorBase, f"__{name}__", function)


def install() -> None:
    """Called once, when `tfcompat` is imported."""
    install_operators(BINARY, OTHERS)
    Tensor.__getitem__ = indexing.getitem  # type: ignore[method-assign]
    Variable.__getitem__ = indexing.variable_part  # type: ignore[method-assign]


__all__ = ["Tensor", "Variable", "install"]
