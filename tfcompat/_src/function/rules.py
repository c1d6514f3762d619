"""Results that an op says itself: of ops whose arguments no example can stand for.

An op on sparse or ragged tensors wants components that fit each other. Where it needs their values,
its rule says what it gives, as nested tf.TypeSpecs, from the arguments of the call with the graph's
own tensors in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tfcompat._src.function.calls import Found, Node, Values
from tfcompat._src.function.described import described

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_F = TypeVar("_F", bound=Callable[..., Any])

_rules: dict[Any, Callable[..., Any]] = {}


def gives(rule: Callable[..., Any]) -> Callable[[_F], _F]:
    """A decorator of a public op: `rule`, called with its arguments, says the specs it gives."""

    def mark(function: _F) -> _F:
        _rules[function] = rule
        return function

    return mark


def told(graph: Graph, node: Node) -> Found | None:
    """What a call gives, by the op's rule; None if it has none."""
    rule = None if node.entry is None else _rules.get(node.entry.function)
    if rule is None:
        return None
    values = Values(graph.size, lambda like: like)
    values.tensors[:] = [graph.symbol(i) for i in range(graph.size)]
    args = [values.fill(a) for a in node.args]
    kwargs = {k: values.fill(a) for k, a in node.kwargs.items()}
    return described(graph, node, rule(*args, **kwargs))
