"""The comparison helpers notice what they are there to notice."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ..helpers import EXACT, Tolerance, agree, mentions, near, refuses, tolerance_of
from ..subject import tf

NAN, INF = float("nan"), float("inf")

NEAR = [
    (1.0, 1.0, True),
    (1.0, 1.001, False),
    (1.0, 1.0000001, True),
    (NAN, NAN, True),
    (NAN, 1.0, False),
    (1.0, NAN, False),
    (INF, INF, True),
    (INF, -INF, False),
    (INF, 1e38, False),
    (1e38, INF, False),
    ([1.0, NAN, INF], [1.0, NAN, INF], True),
    ([1.0], [1.0, 2.0], False),
    (1.0, [1.0], False),
    (1 + 1j, 1 + 1j, True),
    (1 + 1j, 1 - 1j, False),
    (complex(NAN, 1), complex(NAN, 1), True),
    (3, 3, True),
    (3, 4, False),
    (np.array([True]), np.array([False]), False),
    (np.array(1, ml_dtypes.bfloat16), np.array(1, ml_dtypes.bfloat16), True),
    (np.array([], np.float32), np.array([], np.float32), True),
]


@pytest.mark.parametrize(("got", "expected", "verdict"), NEAR)
def test_near(got: Any, expected: Any, verdict: bool) -> None:
    assert near(got, expected, Tolerance(1e-5, 1e-6)) is verdict


def test_exact_tolerance_allows_nothing() -> None:
    assert not near(np.float32(1), np.nextafter(np.float32(1), np.float32(2)), EXACT)
    assert tolerance_of(tf.int32) == EXACT and tolerance_of(tf.float32) != EXACT


AGREE = [
    (lambda: tf.constant(1), 1),
    (lambda: tf.constant([1.0, 2.0]), [1.0, 2.0]),
    (lambda: tf.constant([1, 2], tf.int64), np.array([1, 2])),
    (lambda: tf.constant(True), True),
    (lambda: tf.constant("a"), "a"),
    (lambda: tf.constant(["a", "b"]), ["a", "b"]),
    (lambda: [tf.constant(1.0), None], [1.0, None]),
    (lambda: {"a": (tf.constant(1.0),)}, {"a": (1.0,)}),
    (lambda: None, None),
]


@pytest.mark.parametrize(("got", "expected"), AGREE)
def test_agree_accepts(got: Any, expected: Any) -> None:
    agree(got(), expected)


DIFFER = [
    (lambda: tf.constant(1), 1.0, "dtype"),
    (lambda: tf.constant([1.0]), 1.0, "shape"),
    (lambda: tf.constant([[1.0]]), [1.0], "shape"),
    (lambda: tf.constant(1.0), 1.1, "values differ"),
    (lambda: tf.constant(1), 2, "values differ"),
    (lambda: tf.constant("a"), "b", "expected"),
    (lambda: 1.0, 1.0, "tf.Tensor"),
    (lambda: np.float32(1.0), 1.0, "tf.Tensor"),
    (lambda: None, 1.0, "tf.Tensor"),
    (lambda: tf.constant(1.0), None, "None"),
    (lambda: [tf.constant(1.0)], (1.0,), "tuple"),
    (lambda: [tf.constant(1.0)], [1.0, 1.0], "list of 2"),
    (lambda: [tf.constant(1.0), tf.constant(2.0)], [1.0, 1.0], r"at \[1\]"),
    (lambda: {"a": tf.constant(1.0)}, {"b": 1.0}, "keys"),
    (lambda: tf.constant(1.0), np.float64(1.0), "dtype"),
]


@pytest.mark.parametrize(("got", "expected", "says"), DIFFER)
def test_agree_refuses(got: Any, expected: Any, says: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=says):
        agree(got(), expected)


def test_refuses_wants_the_exact_class() -> None:
    with refuses(ValueError):
        raise ValueError("right")
    with pytest.raises(AssertionError, match="expected ValueError, got UnicodeError"):
        with refuses(ValueError):
            raise UnicodeError("a subclass is not it")
    with pytest.raises(pytest.fail.Exception, match="nothing was raised"):
        with refuses(ValueError):
            pass


@pytest.mark.parametrize(
    ("text", "name", "verdict"),
    [
        ("LogicalAnd: received", "logical_and", True),
        ("SelectV2: received", "where|select", True),
        ("shapes [2,3] and [4]", "(2, 3)", True),
        ("shapes [2,3] and [4]", "(4,)", True),
        ("shape (3,)", "(2,)", False),
        ("Add: received", "sub", False),
    ],
)
def test_mentions(text: str, name: str, verdict: bool) -> None:
    assert mentions(text, name) is verdict


@pytest.mark.tfcompat_only
def test_refuses_reads_the_message() -> None:
    with refuses(ValueError, "matmul", "float32"):
        raise ValueError("matmul: received int32; accepted: float32")
    with pytest.raises(AssertionError, match="lacks"):
        with refuses(ValueError, "matmul"):
            raise ValueError("wrong")
