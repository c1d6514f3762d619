"""Draws programs of one kind, asks both libraries, makes smaller what differs."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .comparing import difference
from .grammar import program

#: Answers a program; None where the process ended.
Ask = Callable[[list[str]], Any]

NAMES = re.compile(r"\.(\w+)")
REFUSALS = re.compile(r"'raised', '(\w+)'")


class Difference(Exception):
    """A program, what differs, and what TensorFlow tells of it."""

    def __init__(self, lines: list[str], about: str, expected: list[Any]) -> None:
        super().__init__("\n".join([*[f"  | {line}" for line in lines], about]))
        self.lines, self.expected = lines, expected
        self.about = about

    @property
    def cause(self) -> str:
        """Differences of one cause mostly have the same calls in their line, and refusals."""
        names = NAMES.findall(self.about.split("\n")[0]) or [self.about]
        return " ".join([*names, *REFUSALS.findall(self.about)])


def compare(lines: list[str], ours: Ask, theirs: Ask, counts: Counter[str]) -> Difference | None:
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(theirs, lines)
        got = ours(lines)
    expected = asked.result()
    if expected is None or isinstance(expected, str):
        counts["without an answer of TensorFlow"] += 1
        print(f"no answer of TensorFlow: {expected}", *lines, sep="\n  | ", flush=True)
        return None
    if got is None or isinstance(got, str):
        return Difference(lines, f"gave {got or 'no answer: the process ended'}", expected)
    counts["computed"] += 1
    counts["lines"] += len(lines)
    counts["refused lines"] += sum([_is_refusal(told) for told in expected])
    about = difference(lines, got, expected)
    return Difference(lines, about, expected) if about else None


def _is_refusal(told: Any) -> bool:
    return isinstance(told, list) and told[:1] == ["raised"]


def smaller(problem: Difference, ours: Ask, theirs: Ask) -> Difference:
    """The same with every line left out that can be."""
    place = 0
    while place < len(problem.lines):
        if "enable_numpy_behavior" in problem.lines[place]:
            # It lasts: without it the answer would be that of what was asked before.
            place += 1
            continue
        lines = problem.lines[:place] + problem.lines[place + 1 :]
        less = compare(lines, ours, theirs, Counter()) if lines else None
        if less is not None and less.cause == problem.cause:
            problem = less
        else:
            place += 1
    return problem


def run(
    kind: str, seeds: range, ours: Ask, theirs: Ask, counts: Counter[str], minutes: float
) -> list[Difference]:
    """The differences of the programs of these seeds, one for each cause."""
    found: dict[str, Difference] = {}
    started = time.monotonic()
    for seed in seeds:
        if minutes and time.monotonic() - started > 60 * minutes:
            print(f"out of time at seed {seed}")
            break
        lines = program(kind, seed)
        problem = compare(lines, ours, theirs, counts)
        if problem is None:
            continue
        counts["differ"] += 1
        if problem.cause in found:
            continue
        problem = found[problem.cause] = smaller(problem, ours, theirs)
        print(f"\n{kind} {seed}\n{problem}", flush=True)
    return list(found.values())
