"""Ops on few numbers, which a backend may compute otherwise than those on many, or under a tape."""

from __future__ import annotations

import gc
import threading
import warnings

import numpy as np
import pytest

from ..subject import tf

NUMBERS = np.linspace(-2.0, 2.0, 12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: tf.exp(x),
        lambda x: tf.tanh(x) * 3.0 + x,
        lambda x: tf.matmul(x, x, transpose_b=True),
        lambda x: tf.reduce_mean(x),
        lambda x: tf.nn.softmax(x),
        lambda x: tf.math.lgamma(tf.abs(x) + 0.5),
    ],
)
def test_the_digits_stay_the_same(call) -> None:
    # What another test has left to be computed would be computed with the first call, and a tape
    # that only the collector will find has calls recorded until it does.
    gc.collect()
    tf.test.experimental.sync_devices()
    x = tf.constant(NUMBERS)
    first = call(x).numpy()
    for _ in range(30):
        assert (call(x).numpy() == first).all()
        assert (call(tf.constant(NUMBERS)).numpy() == first).all()
    compiled = tf.function(call)
    for _ in range(3):
        # Whatever else they are used for.
        compiled(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = call(x)
        tape.gradient(y, x).numpy()
        assert (call(x).numpy() == first).all()


def test_the_digits_stay_the_same_after_a_tape_that_is_gone() -> None:
    v = tf.Variable(2.0)
    tape = tf.GradientTape(persistent=True)
    with tape:
        y = v * v
    tf.test.experimental.sync_devices()
    del tape, y
    gc.collect()
    tf.test.experimental.sync_devices()
    x = tf.constant(NUMBERS)
    assert (tf.exp(x).numpy() == tf.exp(x).numpy()).all()


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        zero = tf.constant(0.0)
        assert np.isinf((1.0 / zero).numpy()) and np.isnan((zero / zero).numpy())
        assert np.isnan(tf.math.log(tf.constant([-1.0])).numpy()[0])
        assert np.isinf(tf.exp(tf.constant([1000.0])).numpy()[0])
        assert (tf.constant(2147483647) + 1).numpy() == -2147483648
        assert tf.cast(tf.constant([1 + 2j]), tf.float32).numpy().tolist() == [1.0]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "bool"])
def test_numbers_without_axes_keep_their_dtype(dtype: str) -> None:
    x = tf.constant(np.array(1, dtype))
    choice = tf.where(tf.constant(True), x, x)
    for y in (tf.identity(x), tf.reshape(x, []), choice, tf.stack([x])[0]):
        assert y.dtype.name == dtype and y.shape == [] and y.numpy().dtype == dtype
    assert tf.reduce_max(tf.cast(tf.fill([3], x), tf.int32)).dtype == tf.int32


def test_results_are_apart_from_what_they_are_made_of() -> None:
    given = NUMBERS.copy()
    x = tf.constant(given)
    flat, turned, first = tf.reshape(x, [-1]), tf.transpose(x), tf.unstack(x)[0]
    given[:] = 7
    for tensor in (x, flat, turned, first):
        tensor.numpy()[...] = 7
    variable = tf.Variable(flat)
    variable.assign_add(tf.ones([12]))
    variable[0].assign(7.0)
    assert (x.numpy() == NUMBERS).all() and (flat.numpy() == NUMBERS.reshape(-1)).all()
    assert (turned.numpy() == NUMBERS.T).all() and (first.numpy() == NUMBERS[0]).all()


def test_a_compiled_function_leaves_them_alone() -> None:
    x = tf.constant(NUMBERS)
    flat = tf.reshape(x, [-1])
    variable = tf.Variable(flat)

    @tf.function
    def step(by):
        variable.assign_add(by * tf.ones([12]))
        return variable + flat

    for i in range(5):
        result = step(tf.constant(2.0) * tf.constant(float(i)))
    assert np.allclose(variable.numpy(), NUMBERS.reshape(-1) + 20)
    assert np.allclose(result.numpy(), 2 * NUMBERS.reshape(-1) + 20)
    assert (x.numpy() == NUMBERS).all() and (flat.numpy() == NUMBERS.reshape(-1)).all()


def test_a_tape_may_come_later() -> None:
    x = tf.constant(NUMBERS)
    y = x * 2.0
    with tf.GradientTape() as outer:
        outer.watch(y)
        with tf.GradientTape() as inner:
            inner.watch(y)
            z = tf.reduce_sum(y * y * y)
        slope = inner.gradient(z, y)
        plain = x + 1.0
        total = tf.reduce_sum(slope * plain)
    assert np.allclose(slope.numpy(), 3 * (2 * NUMBERS) ** 2)
    second = outer.gradient(total, y).numpy()
    assert np.allclose(second, 12 * NUMBERS * (NUMBERS + 1), atol=1e-5)


def test_among_ops_on_many_numbers() -> None:
    many = tf.ones([300, 300])
    factor = tf.constant(2.0) * 3.0
    pending = many * factor
    few = factor + 1.0
    assert float(tf.reduce_sum(pending) / 90000.0 + few) == 13.0
    assert float(tf.reduce_sum(tf.reshape(few, [1, 1]) * many)) == 630000.0
    corner = (pending - 5.0)[:2, :2]
    assert tf.linalg.trace(corner * few).numpy() == 14.0


def test_wrong_arguments_are_refused_at_the_op() -> None:
    x = tf.constant(NUMBERS)
    for _ in range(3):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.add(x, tf.ones([5]))
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.matmul(x, x)
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.gather(x, tf.constant([0, 3]))
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.linalg.inv(tf.constant([[1.0, 2.0], [2.0, 4.0]]))
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.constant([1, 2]) // tf.constant([1, 0])
    assert tf.add(x, tf.ones([4])).shape == [3, 4]
    assert tf.linalg.inv(tf.zeros([0, 0])).shape == [0, 0]


def test_threads_compute_their_own() -> None:
    x = tf.constant(NUMBERS)
    found: list[bool] = []

    def work(number: int) -> None:
        by = tf.constant(float(number))
        for _ in range(50):
            y = tf.reduce_sum(x * by) + tf.math.log(tf.constant(0.0)) * 0.0
            z = tf.reduce_sum(tf.abs(x) * by)
            found.append(bool(np.isnan(y.numpy())) and abs(float(z) - number * 13.0909) < 1e-3)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200 and all(found)
