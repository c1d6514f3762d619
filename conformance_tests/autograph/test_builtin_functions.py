"""Python's built-in functions on tensors."""

from __future__ import annotations

from typing import Any

from ..subject import tf
from .programs import Program, Programs

programs = Programs()


@programs.answers({((3, 1, 2),): ([1, 2, 3], [3, 2, 1], 3)})
def sorting_and_length(x: Any) -> Any:
    return tf.sort(x), tf.sort(x, direction="DESCENDING"), len(x)


@programs.answers({((3, 1, 2),): ([1, 2, 3], [3, 2, 1], [3, 2, 1])}, eager=False)
def sorted_tensors(x: Any) -> Any:
    return sorted(x), sorted(x, reverse=True), sorted(x, key=lambda v: -v)


@programs.answers({3.7: (3, 3.7), -3.7: (-3, -3.7)})
def numbers(x: Any) -> Any:
    return int(x), float(x)


@programs.answers({3: (12, 1.5, 3)}, eager=False)
def numbers_of_text(x: Any) -> Any:
    return int(tf.constant("12")), float(tf.constant("1.5")), int("11", 2)


@programs.answers({3: ([0, 1, 2], [1, 2], 0)}, eager=False)
def ranges(x: Any) -> Any:
    return range(x), range(1, x), len(range(x, 0))


@programs.answers({(1, 3): ([2, 6], 3, 1, 4, [0, 2, 4])})
def functions_of_python(x: Any, y: Any) -> Any:
    both = [x, y]
    doubled = list(map(lambda v: v * 2, both))
    return doubled, max(2, 3), min([1, 2]), sum(both), [v * 2 for v in range(3)]


@programs.answers({3: 6})
def enumerated(x: Any) -> Any:
    s = x
    for i, v in enumerate([x, x]):
        s += v * i
    return s


@programs.answers({3: 18})
def zipped(x: Any) -> Any:
    s = 0
    for a, b in zip([x, x + 1], [2, 3], strict=True):
        s += a * b
    return s


@programs.answers({3: (1, 5, 3, 4)})
def an_iterator(x: Any) -> Any:
    it = iter([1, 2, 3])
    return next(it), next(it) + x, next(it), next(it, 4)


@programs.answers({3: 4, -3: -2})
def evaluated(x: Any) -> Any:
    y = x + 1  # noqa: F841
    return eval("y")


@programs.answers({3: (True, False, True)})
def questions(x: Any) -> Any:
    return isinstance(x, tf.Tensor), callable(x), hasattr(x, "shape")


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)
