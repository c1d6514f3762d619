"""Random orders and choices are TensorFlow's for the same seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset


def values(dataset: Any) -> list[Any]:
    return [np.asarray(x).tolist() for x in dataset.as_numpy_iterator()]


def three() -> list[Any]:
    return [Dataset.range(10), Dataset.range(100, 110), Dataset.range(1000, 1010)]


# The global seed, the dataset, and the elements of its passes.
CASES: dict[str, tuple[int | None, Callable[[], Any], list[list[Any]]]] = {
    "small buffer": (
        None,
        lambda: Dataset.range(10).shuffle(3, seed=42),
        [
            [0, 3, 4, 2, 1, 5, 8, 6, 7, 9],
            [0, 1, 4, 2, 5, 7, 8, 3, 9, 6],
            [0, 2, 3, 5, 6, 7, 4, 8, 9, 1],
        ],
    ),
    "small buffer of a map": (
        None,
        lambda: Dataset.range(10).map(lambda x: x).filter(lambda x: True).shuffle(3, seed=42),
        [[0, 3, 4, 2, 1, 5, 8, 6, 7, 9], [0, 1, 4, 2, 5, 7, 8, 3, 9, 6]],
    ),
    "the same again": (
        None,
        lambda: Dataset.range(10).shuffle(10, seed=42, reshuffle_each_iteration=False),
        [[2, 0, 7, 8, 9, 3, 6, 4, 1, 5]] * 2,
    ),
    "global seed": (
        7,
        lambda: Dataset.range(10).shuffle(10),
        [[8, 9, 2, 3, 1, 5, 4, 6, 7, 0], [6, 1, 7, 9, 2, 8, 3, 0, 4, 5]],
    ),
    "both seeds": (
        7,
        lambda: Dataset.range(10).shuffle(10, seed=3),
        [[9, 7, 3, 8, 6, 2, 0, 5, 4, 1], [6, 5, 7, 8, 2, 1, 9, 3, 4, 0]],
    ),
    "not reshuffled": (
        7,
        lambda: Dataset.range(10).shuffle(4, reshuffle_each_iteration=False),
        [[2, 0, 5, 1, 4, 8, 6, 3, 9, 7]] * 2,
    ),
    "repeated": (
        7,
        lambda: Dataset.range(5).shuffle(4, seed=1).repeat(3),
        [
            [1, 4, 0, 3, 2, 2, 0, 4, 3, 1, 1, 2, 0, 3, 4],
            [3, 1, 2, 4, 0, 1, 3, 2, 0, 4, 1, 0, 2, 3, 4],
        ],
    ),
    "after repeat": (
        7,
        lambda: Dataset.range(5).repeat(3).shuffle(4, seed=1),
        [
            [1, 4, 3, 0, 0, 2, 1, 4, 0, 3, 2, 3, 4, 1, 2],
            [2, 0, 3, 0, 1, 1, 2, 4, 4, 1, 3, 0, 2, 4, 3],
        ],
    ),
    "whole": (
        7,
        lambda: Dataset.range(5).shuffle(tf.data.UNKNOWN_CARDINALITY, seed=1),
        [[0, 4, 1, 3, 2]],
    ),
    "batches": (
        7,
        lambda: Dataset.range(10).shuffle(10).batch(3).repeat(2),
        [[[8, 9, 2], [3, 1, 5], [4, 6, 7], [0], [6, 1, 7], [9, 2, 8], [3, 0, 4], [5]]],
    ),
    "numbers": (
        7,
        lambda: Dataset.random(seed=4).take(4),
        [[3004760025, 2982476881, 1015416266, 3897981549]] * 2,
    ),
    "new numbers": (
        7,
        lambda: Dataset.random(seed=4, rerandomize_each_iteration=True).take(4),
        [
            [1522362835, 723421984, 2343844676, 1022532824],
            [421822199, 3471736299, 839678275, 509815167],
        ],
    ),
    "sampled": (
        7,
        lambda: Dataset.sample_from_datasets(three(), [0.2, 0.3, 0.5], seed=5).take(12),
        [[100, 1000, 0, 1001, 101, 1002, 102, 1, 1003, 103, 1004, 1005]],
    ),
    "sampled evenly": (
        7,
        lambda: Dataset.sample_from_datasets(three(), seed=5).take(8),
        [[0, 1000, 1, 1001, 2, 100, 101, 3]] * 2,
    ),
    "sampled anew": (
        7,
        lambda: Dataset.sample_from_datasets(
            three(), seed=5, rerandomize_each_iteration=True, stop_on_empty_dataset=True
        ).take(8),
        [[1000, 1001, 100, 1002, 1003, 101, 1004, 102], [0, 1000, 1, 100, 101, 1001, 1002, 102]],
    ),
    "sampled until one is empty": (
        7,
        lambda: Dataset.sample_from_datasets(
            three(), seed=5, rerandomize_each_iteration=True, stop_on_empty_dataset=True
        ).skip(18),
        [[1008, 107, 108, 1009, 3, 4, 109], [1006, 1007, 1008, 1009, 109, 3]],
    ),
    "sampled by a dataset": (
        7,
        lambda: Dataset.sample_from_datasets(
            three()[:2], Dataset.from_tensors([0.2, 0.8]).repeat()
        ).take(10),
        [[100, 101, 102, 103, 104, 0, 105, 1, 2, 106]],
    ),
    "resampled": (
        7,
        lambda: (
            Dataset.range(20)
            .map(lambda x: x % 3)
            .rejection_resample(lambda x: tf.cast(x, tf.int32), [0.5, 0.25, 0.25], seed=3)
            .map(lambda label, x: x)
        ),
        [[0, 1, 2, 0, 0, 0, 1, 0, 2, 0, 1, 2, 0, 0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 0, 1, 0, 0]],
    ),
    "resampled to the same": (
        7,
        lambda: (
            Dataset.range(6)
            .rejection_resample(lambda x: x % 2, [0.5, 0.5], [0.5, 0.5], seed=3)
            .map(lambda label, x: x)
        ),
        [[0, 1, 2, 3, 4, 5]],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_order(case: str) -> None:
    seed, make, passes = CASES[case]
    tf.random.set_seed(seed)
    dataset = make()
    assert [values(dataset) for _ in passes] == passes


def test_passes_that_overlap() -> None:
    tf.random.set_seed(7)
    dataset = Dataset.range(5).shuffle(4, seed=1)
    first, second = iter(dataset), iter(dataset)
    assert [int(x) for x in second] == [2, 0, 4, 3, 1]
    assert [int(x) for x in first] == [1, 4, 0, 3, 2]


def test_random_ops_before() -> None:
    tf.random.set_seed(7)
    dataset = Dataset.range(10).shuffle(10)
    tf.random.uniform([])
    assert values(dataset) == [8, 9, 2, 3, 1, 5, 4, 6, 7, 0]


def test_order_in_a_function() -> None:
    @tf.function
    def digits() -> Any:
        found = tf.constant(0, tf.int64)
        for x in Dataset.range(10).shuffle(10, seed=3):
            found = found * 10 + x
        return found

    tf.random.set_seed(7)
    assert [int(digits()), int(digits())] == [9738620541] * 2


def test_without_seeds_orders_differ() -> None:
    tf.random.set_seed(None)
    dataset = Dataset.range(1000).shuffle(1000)
    assert values(dataset) != values(dataset)
    again = Dataset.range(1000).shuffle(1000, reshuffle_each_iteration=False)
    assert values(again) == values(again)
    assert sorted(values(again)) == list(range(1000))


def test_strings_and_structures_move_together() -> None:
    dataset = Dataset.from_tensor_slices(([1, 2, 3, 4], ["1", "2", "3", "4"])).shuffle(4)
    for numbers, texts in dataset.batch(3):
        assert [b"%d" % n for n in numbers.numpy()] == texts.numpy().tolist()
