"""Calls, one a line, with what TensorFlow gave for each: lines of a text, answers in a JSON file.

``python -m conformance_tests.recorded_calls [table ...]`` asks the real TensorFlow anew. It needs
an environment with tensorflow and nothing of tfcompat. A line is Python: statements and an
expression, separated by ``;;``. Beside `tf` and `np` it sees the names that the module of its table
makes.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
#: Tables: a text with the lines, beside which a module `names` with a function `names(tf)` stands.
TABLES = {
    "ragged/calls.txt": "ragged.names",
    "ragged/keras_calls.txt": "ragged.names",
    "sparse/calls.txt": "sparse.names",
    "lookup/calls.txt": "lookup.names",
    "strings/ragged_calls.txt": "sparse.names",
    "keras/text_calls.txt": "keras.text_names",
}


def lines(table: str) -> list[str]:
    """The calls of a table."""
    text = (HERE / table).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _answers(table: str) -> Path:
    return (HERE / table).with_suffix(".json")


def recorded(table: str) -> dict[str, Any]:
    """What TensorFlow gave, by call."""
    found: dict[str, Any] = json.loads(_answers(table).read_text(encoding="utf-8"))
    return found


def outcome(tf: Any, table: str, line: str) -> Any:
    """What a call gives, as JSON knows it: ["!", class] for an error."""
    made = importlib.import_module(f".{TABLES[table]}", __package__).names(tf)
    space = {"tf": tf, "np": np, **made}
    *before, last = line.split(";;")
    try:
        for statement in before:
            exec(statement, space)
        return shown(tf, eval(last, space))
    except Exception as error:
        return ["!", type(error).__name__]


def shown(tf: Any, value: Any) -> Any:
    """A value with its class, dtype and static shape."""
    if isinstance(value, (list, tuple)):
        return [shown(tf, item) for item in value]
    if isinstance(value, tf.SparseTensor):
        parts = value.indices, value.values, value.dense_shape
        return ["sparse", str(value.shape), *[shown(tf, part) for part in parts]]
    if isinstance(value, tf.IndexedSlices):
        shape = None if value.dense_shape is None else shown(tf, value.dense_shape)
        return ["slices", shown(tf, value.values), shown(tf, value.indices), shape]
    if isinstance(value, tf.RaggedTensor):
        return ["ragged", str(value.shape), value.row_splits.dtype.name, value.dtype.name,
                _plain(value.to_list())]  # fmt: skip
    if isinstance(value, tf.Tensor):
        plain = _plain(np.asarray(value.numpy()).tolist())
        return ["dense", value.dtype.name, str(value.shape), plain]
    if isinstance(value, (np.ndarray, np.generic)):
        # Of texts NumPy's type says how long they are.
        kind = "text" if value.dtype.kind in "OSU" else value.dtype.name
        return ["array", kind, list(value.shape), _plain(value.tolist())]
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    return str(value).replace("tensorflow", "tfcompat")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [value.real, value.imag] if isinstance(value, complex) else value


def agree(got: Any, expected: Any) -> bool:
    """Whether an outcome is the recorded one, but for the last bits of floats."""
    if isinstance(expected, list) and isinstance(got, list):
        same = len(got) == len(expected)
        return same and all(agree(a, b) for a, b in zip(got, expected, strict=True))
    if isinstance(expected, float) and isinstance(got, float):
        return bool(np.isclose(got, expected, rtol=1e-5, atol=1e-6, equal_nan=True))
    return bool(got == expected)


def record(tf: Any, tables: Sequence[str]) -> None:
    """Writes down what TensorFlow gives."""
    for table in tables or TABLES:
        answers = {line: outcome(tf, table, line) for line in lines(table)}
        text = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in answers.items())
        _answers(table).write_text("{\n" + text + "\n}\n", encoding="utf-8")
        errors = sum(isinstance(v, list) and v[:1] == ["!"] for v in answers.values())
        print(f"{table}: {len(answers)} calls, {errors} of them refused")


if __name__ == "__main__":
    import tensorflow

    record(tensorflow, sys.argv[1:])
