"""Batches, windows, groups and rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import check

Dataset = tf.data.Dataset

LONG = [[0], [1, 2, 3, 4], [5, 6, 7], [7, 8, 9, 10, 11], [13, 14, 15, 16, 19, 20], [21, 22]]
ROW = tf.TensorSpec([None], tf.int64)


def rising(count: int) -> Any:
    return Dataset.range(1, count).map(lambda x: tf.fill([x], x))


def lists() -> Any:
    return Dataset.from_generator(lambda: LONG, output_signature=ROW)


def length(x: Any) -> Any:
    return tf.shape(x)[0]


def third(x: Any) -> Any:
    return x % 3


def pairs(key: Any, group: Any) -> Any:
    return group.batch(2)


# The dataset, its elements, and what it says of their number.
CASES: dict[str, Any] = {
    "batch": (
        lambda: Dataset.range(7).batch(3),
        [[0, 1, 2], [3, 4, 5], [6]],
        3,
    ),
    "batch without the rest": (
        lambda: Dataset.range(7).batch(3, drop_remainder=True),
        [[0, 1, 2], [3, 4, 5]],
        2,
    ),
    "batch of batches": (
        lambda: Dataset.range(8).batch(2).batch(2, True),
        [[[0, 1], [2, 3]], [[4, 5], [6, 7]]],
        2,
    ),
    "batch of structures": (
        lambda: Dataset.from_tensor_slices(
            {"a": [1, 2, 3], "b": (["x", "y", "z"], [[1.0], [2.0], [3.0]])}
        ).batch(2),
        [{"a": [1, 2], "b": ([b"x", b"y"], [[1.0], [2.0]])}, {"a": [3], "b": ([b"z"], [[3.0]])}],
        2,
    ),
    "batch after a filter": (
        lambda: Dataset.range(9).filter(lambda x: x % 2 == 0).batch(2),
        [[0, 2], [4, 6], [8]],
        -2,
    ),
    "parallel batch": (
        lambda: Dataset.range(5).batch(2, num_parallel_calls=2),
        [[0, 1], [2, 3], [4]],
        3,
    ),
    "batch of strings": (
        lambda: Dataset.range(3).map(tf.strings.as_string).batch(2),
        [[b"0", b"1"], [b"2"]],
        2,
    ),
    "padded": (
        lambda: rising(5).padded_batch(3),
        [[[1, 0, 0], [2, 2, 0], [3, 3, 3]], [[4, 4, 4, 4]]],
        2,
    ),
    "padded to a shape": (
        lambda: rising(5).padded_batch(3, [5], np.int64(-1), True),
        [[[1, -1, -1, -1, -1], [2, 2, -1, -1, -1], [3, 3, 3, -1, -1]]],
        1,
    ),
    "padded scalars": (
        lambda: Dataset.range(4).padded_batch(3),
        [[0, 1, 2], [3]],
        2,
    ),
    "padded structures": (
        lambda: (
            rising(4)
            .map(lambda x: {"a": x, "b": (tf.strings.as_string(x), tf.size(x))})
            .padded_batch(2, {"a": [None], "b": ([4], [])}, {"a": np.int64(7), "b": ("z", None)})
        ),
        [
            {
                "a": [[1, 7], [2, 2]],
                "b": ([[b"1", b"z", b"z", b"z"], [b"2", b"2", b"z", b"z"]], [1, 2]),
            },
            {"a": [[3, 3, 3]], "b": ([[b"3", b"3", b"3", b"z"]], [3])},
        ],
        2,
    ),
    "padded matrices": (
        lambda: rising(4).map(lambda x: tf.stack([x, x])).padded_batch(2),
        [[[[1, 0], [1, 0]], [[2, 2], [2, 2]]], [[[3, 3, 3], [3, 3, 3]]]],
        2,
    ),
    "unbatch": (
        lambda: Dataset.range(6).batch(4).unbatch(),
        [0, 1, 2, 3, 4, 5],
        -2,
    ),
    "unbatch a structure": (
        lambda: Dataset.from_tensors(([1, 2], ["a", "b"])).unbatch(),
        [(1, b"a"), (2, b"b")],
        2,
    ),
    "unbatch and batch": (
        lambda: Dataset.range(7).batch(3).unbatch().batch(2),
        [[0, 1], [2, 3], [4, 5], [6]],
        -2,
    ),
    "unbatch rows": (
        lambda: Dataset.from_tensor_slices(np.arange(8).reshape(2, 2, 2)).unbatch(),
        [[0, 1], [2, 3], [4, 5], [6, 7]],
        4,
    ),
    "rebatch": (
        lambda: Dataset.range(7).batch(3).rebatch(2),
        [[0, 1], [2, 3], [4, 5], [6]],
        -2,
    ),
    "rebatch in turn": (
        lambda: Dataset.range(7).batch(3).rebatch([1, 2]),
        [[0], [1, 2], [3], [4, 5], [6]],
        -2,
    ),
    "rebatch without the rest": (
        lambda: Dataset.range(7).batch(3).rebatch(2, drop_remainder=True),
        [[0, 1], [2, 3], [4, 5]],
        -2,
    ),
    "ragged": (
        lambda: rising(6).ragged_batch(2),
        [[[1], [2, 2]], [[3, 3, 3], [4, 4, 4, 4]], [[5, 5, 5, 5, 5]]],
        3,
    ),
    "ragged of scalars": (
        lambda: Dataset.range(4).ragged_batch(3),
        [[0, 1, 2], [3]],
        2,
    ),
    "ragged slices": (
        lambda: Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3], []])).batch(2),
        [[[1], [2, 3]], [[]]],
        2,
    ),
    "ragged whole": (
        lambda: Dataset.from_tensors(tf.ragged.constant([[1], [2, 3]])).batch(1),
        [[[[1], [2, 3]]]],
        1,
    ),
    "ragged rows mapped": (
        lambda: Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])).map(lambda x: x * 2),
        [[2], [4, 6]],
        2,
    ),
    "sparse slices": (
        lambda: Dataset.from_tensor_slices(tf.sparse.from_dense([[1, 0], [0, 2]])).map(
            tf.sparse.to_dense
        ),
        [[1, 0], [0, 2]],
        2,
    ),
    "sparse batch": (
        lambda: rising(5).sparse_batch(3, [5]).map(tf.sparse.to_dense),
        [[[1, 0, 0, 0, 0], [2, 2, 0, 0, 0], [3, 3, 3, 0, 0]], [[4, 4, 4, 4, 0]]],
        2,
    ),
    "sparse values": (
        lambda: (
            Dataset.range(3)
            .map(lambda x: tf.sparse.from_dense([x, 0]))
            .batch(2)
            .map(tf.sparse.to_dense)
        ),
        [[[0, 0], [1, 0]], [[2, 0]]],
        2,
    ),
    "sparse unbatched": (
        lambda: (
            Dataset.from_tensors(tf.sparse.from_dense([[1, 0], [0, 2]]))
            .unbatch()
            .map(tf.sparse.to_dense)
        ),
        [[1, 0], [0, 2]],
        -2,
    ),
    "window": (
        lambda: Dataset.range(7).window(3).flat_map(lambda w: w.batch(3)),
        [[0, 1, 2], [3, 4, 5], [6]],
        -2,
    ),
    "window with a shift": (
        lambda: Dataset.range(7).window(3, 2, 1).flat_map(lambda w: w.batch(3)),
        [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6]],
        -2,
    ),
    "window with a stride": (
        lambda: Dataset.range(7).window(3, 1, 2, True).flat_map(lambda w: w.batch(3)),
        [[0, 2, 4], [1, 3, 5], [2, 4, 6]],
        -2,
    ),
    "window with gaps": (
        lambda: Dataset.range(9).window(2, 4).flat_map(lambda w: w.batch(3)),
        [[0, 1], [4, 5], [8]],
        -2,
    ),
    "windows of pairs": (
        lambda: (
            Dataset.zip((Dataset.range(4), Dataset.range(4)))
            .window(2)
            .flat_map(lambda a, b: Dataset.zip((a.batch(2), b.batch(2))))
        ),
        [([0, 1], [0, 1]), ([2, 3], [2, 3])],
        -2,
    ),
    "window reduced": (
        lambda: Dataset.range(5).window(2).map(lambda w: w.reduce(np.int64(0), lambda a, b: a + b)),
        [1, 5, 4],
        3,
    ),
    "group": (
        lambda: Dataset.range(10).group_by_window(third, pairs, window_size=2),
        [[0, 3], [1, 4], [2, 5], [6, 9], [7], [8]],
        -2,
    ),
    "group of a size": (
        lambda: Dataset.range(10).group_by_window(third, pairs, window_size_func=lambda k: k + 1),
        [[0], [3], [1, 4], [6], [2, 5], [8], [9], [7]],
        -2,
    ),
    "buckets": (
        lambda: lists().bucket_by_sequence_length(length, [3, 5], [2, 2, 2]),
        [
            [[1, 2, 3, 4], [5, 6, 7, 0]],
            [[7, 8, 9, 10, 11, 0], [13, 14, 15, 16, 19, 20]],
            [[0, 0], [21, 22]],
        ],
        -2,
    ),
    "buckets to boundaries": (
        lambda: lists().bucket_by_sequence_length(
            length, [3, 7], [2, 2, 2], pad_to_bucket_boundary=True
        ),
        [
            [[1, 2, 3, 4, 0, 0], [5, 6, 7, 0, 0, 0]],
            [[7, 8, 9, 10, 11, 0], [13, 14, 15, 16, 19, 20]],
            [[0, 0], [21, 22]],
        ],
        -2,
    ),
    "buckets unpadded": (
        lambda: lists().bucket_by_sequence_length(length, [3, 5], [1, 1, 1], no_padding=True),
        [
            [[0]],
            [[1, 2, 3, 4]],
            [[5, 6, 7]],
            [[7, 8, 9, 10, 11]],
            [[13, 14, 15, 16, 19, 20]],
            [[21, 22]],
        ],
        -2,
    ),
    "reducer": (
        lambda: Dataset.range(10).apply(
            tf.data.experimental.group_by_reducer(
                third,
                tf.data.experimental.Reducer(
                    lambda k: np.int64(0), lambda s, x: s + x, lambda s: s
                ),
            )
        ),
        [18, 12, 15],
        -2,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_elements(case: str) -> None:
    make, elements, count = CASES[case]
    check(make(), elements, count)


def test_single_strings_in_caches_and_padded_batches() -> None:
    one_by_one = Dataset.from_generator(
        lambda: iter(["a", "bb"]), output_signature=tf.TensorSpec([], tf.string)
    )
    cached = one_by_one.cache()
    for dataset in (cached.batch(2), cached.shuffle(1).batch(2), one_by_one.padded_batch(2)):
        for _ in range(2):
            (batch,) = dataset.as_numpy_iterator()
            assert batch.tolist() == [b"a", b"bb"]
    lengths = cached.shuffle(1).map(tf.strings.length).batch(2)
    assert [x.tolist() for x in lengths.as_numpy_iterator()] == [[1, 2]]
