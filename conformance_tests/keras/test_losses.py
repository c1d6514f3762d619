"""Losses as functions, as classes with every reduction, by their aliases; their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree, near, refuses
from ..subject import tf
from .loss_values import ALIASES, CLASSES, FUNCTIONS, SETTINGS

LABELS = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
INDICES = np.array([1, 0, 2])
PREDICTED = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3], [0.05, 0.05, 0.9]], np.float32)
WEIGHTS = [0.5, 1.0, 2.0]
REDUCTIONS = ("sum_over_batch_size", "sum", "none", "mean")

# Logarithms and quotients of small numbers.
CHAIN = Tolerance(2e-5, 2e-6)


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def case(name: str) -> tuple[Any, Any]:
    """The labels and predictions that a loss takes."""
    if name.lower() == "circle":
        return INDICES, PREDICTED / np.linalg.norm(PREDICTED, axis=1, keepdims=True)
    return (INDICES if "sparse" in name.lower() else LABELS), PREDICTED


def check(got: Any, text: str) -> None:
    __tracebackhide__ = True
    assert got.dtype == tf.float32
    values = got.numpy().ravel()
    assert near(values, numbers(text), CHAIN), f"got {values.tolist()}, expected {text}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    labels, predicted = case(name)
    more = {"q": 0.5} if "generalized" in name else {}
    predicted = tf.constant(predicted)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        values = getattr(tf.keras.losses, name)(labels, predicted, **more)
        total = tf.reduce_sum(values)
    value, gradient = FUNCTIONS[name]
    check(values, value)
    check(tape.gradient(total, predicted), gradient)


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(alias: str) -> None:
    check(getattr(tf.losses, alias)(LABELS, PREDICTED), FUNCTIONS[ALIASES[alias]][0])


def test_the_same_under_every_name() -> None:
    losses = tf.keras.losses
    assert losses.MSE is losses.mse and losses.KLD is losses.kld
    assert tf.losses.MeanSquaredError is losses.MeanSquaredError
    assert tf.losses.mse is losses.mse
    assert isinstance(losses.get("mse"), type(losses.mse))
    assert type(losses.get("MeanSquaredError")) is losses.MeanSquaredError
    assert tf.keras.metrics.mse(LABELS, PREDICTED).shape == [3]


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str) -> None:
    labels, predicted = case(name)
    weights = None if name in ("Dice", "Tversky") else WEIGHTS
    for reduction, expected in zip(REDUCTIONS, CLASSES[name], strict=True):
        loss = getattr(tf.keras.losses, name)(reduction=reduction)
        check(loss(labels, predicted, sample_weight=weights), expected)


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings(setting: str) -> None:
    labels, predicted = case(setting)
    loss = eval("losses." + setting, {"losses": tf.keras.losses})
    check(loss(labels, predicted), SETTINGS[setting])


def test_converts_what_it_is_given() -> None:
    mse = tf.keras.losses.MSE
    agree(mse([[0, 1]], [[0.5, 1.0]]), [0.125])
    agree(mse([[0.0, 1.0]], tf.Variable([[0.5, 1.0]])), [0.125])
    agree(mse(tf.constant([[0, 1]]), tf.constant([[0.5, 1.0]])), [0.125])
    agree(mse(np.zeros((1, 2)), np.ones((1, 2), np.float32)), [1.0])
    double = mse(tf.constant([0.0], tf.float64), tf.constant([0.5], tf.float64))
    agree(double, np.float64(0.25))


def test_scalars_of_a_class() -> None:
    agree(tf.keras.losses.MeanSquaredError()([0.0, 1.0], [0.5, 1.0]), 0.125)


def test_gradient_through_a_variable() -> None:
    w = tf.Variable([[1.0], [2.0]])
    loss = tf.keras.losses.MeanSquaredError()
    with tf.GradientTape() as tape:
        value = loss(
            tf.constant([[1.0], [0.0]]), tf.matmul(tf.constant([[1.0, 0.0], [0.0, 1.0]]), w)
        )
    agree(value, 2.0)
    agree(tape.gradient(value, w), [[0.0], [2.0]])


class Cubed(tf.keras.losses.Loss):  # type: ignore[misc, name-defined]
    """The mean of the cubes."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return tf.reduce_mean((y_pred - y_true) ** 3, axis=-1)


def test_a_loss_of_ones_own() -> None:
    labels, predicted = tf.constant([[0.0, 0.0]]), tf.constant([[1.0, 2.0]])
    agree(Cubed()(labels, predicted), 4.5)
    agree(Cubed(reduction="none")(labels, predicted), [4.5])


def test_config() -> None:
    loss = tf.keras.losses.MeanAbsoluteError(reduction="sum")
    again = tf.keras.losses.MeanAbsoluteError.from_config(loss.get_config())
    agree(again([0.0, 1.0], [2.0, 2.0]), 1.5)
    agree(tf.keras.losses.deserialize(tf.keras.losses.serialize(loss))([0.0], [2.0]), 2.0)


def test_refused() -> None:
    with refuses(ValueError, "reduction"):
        tf.keras.losses.MeanSquaredError(reduction="nosuch")
    with refuses(ValueError):
        tf.keras.losses.get("nosuch")
    with refuses(ValueError, "shape"):
        tf.keras.losses.categorical_crossentropy(LABELS, PREDICTED[:, :2])
