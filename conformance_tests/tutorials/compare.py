"""Compares what a tutorial prints with what TensorFlow printed.

Two characters before each recorded line say how: two spaces, texts are equal and numbers agree to
three digits; "~ ", texts are equal and numbers are numbers.
"""

from __future__ import annotations

import itertools
import math
import re

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|\bnan\b|\binf\b")
RELATIVE, ABSOLUTE = 2e-3, 2e-3
# What these matched belongs to a number's alignment.
_BLANKS = re.compile(r"\s+")


def differences(recorded: str, printed: str) -> list[str]:
    """The lines that do not agree, each with its number."""
    found = []
    pairs = itertools.zip_longest(recorded.splitlines(), printed.splitlines())
    for number, (wanted, came) in enumerate(pairs, 1):
        if wanted is None:
            found.append(f"line {number}: too much: {came!r}")
        elif came is None:
            found.append(f"line {number}: missing: {wanted[2:]!r}")
        elif not agree(wanted[2:], came, loosely=wanted.startswith("~")):
            found.append(f"line {number}: TensorFlow printed {wanted[2:]!r}, here it is {came!r}")
    return found


def agree(wanted: str, came: str, loosely: bool = False) -> bool:
    """Whether two lines say the same."""
    if _text(wanted) != _text(came):
        return False
    if loosely:
        return True
    return all(
        _close(one, other)
        for one, other in zip(NUMBER.findall(wanted), NUMBER.findall(came), strict=True)
    )


def _text(line: str) -> str:
    return _BLANKS.sub("", NUMBER.sub("#", line))


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    if not any(sign in one + other for sign in ".en"):
        return False  # counts are exact
    last = 10.0 ** -len(one.partition(".")[2].partition("e")[0])
    return math.isclose(float(one), float(other), rel_tol=RELATIVE, abs_tol=max(ABSOLUTE, last))
