"""What elements datasets have, in which order, and how many."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import check

Dataset = tf.data.Dataset

Pair = namedtuple("Pair", ["a", "b"])
CHOICES = np.array([0, 1, 0, 1, 1, 0, 0, 1])


def two() -> list[Any]:
    return [Dataset.range(3), Dataset.range(10, 20)]


# The dataset, its elements, and what it says of their number.
CASES: dict[str, Any] = {
    "slices": (
        lambda: Dataset.from_tensor_slices([1, 2, 3]),
        [1, 2, 3],
        3,
    ),
    "slices of structures": (
        lambda: Dataset.from_tensor_slices({"b": [1, 2], "a": ([1.0, 2.0], ["x", "y"])}),
        [{"b": 1, "a": (1.0, b"x")}, {"b": 2, "a": (2.0, b"y")}],
        2,
    ),
    "slices of rows": (
        lambda: Dataset.from_tensor_slices(np.arange(6).reshape(3, 2)),
        [[0, 1], [2, 3], [4, 5]],
        3,
    ),
    "no slices": (
        lambda: Dataset.from_tensor_slices(np.zeros([0, 2])),
        [],
        0,
    ),
    "tensors": (
        lambda: Dataset.from_tensors([[1, 2], [3, 4]]),
        [[[1, 2], [3, 4]]],
        1,
    ),
    "tensors of structures": (
        lambda: Dataset.from_tensors((1, {"a": "x"}, None)),
        [(1, {"a": b"x"}, None)],
        1,
    ),
    "named tuple": (
        lambda: Dataset.from_tensors(Pair(1, [2])).batch(1),
        [([1], [[2]])],
        1,
    ),
    "range": (
        lambda: Dataset.range(4),
        [0, 1, 2, 3],
        4,
    ),
    "range with a step": (
        lambda: Dataset.range(7, 1, -2),
        [7, 5, 3],
        3,
    ),
    "range of floats": (
        lambda: Dataset.range(3, output_type=tf.float32),
        [0.0, 1.0, 2.0],
        3,
    ),
    "empty range": (
        lambda: Dataset.range(3, 1),
        [],
        0,
    ),
    "generator": (
        lambda: Dataset.from_generator(
            lambda: iter([(1, "a"), (2, "b")]),
            output_signature=(tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.string)),
        ),
        [(1, b"a"), (2, b"b")],
        -2,
    ),
    "generator with types": (
        lambda: Dataset.from_generator(lambda: [[1], [2, 3]], tf.int64, [None]),
        [[1], [2, 3]],
        -2,
    ),
    "generator with arguments": (
        lambda: Dataset.from_generator(lambda n: range(n), tf.int32, args=(3,)),
        [0, 1, 2],
        -2,
    ),
    "zip": (
        lambda: Dataset.zip((Dataset.range(3), Dataset.range(5, 10))),
        [(0, 5), (1, 6), (2, 7)],
        3,
    ),
    "zip of arguments": (
        lambda: Dataset.zip(Dataset.range(2), Dataset.range(2)),
        [(0, 0), (1, 1)],
        2,
    ),
    "zip of structures": (
        lambda: Dataset.zip({"a": Dataset.range(2), "b": (Dataset.range(3), Dataset.range(4))}),
        [{"a": 0, "b": (0, 0)}, {"a": 1, "b": (1, 1)}],
        2,
    ),
    "zip with a map": (
        lambda: Dataset.zip((Dataset.range(3), Dataset.range(9).map(lambda x: x * x))),
        [(0, 0), (1, 1), (2, 4)],
        3,
    ),
    "concatenate": (
        lambda: Dataset.range(2).concatenate(Dataset.range(5, 7)),
        [0, 1, 5, 6],
        4,
    ),
    "concatenate of shapes": (
        lambda: Dataset.from_tensors([1]).concatenate(Dataset.from_tensors([1, 2])),
        [[1], [1, 2]],
        2,
    ),
    "take": (
        lambda: Dataset.range(5).take(3),
        [0, 1, 2],
        3,
    ),
    "take all": (
        lambda: Dataset.range(3).take(-1),
        [0, 1, 2],
        3,
    ),
    "take too many": (
        lambda: Dataset.range(3).take(9),
        [0, 1, 2],
        3,
    ),
    "skip": (
        lambda: Dataset.range(5).skip(3),
        [3, 4],
        2,
    ),
    "skip all": (
        lambda: Dataset.range(5).skip(-1),
        [],
        0,
    ),
    "skip of a map": (
        lambda: Dataset.range(5).map(lambda x: x + 1).skip(3),
        [4, 5],
        2,
    ),
    "repeat": (
        lambda: Dataset.range(2).repeat(3),
        [0, 1, 0, 1, 0, 1],
        6,
    ),
    "repeat never": (
        lambda: Dataset.range(2).repeat(0),
        [],
        0,
    ),
    "repeat of nothing": (
        lambda: Dataset.range(0).repeat(),
        [],
        0,
    ),
    "endless": (
        lambda: Dataset.range(2).repeat().take(5),
        [0, 1, 0, 1, 0],
        5,
    ),
    "repeat of batches": (
        lambda: Dataset.range(3).batch(2).repeat(2),
        [[0, 1], [2], [0, 1], [2]],
        4,
    ),
    "batch over rounds": (
        lambda: Dataset.range(3).repeat(2).batch(4),
        [[0, 1, 2, 0], [1, 2]],
        2,
    ),
    "shard": (
        lambda: Dataset.range(10).shard(3, 1),
        [1, 4, 7],
        3,
    ),
    "shard of a filter": (
        lambda: Dataset.range(10).filter(lambda x: x > 2).shard(3, 1),
        [4, 7],
        -2,
    ),
    "enumerate": (
        lambda: Dataset.from_tensor_slices(["a", "b"]).enumerate(5),
        [(5, b"a"), (6, b"b")],
        2,
    ),
    "enumerate a map": (
        lambda: Dataset.range(3).map(lambda x: x * 2).enumerate(),
        [(0, 0), (1, 2), (2, 4)],
        3,
    ),
    "cache": (
        lambda: Dataset.range(3).cache().repeat(2),
        [0, 1, 2, 0, 1, 2],
        6,
    ),
    "prefetch": (
        lambda: Dataset.range(4).prefetch(2),
        [0, 1, 2, 3],
        4,
    ),
    "prefetch nothing": (
        lambda: Dataset.range(4).prefetch(0),
        [0, 1, 2, 3],
        4,
    ),
    "unique": (
        lambda: Dataset.from_tensor_slices([1, 2, 1, 3, 2]).unique(),
        [1, 2, 3],
        -2,
    ),
    "unique strings": (
        lambda: Dataset.from_tensor_slices(["a", "b", "a"]).unique(),
        [b"a", b"b"],
        -2,
    ),
    "unique rows": (
        lambda: Dataset.from_tensor_slices([[1, 2], [1, 2], [2, 1]]).unique(),
        [[1, 2], [2, 1]],
        -2,
    ),
    "counter": (
        lambda: Dataset.counter(3, -2).take(3),
        [3, 1, -1],
        3,
    ),
    "apply": (
        lambda: Dataset.range(4).apply(lambda d: d.map(lambda x: x + 1)),
        [1, 2, 3, 4],
        4,
    ),
    "options": (
        lambda: Dataset.range(2).with_options(tf.data.Options()),
        [0, 1],
        2,
    ),
    "choose": (
        lambda: Dataset.choose_from_datasets(two(), Dataset.from_tensor_slices(CHOICES)),
        [0, 10, 1, 11, 12, 2],
        -2,
    ),
    "choose to the end": (
        lambda: Dataset.choose_from_datasets(two(), Dataset.from_tensor_slices(CHOICES), False),
        [0, 10, 1, 11, 12, 2, 13],
        -2,
    ),
    "sample of one": (
        lambda: Dataset.sample_from_datasets([Dataset.range(3)]),
        [0, 1, 2],
        3,
    ),
    "ignore errors": (
        lambda: (
            Dataset.range(4)
            .map(lambda x: tf.debugging.check_numerics(1 / (x - 2), "no"))
            .ignore_errors()
        ),
        [-0.5, -1.0, 1.0],
        -2,
    ),
    "list": (
        lambda: tf.data.experimental.from_list([(1, "a"), (2, "b")]),
        [(1, b"a"), (2, b"b")],
        2,
    ),
    "counted": (
        lambda: (
            Dataset.range(3)
            .filter(lambda x: True)
            .apply(tf.data.experimental.assert_cardinality(3))
        ),
        [0, 1, 2],
        3,
    ),
    "padded to a number": (
        lambda: Dataset.from_tensor_slices({"a": [1, 2]}).apply(
            tf.data.experimental.pad_to_cardinality(4)
        ),
        [
            {"a": 1, "valid": True},
            {"a": 2, "valid": True},
            {"a": 0, "valid": False},
            {"a": 0, "valid": False},
        ],
        4,
    ),
    "map and batch": (
        lambda: Dataset.range(5).apply(tf.data.experimental.map_and_batch(lambda x: x + 1, 2)),
        [[1, 2], [3, 4], [5]],
        3,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_elements(case: str) -> None:
    make, elements, count = CASES[case]
    check(make(), elements, count)
