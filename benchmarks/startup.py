"""Step (h): an import, one with its first tensor, one with a first step of fit; fresh processes.

The clock starts with the program's first line; what comes before it, Python's own start and that
of the command, is a further row of the first steps.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from .subjects import ROOT, Subject

CLOCK = """import time
t = time.perf_counter()
{code}
print("took", time.perf_counter() - t, time.time())
"""

FIT = """import numpy, tensorflow as tf
from tensorflow import keras
layers = [keras.Input((784,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
model = keras.Sequential(layers)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
model.fit(numpy.zeros((32, 784), "float32"), numpy.zeros(32, "int32"), verbose=0)"""


@dataclass(frozen=True)
class Start:
    """A piece of code whose time from nothing is taken; `command` runs it in TensorFlow's place."""

    label: str
    code: str
    python: str = sys.executable
    environment: dict[str, str] = field(default_factory=dict)
    command: bool = False


def all_starts(tensorflow: str | None) -> list[Start]:
    """What is timed, in the order of the rows."""
    torch, jax = {"TFCOMPAT_BACKEND": "torch"}, {"TFCOMPAT_BACKEND": "jax"}
    jax_tensor = "import jax.numpy as n; n.asarray(0.0).block_until_ready()"
    tensor = "import tfcompat as tf; tf.constant(0.0).numpy()"
    starts = [
        Start("numpy: import", "import numpy"),
        Start("tfcompat: import", "import tfcompat"),
        Start("torch: import and tensor", "import torch; torch.tensor(0.0).numpy()"),
        Start("tfcompat/torch: import and tensor", tensor, environment=torch),
        Start("jax: import and tensor", jax_tensor),
        Start("tfcompat/jax: import and tensor", tensor, environment=jax),
        Start("tfcompat run/torch: first step of fit", FIT, environment=torch, command=True),
        Start("tfcompat run/jax: first step of fit", FIT, environment=jax, command=True),
    ]
    if tensorflow:
        code = "import tensorflow as tf; tf.constant(0.0).numpy()"
        starts += [
            Start("TensorFlow: import", "import tensorflow", tensorflow),
            Start("TensorFlow: import and tensor", code, tensorflow),
            Start("TensorFlow: first step of fit", FIT, tensorflow),
        ]
    return starts


def measure(tensorflow: str | None, rounds: int) -> tuple[dict[str, list[float]], list[str]]:
    """Seconds of every start, a round of all after the other, and what could not be started."""
    seconds: dict[str, list[float]] = {}
    problems: list[str] = []
    starts = all_starts(tensorflow)
    for start in list(starts):  # once unmeasured: fills the file cache, finds what is missing
        try:
            _once(start)
        except RuntimeError as problem:
            problems.append(f"{start.label}: left out, {problem}")
            starts.remove(start)
    for _ in range(rounds):
        for start in starts:
            own, whole = _once(start)
            seconds.setdefault(start.label, []).append(own)
            if start.code == FIT:
                seconds.setdefault(f"{start.label}, whole process", []).append(whole)
    return seconds, problems


def median_of(seconds: dict[str, list[float]]) -> dict[str, float]:
    """The median of each start."""
    return {label: statistics.median(values) for label, values in seconds.items()}


def _once(start: Start) -> tuple[float, float]:
    subject = Subject(start.label, "", start.python, start.environment)
    # What is installed has its bytecode, and a checkout's is written by the unmeasured round.
    variables = {**subject.variables(), "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(CLOCK.format(code=start.code))
        script.flush()
        runner = ["-m", "tfcompat", "run"] if start.command else []
        began = time.time()
        done = subprocess.run(
            [start.python, *runner, script.name],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
        )
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])
    line = next(line for line in done.stdout.splitlines() if line.startswith("took "))
    own, end = map(float, line.split()[1:])
    return own, end - began
