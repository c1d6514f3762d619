"""What experimental_enable_numpy_behavior changes, each mode in a process of its own.

``python -m conformance_tests.goldens.numpy_modes record|replay MODE``: enabling a mode cannot be
undone, so neither the recording nor the tests do it in their own process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from . import store
from .cases import EVERY, Answer, Case, Input, answer
from .numpy_api import UNARY, named
from .numpy_calls import NO_KERNEL, PLAIN_REFUSALS, evaluated, function_case, guarded, text_cases

MODES: dict[str, dict[str, Any]] = {
    "legacy": {},
    "prefer": {"prefer_float32": True},
    "off": {"dtype_conversion_mode": "off"},
    "all": {"dtype_conversion_mode": "all"},
    "safe": {"dtype_conversion_mode": "safe"},
}
_WEAK = ("all", "safe")
#: What the modes beside "legacy" could change: results in a default float, divided by constants.
_FLOATING = ("sin", "sqrt", "log2", "log10", "rad2deg", "angle", "average", "mean", "nansum", "std",
             "cumsum")  # fmt: skip
_NUMBERS = ("True", "1", "1.5", "1j", "300", "[1]", "[1.5]", "np.float32(1)", "np.float64(1)",
            "np.int64(1)", "np.ones(2)")  # fmt: skip


def cases(mode: str) -> list[Case]:
    file = "numpy_weak.txt" if mode in _WEAK else "numpy_behavior.txt"
    found = [*text_cases(file, f"{mode}: "), *_operators(mode), *_functions(mode)]
    return [replace(case, family=family(mode)) for case in found]


def family(mode: str) -> str:
    return f"numpy_{mode}"


def _operators(mode: str) -> Iterator[Case]:
    """Every pair of dtypes, and every dtype beside Python's and NumPy's numbers."""
    for dtype in EVERY:
        yield Case(f"{mode}: {dtype} + others", _sums(dtype))


def _sums(dtype: str) -> Callable[..., dict[str, Any]]:
    def sums(tf: Any) -> dict[str, Any]:
        outputs: dict[str, Any] = {}
        for other in EVERY:
            outputs |= _labelled(
                other, tf, f"tf.cast([1, 2], '{dtype}') + tf.cast([3, 4], '{other}')"
            )
        for number in _NUMBERS:
            outputs |= _labelled(number, tf, f"tf.cast([1, 2], '{dtype}') + {number}")
        return outputs

    return sums


def _labelled(label: str, tf: Any, line: str) -> dict[str, Any]:
    try:
        found = guarded(evaluated(line))(tf)
    except Exception as error:
        return {f"{label} raised {type(error).__name__}": np.asarray(True)}
    return {f"{label}{name}": value for name, value in found.items()}


def _functions(mode: str) -> Iterator[Case]:
    """Every function of one array on the dtypes that need the methods of tensors."""
    if mode in _WEAK:
        return
    for op in UNARY:
        if mode != "legacy" and op.name not in _FLOATING:
            continue
        for dtype in ("bool", "int8", "int32", "uint8", "bfloat16", "float32"):
            kind = op.kind if dtype in ("bfloat16", "float32") else "positive"
            given = (Input((2, 3), dtype, kind),)
            slack = op.slack * (8 if dtype == "bfloat16" else 2)
            yield function_case(f"{mode}: {op.name} {dtype}", named(op.name), given, 0, slack)


def enable(tf: Any, mode: str) -> None:
    tf.experimental.numpy.experimental_enable_numpy_behavior(**MODES[mode])


def record(mode: str) -> None:
    import tensorflow as tf

    enable(tf, mode)
    answers: dict[str, Answer] = {}
    for case in cases(mode):
        given = answer(tf, case)
        if given.refusal not in ("", *NO_KERNEL, *PLAIN_REFUSALS):
            raise RuntimeError(f"{case.name}: {given.refusal}")
        if given.refusal not in NO_KERNEL:
            answers[case.name] = given
    about = {"tensorflow": tf.__version__, "numpy": np.__version__}
    path = store.save(family(mode), answers, about)
    print(f"{family(mode)}: {len(answers)} cases, {path.stat().st_size} bytes")


def replay(mode: str) -> dict[str, list[str]]:
    """The differences of every case from what was recorded."""
    from ..subject import tf
    from .test_goldens import differences

    enable(tf, mode)
    recorded, _ = store.load(family(mode))
    found: dict[str, list[str]] = {}
    with np.errstate(all="ignore"):
        for case in cases(mode):
            if case.name in recorded:
                found[case.name] = differences(case, answer(tf, case), recorded[case.name])
    return found


def in_a_process(action: str, mode: str) -> str:
    """The output of this file, run for one mode."""
    command = [sys.executable, "-m", "conformance_tests.goldens.numpy_modes", action, mode]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    return done.stdout


def main(action: str, mode: str) -> None:
    if action == "record":
        record(mode)
    else:
        print(json.dumps(replay(mode)))


if __name__ == "__main__":
    main(*sys.argv[1:])
