"""Runs the five tutorials on every installed backend, beside their documented output.

python -m examples.demo [NUMBER ...] [--backend NAME] [--tensorflow PYTHON]
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import itertools
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
REAL = re.compile(r" *[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)? *")
MEANING = {
    "=": "as documented",
    "~": "random numbers, form as documented",
    "≈": "same numbers, written with other digits",
    "≠": "DIFFERENT",
}
LEGEND = (
    "Each documented line, then what came out.\n"
    "Marks of documented lines: ~ random numbers, + taken from TensorFlow because the original\n"
    "does not show it, ! on stderr.  Marks of results: "
    + ", ".join(f"{sign} {meaning}" for sign, meaning in MEANING.items()).replace(", ≈", ",\n≈")
)
# Runs a tutorial on the real TensorFlow: it asks for tfcompat and is given that.
ON_TENSORFLOW = (
    "import runpy, sys, tensorflow; sys.modules['tfcompat'] = tensorflow; "
    "runpy.run_path(sys.argv[1], run_name='__main__')"
)


@dataclass(frozen=True)
class Expected:
    """A documented line and the kind of line it is (see examples/README.md)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What came out of a tutorial on one backend."""

    lines: list[str]
    messages: list[str]
    status: int
    seconds: float


def main() -> int:
    options = _options()
    backends = options.backend or installed_backends()
    if options.tensorflow:
        backends = [*backends, "tensorflow"]
    if not backends:
        print("no backend is installed: pip install 'tfcompat[torch]' or 'tfcompat[jax]'")
        return 1
    print(LEGEND)
    began = time.perf_counter()
    totals: dict[str, Counter[str]] = {name: Counter() for name in backends}
    for program in sorted(HERE.glob("[0-9][0-9]_*.py")):
        if options.number and program.name[:2] not in {f"{n:02}" for n in options.number}:
            continue
        outcomes = _run_all(program, backends, options.tensorflow)
        _show(program, outcomes, totals)
    _summary(totals, time.perf_counter() - began)
    return 1 if any(total["≠"] for total in totals.values()) else 0


def installed_backends() -> list[str]:
    """The backends whose entry point and framework are both there."""
    found = []
    for entry in entry_points(group="tfcompat.backends"):
        known = entry.name in ("torch", "jax")
        if not known or importlib.util.find_spec(entry.name) is not None:
            found.append(entry.name)
    return sorted(set(found), reverse=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("number", type=int, nargs="*", help="of a tutorial, 1 to 5; all if none")
    parser.add_argument("--backend", action="append", help="may be given more than once")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    return parser.parse_args()


def _run_all(program: Path, backends: list[str], tensorflow: str | None) -> dict[str, Outcome]:
    """Runs the tutorial on all backends at the same time."""
    began = time.perf_counter()
    folders = [str(ROOT), str(ROOT / "backends"), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(folders).rstrip(os.pathsep)
    processes = {}
    for backend in backends:
        path = os.pathsep.join(
            [str(ROOT), str(ROOT / "backends"), os.environ.get("PYTHONPATH", "")]
        )
        environment = {**os.environ, "PYTHONPATH": path.rstrip(os.pathsep)}
        if backend == "tensorflow" and tensorflow:
            command = [tensorflow, "-c", ON_TENSORFLOW, str(program)]
            environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
        else:
            command = [sys.executable, str(program)]
            environment["TFCOMPAT_BACKEND"] = backend
        processes[backend] = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    outcomes = {}
    for backend, process in processes.items():
        out, messages = process.communicate()
        outcomes[backend] = Outcome(
            out.splitlines(),
            messages.splitlines(),
            process.returncode,
            time.perf_counter() - began,
        )
    return outcomes


def _show(program: Path, outcomes: dict[str, Outcome], totals: dict[str, Counter[str]]) -> None:
    expected = [
        Expected(line[:1], line[2:])
        for line in program.with_suffix(".txt").read_text().splitlines()
    ]
    times = ", ".join(f"{name} {outcome.seconds:.1f} s" for name, outcome in outcomes.items())
    print(f"\n{program.stem.replace('_', ' ')}  ({times})\n" + "=" * 72)
    width = max(map(len, ["documented", *outcomes]))
    shown = [line for line in expected if line.kind != "!"]
    aligned = {name: _align(shown, outcome.lines) for name, outcome in outcomes.items()}

    at = 0
    for line in expected:
        print(f"{'documented':<{width}} {line.kind} {line.text}")
        for name, outcome in outcomes.items():
            if line.kind == "!":
                found = next((m for m in outcome.messages if m == line.text), None)
            else:
                found = aligned[name][at]
            sign = judge(line, found)
            totals[name][sign] += 1
            print(f"{name:<{width}} {_mark(sign)} {'(no such line)' if found is None else found}")
        at += line.kind != "!"

    for name, outcome in outcomes.items():
        for extra in aligned[name][len(shown) :]:
            totals[name]["≠"] += 1
            print(f"{name:<{width}} {_mark('≠')} {extra}   (not documented)")
        if outcome.status:
            print(f"{name}: ended with status {outcome.status}")
            print("\n".join(f"    {message}" for message in outcome.messages[-8:]))


def _align(expected: list[Expected], lines: list[str]) -> list[str | None]:
    """For each expected line the one that came, or None; then what came beyond them."""
    forms = [_form(line.text) for line in expected]
    came = [_form(line) for line in lines]
    aligned: list[str | None] = []
    beyond: list[str | None] = []
    matcher = difflib.SequenceMatcher(None, forms, came, autojunk=False)
    for _, first, last, start, stop in matcher.get_opcodes():
        pairs = itertools.zip_longest(range(first, last), lines[start:stop])
        for index, line in pairs:
            (beyond if index is None else aligned).append(line)
    return aligned + beyond


def judge(expected: Expected, found: str | None) -> str:
    """The sign of MEANING that says how a line compares with the documented one."""
    if found is None:
        return "≠"
    if found == expected.text:
        return "="
    if _form(found) != _form(expected.text):
        return "≠"
    if expected.kind == "~":
        return "~"
    numbers = zip(NUMBER.findall(expected.text), NUMBER.findall(found), strict=True)
    close = all(abs(float(a) - float(b)) <= 2e-6 * max(1.0, abs(float(a))) for a, b in numbers)
    return "≈" if close else "≠"


def _form(line: str) -> str:
    """The line with every real number, and the blanks that align it, taken out."""
    return REAL.sub("#", line)


def _mark(sign: str) -> str:
    if not sys.stdout.isatty():
        return sign
    colour = {"=": 32, "~": 36, "≈": 33, "≠": 31}[sign]
    return f"\033[{colour}m{sign}\033[0m"


def _summary(totals: dict[str, Counter[str]], seconds: float) -> None:
    print(f"\n{seconds:.0f} s; of the documented lines")
    for name, total in totals.items():
        parts = [f"{total[sign]} {text}" for sign, text in MEANING.items() if total[sign]]
        print(f"  {name}: " + ", ".join(parts))


if __name__ == "__main__":
    raise SystemExit(main())
