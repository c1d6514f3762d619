"""Calls that TensorFlow refuses, as text, and the class of exception it raises for each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
#: refusals.txt, refusals_signal.txt, ...: each has a recorded file of its own name.
TABLES = tuple(sorted(path.stem for path in HERE.glob("refusals*.txt")))


def names(tf: Any) -> dict[str, Any]:
    """What the calls may use: constants of three dtypes, a matrix of zeros."""
    return {
        "tf": tf,
        "np": np,
        "f": lambda value: tf.constant(value, tf.float32),
        "d": lambda value: tf.constant(value, tf.float64),
        "i": lambda value: tf.constant(value, tf.int32),
        "z": lambda *shape: tf.zeros(shape),
    }


def calls(table: str) -> list[str]:
    lines = (HERE / f"{table}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def outcome(tf: Any, call: str) -> tuple[str, str]:
    """Class and text of the exception that a call raises; empty if it raises none."""
    try:
        # TensorFlow divides NumPy's numbers by some arguments before it looks at them.
        with np.errstate(all="ignore"):
            eval(call, names(tf))
    except Exception as error:
        return type(error).__name__, str(error)
    return "", ""


def _file(table: str) -> Path:
    return HERE / "recorded" / f"{table}.json"


def recorded() -> dict[str, str]:
    """The class of exception of every recorded call."""
    found: dict[str, str] = {}
    for table in TABLES:
        if _file(table).exists():
            found |= json.loads(_file(table).read_text())["calls"]
    return found


def record(tf: Any, about: dict[str, str], table: str) -> str:
    """Writes the class for every call; a call that TensorFlow accepts does not belong here."""
    found = {call: outcome(tf, call)[0] for call in calls(table)}
    accepted = [call for call, kind in found.items() if not kind]
    if accepted:
        raise ValueError(f"TensorFlow accepts these, so they are no refusals: {accepted}")
    temporary = _file(table).with_suffix(".tmp")
    temporary.write_text(json.dumps({"about": about, "calls": found}, indent=1) + "\n")
    temporary.replace(_file(table))
    return f"{len(found)} calls"
