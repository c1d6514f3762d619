"""Preprocessing layers beside Keras on TensorFlow: eagerly, in pipelines, in models, saved."""

from __future__ import annotations

import pytest

from .. import recorded_calls
from ..subject import tf

TABLE = "keras/text_calls.txt"
RECORDED = recorded_calls.recorded(TABLE)


@pytest.mark.parametrize("line", RECORDED)
def test_call(line: str) -> None:
    got = recorded_calls.outcome(tf, TABLE, line)
    assert recorded_calls.agree(got, RECORDED[line]), f"{got}, expected {RECORDED[line]}"
