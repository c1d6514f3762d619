"""What differs between what two libraries tell of a program."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...helpers import Tolerance, near, tolerance_of
from .telling import Told

#: How many times a dtype's tolerance results may be apart that several operations made.
SLACK = 20

#: Refusals of TensorFlow that say that something is missing there.
#: FailedPreconditionError is what it says of an iterator that it cannot save.
MISSING = (
    "NotFoundError",
    "UnimplementedError",
    "InternalError",
    "LookupError",
    "FailedPreconditionError",
)

#: What TensorFlow raises by accident, where it wants to say that something is wrong.
ACCIDENTS = (
    "AttributeError",
    "RecursionError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "KeyError",
    "NameError",
)

FLOATS = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")


def difference(lines: list[str], got: list[Told], expected: list[Told]) -> str | None:
    """The first line that differs, and how; None where none does."""
    for line, ours, theirs in zip(lines, got, expected, strict=True):
        if ours == ["raised", "NotImplementedError"] or _is_missing(theirs):
            return None
        if not same(ours, theirs):
            return f"{line}\n    got      {ours}\n    expected {theirs}"
    return None


def _is_missing(told: Told) -> bool:
    if isinstance(told, list):
        if told[:1] == ["raised"]:
            return told[1] in MISSING
        return any([_is_missing(part) for part in told])
    return False


def same(ours: Told, theirs: Told) -> bool:
    if isinstance(theirs, dict):
        return (
            isinstance(ours, dict)
            and ours.keys() == theirs.keys()
            and all([same(ours[key], theirs[key]) for key in theirs])
        )
    if not isinstance(theirs, list):
        return _same_leaf(ours, theirs)
    if theirs[:1] == ["raised"] and theirs[1] in ACCIDENTS:
        return isinstance(ours, list) and ours[:1] == ["raised"]
    if not isinstance(ours, list) or len(ours) != len(theirs):
        return False
    if theirs[:1] in (["tensor"], ["array"]) and theirs[1] in FLOATS:
        return ours[:3] == theirs[:3] and _near(ours[3], theirs[3], theirs[1])
    return all([same(a, b) for a, b in zip(ours, theirs, strict=True)])


def _same_leaf(ours: Told, theirs: Told) -> bool:
    if isinstance(theirs, float) and isinstance(ours, float):
        return _near(ours, theirs, "float32")
    return type(ours) is type(theirs) and bool(ours == theirs)


def _near(ours: Any, theirs: Any, dtype: str) -> bool:
    value, wanted = np.array(ours, np.float64), np.array(theirs, np.float64)
    if value.shape != wanted.shape:
        return False
    base = tolerance_of(dtype)
    finite = np.abs(wanted[np.isfinite(wanted)])
    size = max(1.0, float(finite.max(initial=0.0)))
    return near(value, wanted, Tolerance(base.relative * SLACK, base.absolute * SLACK * size))
