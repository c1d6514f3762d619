"""Asks the real TensorFlow what the scenarios compute.

``python -m conformance_tests.keras.record``, with CONFORMANCE_SUBJECT=tensorflow, where
that is installed. Names after it choose scenarios, the others' answers are kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import scenarios_more  # noqa: F401  its scenarios enter the table
from .scenarios import SCENARIOS

PATH = Path(__file__).parent / "recorded" / "scenarios.json"


def plain(value: Any) -> Any:
    """The value in JSON's types; floats as the shortest text that gives the same float32."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return _shortest(array.tolist())
    return array.tolist()


def _shortest(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortest(item) for item in value]
    return float(f"{value:.7g}")


def compute(tf: Any, name: str) -> Any:
    """What a scenario computes here, from the same random state."""
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(3)
    return plain(SCENARIOS[name](tf))


def load() -> dict[str, Any]:
    """What TensorFlow computed."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def main(names: Sequence[str]) -> None:
    from ..subject import IS_TENSORFLOW, tf

    if not IS_TENSORFLOW:
        raise SystemExit("record: received tfcompat; set CONFORMANCE_SUBJECT=tensorflow")
    old = load()["scenarios"] if PATH.exists() else {}
    new = {name: compute(tf, name) for name in SCENARIOS if not names or name in names}
    about = {"tensorflow": tf.__version__, "keras": tf.keras.__version__}
    kept = {name: new.get(name, old.get(name)) for name in SCENARIOS}
    PATH.parent.mkdir(exist_ok=True)
    lines = [f"  {json.dumps(name)}: {json.dumps(kept[name])}" for name in kept]
    text = ",\n".join(lines)
    PATH.write_text(
        f'{{"about": {json.dumps(about)}, "scenarios": {{\n{text}\n}}}}\n', encoding="utf-8"
    )
    print(f"{len(new)} scenarios, {PATH.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
