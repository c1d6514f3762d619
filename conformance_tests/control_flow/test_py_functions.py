"""tf.py_function, tf.numpy_function, and the initializers at the top level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf


def test_py_function_gives_tensors() -> None:
    seen: list[Any] = []
    result = tf.py_function(lambda x: seen.append(x) or x + 1, [tf.constant(1)], tf.int32)
    agree(result, 2)
    assert isinstance(seen[0], tf.Tensor)
    agree(tf.py_function(lambda x, y: (x, y), [1, 2.0], [tf.int32, tf.float32]), [1, 2.0])
    agree(tf.py_function(lambda: 3, [], tf.float32), 3.0)
    assert tf.py_function(lambda: None, [], []) == []
    agree(tf.py_function(lambda x: x, [tf.Variable(1)], tf.TensorSpec([], tf.int32)), 1)


def test_decorators() -> None:
    @tf.py_function(Tout=[tf.int32, tf.float32])
    def twice(x: Any, y: Any = 2.0) -> Any:
        return x, y

    agree(twice(tf.constant(3)), [3, 2.0])

    @tf.numpy_function(Tout=tf.float32)
    def more(x: Any) -> Any:
        return x + np.float32(1)

    agree(more(tf.constant([3.0])), [4.0])


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ValueError("no"), "InvalidArgumentError"),
        (TypeError("no"), "InvalidArgumentError"),
        (StopIteration(), "OutOfRangeError"),
        (MemoryError("no"), "ResourceExhaustedError"),
        (NotImplementedError("no"), "UnimplementedError"),
        (KeyError("no"), "UnknownError"),
        (ZeroDivisionError("no"), "UnknownError"),
    ],
)
def test_exceptions(raised: Exception, expected: str) -> None:
    def function() -> None:
        raise raised

    with refuses(getattr(tf.errors, expected), "py_function", type(raised).__name__):
        tf.py_function(function, [], tf.int32)
    with refuses(type(raised)):
        tf.numpy_function(function, [], tf.int32)


def test_gradient() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.py_function(lambda v: v * v, [x], tf.float32)
    agree(tape.gradient(y, x), 6.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.numpy_function(lambda v: v * v, [x], tf.float32)
    assert tape.gradient(y, x) is None


def test_numpy_function() -> None:
    seen: list[Any] = []
    result = tf.numpy_function(lambda x: seen.append(x) or x + 1, [tf.constant([1.0])], tf.float32)
    agree(result, [2.0])
    assert isinstance(seen[0], np.ndarray)
    agree(tf.numpy_function(lambda x: (x, x), [tf.constant(1)], [tf.int32] * 2), [1, 1])
    assert tf.numpy_function(lambda x: None, [1.0], tf.float32) is None


def test_constant_initializers() -> None:
    agree(tf.zeros_initializer()([2, 2]), [[0.0, 0.0], [0.0, 0.0]])
    agree(tf.ones_initializer()([2], tf.bool), [True, True])
    constant = tf.constant_initializer
    agree(constant(3)([2]), [3, 3])
    agree(constant([1, 2, 3, 4])([2, 2], tf.float32), [[1.0, 2.0], [3.0, 4.0]])
    agree(constant([7])([2, 2]), [[7, 7], [7, 7]])
    assert constant(3).get_config() == {"value": 3}
    assert tf.zeros_initializer().get_config() == {}


def test_random_initializers_repeat_their_seed() -> None:
    normal = tf.random_normal_initializer(mean=1.0, stddev=2.0, seed=7)
    agree(normal([3]), [-0.34834552, 0.2826149, -2.7591634])
    agree(normal([3]), [-0.34834552, 0.2826149, -2.7591634])
    uniform = tf.random_uniform_initializer
    agree(uniform(0, 10, seed=3)([4], tf.int32), [8, 7, 2, 2])
    agree(uniform(seed=3)([2]), [-0.03040872, 0.04393453])
    assert uniform(1, 2, 3).get_config() == {"minval": 1, "maxval": 2, "seed": 3}
    same = tf.random_normal_initializer.from_config(normal.get_config())
    agree(same([3]), normal([3]).numpy())


def test_random_initializers_without_a_seed_follow_the_global_one() -> None:
    tf.random.set_seed(1)
    agree(tf.random_normal_initializer()([2, 3])[0], [-0.05506101, 0.07728758, 0.0191822])
    tf.random.set_seed(1)
    agree(tf.random_uniform_initializer()([2, 3])[0], [-0.03348692, 0.04014813, 0.01309742])


def test_graphs_rely_on_what_numpy_functions_were_told_to_give() -> None:
    def given(function: Any, kinds: Any) -> Any:
        return tf.function(lambda x: tf.numpy_function(function, [x], kinds))(tf.constant(1.0))

    agree(given(lambda v: v, tf.float32), np.float32(1.0))
    agree(given(lambda v: [v, 2], [tf.float32, tf.int64])[1], np.int64(2))
    agree(given(lambda v: "a", tf.string), b"a")
    for function, kinds, told in (
        (lambda v: v.astype(np.int64), tf.float32, "0-th value returned by"),
        (lambda v: 1.5, tf.float32, "0-th value returned by"),
        (lambda v: 2, tf.int32, "is int64, but expects int32"),
        (lambda v: (v, v), tf.float32, "returns 2 values, but expects to see 1 values"),
        (lambda v: v, [tf.float32] * 2, "returns 1 values, but expects to see 2 values"),
        (lambda v: None, tf.float32, "returns 0 values, but expects to see 1 values"),
    ):
        with refuses(tf.errors.InvalidArgumentError, told):
            given(function, kinds)
