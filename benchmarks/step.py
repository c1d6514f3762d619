"""What a subject hands to the clock, and the names of all steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STEPS = {
    "a": "linear regression, Keras SGD",
    "b": "gradient descent, assign_sub",
    "c": "MLP 784-512-512-10, batch 128",
    "d": "chain of 500 ops and gradient",
    "e": "Hessian 20 x 20, tape rows",
    "e-jacobian": "Hessian 20 x 20, jacobian",
    "f": "gradient penalty, 3 x 64",
    "g-add": "one add, not read",
    "g-square": "one square, not read",
    "g-sum": "one reduce_sum, not read",
    "g-add-read": "one add, read",
    "g-sum-read": "one reduce_sum, read",
}


@dataclass(frozen=True)
class Step:
    """One step of a subject.

    `run(n)` does n iterations and returns only when all of their results exist; `result()`
    gives the numbers as a flat list, by which subjects are checked against each other.
    """

    run: Callable[[int], None]
    result: Callable[[], list[float]]


def flat(*arrays: Any) -> list[float]:
    """The numbers of arrays, of which large ones are thinned out."""
    numbers: list[float] = []
    for array in arrays:
        values = array.reshape(-1)
        numbers += [float(v) for v in values[:: max(1, len(values) // 20)]]
    return numbers
