"""Runs the sweep: `python -m benchmarks.sweep [--tensorflow PYTHON] [--only exp,conv2d]`.

Prints the rows that miss an aim, and how many reach it. Aims: on torch, a small call at most 1.0 us
over the hand-written one, a large call at most 1.05 times it; on JAX, a large call at most 1.1
times the jitted one; on both, at least as fast as TensorFlow's eager call on 95 % of the rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ..table import table
from .inputs import SIZES
from .rows import rows

Answers = dict[str, dict[str, float]]  # by library
SMALL_US, LARGE_TORCH, LARGE_JAX = 1.0, 1.05, 1.1


class Library:
    """The process that makes one library's calls."""

    def __init__(self, name: str, python: str, log: IO[str]) -> None:
        self.name = name
        command = [python, "-m", "benchmarks.sweep.worker", name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        self.missing: str | None = self._line().get("missing")

    def _line(self) -> dict[str, Any]:
        stdout = self._process.stdout
        line = stdout.readline() if stdout else ""
        if not line:
            return {"missing": f"its process ended with status {self._process.wait()}"}
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, **command: Any) -> dict[str, Any]:
        """The answer to a command, or the error that it gave."""
        if self._process.stdin is None:
            return {"error": "no process"}
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._line()

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


def main() -> int:
    options = _options()
    names = [name for name in rows() if not options.only or name in options.only.split(",")]
    if not names:
        sys.exit(f"no such row; there are {', '.join(rows())}")
    with options.log.open("w") as log:
        started = [Library(name, sys.executable, log) for name in options.backend]
        if options.tensorflow:
            started.append(Library("tensorflow", options.tensorflow, log))
        for library in started:
            if library.missing:
                print(f"{library.name}: left out, {library.missing}")
        libraries = [library for library in started if not library.missing]
        report = _measure(names, libraries, options)
        for library in libraries:
            library.close()
    options.json.write_text(json.dumps(report, indent=1))
    for size in SIZES:
        print(_summary(report[size], size))
    print(f"every figure: {options.json}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("--only", default="", help="some of the rows, with commas")
    parser.add_argument("--backend", action="append", choices=["torch", "jax"])
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.02, help="of a round (default 0.02)")
    parser.add_argument("--json", type=Path, default=Path("reports/sweep.json"))
    parser.add_argument("--log", type=Path, default=Path("reports/sweep.log"))
    options = parser.parse_args()
    options.backend = options.backend or ["torch", "jax"]
    for path in (options.json, options.log):
        path.parent.mkdir(parents=True, exist_ok=True)
    return options


def _measure(
    names: list[str], libraries: list[Library], options: argparse.Namespace
) -> dict[str, dict[str, Answers]]:
    report: dict[str, dict[str, Answers]] = {size: {} for size in SIZES}
    for name in names:
        for size in SIZES:
            found: Answers = {}
            for library in libraries:
                given = library.ask(
                    row=name, size=size, rounds=options.rounds, seconds=options.seconds
                )
                if problem := given.get("error") or given.get("missing"):
                    print(f"{name}, {size}, {library.name}: {problem}", flush=True)
                else:
                    found[library.name] = given
            report[size][name] = found
    return report


def _summary(found: dict[str, Answers], size: str) -> str:
    """The rows that miss an aim, and the counts."""
    lines, misses = [], []
    for backend in ("torch", "jax"):
        judged = [(name, answers) for name, answers in found.items() if backend in answers]
        for aim, verdicts in (
            ("the hand-written call", list(_by_hand(judged, backend, size))),
            ("TensorFlow eager", list(_by_tensorflow(judged, backend))),
        ):
            if verdicts:
                reached = sum(good for _, _, good in verdicts)
                share = reached / len(verdicts)
                lines.append(
                    f"{size}, {backend} beside {aim}: {reached} of {len(verdicts)} ({share:.0%})"
                )
            misses += [
                [name, f"{backend} beside {aim}", text] for name, text, good in verdicts if not good
            ]
    parts = [table([f"{size}: misses", "beside", "figures"], misses)] if misses else []
    return "\n".join([*parts, *lines, ""])


def _by_hand(
    judged: list[tuple[str, Answers]], backend: str, size: str
) -> Iterator[tuple[str, str, bool]]:
    for name, answers in judged:
        ours, hand = answers[backend]["ours"], answers[backend].get("hand")
        if hand is None or (backend == "jax" and size == "small"):
            continue
        if size == "small":
            good = ours - hand <= SMALL_US * 1e-6
        else:
            # A call that takes no time at either size (a view) is judged as a small one.
            limit = LARGE_TORCH if backend == "torch" else LARGE_JAX
            good = ours <= limit * hand or ours - hand <= SMALL_US * 1e-6
        yield name, f"{ours * 1e6:,.1f} us for {hand * 1e6:,.1f} ({ours / hand:.2f})", good


def _by_tensorflow(
    judged: list[tuple[str, Answers]], backend: str
) -> Iterator[tuple[str, str, bool]]:
    for name, answers in judged:
        if "tensorflow" not in answers:
            continue
        ours, theirs = answers[backend]["ours"], answers["tensorflow"]["ours"]
        yield name, f"{ours * 1e6:,.1f} us for {theirs * 1e6:,.1f}", ours <= theirs


if __name__ == "__main__":
    sys.exit(main())
