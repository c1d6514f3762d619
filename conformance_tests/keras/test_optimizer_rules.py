"""Optimizers: settings that change, variables and gradients out of the ordinary, descriptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import near, refuses
from ..subject import tf
from .test_optimizers import STEPS, descend, plain


# ------------------------------------------------------------------------ settings and their change
def one_step(optimizer: Any, v: Any, gradient: float = 1.0) -> float:
    optimizer.apply_gradients([(tf.constant(gradient), v)])
    return float(v)


def test_learning_rate_may_change() -> None:
    optimizer, v = tf.keras.optimizers.SGD(0.5), tf.Variable(0.0)
    assert one_step(optimizer, v) == -0.5
    assert one_step(optimizer, v) == -1.0
    optimizer.learning_rate = 0.25
    assert one_step(optimizer, v) == -1.25
    optimizer.learning_rate.assign(1.0)
    assert one_step(optimizer, v) == -2.25
    assert float(optimizer.learning_rate) == 1.0


def test_learning_rate_from_a_function() -> None:
    rates = iter([1.0, 1.0, 0.5, 0.25, 0.125])
    optimizer, v = tf.keras.optimizers.SGD(lambda: next(rates)), tf.Variable(0.0)
    for _ in range(3):
        one_step(optimizer, v)
    assert float(v) in (-2.5, -1.75)


def test_other_settings_may_change() -> None:
    optimizer, v = tf.keras.optimizers.SGD(1.0, momentum=0.5), tf.Variable(0.0)
    assert one_step(optimizer, v) == -1.0
    assert one_step(optimizer, v) == -2.5
    optimizer.momentum = 1.0
    assert one_step(optimizer, v) == -5.0
    optimizer.clipvalue = 0.5
    assert one_step(optimizer, v) == -8.0


def test_iterations() -> None:
    optimizer, v = tf.keras.optimizers.SGD(0.5), tf.Variable(0.0)
    count = optimizer.iterations
    assert int(count) == 0
    for n in range(1, 5):
        one_step(optimizer, v)
        assert int(count) == n and int(optimizer.iterations) == n
    assert count.dtype == "int64"
    optimizer.iterations.assign(100)
    returned = optimizer.apply_gradients([(tf.constant(1.0), v)])
    assert int(returned) == 101 and int(count) == 101
    assert int(optimizer.variables[0].numpy()) == 101


def test_the_count_matters_to_adam() -> None:
    optimizer, v = tf.keras.optimizers.Adam(1.0), tf.Variable(0.0)
    one_step(optimizer, v)
    optimizer.iterations.assign(10)
    assert one_step(optimizer, v) == pytest.approx(-1.647894, rel=1e-5)


def test_constraint() -> None:
    v = tf.Variable([0.5, 2.0], constraint=lambda x: tf.maximum(x, 0.0))
    optimizer = tf.keras.optimizers.SGD(1.0)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant([1.0, 1.0]), v)])
    assert v.numpy().tolist() == [0.0, 0.0]


def test_constraint_of_a_keras_variable_set_late() -> None:
    v = tf.keras.Variable([0.5, 3.0])
    optimizer = tf.keras.optimizers.SGD(1.0)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant([1.0, 1.0]), v)])
    assert v.numpy().tolist() == [-1.5, 1.0]
    v.constraint = tf.keras.constraints.NonNeg()
    optimizer.apply_gradients([(tf.constant([1.0, 2.0]), v)])
    assert v.numpy().tolist() == [0.0, 0.0]


# --------------------------------------------------------------------------------------- variables
def test_some_of_the_variables() -> None:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = tf.keras.optimizers.SGD(0.5, momentum=0.5)
    optimizer.build([a, b])
    g = tf.constant(1.0)
    optimizer.apply_gradients([(g, b)])
    optimizer.apply_gradients([(g, a), (g, b)])
    optimizer.apply_gradients([(g, b), (g, a)])
    assert (float(a), float(b)) == (-0.25, -0.125)
    assert int(optimizer.iterations) == 3


def test_values_held_elsewhere_stay() -> None:
    v = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.SGD(0.5)
    before, array = v.read_value(), v.numpy()
    for _ in range(3):
        optimizer.apply_gradients([(tf.constant([1.0, 1.0]), v)])
    assert before.numpy().tolist() == [1.0, 2.0] and array.tolist() == [1.0, 2.0]
    assert v.numpy().tolist() == [-0.5, 0.5]


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16"])
def test_other_dtypes(dtype: str) -> None:
    v = tf.Variable([1.0, 2.0], dtype=dtype)
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(3):
        optimizer.apply_gradients([(tf.constant([1.0, 1.0], dtype), v)])
    assert v.dtype == dtype
    assert v.numpy().astype(np.float32).tolist() == [-0.5, 0.5]


def test_variables_of_two_dtypes() -> None:
    a, b = tf.Variable(1.0), tf.Variable(1.0, dtype=tf.float64)
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant(1.0), a), (tf.constant(1.0, tf.float64), b)])
    assert (float(a), float(b)) == (0.0, 0.0)


def test_without_a_gradient() -> None:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = tf.keras.optimizers.SGD(0.5)
    optimizer.build([a, b])
    for _ in range(2):
        with pytest.warns(UserWarning, match="Gradients do not exist for variables"):
            optimizer.apply_gradients([(None, a), (tf.constant(1.0), b)])
    assert (float(a), float(b)) == (1.0, 1.0)
    with refuses(ValueError, "No gradients provided"):
        optimizer.apply_gradients([(None, a), (None, b)])


def test_an_unknown_variable() -> None:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant(1.0), a)])
    with refuses(ValueError, "Unknown variable"):
        optimizer.apply_gradients([(tf.constant(1.0), a), (tf.constant(1.0), b)])
    assert (float(a), float(b)) == (0.0, 2.0)
    assert int(optimizer.iterations) == 2


def test_a_gradient_of_another_shape() -> None:
    v = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.SGD(0.5)
    optimizer.apply_gradients([(tf.constant([1.0, 1.0]), v)])
    with refuses(tf.errors.InvalidArgumentError):
        optimizer.apply_gradients([(tf.constant(1.0), v)])
    assert v.numpy().tolist() == [0.5, 1.5]


def test_no_pairs() -> None:
    with refuses(ValueError):
        tf.keras.optimizers.SGD(0.5).apply_gradients([])


# -------------------------------------------------------------------------------------- subclasses
class Halving(tf.keras.optimizers.SGD):  # type: ignore[misc, name-defined]
    """Takes half of each gradient."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        super().update_step(gradient * 0.5, variable, learning_rate)


def test_a_subclass() -> None:
    optimizer, v = Halving(1.0), tf.Variable(0.0)
    for _ in range(3):
        one_step(optimizer, v)
    assert float(v) == -1.5


class Signed(tf.keras.optimizers.Optimizer):  # type: ignore[misc, name-defined]
    """Moves by the learning rate, whatever the size of the gradient."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        self.assign_sub(variable, tf.sign(gradient) * tf.cast(learning_rate, gradient.dtype))

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config())


def test_an_optimizer_of_ones_own() -> None:
    optimizer, v = Signed(0.5), tf.Variable([1.0, 1.0])
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant([7.0, -0.1]), v)])
    assert v.numpy().tolist() == [0.0, 2.0]


# ------------------------------------------------------------------------- descriptions
def test_config() -> None:
    optimizer = tf.keras.optimizers.SGD(0.25, momentum=0.5, nesterov=True, clipnorm=1.0)
    config = optimizer.get_config()
    assert config["learning_rate"] == 0.25 and config["momentum"] == 0.5
    assert config["nesterov"] is True and config["clipnorm"] == 1.0
    again = tf.keras.optimizers.SGD.from_config(config)
    assert again.get_config() == config
    assert type(again) is tf.keras.optimizers.SGD is tf.optimizers.SGD


def test_by_name() -> None:
    optimizer = tf.keras.optimizers.get("adam")
    assert isinstance(optimizer, tf.keras.optimizers.Adam)
    assert isinstance(optimizer, tf.keras.optimizers.Optimizer)
    assert isinstance(optimizer, tf.keras.Optimizer)
    described = tf.keras.optimizers.serialize(optimizer)
    assert described["class_name"] == "Adam"
    assert type(tf.keras.optimizers.deserialize(described)) is tf.keras.optimizers.Adam
    with refuses(ValueError):
        tf.keras.optimizers.get("nosuch")


def test_state_can_be_carried_over() -> None:
    variables = plain()
    optimizer = tf.keras.optimizers.Adam(0.05)
    descend(optimizer, variables, 3)
    state = [v.numpy() for v in optimizer.variables]
    values = [v.numpy() for v in variables]
    expected = descend(optimizer, variables, 3)
    again = [tf.Variable(v) for v in values]
    other = tf.keras.optimizers.Adam(0.01)
    other.build(again)
    for v, value in zip(other.variables, state, strict=True):
        v.assign(value)
    got = descend(other, again, 3)
    assert near(got, expected, STEPS), f"got {got}, expected {expected}"


def test_under_a_tape() -> None:
    """What an optimizer does is not recorded, but later reads see the new values."""
    v = tf.Variable(1.0)
    optimizer = tf.keras.optimizers.SGD(0.5)
    with tf.GradientTape(persistent=True) as outer:
        for _ in range(2):
            with tf.GradientTape() as tape:
                loss = v * v
            optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        y = v * 3.0
    assert float(outer.gradient(y, v)) == 3.0
    assert float(v) == 0.0
