"""Tests of large arrays draw the same numbers alone and behind others."""

from __future__ import annotations

import pytest

from .large_arrays import random

_START = random.bit_generator.state


@pytest.fixture(autouse=True)
def the_same_numbers() -> None:
    random.bit_generator.state = _START
