"""Tests for test_suite.py to run in a process of its own."""

from __future__ import annotations

import os

import pytest

from ..helpers import agree
from ..subject import tf

only_there = pytest.mark.skipif(
    not os.environ.get("CONFORMANCE_SAMPLES"), reason="fails on purpose, only for test_suite.py"
)


def test_printing_of_a_square() -> None:
    assert str(tf.square(tf.constant(3.0))) == "tf.Tensor(9.0, shape=(), dtype=float32)"


@only_there
def test_wrong_value() -> None:
    agree(tf.square(tf.constant(3.0)), 10.0)


@only_there
def test_missing_op() -> None:
    raise NotImplementedError("no such kernel")
