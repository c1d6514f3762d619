"""What a compiled step costs beside its time: tracing it, and the memory of running it.

Every pair of a subject and a step gets a process of its own: allocators keep what they once had.
"""

from __future__ import annotations

import statistics
from typing import Any

from . import table
from .subjects import Missing, Runner, Subject

MODELS = ("a", "c", "d", "f", "cnn", "lstm", "transformer", "while", "pinn")
TRACED = ("tf-function", "tfcompat-function")
TRACES = 5
RUNS = 20


def tracing(subjects: list[Subject], log: Any) -> dict[str, dict[str, float]]:
    """Milliseconds of `get_concrete_function` by step and subject, the median of a few."""
    chosen = [subject for subject in subjects if subject.kind in TRACED]
    found = _ask(chosen, log, {"do": "trace", "times": TRACES})
    medians = {
        step: {label: statistics.median(answer["seconds"]) * 1e3 for label, answer in by.items()}
        for step, by in found.items()
    }
    _show("tracing, ms", medians, chosen, "TF function", "{:.1f}")
    return medians


def memory(subjects: list[Subject], log: Any) -> dict[str, dict[str, float]]:
    """MiB that a few runs of a step need at most, above what the process had before."""
    chosen = [subject for subject in subjects if subject.kind != "tf-eager"]
    found = _ask(chosen, log, {"do": "peak", "runs": RUNS})
    peaks = {
        step: {label: answer["bytes"] / 2**20 for label, answer in by.items()}
        for step, by in found.items()
    }
    _show("peak memory, MiB", peaks, chosen, None, "{:.0f}")
    return peaks


def _ask(
    subjects: list[Subject], log: Any, command: dict[str, Any]
) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {step: {} for step in MODELS}
    for subject in subjects:
        for step in filter(subject.takes, MODELS):
            try:
                runner = Runner(subject, log)
            except Missing as reason:
                print(f"{subject.label}: left out, {reason}", flush=True)
                break
            answer = runner.ask(step=step, **command)
            runner.close()
            if "error" in answer:
                print(f"({step}) {subject.label}: {answer['error']}"[:300], flush=True)
            else:
                found[step][subject.label] = answer
    return found


def _show(
    title: str,
    values: dict[str, dict[str, float]],
    subjects: list[Subject],
    below: str | None,
    form: str,
) -> None:
    labels = [s.label for s in subjects if any(s.label in by for by in values.values())]
    ratios = [label for label in labels if below in labels and label != below]
    head = [title, *labels, *(f"{label} / {below}" for label in ratios)]
    rows = [
        [
            step,
            *(form.format(by[label]) if label in by else "-" for label in labels),
            *(f"{by[r] / by[below]:.2f}" if r in by and below in by else "-" for r in ratios),
        ]
        for step, by in values.items()
    ]
    print("\n" + table.table(head, rows), flush=True)
