"""Files of recorded answers: one per family, an index in JSON and one block of bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from .cases import Answer, numpy_dtype

FOLDER = Path(__file__).parent / "recorded"


def path_of(family: str) -> Path:
    return FOLDER / f"{family}.npz"


def save(family: str, answers: dict[str, Answer], about: dict[str, str]) -> Path:
    """Writes a family under a temporary name, then renames it. The same answers, the same file."""
    data = bytearray()
    index: dict[str, Any] = {}
    for name in sorted(answers):
        index[name] = _pack(answers[name], data)
    text = json.dumps({"about": about, "cases": index}, sort_keys=True).encode()
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, index=np.frombuffer(text, np.uint8), data=np.frombuffer(bytes(data), np.uint8)
    )
    path = path_of(family)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(buffer.getvalue())
    temporary.replace(path)
    return path


def _pack(answer: Answer, data: bytearray) -> Any:
    if answer.refusal:
        return answer.refusal
    entry = []
    for name, dtype in answer.dtypes.items():
        if dtype == "None":
            entry.append([name, "None"])
            continue
        array = answer.outputs[name]
        entry.append([name, dtype, list(array.shape), len(data)])
        data += np.ascontiguousarray(array).tobytes()
    return entry


def load(family: str) -> tuple[dict[str, Answer], dict[str, str]]:
    """The answers of a family by case name, and which TensorFlow gave them."""
    with np.load(path_of(family), allow_pickle=False) as file:
        content = json.loads(file["index"].tobytes())
        data = file["data"].tobytes()
    answers = {name: _unpack(entry, data) for name, entry in content["cases"].items()}
    return answers, content["about"]


def _unpack(entry: Any, data: bytes) -> Answer:
    if isinstance(entry, str):
        return Answer(refusal=entry)
    answer = Answer()
    for name, dtype, *place in entry:
        answer.dtypes[name] = dtype
        if dtype != "None":
            shape, offset = place
            count = int(np.prod(shape))
            flat = np.frombuffer(data, numpy_dtype(dtype), count, offset)
            answer.outputs[name] = flat.reshape(shape)
    return answer
