"""Asks the real TensorFlow what fit does with the cases of fits.py, and keeps the answers.

``python -m conformance_tests.keras.record_fits``, with CONFORMANCE_SUBJECT=tensorflow, where that
is installed. Names after it choose cases, the others' answers are kept.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import fits_more, fits_recurrent, loss_curves  # noqa: F401  they enter the table
from .fits import CASES
from .record import plain

PATH = Path(__file__).parent / "recorded" / "fits.json"


def compute(tf: Any, name: str) -> Any:
    """What a case gives here, from the same random state."""
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(42)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return plain(CASES[name](tf))


def load() -> dict[str, Any]:
    """What TensorFlow gave."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def compare(got: Any, expected: Any, tolerance: float, where: str) -> None:
    """Fails where a number is not the one expected."""
    if isinstance(expected, Mapping):
        assert sorted(got) == sorted(expected), where
        for key, value in expected.items():
            compare(got[key], value, tolerance, f"{where}[{key!r}]")
    elif isinstance(expected, list):
        assert len(got) == len(expected), where
        for i, value in enumerate(expected):
            compare(got[i], value, tolerance, f"{where}[{i}]")
    elif isinstance(expected, float):
        np.testing.assert_allclose(got, expected, tolerance, tolerance, err_msg=where)
    else:
        assert got == expected, where


def main(names: Sequence[str]) -> None:
    from ..subject import IS_TENSORFLOW, tf

    if not IS_TENSORFLOW:
        raise SystemExit("record_fits: received tfcompat; set CONFORMANCE_SUBJECT=tensorflow")
    found = load() if names and PATH.exists() else {}
    found.update({name: compute(tf, name) for name in names or CASES})
    text = ",\n".join([f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)])
    PATH.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
