"""Gives tensors and variables Python's operators, each one call away from its op."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.ops import math
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.variable import Variable


def _forward(op: Callable[[Any, Any], Tensor], reflected: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        try:
            return op(self, other)
        except (TypeError, ValueError):
            # Python then asks the other operand, if it is of a class that answers.
            if not isinstance(other, TensorBase) and _defines(other, reflected):
                return NotImplemented
            raise

    return operator


def _reflected(op: Callable[[Any, Any], Tensor]) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        return op(other, self)

    return operator


_PLAIN = (int, float, complex, str, bytes, list, tuple, dict, set)


def _defines(other: Any, method: str) -> bool:
    return not isinstance(other, _PLAIN) and hasattr(type(other), method)


def _install(name: str, op: Callable[[Any, Any], Tensor]) -> None:
    setattr(TensorBase, f"__{name}__", _forward(op, f"__r{name}__"))
    setattr(TensorBase, f"__r{name}__", _reflected(op))


def install() -> None:
    """Called once, when `tfcompat` is imported."""
    _install("add", math.add)
    _install("sub", math.subtract)
    _install("mul", math.multiply)
    _install("truediv", math.truediv)
    _install("pow", math.pow)
    for name, op in {
        "lt": math.less,
        "gt": math.greater,
    }.items():
        setattr(TensorBase, f"__{name}__", op)
    for name, op1 in {"neg": math.negative}.items():
        setattr(TensorBase, f"__{name}__", op1)


__all__ = ["Tensor", "Variable", "install"]
