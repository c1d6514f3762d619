"""tf.TensorArray: what is read after what was written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf


def array(*args: Any, **kwargs: Any) -> Any:
    return tf.TensorArray(tf.float32, *args, **kwargs)


def test_reading_takes_out() -> None:
    rows = array(2).write(0, 1.0).write(1, 2.0)
    agree(rows.read(0), 1.0)
    with refuses(tf.errors.InvalidArgumentError, "read|twice", "0"):
        rows.read(0)
    agree(rows.stack(), [0.0, 2.0])
    kept = array(2, clear_after_read=False).unstack([1.0, 2.0])
    agree([kept.read(1), kept.read(1)], [2.0, 2.0])


def test_places_never_written_are_zero() -> None:
    rows = array(3).write(1, [1.0, 2.0])
    assert rows.element_shape == [2]
    agree(rows.read(0), [0.0, 0.0])
    agree(array(2, element_shape=[1]).stack(), [[0.0], [0.0]])
    agree(array(0).stack(), np.zeros(0, np.float32))


def test_growing() -> None:
    rows = array(0, dynamic_size=True).write(2, 5.0)
    agree(rows.size(), 3)
    agree(rows.stack(), [0.0, 0.0, 5.0])
    agree(rows.unstack([1.0, 2.0, 3.0, 4.0]).size(), 4)
    agree(array(3, dynamic_size=True).scatter([0, 5], [[1.0], [2.0]]).size(), 6)


def test_what_is_refused_changes_nothing() -> None:
    rows = array(2, clear_after_read=False).write(0, [1.0, 2.0])
    with refuses(tf.errors.OutOfRangeError, "write", "2"):
        rows.write(2, [1.0, 2.0])
    with refuses(ValueError, "write", "3"):
        rows.write(1, [1.0, 2.0, 3.0])
    with refuses(tf.errors.InvalidArgumentError, "float32", "int32"):
        rows.write(1, tf.constant([1, 2]))
    agree(rows.size(), 2)
    agree(rows.stack(), [[1.0, 2.0], [0.0, 0.0]])


def test_rows_of_different_sizes() -> None:
    rows = array(2, infer_shape=False, element_shape=[None, 2])
    rows = rows.write(0, tf.ones([1, 2])).write(1, tf.ones([3, 2]))
    agree(rows.concat(), np.ones((4, 2), np.float32))
    assert rows.element_shape.as_list() == [None, 2]
    pieces = array(3, infer_shape=False).split([1.0, 2.0, 3.0, 4.0], [1, 1, 2])
    agree(pieces.read(2), [3.0, 4.0])


def test_gather_and_scatter() -> None:
    rows = array(3).unstack([1.0, 2.0, 3.0])
    agree(rows.gather([2, 0]), [3.0, 1.0])
    agree(rows.gather([2, 0]), [3.0, 1.0])
    agree(array(3).scatter([2, 0], [1.0, 2.0]).stack(), [2.0, 0.0, 1.0])


def test_about() -> None:
    rows = array(3, dynamic_size=True)
    assert (rows.dtype, rows.dynamic_size, rows.handle) == (tf.float32, True, None)
    assert rows.element_shape.rank is None
    agree(rows.identity().size(), 3)
    assert rows.close() is None
    agree(rows.size(), 0)
    text = tf.TensorArray(tf.string, 2).unstack(["a", "b"])
    agree(text.stack(), ["a", "b"])


@pytest.mark.parametrize("index", [tf.constant(1), tf.constant(1, tf.int64), np.int32(1), 1])
def test_kinds_of_indices(index: Any) -> None:
    agree(array(2).write(index, 3.0).read(index), 3.0)


def test_gradients() -> None:
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        rows = array(2, clear_after_read=False).write(0, x[0] * x[1]).write(1, x[2] ** 2.0)
        y = tf.reduce_sum(rows.stack() * [1.0, 2.0]) + rows.read(0)
    agree(tape.gradient(y, x), [4.0, 2.0, 12.0])
