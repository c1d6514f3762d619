"""tf.RaggedTensor and every op that takes one, beside what TensorFlow gave."""

from __future__ import annotations

import pytest

from .. import recorded_calls
from ..subject import tf

TABLE = "ragged/calls.txt"
RECORDED = recorded_calls.recorded(TABLE)


@pytest.mark.parametrize("line", RECORDED)
def test_call(line: str) -> None:
    got = recorded_calls.outcome(tf, TABLE, line)
    assert recorded_calls.agree(got, RECORDED[line]), f"{got}, expected {RECORDED[line]}"
