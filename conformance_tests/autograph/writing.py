"""Random programs over a few whole numbers, as source text."""

from __future__ import annotations

import textwrap
from typing import Any

from hypothesis import strategies as st

_NAMES = ("a", "b", "c")
_LIMIT = 97


def _number(draw: Any, names: tuple[str, ...]) -> str:
    """An expression; all numbers stay small, so that no dtype overflows."""
    kind = draw(st.integers(0, 5))
    name = draw(st.sampled_from(names))
    if kind == 0:
        return str(draw(st.integers(-5, 5)))
    if kind == 1:
        return str(name)
    if kind == 5:
        other = draw(st.sampled_from(names))
        return f"({name} if {_truth(draw, names, 1)} else {other} + 1)"
    operator = draw(st.sampled_from(["+", "-", "*"]))
    return f"({name} {operator} {draw(st.sampled_from(names))} + {kind}) % {_LIMIT}"


def _truth(draw: Any, names: tuple[str, ...], depth: int) -> str:
    kind = draw(st.integers(0, 5 if depth else 2))
    left, right = draw(st.sampled_from(names)), draw(st.integers(-3, 9))
    operator = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
    if kind <= 1:
        return f"{left} {operator} {right}"
    if kind == 2:
        return f"{left} % 3 {operator} {draw(st.sampled_from(names))} % 3"
    if kind == 3:
        return f"-3 < {left} <= {right}"
    if kind == 4:
        return f"not ({_truth(draw, names, depth - 1)})"
    word = draw(st.sampled_from(["and", "or"]))
    return f"({_truth(draw, names, depth - 1)} {word} {_truth(draw, names, depth - 1)})"


class _Writer:
    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self._count = 0

    def block(self, depth: int, loop: bool, names: tuple[str, ...]) -> list[str]:
        lines: list[str] = []
        for _ in range(self._draw(st.integers(1, 3))):
            lines += self.statement(depth, loop, names)
        return lines

    def statement(self, depth: int, loop: bool, names: tuple[str, ...]) -> list[str]:
        draw = self._draw
        kinds = ["assign", "assign", "augment"]
        if depth:
            kinds += ["if", "if", "while", "for", "for of rows"]
        if loop:
            kinds += ["break", "continue"]
        kind = draw(st.sampled_from(kinds))
        target = draw(st.sampled_from(_NAMES))
        if kind == "assign":
            return [f"{target} = {_number(draw, names)}"]
        if kind == "augment":
            return [f"{target} += {draw(st.integers(-4, 4))}"]
        if kind in ("break", "continue"):
            return [f"if {_truth(draw, names, 1)}:", f"    {kind}"]
        if kind == "if":
            lines = [f"if {_truth(draw, names, 2)}:", *_in(self.block(depth - 1, loop, names))]
            if draw(st.booleans()):
                test = _truth(draw, names, 1)
                lines += [f"elif {test}:", *_in(self.block(depth - 1, loop, names))]
            if draw(st.booleans()):
                lines += ["else:", *_in(self.block(depth - 1, loop, names))]
            return lines
        self._count += 1
        if kind == "while":
            left = f"left{self._count}"
            body = [f"{left} -= 1", *self.block(depth - 1, True, names)]
            test = f"{left} > 0 and {_truth(draw, names, 1)}"
            # The count is a number of the argument's, for the loop to be one of the graph.
            return [f"{left} = n * 0 + {draw(st.integers(0, 5))}", f"while {test}:", *_in(body)]
        item = f"i{self._count}"
        if kind == "for":
            count = draw(st.sampled_from(["n", "n + 1", "2", "0, n, 2", "n, 0, -1"]))
            head = f"for {item} in over({count}):"
        else:
            head = f"for {item} in rows:"
        return [head, *_in(self.block(depth - 1, True, (*names, item)))]


def _in(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@st.composite
def programs(draw: Any) -> str:
    """The text of a function `program(a, b, n, rows)`; `over` is a range.

    Loop variables have a value before the loops, so that loops without rounds give the same.
    """
    writer = _Writer(draw)
    body = ["c = a - b", *writer.block(3, False, _NAMES)]
    if draw(st.booleans()):
        test = _truth(draw, _NAMES, 1)
        body += [f"if {test}:", "    return a * 3", "b += 1", "return b - c"]
    else:
        body.append("return a + b * 2 + c * 5")
    return "def program(a, b, n, rows):\n" + textwrap.indent("\n".join(body), "    ") + "\n"
