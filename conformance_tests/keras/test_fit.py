"""fit, evaluate and predict give what they give on TensorFlow, from the same random state."""

from __future__ import annotations

import pytest

from ..subject import tf
from . import fits_more  # noqa: F401  its cases enter the table
from .fits import CASES
from .older_releases import of_installed
from .record_fits import compare, compute, load

#: Sums are added in other orders, and training carries that on from step to step.
TOLERANCE = 2e-4

EXPECTED = of_installed("fits", load())


def _cases_of(*endings: str) -> list[str]:
    homes = {name: case.__module__.rpartition(".")[2] for name, case in CASES.items()}
    return [name for name, home in homes.items() if home in endings]


@pytest.mark.parametrize("name", _cases_of("fits", "fits_more"))
def test_fit(name: str) -> None:
    got = compute(tf, name)
    compare(got, EXPECTED[name], TOLERANCE, f"{name}, which gave {got}")
