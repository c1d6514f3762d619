"""The random examples of document 003: numbers differ run by run, mathematics does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

LABELS = [2, 0]


def drawn() -> tuple[Any, Any, Any, Any]:
    samples = tf.random.normal([2, 4])
    weights = tf.random.normal([4, 3])
    return samples, weights, tf.zeros([3]), tf.constant(LABELS)


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def expected_gradients(kind: str, samples: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    """The derivatives of both losses, worked out by hand."""
    wanted = np.eye(3)[LABELS]
    given = softmax(samples @ weights)
    if kind == "crossentropy":
        by_logits = (given - wanted) / len(LABELS)
    else:
        by_output = 2 * (given - wanted) / given.size
        by_logits = given * (by_output - (by_output * given).sum(axis=1, keepdims=True))
    return [samples.T @ by_logits, by_logits.sum(axis=0)]


def mean_squared_error(logits: Any, labels: Any) -> Any:
    return tf.losses.MSE(tf.one_hot(labels, depth=3), tf.nn.softmax(logits, axis=1))


def crossentropy(logits: Any, labels: Any) -> Any:
    wanted = tf.one_hot(labels, depth=3)
    return tf.losses.categorical_crossentropy(wanted, logits, from_logits=True)


@pytest.mark.parametrize("loss_of", [mean_squared_error, crossentropy])
def test_gradients_of_a_loss_on_random_data(loss_of: Any) -> None:
    samples, weights, offset, labels = drawn()
    with tf.GradientTape() as record:
        record.watch([weights, offset])
        loss = tf.reduce_mean(loss_of(samples @ weights + offset, labels))
    got = record.gradient(loss, [weights, offset])
    arrays = [tensor.numpy().astype(float) for tensor in (samples, weights)]
    exact = expected_gradients(loss_of.__name__, *arrays)
    agree(got, [array.astype(np.float32) for array in exact])
    assert got[0].shape == (4, 3)
    # A softmax does not change when all logits move together, so its gradients sum to zero.
    np.testing.assert_allclose(got[0].numpy().sum(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(got[1].numpy().sum(), 0, atol=1e-6)


def test_draws_are_standard_normal() -> None:
    numbers = tf.random.normal([100_000]).numpy()
    assert abs(numbers.mean()) < 0.02 and abs(numbers.std() - 1) < 0.02
    assert not np.array_equal(numbers, tf.random.normal([100_000]).numpy())
