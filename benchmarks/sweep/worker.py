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

from .inputs import VARIABLES, N, arrays
from .rows import Row, rows

Call = Callable[[], Any]
TABLE = rows()
# Seconds. PyTorch's threads look for work for some milliseconds after a call, and keep a processor
# from the call that takes turns with it. XLA's do not, and wake later the longer they slept.
_REST = {"torch": 0.02}
# Rounds of a small call for one of a large.
_PIECES = 4


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
        command: dict[str, Any] = json.loads(line)
        given: dict[str, Any]
        try:
            rest = 0.0
            if command["size"] == "large":
                rest = _REST.get(library, 0.0)
            else:
                # As long in all; a disturbance spoils less of it.
                command["rounds"] *= _PIECES
                command["seconds"] /= _PIECES
            given = _turns(calls(TABLE[command["row"]], command["size"]), command, rest)
        except Exception as problem:
            given = {"error": f"{type(problem).__name__}: {problem}"[:300]}
        answers.write(json.dumps(given) + "\n")
        answers.flush()


def _turns(calls: dict[str, Call], command: dict[str, Any], rest: float) -> dict[str, float]:
    """The fastest round of each call; a round is as many calls as fill its seconds.

    rest: seconds before each round, where calls take turns.
    """
    lengths = {who: _length(call, command["seconds"]) for who, call in calls.items()}
    best = dict.fromkeys(calls, float("inf"))
    gc.collect()
    for _ in range(command["rounds"]):
        for who, call in calls.items():
            if len(calls) > 1 and rest:
                time.sleep(rest)
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

    def grad(function: Callable[..., Any], *inputs: Any) -> Any:
        leaves = [x.detach().requires_grad_() for x in inputs]
        y = function(*leaves)
        return torch.autograd.grad(y, leaves, torch.ones_like(y))

    names = {"torch": torch, "F": torch.nn.functional, "grad": grad}
    device = tf.constant(0.0).native.device

    def calls(row: Row, size: str) -> dict[str, Call]:
        synchronize = torch.cuda.synchronize if device.type == "cuda" else None
        found = {"ours": _eager(row, size, tf)}
        if row.torch:
            by_hand = _written(row.torch, names | {"N": N[size]}, row.inputs)
            found["hand"] = functools.partial(
                by_hand, *(torch.tensor(array, device=device) for array in _given(row, size))
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

    def grad(function: Callable[..., Any], *inputs: Any) -> Any:
        def total(*given: Any) -> Any:
            return function(*given).sum()

        return jax.grad(total, tuple(range(len(inputs))))(*inputs)

    names = {
        "grad": grad,
        "jax": jax,
        "jnp": jax.numpy,
        "lax": lax,
        "jsp": importlib.import_module("jax.scipy.special"),
        "jsl": importlib.import_module("jax.scipy.linalg"),
        "key": jax.random.key(0),
    }

    def calls(row: Row, size: str) -> dict[str, Call]:
        ours = _eager(row, size, tf)
        found = {"ours": lambda: _finish(ours())}
        if row.jax:
            compiled = jax.jit(_written(row.jax, names | {"N": N[size]}, row.inputs))
            placed = [jax.numpy.asarray(array) for array in _given(row, size)]
            found["hand"] = lambda: _finish(compiled(*placed))
        return found

    return calls


def _tensorflow() -> Callable[[Row, str], dict[str, Call]]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = importlib.import_module("tensorflow")

    def calls(row: Row, size: str) -> dict[str, Call]:
        return {"ours": _eager(row, size, tf)}

    return calls


def _given(row: Row, size: str) -> list[np.ndarray[Any, Any]]:
    return [arrays(size)[letter] for letter in row.inputs]


def _eager(row: Row, size: str, tf: Any) -> Call:
    def grad(function: Callable[..., Any], *inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            y = function(*inputs)
        return tape.gradient(y, inputs)

    call = _written(row.tensorflow, {"tf": tf, "N": N[size], "grad": grad}, row.inputs)
    made = [
        (tf.Variable if letter in VARIABLES else tf.constant)(array)
        for letter, array in zip(row.inputs, _given(row, size), strict=True)
    ]
    return functools.partial(call, *made)


def _finish(result: Any) -> None:
    """Waits until the arrays of a result are there, which makes the deferred work happen.

    Those of JAX's device, and those that lie on the host, where TensorFlow's are too.
    """
    if isinstance(result, (list, tuple)):
        for part in result:
            _finish(part)
        return
    # A variable is read without the copy that its value() is.
    tensor = result.__tf_tensor__() if hasattr(result, "assign") else result
    # Strings are no arrays, and an assertion gives nothing.
    found = getattr(tensor, "value", tensor)
    if hasattr(found, "block_until_ready"):
        found.block_until_ready()


def _then(call: Call, after: Callable[[], Any]) -> Call:
    def both() -> Any:
        call()
        after()

    return both


if __name__ == "__main__":
    main(sys.argv[1])
