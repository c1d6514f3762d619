"""Derivatives through ragged tensors, by their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

SPLITS = [0, 1, 1, 4]
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0], np.float32)


def weighted(ragged: Any) -> Any:
    return tf.reduce_sum(ragged * ragged, 1) * [1.0, 2.0, 3.0]


CASES = {
    "sums": (lambda r: weighted(r), [2.0, 12.0, 18.0, 24.0]),
    "means": (lambda r: tf.reduce_mean(r[:1], 1) + tf.reduce_mean(r[2:], 1), [1.0] + [1 / 3] * 3),
    "columns": (lambda r: tf.reduce_sum(r, 0) * [1.0, 2.0, 3.0], [1.0, 1.0, 2.0, 3.0]),
    "largest": (lambda r: tf.reduce_max(r[2:], 1), [0.0, 0.0, 0.0, 1.0]),
    "dense": (lambda r: r.to_tensor()[2] * [1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0]),
    "cut": (lambda r: r.to_tensor(shape=[None, 1]), [1.0, 1.0, 0.0, 0.0]),
    "rows": (lambda r: r[2] * 5.0, [0.0, 5.0, 5.0, 5.0]),
    "part of rows": (lambda r: r[:, 1:].flat_values * 2.0, [0.0, 0.0, 2.0, 2.0]),
    "gathered": (lambda r: tf.gather(r, [2, 2]).flat_values, [0.0, 2.0, 2.0, 2.0]),
    "joined": (lambda r: tf.concat([r, r * 2.0], 1).flat_values, [3.0] * 4),
    "broadcast": (lambda r: (r * [[1.0], [2.0], [3.0]]).flat_values, [1.0, 3.0, 3.0, 3.0]),
    "chosen": (lambda r: tf.where(r > 2.0, r, 0.0).flat_values, [0.0, 0.0, 1.0, 1.0]),
    "running sums": (lambda r: tf.cumsum(r, 1).flat_values, [1.0, 3.0, 2.0, 1.0]),
    "masked": (
        lambda r: tf.ragged.boolean_mask(r, r > 2.0).flat_values * 3.0,
        [0.0, 0.0, 3.0, 3.0],
    ),
}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_gradient(name: str, compiled: bool) -> None:
    function, expected = CASES[name]

    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(tf.RaggedTensor.from_row_splits(x, SPLITS))
        return tape.gradient(y, x)

    call = tf.function(gradient) if compiled else gradient
    found = tf.convert_to_tensor(call(tf.constant(WEIGHTS)))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5)


def test_softmax() -> None:
    x = tf.constant(WEIGHTS)
    with tf.GradientTape() as tape:
        tape.watch(x)
        ragged = tf.RaggedTensor.from_row_splits(x, SPLITS)
        y = tf.nn.softmax(ragged).flat_values * tf.constant([1.0, 1.0, 2.0, 3.0])
    found = tape.gradient(y, x).numpy()
    p = np.exp(WEIGHTS[1:]) / np.exp(WEIGHTS[1:]).sum()
    w = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(found, [0.0, *(p * (w - (p * w).sum()))], atol=1e-5)


def test_ragged_sources_and_targets() -> None:
    ragged = tf.ragged.constant([[1.0, 2.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch(ragged.flat_values)
        y = ragged * ragged
    found = tape.gradient(y, ragged)
    assert isinstance(found, tf.RaggedTensor)
    assert found.to_list() == [[2.0, 4.0], [6.0]]


def test_a_variable_looked_up_by_ragged_ids() -> None:
    table = tf.Variable(tf.ones([4, 2]))
    ids = tf.ragged.constant([[1, 1, 3], [], [0]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.embedding_lookup(table, ids), 1) * [[1.0], [2.0], [3.0]]
    found = tf.convert_to_tensor(tape.gradient(y, table))
    assert found.numpy().tolist() == [[3.0, 3.0], [2.0, 2.0], [0.0, 0.0], [1.0, 1.0]]


def test_map_fn_over_rows() -> None:
    x = tf.constant(WEIGHTS)
    with tf.GradientTape() as tape:
        tape.watch(x)
        ragged = tf.RaggedTensor.from_row_splits(x, SPLITS)
        y = tf.map_fn(lambda r: tf.reduce_sum(r * r), ragged, fn_output_signature=tf.float32)
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0, 6.0, 8.0]
