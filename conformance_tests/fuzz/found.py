"""`found.json`: every difference that the fuzzer ever found, with TensorFlow's answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..goldens.cases import Answer
from .strategies import Call, numpy_dtype

FILE = Path(__file__).with_name("found.json")
VERSION = "2.21.0"


def load() -> list[tuple[Call, Answer]]:
    """The calls and what TensorFlow answers."""
    if not FILE.exists():
        return []
    return [
        (
            Call(entry["call"], {k: _array(v) for k, v in entry["inputs"].items()}),
            Answer(
                {k: _array(v) for k, v in entry["outputs"].items()},
                entry["dtypes"],
                entry["refusal"],
            ),
        )
        for entry in json.loads(FILE.read_text())["calls"]
    ]


def add(found: Iterable[tuple[Call, Answer]]) -> None:
    """Adds calls that are not there yet."""
    known = load()
    texts = {repr(call) for call, _ in known}
    known += [(call, answer) for call, answer in found if repr(call) not in texts]
    entries = [
        {
            "call": call.text,
            "inputs": {k: _plain(v) for k, v in call.arrays.items()},
            "refusal": answer.refusal,
            "dtypes": answer.dtypes,
            "outputs": {k: _plain(v) for k, v in answer.outputs.items()},
        }
        for call, answer in known
    ]
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    FILE.write_text(f'{{"tensorflow": "{VERSION}", "calls": [\n{lines}\n]}}\n')


def _plain(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Bytes in hexadecimal: NaN, -0.0 and every bit of the others come back."""
    return {"dtype": array.dtype.name, "shape": list(array.shape), "bytes": array.tobytes().hex()}


def _array(plain: dict[str, Any]) -> np.ndarray[Any, Any]:
    flat = np.frombuffer(bytes.fromhex(plain["bytes"]), numpy_dtype(plain["dtype"]))
    return flat.reshape(plain["shape"])
