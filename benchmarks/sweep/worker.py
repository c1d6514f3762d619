"""The process of one library: `python -m benchmarks.sweep.worker torch|jax|tensorflow`.

Takes a command a line on stdin and answers with a line: `{"row": "exp", "size": "small",
"rounds": 7, "seconds": 0.02}` gives `{"ours": s, "hand": s}`, the seconds of the fastest round, a
call; TensorFlow's process answers `{"ours": s}`. Ours and the hand-written call take turns.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .inputs import N, arrays
from .rows import Row, rows

Call = Callable[[], Any]
TABLE = rows()


def main(library: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        calls = {"torch": _torch, "jax": _jax, "tensorflow": _tensorflow}[library]()
    except ImportError as problem:
        answers.write(json.dumps({"missing": str(problem)}) + "\n")
        return
    answers.write(json.dumps({"ready": library}) + "\n")
    answers.flush()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            given = _turns(calls(TABLE[command["row"]], command["size"]), command)
        except Exception as problem:
            given = {"error": f"{type(problem).__name__}: {problem}"[:300]}
        answers.write(json.dumps(given) + "\n")
        answers.flush()


def _turns(calls: dict[str, Call], command: dict[str, Any]) -> dict[str, float]:
    """The fastest round of each call; a round is as many calls as fill its seconds."""
    lengths = {who: _length(call, command["seconds"]) for who, call in calls.items()}
    best = dict.fromkeys(calls, float("inf"))
    gc.collect()
    for _ in range(command["rounds"]):
        for who, call in calls.items():
            best[who] = min(best[who], _clocked(call, lengths[who]) / lengths[who])
    return best


def _length(call: Call, seconds: float) -> int:
    for _ in range(3):
        call()
    return max(1, min(100_000, int(seconds / max(_clocked(call, 1), 1e-7))))


def _clocked(call: Call, times: int) -> float:
    repeated = range(times)
    started = time.perf_counter()
    for _ in repeated:
        call()
    return time.perf_counter() - started


def _written(text: str, names: dict[str, Any], letters: tuple[str, ...]) -> Callable[..., Any]:
    """The function of the inputs that the row's text says."""
    # The text is this package's own table, never a user's.
    function: Callable[..., Any] = eval(f"lambda {', '.join(letters)}: {text}", names)
    return function


def _torch() -> Callable[[Row, str], dict[str, Call]]:
    os.environ["TFCOMPAT_BACKEND"] = "torch"
    import torch

    tf = importlib.import_module("tfcompat")
    names = {"torch": torch, "F": torch.nn.functional}
    device = tf.constant(0.0).native.device

    def calls(row: Row, size: str) -> dict[str, Call]:
        given = [arrays(size)[letter] for letter in row.inputs]
        synchronize = torch.cuda.synchronize if device.type == "cuda" else None
        found = {
            "ours": _eager(
                _written(row.tensorflow, {"tf": tf, "N": N[size]}, row.inputs), tf, given
            )
        }
        if row.torch:
            by_hand = _written(row.torch, names | {"N": N[size]}, row.inputs)
            found["hand"] = functools.partial(
                by_hand, *(torch.from_numpy(array).to(device) for array in given)
            )
        if synchronize is not None:
            return {who: _then(call, synchronize) for who, call in found.items()}
        return found

    return calls


def _jax() -> Callable[[Row, str], dict[str, Call]]:
    os.environ["TFCOMPAT_BACKEND"] = "jax"
    import jax
    from jax import lax

    tf = importlib.import_module("tfcompat")
    tf.constant(0.0)
    names = {
        "jax": jax,
        "jnp": jax.numpy,
        "lax": lax,
        "jsp": importlib.import_module("jax.scipy.special"),
        "jsl": importlib.import_module("jax.scipy.linalg"),
        "key": jax.random.key(0),
    }

    def calls(row: Row, size: str) -> dict[str, Call]:
        given = [arrays(size)[letter] for letter in row.inputs]
        ours = _eager(_written(row.tensorflow, {"tf": tf, "N": N[size]}, row.inputs), tf, given)
        found = {"ours": lambda: jax.block_until_ready(_natives(ours()))}
        if row.jax:
            compiled = jax.jit(_written(row.jax, names | {"N": N[size]}, row.inputs))
            placed = [jax.numpy.asarray(array) for array in given]
            found["hand"] = lambda: jax.block_until_ready(compiled(*placed))
        return found

    return calls


def _tensorflow() -> Callable[[Row, str], dict[str, Call]]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = importlib.import_module("tensorflow")

    def calls(row: Row, size: str) -> dict[str, Call]:
        given = [arrays(size)[letter] for letter in row.inputs]
        call = _written(row.tensorflow, {"tf": tf, "N": N[size]}, row.inputs)
        return {"ours": _eager(call, tf, given)}

    return calls


def _eager(call: Callable[..., Any], tf: Any, given: list[np.ndarray[Any, Any]]) -> Call:
    return functools.partial(call, *(tf.constant(array) for array in given))


def _natives(result: Any) -> Any:
    """JAX's arrays of a result, which makes the deferred work happen."""
    if isinstance(result, (list, tuple)):
        return [_natives(part) for part in result]
    return result.native


def _then(call: Call, after: Callable[[], Any]) -> Call:
    def both() -> Any:
        call()
        after()

    return both


if __name__ == "__main__":
    main(sys.argv[1])
