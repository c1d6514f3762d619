"""`and`, `or`, `not`, and with a feature `==` and `!=`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType
from typing import Any

from tfcompat._src import control_flow
from tfcompat._src.autograph.staged import as_tensor, is_staged
from tfcompat._src.function import tracing
from tfcompat._src.function.calls import Node
from tfcompat._src.function.graph import Graph
from tfcompat._src.ops import comparisons
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
    }
)
_DIVISIONS = frozenset({"divide", "floordiv", "floormod", "truediv"})


class _Local(threading.local):
    """direct: parts are combined as they come; failed: one of them was no truth value."""

    def __init__(self) -> None:
        self.direct = False
        self.failed = False


_local = _Local()


def and_(a: _Thunk, b: _Thunk) -> Any:
    """`a and b`."""
    first = a()
    if not is_staged(first):
        return first and b()
    first = as_tensor(first)
    if _local.direct or _is_harmless(first, b):
        return _combined(comparisons.logical_and, first, b)
    return control_flow.cond(first, b, lambda: first)


def or_(a: _Thunk, b: _Thunk) -> Any:
    """`a or b`."""
    first = a()
    if not is_staged(first):
        return first or b()
    first = as_tensor(first)
    if _local.direct or _is_harmless(first, b):
        return _combined(comparisons.logical_or, first, b)
    return control_flow.cond(first, lambda: first, b)


def _is_harmless(first: Any, second: _Thunk) -> bool:
    """Whether the second part may be computed in any case: one op is faster than a branch."""
    if not _is_truth(first) or _calls(second.__code__):
        return False
    scratch = Graph("operand", tracing.current())
    with scratch.building(), _directly():
        value = second()
        failed = _local.failed
    if failed or not _is_truth(value):
        return False
    return all(map(_is_harmless_node, scratch.nodes))


def _combined(operator: Callable[..., Any], first: Any, second: _Thunk) -> Any:
    with _directly():
        value = second()
    if _is_truth(first) and _is_truth(value):
        return operator(first, value)
    _local.failed = True
    return first


@contextmanager
def _directly() -> Iterator[None]:
    before = _local.direct
    if not before:
        _local.failed = False
    _local.direct = True
    try:
        yield
    finally:
        _local.direct = before


def _is_truth(value: Any) -> bool:
    if isinstance(value, (Tensor, Variable)):
        return value.dtype.name == "bool" and value.shape.rank == 0
    return isinstance(value, bool)


@lru_cache(maxsize=4096)
def _calls(code: CodeType) -> bool:
    """Whether code calls functions: what they do to Python's objects must be done once."""
    return "converted_call" in code.co_names or any(
        _calls(constant) for constant in code.co_consts if isinstance(constant, CodeType)
    )


def _is_harmless_node(node: Node) -> bool:
    if node.effect:
        return False
    if node.name in _DIVISIONS:
        divisor = node.args[1] if len(node.args) == 2 else None
        return isinstance(divisor, (int, float)) and divisor != 0
    return node.name in _HARMLESS


def not_(a: Any) -> Any:
    """`not a`."""
    return comparisons.logical_not(as_tensor(a)) if is_staged(a) else not a


def eq(a: Any, b: Any) -> Any:
    """`a == b`, for tensors element by element."""
    if isinstance(a, (Tensor, Variable)) or isinstance(b, (Tensor, Variable)):
        return comparisons.equal(a, b)
    return a == b


def not_eq(a: Any, b: Any) -> Any:
    """`a != b`, for tensors element by element."""
    return not_(eq(a, b))
