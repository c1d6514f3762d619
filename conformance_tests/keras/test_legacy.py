"""What TensorFlow 2.0 to 2.10 took and today's Keras refuses: accepted, with its old meaning."""

from __future__ import annotations

from typing import Any

import pytest

from ..helpers import agree, refuses
from ..subject import tf

pytestmark = pytest.mark.tfcompat_only


def steps(optimizer: Any, count: int) -> list[float]:
    """How far each step goes along a gradient of 1."""
    v, lengths = tf.Variable(0.0), []
    for _ in range(count):
        before = float(v)
        optimizer.apply_gradients([(tf.constant(1.0), v)])
        lengths.append(before - float(v))
    return lengths


def test_lr() -> None:
    with pytest.warns(UserWarning, match="`lr` is deprecated, use `learning_rate`"):
        optimizer = tf.keras.optimizers.SGD(lr=0.5)
    assert steps(optimizer, 2) == [0.5, 0.5]
    assert float(optimizer.lr) == 0.5
    optimizer.lr = 0.25
    assert float(optimizer.learning_rate) == 0.25 and steps(tf.keras.optimizers.SGD(0.25), 1)
    assert optimizer.get_config()["learning_rate"] == 0.25


@pytest.mark.parametrize("name", ["Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam"])
def test_lr_of_every_optimizer(name: str) -> None:
    with pytest.warns(UserWarning, match="lr"):
        optimizer = getattr(tf.keras.optimizers, name)(lr=0.125)
    assert float(optimizer.learning_rate) == 0.125


def test_the_warning_points_at_the_caller() -> None:
    with pytest.warns(UserWarning) as caught:
        tf.keras.optimizers.SGD(lr=0.5)
    assert [str(warning.filename) for warning in caught] == [__file__]


def test_decay() -> None:
    """The rate of step t, counted from 0, is lr / (1 + decay * t)."""
    with pytest.warns(UserWarning, match="decay"):
        optimizer = tf.keras.optimizers.SGD(1.0, decay=0.5)
    expected = [1.0 / (1.0 + 0.5 * t) for t in range(6)]
    assert steps(optimizer, 6) == pytest.approx(expected, rel=1e-6)
    assert int(optimizer.iterations) == 6
    agree(tf.convert_to_tensor(optimizer.learning_rate), 0.25)


def test_decay_with_momentum_and_adam() -> None:
    with pytest.warns(UserWarning, match="decay"):
        optimizer = tf.keras.optimizers.SGD(1.0, momentum=0.5, decay=1.0)
    assert steps(optimizer, 3) == pytest.approx([1.0, 1.0, 5.0 / 6.0], rel=1e-6)
    with pytest.warns(UserWarning, match="decay"):
        optimizer = tf.keras.optimizers.Adam(1.0, decay=1.0)
    # With a constant gradient Adam's steps are as long as its rate.
    assert steps(optimizer, 4) == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4], rel=1e-4)


def test_decay_survives_the_config() -> None:
    with pytest.warns(UserWarning, match="decay"):
        config = tf.keras.optimizers.SGD(0.5, decay=0.25).get_config()
    assert config["decay"] == 0.25 and config["learning_rate"] == 0.5
    with pytest.warns(UserWarning, match="decay"):
        again = tf.keras.optimizers.SGD.from_config(config)
    assert steps(again, 2) == pytest.approx([0.5, 0.4], rel=1e-6)


def test_no_decay() -> None:
    assert steps(tf.keras.optimizers.SGD(0.5, decay=0.0), 2) == [0.5, 0.5]
    assert "decay" not in tf.keras.optimizers.SGD(0.5).get_config()
    with refuses(ValueError, "decay"):
        tf.keras.optimizers.SGD(0.5, decay=-1.0)


def test_a_whole_number_as_rate() -> None:
    assert steps(tf.keras.optimizers.SGD(1), 2) == [1.0, 1.0]
    assert steps(tf.keras.optimizers.SGD(learning_rate=2), 1) == [2.0]


def test_unknown_arguments_are_refused_still() -> None:
    with refuses(ValueError, "nosuch"):
        tf.keras.optimizers.SGD(0.5, nosuch=1)


def test_minimize() -> None:
    v = tf.Variable(4.0)
    optimizer = tf.keras.optimizers.SGD(0.25)
    count = optimizer.minimize(lambda: v * v, [v])
    assert float(v) == 2.0 and int(count) == 1
    optimizer.minimize(lambda: v * v, lambda: [v])
    assert float(v) == 1.0
    optimizer.minimize(lambda: v * v, v, grad_loss=tf.constant(2.0))
    assert float(v) == 0.0


def test_minimize_with_a_tape() -> None:
    v = tf.Variable(4.0)
    optimizer = tf.keras.optimizers.SGD(0.25)
    with tf.GradientTape() as tape:
        loss = v * v
    optimizer.minimize(loss, [v], tape=tape)
    assert float(v) == 2.0
    with refuses(ValueError, "tape"):
        optimizer.minimize(tf.constant(1.0), [v])


def test_apply_gradients_with_a_name() -> None:
    v = tf.Variable(1.0)
    optimizer = tf.keras.optimizers.SGD(0.5)
    pairs = [(tf.constant(1.0), v)]
    optimizer.apply_gradients(pairs, name="update", experimental_aggregate_gradients=False)
    assert float(v) == 0.5


def test_reduction_auto() -> None:
    reduction = tf.keras.losses.Reduction
    agree(tf.keras.losses.MeanSquaredError(reduction=reduction.AUTO)([0.0], [2.0]), 4.0)
    agree(tf.keras.losses.MeanSquaredError(reduction=reduction.NONE)([[0.0]], [[2.0]]), [4.0])
