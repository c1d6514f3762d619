"""tf.data.experimental: the older forms give what the methods of tf.data.Dataset give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import plain

Dataset = tf.data.Dataset
experimental = tf.data.experimental
LONG = [[0], [1, 2, 3, 4], [5, 6, 7], [7, 8, 9, 10, 11]]


def elements(dataset: Any) -> list[Any]:
    return [plain(x) for x in dataset.as_numpy_iterator()]


def rising() -> Any:
    return Dataset.range(1, 5).map(lambda x: tf.fill([x], x))


def lists() -> Any:
    spec = tf.TensorSpec([None], tf.int64)
    return Dataset.from_generator(lambda: LONG, output_signature=spec)


def third(x: Any) -> Any:
    return x % 3


def small(x: Any) -> Any:
    return x < 3


# Each pair gives the same elements.
SAME: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "Counter": (
        lambda: experimental.Counter(2, 3).take(3),
        lambda: Dataset.range(2, 11, 3),
    ),
    "RandomDataset": (
        lambda: experimental.RandomDataset(seed=4).take(3),
        lambda: Dataset.random(seed=4).take(3),
    ),
    "bucket_by_sequence_length": (
        lambda: lists().apply(experimental.bucket_by_sequence_length(tf.size, [3, 5], [1, 2, 2])),
        lambda: lists().bucket_by_sequence_length(tf.size, [3, 5], [1, 2, 2]),
    ),
    "copy_to_device": (
        lambda: Dataset.range(3).apply(experimental.copy_to_device("/cpu:0")),
        lambda: Dataset.range(3),
    ),
    "prefetch_to_device": (
        lambda: Dataset.range(3).apply(experimental.prefetch_to_device("/cpu:0")),
        lambda: Dataset.range(3),
    ),
    "enumerate_dataset": (
        lambda: Dataset.range(3).apply(experimental.enumerate_dataset(4)),
        lambda: Dataset.range(3).enumerate(4),
    ),
    "dense_to_ragged_batch": (
        lambda: rising().apply(experimental.dense_to_ragged_batch(2)),
        lambda: rising().ragged_batch(2),
    ),
    "dense_to_sparse_batch": (
        lambda: rising().apply(experimental.dense_to_sparse_batch(2, [5])),
        lambda: rising().sparse_batch(2, [5]),
    ),
    "group_by_window": (
        lambda: Dataset.range(9).apply(
            experimental.group_by_window(third, lambda k, d: d.batch(2), 2)
        ),
        lambda: Dataset.range(9).group_by_window(third, lambda k, d: d.batch(2), 2),
    ),
    "ignore_errors": (
        lambda: Dataset.range(3).apply(experimental.ignore_errors()),
        lambda: Dataset.range(3),
    ),
    "parallel_interleave": (
        lambda: Dataset.range(1, 4).apply(
            experimental.parallel_interleave(lambda x: Dataset.range(x), cycle_length=2)
        ),
        lambda: Dataset.range(1, 4).interleave(lambda x: Dataset.range(x), cycle_length=2),
    ),
    "rejection_resample": (
        lambda: Dataset.range(4).apply(
            experimental.rejection_resample(lambda x: x % 2, [0.5, 0.5], [0.5, 0.5], 1)
        ),
        lambda: Dataset.zip((Dataset.range(4).map(lambda x: x % 2), Dataset.range(4))),
    ),
    "sample_from_datasets": (
        lambda: experimental.sample_from_datasets([Dataset.range(5)] * 2, seed=3),
        lambda: Dataset.sample_from_datasets([Dataset.range(5)] * 2, seed=3),
    ),
    "choose_from_datasets": (
        lambda: experimental.choose_from_datasets([Dataset.range(2)] * 2, Dataset.range(2)),
        lambda: Dataset.from_tensor_slices(np.zeros(2, np.int64)),
    ),
    "scan": (
        lambda: Dataset.range(4).apply(experimental.scan(np.int64(0), lambda s, x: (s + x, s * x))),
        lambda: Dataset.range(4).scan(np.int64(0), lambda s, x: (s + x, s * x)),
    ),
    "shuffle_and_repeat": (
        lambda: Dataset.range(5).apply(experimental.shuffle_and_repeat(3, 2, seed=1)),
        lambda: Dataset.range(5).shuffle(3, seed=1).repeat(2),
    ),
    "take_while": (
        lambda: Dataset.range(9).apply(experimental.take_while(small)),
        lambda: Dataset.range(3),
    ),
    "unbatch": (
        lambda: Dataset.range(5).batch(2).apply(experimental.unbatch()),
        lambda: Dataset.range(5),
    ),
    "unique": (
        lambda: (
            Dataset.range(5)
            .map(small)
            .map(lambda x: tf.cast(x, tf.int32))
            .apply(experimental.unique())
        ),
        lambda: Dataset.from_tensor_slices([1, 0]),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_same_elements(name: str) -> None:
    tf.random.set_seed(11)
    first = elements(SAME[name][0]())
    tf.random.set_seed(11)
    assert first == elements(SAME[name][1]())


def test_questions() -> None:
    dataset = Dataset.range(4)
    assert int(experimental.cardinality(dataset)) == 4
    assert int(experimental.at(dataset, 2)) == 2
    assert int(experimental.get_single_element(dataset.take(1))) == 0
    spec = tf.TensorSpec([], tf.int64)
    assert experimental.get_structure(dataset) == experimental.get_structure(iter(dataset)) == spec
    assert int(experimental.get_next_as_optional(iter(dataset)).get_value()) == 0
    with pytest.raises(TypeError):
        experimental.get_structure(3)


def test_lookup_tables() -> None:
    words = Dataset.from_tensor_slices(["a", "b"])
    table = experimental.index_table_from_dataset(words)
    assert table.lookup(tf.constant(["b", "c", "a"])).numpy().tolist() == [1, -1, 0]
    pairs = Dataset.from_tensor_slices((["a", "b"], np.array([5, 6])))
    found = experimental.table_from_dataset(pairs, default_value=-1)
    assert found.lookup(tf.constant(["b", "c"])).numpy().tolist() == [6, -1]
    filled = tf.lookup.StaticHashTable(experimental.DatasetInitializer(pairs), -7)
    assert filled.lookup(tf.constant(["c", "a"])).numpy().tolist() == [-7, 5]
    with pytest.raises(ValueError):
        experimental.table_from_dataset(pairs, num_oov_buckets=-1)


def test_slices_of_a_list_differ_in_shape() -> None:
    dataset = experimental.from_list([1, [2]])
    assert dataset.element_spec == tf.TensorSpec(None, tf.int32)
    assert elements(dataset) == [1, [2]]
