"""Gradients of gathers: tf.IndexedSlices where TensorFlow gives them, dense where it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, agree_slices
from ..subject import tf

TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def gradient(function: Any, watched: bool = True) -> Any:
    table = tf.Variable(TABLE)
    with tf.GradientTape() as tape:
        y = function(table)
    return tape.gradient(y, table)


def rows(slices: Any) -> list[Any]:
    """Pairs (index, row) in a fixed order: that of accumulation means nothing."""
    return sorted(zip(slices.indices.numpy().tolist(), slices.values.numpy().tolist(), strict=True))


SLICES = {
    "several rows": (lambda v: tf.gather(v, [0, 2, 0]), [[0, 2, 0], np.ones((3, 2))]),
    "one row": (lambda v: tf.gather(v, 1), [[1], np.ones((1, 2))]),
    "a matrix of rows": (lambda v: tf.gather(v, [[0, 1], [1, 1]]), [[0, 1, 1, 1], np.ones((4, 2))]),
    "an embedding": (lambda v: tf.nn.embedding_lookup(v, [1]), [[1], np.ones((1, 2))]),
    "no rows": (lambda v: tf.gather(v, tf.zeros([0], tf.int32)), [[], np.ones((0, 2))]),
    "squared": (lambda v: tf.gather(v, [2, 1]) ** 2, [[2, 1], [[10, 12], [6, 8]]]),
}


@pytest.mark.parametrize("name", SLICES)
def test_rows_of_a_variable(name: str) -> None:
    function, (indices, values) = SLICES[name]
    agree_slices(gradient(function), np.asarray(values, np.float32), indices, dense_shape=[3, 2])


DENSE = {
    "columns": (lambda v: tf.gather(v, [1], axis=1), [[0, 1], [0, 1], [0, 1]]),
    "elements": (lambda v: tf.gather_nd(v, [[0, 1]]), [[0, 1], [0, 0], [0, 0]]),
    "by brackets": (lambda v: v[1], [[0, 0], [1, 1], [0, 0]]),
    "with a dense part": (
        lambda v: tf.reduce_sum(tf.gather(v, [0, 0])) + tf.reduce_sum(v * 2.0),
        [[4, 4], [2, 2], [2, 2]],
    ),
    "of something computed": (lambda v: tf.gather(v * 2.0, [0]), [[2, 2], [0, 0], [0, 0]]),
    "mask": (lambda v: tf.boolean_mask(v * 1.0, [True, False, True]), [[1, 1], [0, 0], [1, 1]]),
}


@pytest.mark.parametrize("name", DENSE)
def test_dense_gradients(name: str) -> None:
    function, expected = DENSE[name]
    agree(gradient(function), np.asarray(expected, np.float32))


def test_two_gathers_are_put_together() -> None:
    got = gradient(
        lambda v: tf.reduce_sum(tf.gather(v, [0, 2, 0]) ** 2) + tf.reduce_sum(tf.gather(v, 1))
    )
    assert isinstance(got, tf.IndexedSlices)
    assert rows(got) == [(0, [2.0, 4.0]), (0, [2.0, 4.0]), (1, [1.0, 1.0]), (2, [10.0, 12.0])]
    agree(tf.convert_to_tensor(got), [[4.0, 8.0], [1.0, 1.0], [10.0, 12.0]])


def test_attributes_and_conversion() -> None:
    table = tf.constant(TABLE)
    with tf.GradientTape() as tape:
        tape.watch(table)
        y = tf.gather(table, [2, 0, 2])
    got = tape.gradient(y, table)
    assert got.shape == [3, 2] and got.dtype == tf.float32 and got.device == y.device
    agree(got.indices, [2, 0, 2])
    agree(got.dense_shape, [3, 2])
    agree(tf.convert_to_tensor(got), [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]])


def test_made_by_hand() -> None:
    made = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([2, 0]), tf.constant([3, 1]))
    agree(tf.convert_to_tensor(made), [[2.0], [0.0], [1.0]])
    agree(tf.math.scalar_mul(2.0, made).values, [[2.0], [4.0]])


def test_an_optimizer_takes_them() -> None:
    table = tf.Variable(TABLE)
    with tf.GradientTape() as tape:
        y = tf.gather(table, [0, 2, 0])
    slices = tape.gradient(y, table)
    tf.keras.optimizers.SGD(learning_rate=0.5).apply_gradients([(slices, table)])
    agree(table.value(), [[0.0, 1.0], [3.0, 4.0], [4.5, 5.5]])


def test_second_order_through_a_gather() -> None:
    table = tf.Variable(TABLE)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.gather(table, [0, 0]) ** 3
        first = tf.convert_to_tensor(inner.gradient(y, table))
        total = tf.reduce_sum(first)
    agree(
        tf.convert_to_tensor(outer.gradient(total, table)), [[12.0, 24.0], [0.0, 0.0], [0.0, 0.0]]
    )


def test_printed_form() -> None:
    rows = tf.IndexedSlices(tf.constant([1.0]), tf.constant([2]), tf.constant([3]))
    assert str(rows) == (
        "IndexedSlices(indices=tf.Tensor([2], shape=(1,), dtype=int32), "
        "values=tf.Tensor([1.], shape=(1,), dtype=float32), "
        "dense_shape=tf.Tensor([3], shape=(1,), dtype=int32))"
    )
