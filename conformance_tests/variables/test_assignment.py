"""assign and its relatives: values, slices, scatters; what is refused changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

START = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def table() -> Any:
    return tf.Variable(START)


def slices(indices: Any, values: Any) -> Any:
    return tf.IndexedSlices(tf.constant(values), tf.constant(indices))


VALUES = {
    "list": (lambda v: v.assign([3.0, 4.0]), [3.0, 4.0]),
    "integers": (lambda v: v.assign([3, 4]), [3.0, 4.0]),
    "NumPy of another dtype": (lambda v: v.assign(np.array([3, 4])), [3.0, 4.0]),
    "NumPy float64": (lambda v: v.assign(np.array([3.0, 4.0])), [3.0, 4.0]),
    "tensor": (lambda v: v.assign(tf.constant([3.0, 4.0])), [3.0, 4.0]),
    "variable": (lambda v: v.assign(tf.Variable([3.0, 4.0])), [3.0, 4.0]),
    "itself": (lambda v: v.assign(v), [1.0, 2.0]),
    "add": (lambda v: v.assign_add([1.0, 1.0]), [2.0, 3.0]),
    "add integers": (lambda v: v.assign_add([1, 1]), [2.0, 3.0]),
    "add itself": (lambda v: v.assign_add(v), [2.0, 4.0]),
    "sub": (lambda v: v.assign_sub([1.0, 1.0]), [0.0, 1.0]),
    "sub tensor": (lambda v: v.assign_sub(0.5 * v), [0.5, 1.0]),
    "other arguments": (lambda v: v.assign([3.0, 4.0], use_locking=True, name="n"), [3.0, 4.0]),
}


@pytest.mark.parametrize("name", VALUES)
def test_assign(name: str) -> None:
    change, expected = VALUES[name]
    v = tf.Variable([1.0, 2.0])
    result = change(v)
    agree(v.value(), expected)
    # The result can be read and assigned to again, and stands for the variable.
    agree(result.read_value(), expected)
    result.assign_add([1.0, 1.0])
    agree(v.value(), np.asarray(expected, np.float32) + 1)


@pytest.mark.parametrize("method", ["assign", "assign_add", "assign_sub"])
def test_without_a_result(method: str) -> None:
    v = tf.Variable(3.0)
    assert getattr(v, method)(1.0, read_value=False) is None
    agree(v.value(), {"assign": 1.0, "assign_add": 4.0, "assign_sub": 2.0}[method])


def test_other_dtypes() -> None:
    flag, count, text = tf.Variable(True), tf.Variable(1), tf.Variable("a")
    flag.assign(False)
    count.assign_add(np.int64(2))
    text.assign("b")
    agree([flag.value(), count.value(), text.value()], [False, 3, "b"])


def test_what_was_read_before_does_not_change() -> None:
    v = tf.Variable([1.0, 2.0])
    value, array, read = v.value(), v.numpy(), v.read_value()
    total = v + 0.0
    v.assign_add([10.0, 10.0])
    agree([value, read, total], [[1.0, 2.0]] * 3)
    np.testing.assert_array_equal(array, [1.0, 2.0])


def test_what_was_assigned_does_not_change() -> None:
    tensor, array = tf.constant([1.0, 2.0]), np.array([5.0, 6.0], np.float32)
    v = tf.Variable([0.0, 0.0])
    v.assign(tensor)
    v.assign_add([1.0, 1.0])
    agree(tensor, [1.0, 2.0])
    v.assign(array)
    array[0] = 9.0
    agree(v.value(), [5.0, 6.0])
    v.assign_sub([1.0, 1.0])
    np.testing.assert_array_equal(array, [9.0, 6.0])


SLICES = {
    "[1:]": (lambda v: v[1:].assign([[9.0, 9.0], [8.0, 8.0]]), [[1, 2], [9, 9], [8, 8]]),
    "[0]": (lambda v: v[0].assign([7.0, 7.0]), [[7, 7], [3, 4], [5, 6]]),
    "[-1]": (lambda v: v[-1].assign([0.0, 0.0]), [[1, 2], [3, 4], [0, 0]]),
    "[:, 1]": (lambda v: v[:, 1].assign([7.0, 8.0, 9.0]), [[1, 7], [3, 8], [5, 9]]),
    "[0, 0]": (lambda v: v[0, 0].assign(7.0), [[7, 2], [3, 4], [5, 6]]),
    "[::-1]": (lambda v: v[::-1].assign(START), START[::-1]),
    "[::2]": (lambda v: v[::2].assign([[7.0, 7.0], [8.0, 8.0]]), [[7, 7], [3, 4], [8, 8]]),
    "[..., 0]": (lambda v: v[..., 0].assign([7.0, 8.0, 9.0]), [[7, 2], [8, 4], [9, 6]]),
    "[2:0:-1]": (lambda v: v[2:0:-1].assign([[9.0, 9.0], [8.0, 8.0]]), [[1, 2], [8, 8], [9, 9]]),
    "[newaxis]": (lambda v: v[tf.newaxis].assign(tf.zeros([1, 3, 2])), np.zeros((3, 2))),
    "[tensor]": (lambda v: v[tf.constant(1)].assign([0.0, 0.0]), [[1, 2], [0, 0], [5, 6]]),
    "past the end": (lambda v: v[5:].assign(tf.zeros([0, 2])), START),
    "one row for two": (lambda v: v[1:].assign([[9.0, 9.0]]), [[1, 2], [9, 9], [9, 9]]),
    "a scalar for all": (lambda v: v[1:].assign(0.0), [[1, 2], [0, 0], [0, 0]]),
    "integers": (lambda v: v[0].assign([7, 8]), [[7, 8], [3, 4], [5, 6]]),
}


@pytest.mark.parametrize("name", SLICES)
def test_slice_assignment(name: str) -> None:
    change, expected = SLICES[name]
    v = table()
    before = v.value()
    result = change(v)
    agree(v.value(), np.asarray(expected, np.float32))
    agree(result.read_value(), np.asarray(expected, np.float32))
    agree(before, START)


TEN = [[10.0, 20.0], [30.0, 40.0]]
SCATTERS = {
    "scatter_add": (lambda v: v.scatter_add(slices([0, 2], TEN)), [[11, 22], [3, 4], [35, 46]]),
    "scatter_sub": (lambda v: v.scatter_sub(slices([0, 2], TEN)), [[-9, -18], [3, 4], [-25, -34]]),
    "scatter_max": (lambda v: v.scatter_max(slices([0, 2], [[0.0, 9.0]] * 2)),
                    [[1, 9], [3, 4], [5, 9]]),
    "scatter_min": (lambda v: v.scatter_min(slices([0, 2], [[0.0, 9.0]] * 2)),
                    [[0, 2], [3, 4], [0, 6]]),
    "scatter_mul": (lambda v: v.scatter_mul(slices([0, 2], TEN)), [[10, 40], [3, 4], [150, 240]]),
    "scatter_div": (lambda v: v.scatter_div(slices([0, 2], [[2.0, 4.0]] * 2)),
                    [[0.5, 0.5], [3, 4], [2.5, 1.5]]),
    "scatter_update": (lambda v: v.scatter_update(slices([0, 2], TEN)),
                       [[10, 20], [3, 4], [30, 40]]),
    "add twice to a row": (lambda v: v.scatter_add(slices([0, 0], TEN)),
                           [[41, 62], [3, 4], [5, 6]]),
    "the last update of a row counts": (lambda v: v.scatter_update(slices([0, 0], TEN)),
                                        [[30, 40], [3, 4], [5, 6]]),
    "scatter_nd_add rows": (lambda v: v.scatter_nd_add([[0], [2]], [[1.0, 1.0], [2.0, 2.0]]),
                            [[2, 3], [3, 4], [7, 8]]),
    "scatter_nd_add": (lambda v: v.scatter_nd_add([[0, 1]], [9.0]), [[1, 11], [3, 4], [5, 6]]),
    "scatter_nd_add twice": (lambda v: v.scatter_nd_add([[0, 1], [0, 1]], [1.0, 2.0]),
                             [[1, 5], [3, 4], [5, 6]]),
    "scatter_nd_sub": (lambda v: v.scatter_nd_sub([[0, 1]], [9.0]), [[1, -7], [3, 4], [5, 6]]),
    "scatter_nd_update": (lambda v: v.scatter_nd_update([[0, 1]], [9.0]),
                          [[1, 9], [3, 4], [5, 6]]),
    "scatter_nd_max": (lambda v: v.scatter_nd_max([[0, 1], [0, 0]], [9.0, 0.0]),
                       [[1, 9], [3, 4], [5, 6]]),
    "scatter_nd_min": (lambda v: v.scatter_nd_min([[0, 1], [0, 0]], [9.0, 0.0]),
                       [[0, 2], [3, 4], [5, 6]]),
    "batch_scatter_update": (
        lambda v: v.batch_scatter_update(slices([[0], [1], [0]], [[10.0], [20.0], [30.0]])),
        [[10, 2], [3, 20], [30, 6]]),
}  # fmt: skip


@pytest.mark.parametrize("name", SCATTERS)
def test_scatter(name: str) -> None:
    change, expected = SCATTERS[name]
    v = table()
    before = v.value()
    result = change(v)
    agree(v.value(), np.asarray(expected, np.float32))
    agree(result.read_value(), np.asarray(expected, np.float32))
    agree(before, START)


def test_sparse_reads() -> None:
    agree(table().sparse_read([2, 0]), [[5.0, 6.0], [1.0, 2.0]])
    agree(table().gather_nd([[2, 0], [0, 1]]), [5.0, 2.0])


Invalid = tf.errors.InvalidArgumentError
REFUSED: dict[str, tuple[Any, ...]] = {
    "assign, shape": (lambda v: v.assign([1.0, 2.0]), ValueError, "assign", "(2,)", "(3, 2)"),
    "assign, scalar": (lambda v: v.assign(1.0), ValueError, "assign", "(3, 2)"),
    "assign, dtype": (
        lambda v: v.assign(tf.ones([3, 2], tf.int32)), ValueError, "int32", "float32"),
    "assign, string": (lambda v: v.assign("a"), TypeError, "float"),
    "assign, None": (lambda v: v.assign(None), ValueError, "None"),
    "assign, ragged": (lambda v: v.assign([[1.0], [1.0, 2.0]]), ValueError),
    "assign_add, shape": (lambda v: v.assign_add([1.0, 2.0]), Invalid, "assign_add", "(3, 2)"),
    "assign_add, scalar": (lambda v: v.assign_add(1.0), Invalid, "assign_add", "()", "(3, 2)"),
    "assign_sub, shape": (lambda v: v.assign_sub([[1.0], [2.0]]), Invalid, "assign_sub", "(2, 1)"),
    "assign_add, dtype": (
        lambda v: v.assign_add(tf.ones([3, 2], tf.int32)), ValueError, "int32", "float32"),
    "slice, shape": (lambda v: v[1:].assign([9.0, 9.0, 9.0]), Invalid, "(3,)", "(2, 2)"),
    "slice, index": (lambda v: v[5].assign([0.0, 0.0]), Invalid, "5"),
    "slice, dtype": (
        lambda v: v[0].assign(tf.constant([1, 2])), ValueError, "int32", "float32"),
    "scatter, no slices": (lambda v: v.scatter_add(3), TypeError, "scatter_add", "IndexedSlices"),
    "scatter, index": (
        lambda v: v.scatter_add(slices([3], TEN[:1])), Invalid, "scatter_add", "3"),
    "scatter, negative index": (
        lambda v: v.scatter_update(slices([-1], TEN[:1])), Invalid, "scatter_update", "-1"),
    "scatter, dtype": (
        lambda v: v.scatter_add(slices([0], [[1, 1]])), ValueError, "int32", "float32"),
    "scatter_nd, index": (
        lambda v: v.scatter_nd_add([[5]], [[1.0, 1.0]]), Invalid, "scatter_nd_add", "5"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_nothing_changed(name: str) -> None:
    change, kind, *says = REFUSED[name]
    v = table()
    with refuses(kind, *says):
        change(v)
    agree(v.value(), START)


@pytest.mark.tensorflow_refuses("writes the rows before the bad index, then raises")
def test_a_bad_index_among_good_ones_changes_nothing() -> None:
    v = table()
    with refuses(Invalid):
        v.scatter_add(slices([0, 3], TEN))
    agree(v.value(), START)


def test_an_integer_variable_refuses_fractions() -> None:
    v = tf.Variable([1, 2])
    for change in (v.assign, v.assign_add, v.assign_sub):
        with refuses(TypeError, "int32"):
            change([1.5, 2.0])
    agree(v.value(), [1, 2])


@pytest.mark.parametrize("value", [True, "a"], ids=repr)
def test_what_cannot_be_added(value: Any) -> None:
    v = tf.Variable(value)
    with refuses(Invalid, "assign_add"):
        v.assign_add(value)
    agree(v.value(), value)


def test_a_half_open_shape_is_kept() -> None:
    v = tf.Variable([1.0, 2.0], shape=[None])
    with refuses(ValueError, "assign", "(1, 1)"):
        v.assign([[1.0]])
    agree(v.value(), [1.0, 2.0])


def test_constraint_is_not_applied_by_assign() -> None:
    v = tf.Variable(1.0, constraint=lambda value: tf.clip_by_value(value, 0.0, 1.0))
    v.assign(5.0)
    agree(v.value(), 5.0)
