"""Python's operators for ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.ops import bitwise, comparisons, division, math
from tfcompat._src.ragged.elementwise import binary, unary
from tfcompat._src.ragged.tensor import RaggedTensor

_Op = Callable[..., Any]


def _truth_or_bits(truth: _Op, bits: _Op) -> _Op:
    def op(x: Any, y: Any) -> Any:
        ragged = x if isinstance(x, RaggedTensor) else y
        return binary(truth if ragged.dtype is dtypes.bool_ else bits, x, y)

    return op


def _of(function: _Op) -> _Op:
    return lambda x, y: binary(function, x, y)


_BINARY: dict[str, _Op] = {
    "add": _of(math.add),
    "sub": _of(math.subtract),
    "mul": _of(math.multiply),
    "truediv": _of(division.truediv),
    "floordiv": _of(division.floordiv),
    "mod": _of(division.floormod),
    "pow": _of(math.pow),
    "and": _truth_or_bits(comparisons.logical_and, bitwise.bitwise_and),
    "or": _truth_or_bits(comparisons.logical_or, bitwise.bitwise_or),
    "xor": _truth_or_bits(comparisons.logical_xor, bitwise.bitwise_xor),
}
_COMPARISONS: dict[str, _Op] = {
    "lt": _of(comparisons.less),
    "le": _of(comparisons.less_equal),
    "gt": _of(comparisons.greater),
    "ge": _of(comparisons.greater_equal),
}


def _equality(function: _Op, otherwise: bool) -> _Op:
    def op(self: Any, other: Any) -> Any:
        if other is None:
            return otherwise
        try:
            return binary(function, self, other)
        except (InvalidArgumentError, ValueError, TypeError):
            # What does not fit is unequal as a whole.
            return otherwise

    return op


def _reflected(op: _Op) -> _Op:
    return lambda self, other: op(other, self)


def install() -> None:
    """Called once, before there is a ragged tensor."""
    for name, op in _BINARY.items():
        setattr(RaggedTensor, f"__{name}__", op)
        setattr(RaggedTensor, f"__r{name}__", _reflected(op))
    for name, op in _COMPARISONS.items():
        setattr(RaggedTensor, f"__{name}__", op)
    kind: Any = RaggedTensor
    kind.__eq__ = _equality(comparisons.equal, False)
    kind.__ne__ = _equality(comparisons.not_equal, True)
    kind.__neg__ = lambda self: unary(math.negative, self)
    kind.__abs__ = lambda self: unary(math.abs, self)
    kind.__invert__ = lambda self: unary(comparisons.logical_not, self)
