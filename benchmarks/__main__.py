"""Runs the benchmarks: `python -m benchmarks [--only a,c] [--tensorflow PYTHON] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import footprint, startup, table
from .step import STEPS
from .subjects import Missing, Runner, Subject, all_subjects

MEMORY_STEPS = 20_000
OTHERS = ("h", "memory", "tracing", "peak")


def main() -> int:
    options = _options()
    chosen = _chosen(options.only)
    steps = [step for step in STEPS if step in chosen]
    log = tempfile.TemporaryFile("w+")
    report: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.platform()}",
        "python": platform.python_version(),
        "threads": options.threads,
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
    print(f"{report['machine']}, Python {report['python']}", flush=True)

    runners = _start(options, log, steps) if steps or "memory" in chosen else []
    report["subjects"] = {runner.subject.label: runner.title for runner in runners}
    try:
        medians = _measure(steps, runners, options, report)
        if "memory" in chosen:
            _memory(runners, report)
    finally:
        for runner in runners:
            runner.close()

    subjects = all_subjects(options.tensorflow, options.threads)
    if "tracing" in chosen:
        report["tracing"] = footprint.tracing(subjects, log)
    if "peak" in chosen:
        report["peak"] = footprint.memory(subjects, log)
    starts: dict[str, float] = {}
    if "h" in chosen:
        seconds, problems = startup.measure(options.tensorflow, min(options.rounds, 5))
        starts = startup.median_of(seconds)
        report["start"] = seconds
        rows = [[label, f"{value:.3f}"] for label, value in starts.items()]
        print("\n" + table.table(["h: seconds from nothing", "median"], rows))
        print("".join(f"{problem}\n" for problem in problems), end="")

    for text in (table.ratios(medians), table.aims(medians, starts)):
        if text:
            print("\n" + text)
    _write(options.json, report)
    print(f"\nevery round: {options.json}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join([*STEPS, *OTHERS])
    parser.add_argument("--only", default="", help=f"some of the steps, with commas: {names}")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each step (default 7)")
    parser.add_argument("--seconds", type=float, default=0.3, help="of a round (default 0.3)")
    parser.add_argument(
        "--threads", type=int, metavar="N", help="of each subject; 1 helps on a busy machine"
    )
    where = Path("reports/bench.json")
    parser.add_argument(
        "--json", type=Path, default=where, metavar="FILE", help=f"for every round ({where})"
    )
    return parser.parse_args()


def _chosen(only: str) -> set[str]:
    """The steps asked for; `g` means everything that begins with it."""
    everything = [*STEPS, *OTHERS]
    if not only:
        return set(everything)
    chosen: set[str] = set()
    for word in only.split(","):
        found = {step for step in everything if step == word or step.split("-")[0] == word}
        if not found:
            sys.exit(f"unknown step {word!r}; there are {', '.join(everything)}")
        chosen |= found
    return chosen


def _start(options: argparse.Namespace, log: Any, steps: list[str]) -> list[Runner]:
    runners = []
    for subject in all_subjects(options.tensorflow, options.threads):
        if steps and not any(subject.takes(step) for step in steps):
            continue
        try:
            runner = Runner(subject, log)
        except Missing as reason:
            print(f"{subject.label}: left out, {reason}", flush=True)
            continue
        print(f"{subject.label}: {runner.title}", flush=True)
        runners.append(runner)
    return runners


def _measure(
    steps: list[str], runners: list[Runner], options: argparse.Namespace, report: dict[str, Any]
) -> table.Medians:
    medians: table.Medians = {}
    labels = [runner.subject.label for runner in runners]
    report["steps"] = {}
    for step in steps:
        taking_part: dict[Runner, int] = {}
        entry: dict[str, Any] = {}
        for runner in runners:
            if not _takes_part(runner.subject, step):
                continue
            ready = runner.ask(do="prepare", step=step, seconds=options.seconds)
            entry[runner.subject.label] = ready
            if "error" in ready:
                print(f"({step}) {runner.subject.label}: {ready['error']}"[:300], flush=True)
            else:
                taking_part[runner] = ready["n"]
        _compare(step, entry)
        for ready in entry.values():
            ready.pop("result", None)
        _rounds(step, taking_part, options.rounds, entry)
        medians[step] = {
            runner.subject.label: statistics.median(entry[runner.subject.label]["rounds"])
            for runner in taking_part
        }
        report["steps"][step] = entry
        line = ", ".join(f"{label} {s * 1e6:,.1f}" for label, s in medians[step].items())
        print(f"({step}) {STEPS[step]}, us: {line}", file=sys.stderr, flush=True)
    if medians:
        print("\n" + table.times(medians, labels), flush=True)
    return medians


def _takes_part(subject: Subject, step: str) -> bool:
    """Whether a subject has the step: a compiled function no single op, frameworks no tf.data."""
    if step.startswith("data-"):
        return subject.kind in ("tfcompat", "tf-eager")
    return subject.single_ops or not step.startswith("g")


def _rounds(step: str, runners: dict[Runner, int], rounds: int, entry: dict[str, Any]) -> None:
    """Seconds an iteration, the subjects taking turns, in an order that turns round each time."""
    order = list(runners)
    for _ in range(rounds):
        for runner in order:
            took = runner.ask(do="round", step=step)
            each = took["seconds"] / runners[runner]
            entry[runner.subject.label].setdefault("rounds", []).append(each)
        order.reverse()


def _compare(step: str, entry: dict[str, Any]) -> None:
    """Says so when two subjects do not compute the same numbers."""
    results = {label: value["result"] for label, value in entry.items() if "result" in value}
    if not results:
        return
    first, expected = next(iter(results.items()))
    for label, result in results.items():
        scale = max(1.0, *(abs(number) for number in expected))
        apart = [abs(a - b) for a, b in zip(expected, result, strict=True)]
        if max(apart) > 1e-3 * scale:
            print(f"({step}) {label} and {first} differ by {max(apart):.3g}", flush=True)
            entry[label]["differs"] = max(apart)


def _memory(runners: list[Runner], report: dict[str, Any]) -> None:
    rows = []
    report["memory"] = {}
    for runner in runners:
        if not runner.subject.takes("a"):
            continue
        answer = runner.ask(do="memory", steps=MEMORY_STEPS)
        report["memory"][runner.subject.label] = answer
        if "error" in answer:
            print(f"(memory) {runner.subject.label}: {answer['error']}"[:300])
            continue
        before, after = answer["before"] / 2**20, answer["after"] / 2**20
        rows.append(
            [runner.subject.label, f"{before:.1f}", f"{after:.1f}", f"{after - before:+.1f}"]
        )
    head = [f"resident MiB, {MEMORY_STEPS:,} steps of (a)", "before", "after", "grown"]
    if rows:
        print("\n" + table.table(head, rows), flush=True)


def _write(path: Path, report: dict[str, Any]) -> None:
    """Writes to a temporary name and renames, so that nobody reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(report, indent=1) + "\n")
    partial.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
