"""The process of one subject: waits for commands on stdin, one JSON object a line, and answers so.

    {"do": "prepare", "step": "a", "seconds": 0.3}   ->  {"n": 1234, "result": [...]}
    {"do": "round", "step": "a"}                     ->  {"seconds": 0.31}
    {"do": "memory", "steps": 20000}                 ->  {"before": bytes, "after": bytes}
    {"do": "trace", "step": "a", "times": 5}         ->  {"seconds": [0.01, ...]}
    {"do": "peak", "step": "a", "runs": 20}          ->  {"bytes": 12345}

The first line, unasked, names what runs here. Whatever libraries print goes to stderr.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from .step import Step

CHECKED_ITERATIONS = 20
PAGE = os.sysconf("SC_PAGE_SIZE")


def main(subject: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        build, title = _load(subject)
    except Exception as problem:
        # Not only ImportError: an installed framework without its device fails in its own way.
        answer({"missing": f"{type(problem).__name__}: {problem}"})
        return
    answer({"title": title})

    prepared: dict[str, tuple[Step, int]] = {}
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer(_obey(command, build, prepared))
        except Exception as problem:
            answer({"error": f"{type(problem).__name__}: {problem}"})


def _obey(
    command: dict[str, Any],
    build: Callable[[str], Step],
    prepared: dict[str, tuple[Step, int]],
) -> dict[str, Any]:
    if command["do"] == "prepare":
        prepared.clear()
        return _prepare(command, build, prepared)
    if command["do"] == "round":
        step, n = prepared[command["step"]]
        return {"seconds": _clocked(step, n)}
    if command["do"] == "trace":
        return {"seconds": [_traced(command["step"]) for _ in range(command["times"])]}
    if command["do"] == "peak":
        return _peak(command, build)
    return _memory(command["steps"], build("a"))


def _prepare(
    command: dict[str, Any],
    build: Callable[[str], Step],
    prepared: dict[str, tuple[Step, int]],
) -> dict[str, Any]:
    step = build(command["step"])
    started = time.perf_counter()
    step.run(1)
    first = time.perf_counter() - started
    step.run(CHECKED_ITERATIONS - 1)
    result = step.result()
    n = 1
    # Each length twice, because the first time may compile.
    while (took := min(_clocked(step, n), _clocked(step, n))) < command["seconds"] / 2:
        n = max(n + 1, int(n * min(10.0, command["seconds"] / max(took, 1e-9))))
    prepared[command["step"]] = step, n
    return {"n": n, "first": first, "result": result}


def _clocked(step: Step, n: int) -> float:
    gc.collect()
    started = time.perf_counter()
    own = step.run(n)
    return time.perf_counter() - started if own is None else own


def _memory(steps: int, step: Step) -> dict[str, Any]:
    step.run(1000)
    gc.collect()
    before = _resident()
    step.run(steps)
    gc.collect()
    return {"before": before, "after": _resident(), "steps": steps}


def _traced(name: str) -> float:
    """Seconds that tracing a step takes that was not traced before."""
    from . import steps_tf

    tf = importlib.import_module("tensorflow" if "tensorflow" in sys.modules else "tfcompat")
    functions: list[Any] = []

    def wrap(step: Callable[..., Any]) -> Any:
        functions.append(tf.function(step))
        return functions[-1]

    steps_tf.build(name, tf, wrap)
    started = time.perf_counter()
    for function in functions:
        function.get_concrete_function()
    return time.perf_counter() - started


def _peak(command: dict[str, Any], build: Callable[[str], Step]) -> dict[str, Any]:
    """The most memory that building a step and running it takes; Linux counts it."""
    # Of libraries it takes none, be they imported late.
    for name in {"tensorflow", "tfcompat"} & sys.modules.keys():
        _ = sys.modules[name].keras.optimizers.SGD
    gc.collect()
    with open("/proc/self/clear_refs", "w") as marks:
        marks.write("5")  # forgets the largest size so far
    before = _resident()
    step = build(command["step"])
    step.run(command["runs"])
    with open("/proc/self/status") as status:
        highest = next(line for line in status if line.startswith("VmHWM:"))
    return {"bytes": int(highest.split()[1]) * 1024 - before}


def _resident() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * PAGE
    except FileNotFoundError:
        import psutil  # other systems than Linux

        return int(psutil.Process().memory_info().rss)


def _load(subject: str) -> tuple[Callable[[str], Step], str]:
    if subject == "torch":
        import torch

        from . import steps_torch

        return steps_torch.build, f"torch {torch.__version__}, {steps_torch.DEVICE}"
    if subject == "jax":
        import jax

        from . import steps_jax

        return steps_jax.build, f"jax {jax.__version__}, {jax.devices()[0].platform}"

    if subject == "keras":
        import keras

        from . import fits

        return lambda name: fits.build(name, keras), (
            f"keras {keras.__version__} on {keras.backend.backend()}"
        )

    from . import steps_tf

    if subject.startswith("tfcompat"):
        tf = importlib.import_module("tfcompat")
        backend = os.environ["TFCOMPAT_BACKEND"]
        device = tf.constant(0.0).device
        title = f"tfcompat {importlib.metadata.version('tfcompat')} on {backend}, {device}"
        wrap: steps_tf.Wrap = tf.function if "function" in subject else lambda step: step
        return lambda name: steps_tf.build(name, tf, wrap), title

    tf = importlib.import_module("tensorflow")
    wraps: dict[str, steps_tf.Wrap] = {
        "tf-eager": lambda step: step,
        "tf-function": tf.function,
        "tf-xla": lambda step: tf.function(step, jit_compile=True),
    }
    title = f"tensorflow {tf.__version__} ({subject}), {tf.constant(0.0).device}"
    return lambda name: steps_tf.build(name, tf, wraps[subject]), title


if __name__ == "__main__":
    main(sys.argv[1])
