"""How many rounds a loop takes at most, where its graphs tell.

places: which loop variable each argument of the condition is; first: their first values.

A backend keeps what each round computed for the gradient, if it knows how many there can be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tfcompat._src.function.calls import Node, Place
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.session import new_capture
from tfcompat._src.function.symbolic import SymbolicTensor, is_symbolic
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

_LESS = {"less": 0, "less_equal": 1}
_GREATER = {"greater": 0, "greater_equal": 1}
_AND = ("logical_and", "and_")


def bound(
    test: Graph,
    body: Graph,
    places: Sequence[int],
    first: Sequence[Tensor],
    tested: Sequence[Tensor],
    moved: Sequence[Tensor],
    most: Tensor | None,
) -> int | None:
    """The most rounds that there can be, or None where that is not known."""
    found = _Search(test, body, places, first, tested, moved).rounds(test.outputs[0])
    if most is None:
        return found
    given = number(most)
    if given is None:
        return None
    limit = max(0, int(given))
    return limit if found is None else min(limit, found)


def counter(
    test: Graph,
    body: Graph,
    places: Sequence[int],
    first: Sequence[Tensor],
    tested: Sequence[Tensor],
    moved: Sequence[Tensor],
) -> tuple[int, float, float] | None:
    """Which loop variable the condition compares with a limit, its first value and its step."""
    return _Search(test, body, places, first, tested, moved).counter(test.outputs[0])


def number(value: Any) -> float | None:
    """The value of a scalar, where it is known by now."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if is_symbolic(value):
        return number(value._constant)
    if not isinstance(value, Tensor) or value._shape or not value._dtype.is_integer:
        return None
    if new_capture().is_abstract(value):
        return None
    try:
        return int(value)
    except ValueNeeded:
        return None


class _Search:
    """Looks for a counter: a loop variable that a constant is added to and a limit ends."""

    def __init__(
        self,
        test: Graph,
        body: Graph,
        places: Sequence[int],
        first: Sequence[Tensor],
        tested: Sequence[Tensor],
        moved: Sequence[Tensor],
    ) -> None:
        self._test = test
        self._body = body
        self._places = places
        self._first = first
        self._tested = {s._index: x for (_, s), x in zip(test.captures, tested, strict=False)}
        self._moved = {s._index: x for (_, s), x in zip(body.captures, moved, strict=False)}
        self._makers = {i: node for node in test.nodes for i in node.outs}
        self._movers = {i: node for node in body.nodes for i in node.outs}

    def rounds(self, condition: SymbolicTensor) -> int | None:
        """The most rounds in which a condition can hold."""
        if condition._constant is not None:
            return None
        return self._rounds_by(self._makers.get(condition._index))

    def counter(self, condition: SymbolicTensor) -> tuple[int, float, float] | None:
        """The loop variable that a condition compares, its first value and its step."""
        node = self._makers.get(condition._index)
        if node is None or node.name not in (*_LESS, *_GREATER):
            return None
        for argument in node.args[:2]:
            found = self._variable(argument)
            at = None if found is None else self._position(argument.index)
            if found is not None and at is not None:
                return at, *found
        return None

    def _rounds_by(self, node: Node | None) -> int | None:
        if node is None or len(node.args) < 2:
            return None
        if node.name in _AND:
            sides = [
                self._rounds_by(self._makers.get(a.index)) if a.__class__ is Place else None
                for a in node.args[:2]
            ]
            known = [n for n in sides if n is not None]
            return min(known) if known else None
        a, b = node.args[:2]
        if node.name in _LESS:
            return self._counted(a, b, _LESS[node.name], 1, 0)
        if node.name in _GREATER:
            return self._counted(b, a, _GREATER[node.name], 0, 1)
        return None

    def _counted(self, low: Any, high: Any, also: int, up: int, down: int) -> int | None:
        """Rounds of `low < high`, one of which is a counter and the other a limit."""
        limit, counter = self._limit(high), self._variable(low)
        if limit is not None and counter is not None:
            start, step = counter
            if step > 0:
                return max(0, math.ceil((limit + also - start) / step))
        limit, counter = self._limit(low), self._variable(high)
        if limit is not None and counter is not None:
            start, step = counter
            if step < 0:
                return max(0, math.ceil((start + also - limit) / -step))
        return None

    def _limit(self, argument: Any) -> float | None:
        if argument.__class__ is not Place:
            return number(argument)
        if argument.index in self._tested:
            return number(self._tested[argument.index])
        at = self._position(argument.index)
        if at is None:
            return None
        # A loop variable that stays what it is.
        same = self._body.outputs[at] is self._body.inputs[at]
        return number(self._first[at]) if same else None

    def _variable(self, argument: Any) -> tuple[float, float] | None:
        """The first value and the step of a loop variable of the condition."""
        at = self._position(argument.index) if argument.__class__ is Place else None
        if at is None:
            return None
        start = number(self._first[at])
        node = self._movers.get(self._body.outputs[at]._index)
        if start is None or node is None or len(node.args) < 2:
            return None
        own = self._body.inputs[at]._index
        a, b = node.args[:2]
        if node.name in ("add", "add_"):
            other = b if _is(a, own) else a if _is(b, own) else None
            step = self._step(other)
            return None if step is None else (start, step)
        if node.name in ("subtract", "sub") and _is(a, own):
            step = self._step(b)
            return None if step is None else (start, -step)
        return None

    def _position(self, index: int) -> int | None:
        """Which loop variable a tensor of the condition is."""
        for place, symbol in zip(self._places, self._test.inputs, strict=True):
            if symbol._index == index:
                return place
        return None

    def _step(self, argument: Any) -> float | None:
        if argument.__class__ is Place:
            return number(self._moved.get(argument.index))
        return number(argument)


def _is(argument: Any, index: int) -> bool:
    return argument.__class__ is Place and argument.index == index
