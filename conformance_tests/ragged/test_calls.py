"""tf.RaggedTensor and every op that takes one, and Keras' layers, beside what TensorFlow gave."""

from __future__ import annotations

import pytest

from .. import recorded_calls
from ..subject import tf

TABLES = ("ragged/calls.txt", "ragged/keras_calls.txt")
CALLS = [
    pytest.param(table, line, expected, id=line)
    for table in TABLES
    for line, expected in recorded_calls.recorded(table).items()
]


@pytest.mark.parametrize(("table", "line", "expected"), CALLS)
def test_call(table: str, line: str, expected: object) -> None:
    got = recorded_calls.outcome(tf, table, line)
    assert recorded_calls.agree(got, expected), f"{got}, expected {expected}"
