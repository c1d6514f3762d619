"""Losses over 20 epochs are those of Keras on TensorFlow, to 1e-4."""

from __future__ import annotations

import pytest

from ..subject import tf
from . import loss_curves
from .fits import CASES
from .record_fits import compare, compute, load

NAMES = [name for name, case in CASES.items() if case.__module__ == loss_curves.__name__]


@pytest.mark.parametrize("name", NAMES)
def test_curve(name: str) -> None:
    found = compute(tf, name)
    assert len(found["loss"]) == loss_curves.EPOCHS
    compare(found, load()[name], 1e-4, name)
