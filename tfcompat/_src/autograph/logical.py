"""`and`, `or`, `not`, and with a feature `==` and `!=`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import control_flow
from tfcompat._src.autograph.staged import as_tensor, is_staged
from tfcompat._src.function import tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.ops import math
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

_Thunk = Callable[[], Any]

# Ops that neither fail nor do anything: they may run where Python would not come to them.
_HARMLESS = frozenset(
    {
        "abs",
        "add",
        "cast",
        "equal",
        "greater",
        "greater_equal",
        "identity",
        "less",
        "less_equal",
        "logical_and",
        "logical_not",
        "logical_or",
        "maximum",
        "minimum",
        "multiply",
        "negative",
        "not_equal",
        "subtract",
        "tensor_equals",
        "tensor_not_equals",
    }
)


def and_(a: _Thunk, b: _Thunk) -> Any:
    """`a and b`."""
    first = a()
    if not is_staged(first):
        return first and b()
    first = as_tensor(first)
    if _is_harmless(first, b):
        return math.logical_and(first, b())
    return control_flow.cond(first, b, lambda: first)


def or_(a: _Thunk, b: _Thunk) -> Any:
    """`a or b`."""
    first = a()
    if not is_staged(first):
        return first or b()
    first = as_tensor(first)
    if _is_harmless(first, b):
        return math.logical_or(first, b())
    return control_flow.cond(first, lambda: first, b)


def _is_harmless(first: Any, second: _Thunk) -> bool:
    """Whether the second part may be computed in any case: one op is faster than a branch."""
    if first.dtype.name != "bool" or first.shape.rank != 0:
        return False
    scratch = Graph("operand", tracing.current())
    with scratch.building():
        value = second()
    if not isinstance(value, (Tensor, Variable)):
        return isinstance(value, bool)
    if value.dtype.name != "bool" or value.shape.rank != 0:
        return False
    return all(not node.effect and node.name in _HARMLESS for node in scratch.nodes)


def not_(a: Any) -> Any:
    """`not a`."""
    return math.logical_not(as_tensor(a)) if is_staged(a) else not a


def eq(a: Any, b: Any) -> Any:
    """`a == b`, for tensors element by element."""
    if isinstance(a, (Tensor, Variable)) or isinstance(b, (Tensor, Variable)):
        return math.equal(a, b)
    return a == b


def not_eq(a: Any, b: Any) -> Any:
    """`a != b`, for tensors element by element."""
    return not_(eq(a, b))
