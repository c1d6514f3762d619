"""Infinities and NaNs, in one tensor and in the results of ops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from ..subject import tf

NAN, INF = float("nan"), float("inf")


@contextmanager
def checked() -> Iterator[None]:
    """Every op's result is looked at."""
    tf.debugging.enable_check_numerics()
    try:
        yield
    finally:
        tf.debugging.disable_check_numerics()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", "float64"])
@pytest.mark.parametrize(
    ("values", "said"),
    [([1, NAN], "NaN"), ([1, -INF], "Inf"), ([NAN, INF], "Inf and NaN")],
)
def test_one_tensor(dtype: str, values: list[float], said: str) -> None:
    x = tf.constant(values, dtype)
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"here : Tensor had {said} values"):
        tf.debugging.check_numerics(x, "here")
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"here : Tensor had {said} values"):
        tf.debugging.assert_all_finite(x, "here")


def test_finite_numbers_pass() -> None:
    x = tf.constant([1.0, -2.0])
    assert tf.debugging.check_numerics(x, "here").numpy().tolist() == [1.0, -2.0]


@pytest.mark.parametrize("value", [1, True, 1j])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.debugging.check_numerics(value, "here")
    with pytest.raises(TypeError):
        tf.debugging.check_numerics(1.0, 3)


def test_the_gradient_passes_and_is_checked() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.debugging.check_numerics(x, "there")
        square, root = y * y, tf.sqrt(y - 1.0)
    assert tape.gradient(square, x).numpy().tolist() == [2.0, 4.0]
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"detected in gradient\. b'there' : Tensor had Inf"
    ):
        tape.gradient(root, x)


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.math.log(tf.constant([-1.0, 0.0])),
        lambda: tf.constant([1.0]) / 0.0,
        lambda: tf.reduce_sum(tf.constant([3e38, 3e38])),
        lambda: tf.nn.softmax(tf.constant([INF, 1.0])),
        lambda: tf.gather(tf.constant([1.0, INF]), [1]),
        lambda: tf.constant([1.0], tf.float64) / 0.0,
        lambda: tf.cast(tf.constant(1e300, tf.float64), tf.float32),
        lambda: tf.linalg.inv(tf.constant([[1.0, 2.0], [2.0, 4.00001]])) * 1e38,
    ],
)
def test_every_result(call: Any) -> None:
    with checked(), pytest.raises(tf.errors.InvalidArgumentError, match="Infinity or NaN"):
        call()
    # And afterwards not any more.
    call()


def test_ops_that_only_move_values_are_not_blamed() -> None:
    x = tf.constant([INF, NAN, 1.0])
    with checked():
        tf.reshape(x, [3, 1])
        tf.concat([x, x], 0)
        tf.expand_dims(x, 0)
        tf.maximum(x, 0.0)
        tf.transpose(tf.stack([tf.constant([1.0]), tf.constant([2.0])]))
        tf.unstack(x)
        x[0:2]
        tf.math.is_nan(x)


def test_the_words() -> None:
    with checked(), pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.math.log(tf.constant([-1.0, 0.0, 1.0]))
    text = str(caught.value)
    for part in (
        "!!! Detected Infinity or NaN in output 0 of eagerly-executing op",
        "  dtype: <dtype: 'float32'>\n  shape: (3,)\n",
        "  # of -Inf elements: 1\n  # of +NaN elements: 1\n",
        "Tensor had -Inf and NaN values",
    ):
        assert part in text


def test_gradients_are_results() -> None:
    x = tf.constant(0.0)
    with checked(), tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(x)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Infinity or NaN"):
            tape.gradient(y, x)


def test_twice_on_is_once_on() -> None:
    tf.debugging.enable_check_numerics()
    tf.debugging.enable_check_numerics()
    tf.debugging.disable_check_numerics()
    tf.debugging.disable_check_numerics()
    assert float(tf.constant(1.0) / 0.0) == INF


def test_other_threads_are_not_checked() -> None:
    found: list[float] = []
    with checked():
        thread = Thread(target=lambda: found.append(float(tf.constant(1.0) / 0.0)))
        thread.start()
        thread.join()
    assert found == [INF]


def test_switches() -> None:
    tf.debugging.disable_traceback_filtering()
    assert not tf.debugging.is_traceback_filtering_enabled()
    tf.debugging.enable_traceback_filtering()
    assert tf.debugging.is_traceback_filtering_enabled()
    assert tf.debugging.get_log_device_placement() is False
