"""Calls of tf.experimental.numpy as text, and what each gives, as arrays with telling names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .cases import Case, Input

FOLDER = Path(__file__).parent
#: Classes of exceptions that the recording keeps itself; the others are kept as an output.
PLAIN_REFUSALS = ("InvalidArgumentError", "TypeError", "ValueError")
NO_KERNEL = ("NotFoundError", "UnimplementedError")


def names(tf: Any) -> dict[str, Any]:
    """What the calls may use: constants of three dtypes, casts, a vector and a matrix."""
    return {
        "tf": tf,
        "np": np,
        "tnp": tf.experimental.numpy,
        "f": lambda value: tf.constant(value, tf.float32),
        "d": lambda value: tf.constant(value, tf.float64),
        "i": lambda value: tf.constant(value, tf.int32),
        "c": lambda value, dtype: tf.cast(value, dtype),
        "b": tf.constant([1, 2, 3], tf.int32),
        "m": tf.reshape(tf.range(12), (3, 4)),
    }


def lines(file: str) -> list[str]:
    found = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(line for line in found if line and not line.startswith("#")))


def guarded(call: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The call, giving outputs by name; an exception of an unusual class is one of them."""

    def guard(tf: Any, *tensors: Any) -> dict[str, Any]:
        try:
            given = described(tf, call(tf, *tensors))
            return {name: _tensor(tf, value) for name, value in given}
        except Exception as error:
            kind = type(error).__name__
            if kind in PLAIN_REFUSALS or kind in NO_KERNEL:
                raise
            return {f"raised {kind}": np.asarray(True)}

    return guard


def _tensor(tf: Any, value: Any) -> Any:
    return tf.constant(value) if isinstance(value, np.ndarray | np.generic) else value


def described(tf: Any, value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Tensors and numbers by name; what is neither is told by the name alone."""
    if hasattr(value, "numpy") and hasattr(value, "dtype"):
        weak = " weak" if ", weak=True" in repr(value) else ""
        if value.dtype == tf.string:
            yield f"{name} strings {value.numpy()!r}", np.asarray(True)
        else:
            yield f"{name} tensor{weak}", value if isinstance(value, tf.Tensor) else value.numpy()
    elif isinstance(value, (list, tuple)):
        yield f"{name} {type(value).__name__}", np.asarray(len(value))
        for number, item in enumerate(value):
            yield from described(tf, item, f"{name} {number}")
    elif isinstance(value, (bool, int, float, complex, np.generic, np.ndarray)):
        yield f"{name} {type(value).__name__}", np.asarray(value)
    else:
        yield f"{name} {value}", np.asarray(True)


def evaluated(line: str) -> Callable[..., Any]:
    return lambda tf, *tensors: eval(line, names(tf))


def text_cases(file: str, label: str) -> Iterator[Case]:
    for line in lines(file):
        yield Case(f"{label}{line}", guarded(evaluated(line)), slack=2)


def function_case(
    label: str,
    function: Callable[..., Any],
    inputs: tuple[Input, ...],
    order: int = 0,
    slack: float = 2.0,
    exact: bool = False,
) -> Case:
    """A function of (tnp, *tensors)."""

    def call(tf: Any, *tensors: Any) -> Any:
        return function(tf.experimental.numpy, *tensors)

    return Case(label, guarded(call), inputs, order, slack, exact)
