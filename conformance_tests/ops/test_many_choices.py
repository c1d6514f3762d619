"""Choices among many elements: what is found at once there, by what finds it one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

_random = np.random.default_rng(7)


def test_targets_among_the_highest_of_many_classes() -> None:
    scores = _random.integers(0, 99, (90, 300)).astype("f4")
    scores[3, 200], scores[4, 250], scores[5, 299] = np.nan, np.inf, -np.inf
    targets = _random.integers(-2, 303, 90).astype("i4")
    for k in (0, 2, 40):
        wanted = [
            bool(0 <= t < 300 and np.isfinite(row).all() and (row > row[t]).sum() < k)
            for t, row in zip(targets, scores, strict=True)
        ]
        agree(tf.math.in_top_k(targets, scores, k), wanted)


@pytest.mark.parametrize("shape", [(70_000,), (250, 300), (40, 30, 40)])
def test_coordinates_of_what_is_true(shape: tuple[int, ...]) -> None:
    truths = _random.random(shape) < 0.3
    agree(tf.where(truths), np.argwhere(truths))
    agree(tf.where(truths.astype("f4") * 0.5), np.argwhere(truths))


def test_ranges() -> None:
    agree(tf.range(40_000), np.arange(40_000, dtype="i4"))
    agree(tf.range(-70_000, 70_001, 3), np.arange(-70_000, 70_001, 3, dtype="i4"))


def test_exponential_units() -> None:
    x = _random.standard_normal((300, 200)).astype("f4") * 4
    x[0, :4] = [np.inf, -np.inf, 0, np.nan]
    wide = np.minimum(x.astype("f8"), 0)
    wanted = np.where(x > 0, x, np.expm1(wide))
    np.testing.assert_allclose(tf.nn.elu(x).numpy(), wanted.astype("f4"), 1e-6, 1e-7)
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    wanted = scale * np.where(x > 0, x, alpha * np.expm1(wide))
    np.testing.assert_allclose(tf.nn.selu(x).numpy(), wanted.astype("f4"), 2e-6, 1e-6)


@pytest.mark.parametrize("method", ["bilinear", "area"])
def test_half_the_size_is_the_mean_of_fours(method: str) -> None:
    images = _random.random((3, 64, 96, 3), "f4")
    wanted = images.reshape(3, 32, 2, 48, 2, 3).mean((2, 4))
    np.testing.assert_allclose(tf.image.resize(images, [32, 48], method).numpy(), wanted, 1e-6)


def _shared(a: Any, b: Any) -> float:
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    common = np.prod(np.maximum(high - low, 0))
    return float(common / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common))


@pytest.mark.parametrize("most", [7, 300])
def test_boxes_that_overlap_no_better_one(most: int) -> None:
    corners = _random.uniform(0, 0.7, (300, 2))
    boxes = np.concatenate([corners, corners + _random.uniform(0.1, 0.4, (300, 2))], 1)
    scores = _random.permutation(300).astype("f4")
    kept: list[int] = []
    for at in np.argsort(-scores):
        if len(kept) < most and all([_shared(boxes[at], boxes[k]) <= 0.3 for k in kept]):
            kept.append(int(at))
    found = tf.image.non_max_suppression(boxes.astype("f4"), scores, most, 0.3)
    agree(found, np.array(kept, "i4"))


def test_classes_of_many_by_their_probabilities() -> None:
    probabilities = np.zeros(260)
    probabilities[[3, 100, 259]] = 0.5, 0.25, 0.25
    with np.errstate(divide="ignore"):
        logits = np.maximum(np.log(probabilities), -1e9)
    drawn = tf.random.categorical(np.tile(logits, (4000, 1)).astype("f4"), 1).numpy()
    counts = np.bincount(drawn.reshape(-1), minlength=260)
    assert set(np.flatnonzero(counts)) == {3, 100, 259}
    np.testing.assert_allclose(counts[[3, 100, 259]] / 4000, [0.5, 0.25, 0.25], atol=0.05)


def test_numbers_nobody_can_foresee() -> None:
    first, second = [tf.random.normal([300, 300]).numpy() for _ in range(2)]
    assert abs(first.mean()) < 0.03 and abs(first.std() - 1) < 0.03
    assert (first != second).mean() > 0.99
    even = tf.random.uniform([300, 300]).numpy()
    assert 0 <= even.min() < 0.01 and 0.99 < even.max() < 1
    kept = tf.nn.dropout(tf.ones([300, 300]), 0.25).numpy()
    np.testing.assert_allclose(np.unique(kept), [0, 4 / 3], 1e-6)
    assert abs((kept == 0).mean() - 0.25) < 0.02


def test_sums_of_segments() -> None:
    rows = _random.standard_normal((6, 3)).astype("f4")
    ids = [0, 0, 1, 3, 3, 3]
    agree(tf.math.segment_sum(rows, ids), _sums(rows, ids))
    ids = [3, -1, 0, 3, -2, 1]
    agree(tf.math.unsorted_segment_sum(rows, ids, 4), _sums(rows, ids))


def _sums(rows: Any, ids: list[int]) -> Any:
    found = np.zeros((4, 3), "f4")
    for row, at in zip(rows, ids, strict=True):
        if at >= 0:
            found[at] += row
    return found


def test_the_highest_in_order() -> None:
    x = np.array([[1, -0.0, 3, 3, 0.0], [2, 2, -1, np.inf, 2]], "f4")
    values, places = tf.math.top_k(x, 4)
    agree(values, np.array([[3, 3, 1, 0], [np.inf, 2, 2, 2]], "f4"))
    agree(places, np.array([[2, 3, 0, 1], [3, 0, 1, 4]], "i4"))


def test_distinct_numbers_that_are_far_apart_for_their_bits() -> None:
    x = np.tile(np.array([100, -100, 45, 0], "i1"), 90)
    values, places = tf.unique(x)
    agree(values, np.array([100, -100, 45, 0], "i1"))
    agree(places, np.tile(np.arange(4, dtype="i4"), 90))
