"""Whole programs compute what they compute on TensorFlow, seeds and all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from . import record
from .older_releases import of_installed

EXPECTED = of_installed("scenarios", record.load()["scenarios"])

#: Sums are added in other orders, and training carries that on from step to step.
RELATIVE, ABSOLUTE = 1e-4, 1e-5


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", record.SCENARIOS)
def test_scenario(name: str) -> None:
    compare(record.compute(tf, name), EXPECTED[name], name)


def compare(got: Any, expected: Any, where: str) -> None:
    if isinstance(expected, Mapping):
        assert list(got) == list(expected), where
        for key, value in expected.items():
            compare(got[key], value, f"{where}[{key!r}]")
    elif np.asarray(expected).dtype.kind == "f":
        np.testing.assert_allclose(got, expected, RELATIVE, ABSOLUTE, err_msg=where)
    else:
        assert got == expected, where
