"""Who takes part, and the conversation with each one's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# What the frameworks read to size their pools of threads on a CPU.
THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NPROC",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
PATHS = [str(ROOT), str(ROOT / "backends")]


@dataclass(frozen=True)
class Subject:
    """A contestant: `kind` is what the worker is told, `label` the head of its column."""

    label: str
    kind: str
    python: str = sys.executable
    environment: dict[str, str] = field(default_factory=dict)
    single_ops: bool = True  # a compiled function has no eager operation to time
    fits: str = "also"  # whether it trains models of Keras': "also", "only" or "never"

    def takes(self, step: str) -> bool:
        """Whether it takes part in a step."""
        if step.startswith("fit-"):
            return self.fits != "never"
        return self.fits != "only" and (self.single_ops or not step.startswith("g"))

    def variables(self) -> dict[str, str]:
        path = os.pathsep.join([*PATHS, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": path}
        return {**os.environ, **quiet, **self.environment}


def all_subjects(tensorflow: str | None, threads: int | None = None) -> list[Subject]:
    """Every subject, in the order of the columns; `tensorflow` is a Python that has it."""
    pools = {name: str(threads) for name in THREADS} if threads else {}
    subjects = [
        Subject("torch", "torch", fits="never"),
        Subject("jax.jit", "jax", fits="never"),
        Subject("tfcompat/torch", "tfcompat", environment={"TFCOMPAT_BACKEND": "torch"}),
        Subject("tfcompat/jax", "tfcompat", environment={"TFCOMPAT_BACKEND": "jax"}),
        Subject("keras/torch", "keras", environment={"KERAS_BACKEND": "torch"}, fits="only"),
        Subject("keras/jax", "keras", environment={"KERAS_BACKEND": "jax"}, fits="only"),
    ]
    for backend in ("torch", "jax"):
        subjects.append(
            Subject(
                f"{backend} function",
                "tfcompat-function",
                environment={"TFCOMPAT_BACKEND": backend},
                single_ops=False,
                fits="never",
            )
        )
    if tensorflow:
        subjects += [
            Subject("TF eager", "tf-eager", tensorflow, fits="never"),
            Subject("TF function", "tf-function", tensorflow, single_ops=False),
            Subject("TF XLA", "tf-xla", tensorflow, single_ops=False, fits="never"),
        ]
    return [replace(subject, environment={**subject.environment, **pools}) for subject in subjects]


class Missing(Exception):
    """A subject's process says that something it needs is not installed."""


class Runner:
    """The living process of a subject."""

    def __init__(self, subject: Subject, log: Any) -> None:
        self.subject = subject
        self.process = subprocess.Popen(
            [subject.python, "-m", "benchmarks.worker", subject.kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env=subject.variables(),
        )
        greeting = self._answer()
        if "missing" in greeting:
            raise Missing(greeting["missing"])
        self.title: str = greeting["title"]

    def ask(self, **command: Any) -> dict[str, Any]:
        """Sends one command and waits for its answer; `{"error": ...}` when it failed."""
        if self.process.stdin is None or self.process.poll() is not None:
            return {"error": "the process has ended"}
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        try:
            return self._answer()
        except Missing as ended:
            return {"error": str(ended)}

    def close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(timeout=60)

    def _answer(self) -> dict[str, Any]:
        if self.process.stdout is None:
            raise Missing("no pipe to the process")
        line = self.process.stdout.readline()
        if not line:
            raise Missing(f"the process ended with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
