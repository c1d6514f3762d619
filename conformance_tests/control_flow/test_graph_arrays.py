"""tf.TensorArray in graphs, where writing gives a new array."""

from __future__ import annotations

from typing import Any

import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .traced import EAGER_AND_TRACED, Cases, check, shown, traced

CASES = Cases()
ROWS = [1.0, 2.0, 3.0]


def array(*args: Any, **kwargs: Any) -> Any:
    return tf.TensorArray(tf.float32, *args, **kwargs)


def filled(rows: Any, count: Any, value: Any) -> Any:
    """An array that a loop has written `value(i)` to."""
    return tf.while_loop(
        lambda i, rows: i < count, lambda i, rows: (i + 1, rows.write(i, value(i))), (0, rows)
    )[1]


@CASES.gives([0.0, 2.0, 4.0, 6.0])
def written_in_a_loop(x: Any = 2.0) -> Any:
    return filled(array(4), 4, lambda i: x * tf.cast(i, tf.float32)).stack()


@CASES.gives([0.0, 2.0, 4.0, 6.0])
def written_in_a_loop_of_unknown_length(x: Any = 2.0, n: Any = 4) -> Any:
    return filled(array(n), n, lambda i: x * tf.cast(i, tf.float32)).stack()


@CASES.gives([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]])
def written_in_part(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    return filled(array(3), 2, lambda i: x).stack()


@CASES.gives([[1.0, 2.0]] * 5)
def growing_in_a_loop(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    return filled(array(0, dynamic_size=True), 5, lambda i: x).stack()


@CASES.gives(5)
def size_after_growing(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    return filled(array(0, dynamic_size=True), 5, lambda i: x).size()


@CASES.gives([1.0, 2.0, 6.0, 24.0])
def read_what_was_written(x: Any = 1.0) -> Any:
    rows = array(4, clear_after_read=False).write(0, x)
    return tf.while_loop(
        lambda i, rows: i < 4,
        lambda i, rows: (i + 1, rows.write(i, rows.read(i - 1) * tf.cast(i + 1, tf.float32))),
        (1, rows),
    )[1].stack()


@CASES.gives(6.0)
def closed_over_in_a_loop(x: Any = ROWS) -> Any:
    rows = array(3).unstack(x)
    return tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + rows.read(i)), (0, 0.0))[1]


@CASES.gives([[1.0, 1.0], [4.0, 3.0]])
def two_arrays(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    def step(i: Any, a: Any, b: Any) -> Any:
        return i + 1, a.write(i, x[i] * x[i]), {"b": b["b"].write(i, x[i] + x[i] * 0.5 - 0.5)}

    _, a, b = tf.while_loop(lambda i, a, b: i < 2, step, (0, array(2), {"b": array(2)}))
    return tf.stack([a.stack(), tf.add(b["b"].stack(), [0.0, 0.5])], axis=1)


@CASES.gives([3.0, 1.0])
def gathered(x: Any = ROWS) -> Any:
    return array(3).unstack(x).gather([2, 0])


@CASES.gives([2.0, 0.0, 1.0])
def scattered(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    return array(3, element_shape=[]).scatter([2, 0], x).stack()


@CASES.gives([3.0, 4.0])
def split_in_pieces(x: Any = [1.0, 2.0, 3.0, 4.0]) -> Any:  # noqa: B006
    return array(3, infer_shape=False).split(x, [1, 1, 2]).read(2)


@CASES.gives([1.0, 2.0, 9.0])
def joined(x: Any = [1.0, 2.0]) -> Any:  # noqa: B006
    rows = array(2, infer_shape=False).write(0, x).write(1, [9.0])
    return rows.concat()


@CASES.gives([1.0, 1.0, 2.0, 2.0])
def joined_after_a_loop(x: Any = ROWS) -> Any:
    return filled(array(2), 2, lambda i: tf.stack([x[i], x[i]])).concat()


@CASES.gives([1.0, 5.0, 3.0])
def unstacked_and_written(x: Any = ROWS) -> Any:
    return array(3).unstack(x).write(1, 5.0).stack()


@CASES.gives([7.0, 2.0, 3.0])
def unstacked_and_written_somewhere(x: Any = ROWS, i: Any = 0) -> Any:
    return array(3).unstack(x).write(i, 7.0).stack()


@CASES.gives(["q", "b"])
def strings(x: Any = ["a", "b"]) -> Any:  # noqa: B006
    return tf.TensorArray(tf.string, 2).unstack(x).write(0, "q").stack()


@CASES.gives([2.0, 4.0, 6.0])
def grown_by_its_size(x: Any = ROWS) -> Any:
    rows = array(0, dynamic_size=True)
    return tf.while_loop(
        lambda i, rows: i < 3, lambda i, rows: (i + 1, rows.write(rows.size(), x[i] * 2.0)),
        (0, rows),
    )[1].stack()  # fmt: skip


@CASES.gives([0.0, 0.0])
def unread(p: Any = True) -> Any:
    return array(3, element_shape=[2]).read(1)


@CASES.gives([[0.0], [0.0]])
def never_written(p: Any = True) -> Any:
    return array(2, element_shape=[1]).stack()


@CASES.gives([1.0, 0.0, 3.0])
def written_in_branches(x: Any = ROWS) -> Any:
    def step(i: Any, rows: Any) -> Any:
        return i + 1, tf.cond(tf.equal(i, 1), lambda: rows, lambda: rows.write(i, x[i]))

    return tf.while_loop(lambda i, rows: i < 3, step, (0, array(3)))[1].stack()


@EAGER_AND_TRACED
@CASES.each
def test_value(case: Any, run: str) -> None:
    check(case, run)


# ------------------------------------------------------------------------- what graphs do apart
def test_writing_changes_nothing() -> None:
    def dropped(x: Any) -> Any:
        rows = array(3)
        rows.write(0, x)
        return rows.stack()

    agree(traced(dropped, tf.constant(1.0)), [0.0, 0.0, 0.0])

    def dropped_in_a_loop(x: Any) -> Any:
        rows = array(3).unstack(x)

        def body(i: Any) -> Any:
            rows.write(i, 7.0)
            return [i + 1]

        tf.while_loop(lambda i: i < 3, body, [0])
        return rows.stack()

    agree(traced(dropped_in_a_loop, tf.constant(ROWS)), ROWS)


def test_reading_takes_nothing_out() -> None:
    def twice(x: Any) -> Any:
        rows = array(3).write(0, x)
        return rows.read(0) + rows.read(0)

    agree(traced(twice, tf.constant(1.0)), 2.0)


def test_static_shapes() -> None:
    def function(x: Any = ROWS, n: Any = 4) -> Any:
        known, unknown = filled(array(4), 4, lambda i: x), filled(array(n), n, lambda i: x)
        grown = filled(array(0, dynamic_size=True), 3, lambda i: x)
        return [
            known.element_shape, known.stack().shape, known.read(0).shape,
            unknown.stack().shape, grown.stack().shape, array(3).unstack(x).gather([0, 1]).shape,
        ]  # fmt: skip

    expected = [[3], [4, 3], [3], [None, 3], [None, 3], [2]]
    assert shown(function) == [tf.TensorShape(shape) for shape in expected]


def test_about() -> None:
    def function(n: Any = 4) -> Any:
        rows = array(n).write(0, [1.0, 2.0])
        return rows.dtype, rows.element_shape, rows.handle, rows.size().dtype

    assert shown(function) == (tf.float32, tf.TensorShape([2]), None, tf.int32)
    agree(traced(lambda n: array(n).size(), tf.constant(4)), 4)


def test_an_unknown_batch() -> None:
    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, 3, 2], tf.float32)])
    def function(x: Any) -> Any:
        rows = tf.TensorArray(tf.float32, 3)
        _, total, rows = tf.while_loop(
            lambda i, total, rows: i < 3,
            lambda i, total, rows: (i + 1, total + x[:, i], rows.write(i, total + x[:, i])),
            (0, tf.zeros_like(x[:, 0]), rows),
        )
        return tf.transpose(rows.stack(), [1, 0, 2]), total

    rows, total = function(tf.ones([4, 3, 2]))
    agree(total, [[3.0, 3.0]] * 4)
    agree(rows, [[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]] * 4)
    agree(function(tf.ones([1, 3, 2]))[1], [[3.0, 3.0]])


def test_rows_of_different_sizes_in_a_loop() -> None:
    @tf.function(autograph=False)
    def function(x: Any, n: Any, grows: bool) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            rows = tf.TensorArray(
                tf.float32, 0 if grows else n, dynamic_size=grows, infer_shape=False
            )
            _, rows = tf.while_loop(
                lambda i, rows: i < n,
                lambda i, rows: (i + 1, rows.write(i, x[:i] * tf.cast(i, tf.float32))),
                (0, rows),
            )
            joined = rows.concat()
        return joined, tape.gradient(joined, x), rows.read(1), rows.size()

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    for grows in (True, False):
        joined, slopes, second, count = function(x, tf.constant(3), grows)
        agree(joined, [[1.0, 2.0], [2.0, 4.0], [6.0, 8.0]])
        agree(slopes, [[3.0, 3.0], [2.0, 2.0]])
        agree(second, [[1.0, 2.0]])
        agree(count, 3)

    @tf.function(autograph=False)
    def stacked(n: Any) -> Any:
        rows = tf.TensorArray(tf.float32, 0, dynamic_size=True, infer_shape=False)
        _, rows = tf.while_loop(
            lambda i, rows: i < n, lambda i, rows: (i + 1, rows.write(i, tf.ones([i]))), (0, rows)
        )
        return rows.stack()

    agree(stacked(tf.constant(1)), tf.zeros([1, 0]))
    with refuses(tf.errors.InvalidArgumentError, "Incompatible shapes during merge: [0] vs. [1]"):
        stacked(tf.constant(2))


def test_pieces_of_different_sizes_in_a_loop() -> None:
    @tf.function
    def function(x: Any, lengths: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                pieces = array(3, infer_shape=False).split(x, lengths)
                rows = array(3, infer_shape=False)
                for i in tf.range(3):
                    rows = rows.write(i, pieces.read(i) ** 3.0 * tf.cast(i + 1, tf.float32))
                joined = rows.concat()
            slopes = tape.gradient(joined, x)
        return joined, slopes, outer.gradient(slopes, x)

    x = tf.constant([[1.0], [2.0], [3.0], [4.0]])
    expected = (
        [[1.0], [24.0], [81.0], [192.0]],
        [[3.0], [36.0], [81.0], [144.0]],
        [[6.0], [36.0], [54.0], [72.0]],
    )
    agree(function(x, [1, 0, 3]), expected)
    agree(function(x, tf.constant([1, 0, 3])), expected)


def test_an_element_that_was_not_written_among_others_of_different_sizes() -> None:
    @tf.function
    def function(x: Any, j: Any) -> Any:
        rows = array(3, infer_shape=False).write(0, x).write(2, x[:1])
        found = rows.read(j)
        for i in tf.range(2):
            if i == 1:
                rows = rows.write(1, x[1:])
        return found, rows.concat()

    x = tf.constant([1.0, 2.0, 3.0])
    agree(function(x, tf.constant(2)), ([1.0], [1.0, 2.0, 3.0, 2.0, 3.0, 1.0]))
    with refuses(tf.errors.InvalidArgumentError, "read an uninitialized tensor"):
        function(x, tf.constant(1))


def test_the_same_array_of_a_trace_outside() -> None:
    outside = array(2, clear_after_read=False).unstack([1.0, 2.0])
    agree(traced(lambda x: outside.stack() * x, tf.constant(2.0)), [2.0, 4.0])


# ------------------------------------------------------------------------------------ refusals
INVALID = tf.errors.InvalidArgumentError


@pytest.mark.parametrize(
    ("function", "kind", "name"),
    [
        (lambda x: array(2).write(2, x).stack(), INVALID, "Trying to modify element 2 in a list"),
        (lambda x: array(2).write(-1, x).stack(), INVALID, "element -1 in a list with 2"),
        (lambda x: array(2).write(1, x).read(2), INVALID, "Trying to access element 2 in a list"),
        (lambda x: array(2).write(1, x).read(-1), INVALID, "element -1"),
        (lambda x: array(0, dynamic_size=True).write(1, x).read(5), INVALID, "5 in a list with 2"),
        (lambda x: array(2).write(1, tf.cast(x, tf.int32)).stack(), INVALID, "int32"),
        (lambda x: array(2).write(0, [1.0, 2.0]).write(1, [1.0]).stack(), ValueError, "saw (1,)"),
        (lambda x: array(2, element_shape=[3]).write(0, [x, x]).stack(), ValueError, "saw (2,)"),
        (lambda x: array(3).read(1), INVALID, "element_shape is not fully defined"),
        (lambda x: array(3).stack(), INVALID, "non-fully-defined element_shape"),
        (lambda x: array(0).stack(), INVALID, "non-fully-defined element_shape"),
        (lambda x: array(0).concat(), INVALID, "must be fully defined"),
        (lambda x: array(2).unstack([x, x, x]).stack(), INVALID, "2 elements but got a list with"),
        (lambda x: array(2).unstack(x).stack(), INVALID, "at least a vector"),
        (lambda x: array(2).unstack(tf.cast([x], tf.int32)).stack(), ValueError, "int32"),
        (lambda x: array(2).scatter([1], [x, x]).stack(), INVALID, "1 vs. 2"),
        (lambda x: array(3, infer_shape=False).split([x, x], [1]).read(0), INVALID, "split"),
        (lambda x: array().size(), ValueError, "size"),
        (lambda x: array(-3).stack(), INVALID, "non negative"),
        (lambda x: array(3.0).stack(), TypeError, "int32"),
        (lambda x: array(3).write(tf.cast(x, tf.int64), x).stack(), TypeError, "int64"),
        (lambda x: array(3).unstack([x]).grad("a"), NotImplementedError, ""),
    ],
)  # fmt: skip
def test_refusals(function: Any, kind: Any, name: str) -> None:
    with refuses(kind, name):
        traced(function, tf.constant(1.0))


def test_places_that_are_not_there() -> None:
    @tf.function(autograph=False)
    def function(i: Any) -> Any:
        return array(3).unstack([1.0, 2.0, 3.0]).write(i, 5.0).read(i)

    for at in (3, -1):
        with refuses(INVALID, f"element {at} in a list with 3"):
            function(tf.constant(at))
    agree(function(tf.constant(2)), 5.0)


def test_arrays_as_arguments() -> None:
    @tf.function(autograph=False)
    def doubled(rows: Any) -> Any:
        return rows.stack() * 2.0

    def given(values: Any) -> Any:
        return array(len(values), clear_after_read=False).unstack(values)

    agree(doubled(given([1.0, 2.0])), [2.0, 4.0])
    agree(doubled(given([3.0, 4.0])), [6.0, 8.0])
    agree(doubled(given([1.0, 2.0, 3.0])), [2.0, 4.0, 6.0])

    @tf.function(autograph=False)
    def outer(x: Any) -> Any:
        return doubled(array(2).unstack(x).write(0, 7.0))

    agree(outer(tf.constant([1.0, 2.0])), [14.0, 4.0])


def test_methods_taken_from_the_class() -> None:
    def f(x: Any) -> Any:
        array = tf.TensorArray(tf.float32, 3)
        for i in tf.range(3):
            array = tf.TensorArray.write(array, i, x[i] * 2.0)
        return tf.TensorArray.stack(array), tf.TensorArray.size(array)

    for run in (f, tf.function(f)):
        stacked, size = run(tf.constant([1.0, 2.0, 3.0]))
        agree(stacked, [2.0, 4.0, 6.0])
        assert int(size) == 3
