"""tf.while_loop in graphs: what it returns, does and refuses."""

from __future__ import annotations

import collections
import sys
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .traced import EAGER_AND_TRACED, Cases, check, shown, traced

Point = collections.namedtuple("Point", "x y")
CASES = Cases()
UNKNOWN_LENGTH = tf.TensorShape([None])
SCALAR = tf.TensorShape([])


class Pair(tf.experimental.ExtensionType):
    """Two tensors and a number."""

    a: tf.Tensor
    n: int


@CASES.gives([5])
def counts(n: Any = 5) -> Any:
    return tf.while_loop(lambda i: i < n, lambda i: [i + 1], [tf.constant(0)])


@CASES.gives((5, 32.0))
def tuples(n: Any = 5, x: Any = 1.0) -> Any:
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 2.0), (tf.constant(0), x))


@CASES.gives([0, 1.0])
def no_steps(n: Any = 0, x: Any = 1.0) -> Any:
    return tf.while_loop(lambda i, y: i < n, lambda i, y: [i + 1, y * 2.0], [tf.constant(0), x])


@CASES.gives([{"a": 5, "b": (10.0,)}])
def structures(n: Any = 5) -> Any:
    return tf.while_loop(
        lambda d: d["a"] < n,
        lambda d: [{"a": d["a"] + 1, "b": (d["b"][0] + 2.0,)}],
        [{"a": tf.constant(0), "b": (tf.constant(0.0),)}],
    )


@CASES.gives([3, [1.0] * 8])
def grows(n: Any = 3) -> Any:
    return tf.while_loop(
        lambda i, x: i < n,
        lambda i, x: [i + 1, tf.concat([x, x], 0)],
        [tf.constant(0), tf.ones([1])],
        shape_invariants=[SCALAR, UNKNOWN_LENGTH],
    )


@CASES.gives([[5, 4], [2, 2]])
def at_most(n: Any = 5) -> Any:
    def loop(most: Any) -> Any:
        return tf.while_loop(
            lambda i: i < n, lambda i: [i + 1], [tf.constant(0)], maximum_iterations=most
        )[0]

    return tf.stack([[loop(9), loop(4)], [loop(n - 3), loop(2)]])


@CASES.gives(10)
def loops_in_loops(n: Any = 5) -> Any:
    def row(i: Any, total: Any) -> Any:
        inner = tf.while_loop(lambda j, t: j < i, lambda j, t: (j + 1, t + j), (0, total))
        return i + 1, inner[1]

    return tf.while_loop(lambda i, t: i < n, row, (tf.constant(0), tf.constant(0)))[1]


@CASES.gives([0, 2, 4])
def branches_in_loops(n: Any = 5) -> Any:
    def step(i: Any, kept: Any) -> Any:
        return i + 1, tf.cond(i % 2 == 0, lambda: tf.concat([kept, [i]], 0), lambda: kept)

    return tf.while_loop(
        lambda i, kept: i < n, step, (tf.constant(0), tf.zeros([0], tf.int32)),
        shape_invariants=(SCALAR, UNKNOWN_LENGTH),
    )[1]  # fmt: skip


@CASES.gives([5])
def loops_in_branches(n: Any = 5) -> Any:
    def loop() -> Any:
        return tf.while_loop(lambda i: i < n, lambda i: [i + 1], [tf.constant(0)])

    return tf.cond(n > 3, loop, lambda: [n])


@CASES.gives(81.0)
def until_large(x: Any = 3.0) -> Any:
    return tf.while_loop(lambda y: y < 50.0, lambda y: [y * x], [x])[0]


@CASES.gives((13, 8))
def swaps(n: Any = 6) -> Any:
    return tf.while_loop(
        lambda i, a, b: i < n,
        lambda i, a, b: (i + 1, a + b, a),
        (0, tf.constant(1), tf.constant(0)),
    )[1:]


@CASES.gives(["aaa", 3])
def text(n: Any = 3) -> Any:
    s, i = tf.while_loop(lambda s, i: i < n, lambda s, i: (s + "a", i + 1), (tf.constant(""), 0))
    return [s, i]


@CASES.gives([[0.0, 1.0], [2.0, 3.0]])
def rank_changes(n: Any = 2) -> Any:
    x = tf.range(4.0)
    return tf.while_loop(
        lambda i, x: i < n,
        lambda i, x: (i + 1, tf.reshape(x, [2, 2])),
        (tf.constant(0), x),
        shape_invariants=(SCALAR, tf.TensorShape(None)),
    )[1]


@CASES.gives([55, 6])
def body_gives_a_list_for_a_tuple(n: Any = 11) -> Any:
    found = tf.while_loop(lambda i, s: i < n, lambda i, s: [i + 1, s + i], (0, tf.constant(0)))
    return tf.stack([found[1], found[0] - 5])


WEIGHTS = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@CASES.gives((3, [26.0, 48.0]))
def rows_of_tensors(x: Any = ((5.0, 5.0), (1.0, 2.0), (4.0, 6.0))) -> Any:
    def row(i: Any, y: Any) -> Any:
        return i + 1, y * x[i] + WEIGHTS[i] * tf.cast(i, tf.float32)

    return tf.while_loop(lambda i, y: i < 3, row, (tf.constant(1), tf.ones([2])))


@CASES.gives((2, 6.0, 2.0))
def rows_at_most(n: Any = 2) -> Any:
    def total(most: Any) -> Any:
        return tf.while_loop(
            lambda i, s: i < n,
            lambda i, s: (i + 1, s + WEIGHTS[i][1]),
            (tf.constant(0), tf.constant(0.0)),
            maximum_iterations=most,
        )

    return (*total(3), total(1)[1])


@CASES.gives((81.0, 108.0, 108.0))
def derivatives_of_counted_loops(x: Any = 3.0) -> Any:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.while_loop(
                lambda i, y: i < 4, lambda i, y: (i + 1, y * x), (tf.constant(0), tf.constant(1.0))
            )[1]
        slope = inner.gradient(y, x)
    return y, slope, outer.gradient(slope, x)


@CASES.gives(([[6.0, 15.0, 10.0]], [[0.0, 3.0, 2.0], [3.0, 0.0, 5.0], [2.0, 5.0, 0.0]]))
def derivatives_by_rows(x: Any = (5.0, 2.0, 3.0)) -> Any:
    def product() -> Any:
        return tf.while_loop(
            lambda i, y: i < 3, lambda i, y: (i + 1, y * x[i]), (tf.constant(0), tf.constant(1.0))
        )[1]

    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = product()
        slope = inner.gradient(y, x)
        slopes = tf.unstack(slope)
    return [slope], tf.stack([outer.gradient(s, x) for s in slopes])


@EAGER_AND_TRACED
@CASES.each
def test_value(case: Any, run: str) -> None:
    check(case, run)


def test_structure_is_that_of_the_variables() -> None:
    n = tf.constant(3)
    found = traced(lambda n: tf.while_loop(lambda i: i < n, lambda i: [i + 1], (0,)), n)
    agree(found, (3,))
    agree(traced(lambda n: tf.while_loop(lambda i: i < n, lambda i: i + 1, (0,)), n), (3,))
    found = traced(
        lambda n: tf.while_loop(lambda x, y: x < n, lambda x, y: Point(x + 1, y * 2), Point(0, 1)),
        n,
    )
    assert isinstance(found, Point)
    agree(found.y, 8)


def test_composites() -> None:
    def pairs(n: Any) -> Any:
        return tf.while_loop(
            lambda i, s: i < n, lambda i, s: (i + 1, Pair(s.a * 2, s.n)), [0, Pair(1.0, 2)]
        )[1]

    found = traced(pairs, tf.constant(3))
    assert found.n == 2
    agree(found.a, 8.0)

    def growing(n: Any) -> Any:
        return tf.while_loop(
            lambda i, s: i < n,
            lambda i, s: (i + 1, Pair(tf.concat([s.a, s.a], 0), s.n)),
            [0, Pair([1.0], 2)],
            shape_invariants=[SCALAR, Pair.Spec(tf.TensorSpec([None]), 2)],
        )[1]

    agree(traced(growing, tf.constant(2)).a, [1.0] * 4)

    def sparse(n: Any) -> Any:
        return tf.while_loop(
            lambda i, s: i < n,
            lambda i, s: (i + 1, tf.SparseTensor(s.indices, s.values * 2, s.dense_shape)),
            [0, tf.sparse.from_dense([1.0, 0.0])],
        )[1]

    agree(traced(sparse, tf.constant(3)).values, [8.0])


# --------------------------------------------------------------------------------- while traced
def test_cond_and_body_are_traced_once() -> None:
    seen: list[Any] = []

    @tf.function(autograph=False)
    def function(n: Any) -> Any:
        def body(i: Any, x: Any) -> Any:
            seen.append((i.shape.as_list(), x.shape.as_list(), x.dtype))
            return i + 1, x * 2.0

        return tf.while_loop(lambda i, x: i < n, body, (0, tf.ones([2])))

    agree(function(tf.constant(2)), (2, [4.0, 4.0]))
    agree(function(tf.constant(3)), (3, [8.0, 8.0]))
    assert seen == [([], [2], tf.float32)]


@pytest.mark.parametrize(
    ("invariant", "expected"),
    [([2, 3], [2, 3]), ([None, 3], [None, 3]), ([2, None], [2, None]), (None, None)],
)
def test_static_shapes(invariant: Any, expected: Any) -> None:
    inside = []

    def function(n: Any = 2) -> Any:
        def body(i: Any, x: Any) -> Any:
            inside.append(x.shape)
            return i + 1, x * 2.0

        return tf.while_loop(
            lambda i, x: i < n, body, (0, tf.ones([2, 3])),
            shape_invariants=(SCALAR, tf.TensorShape(invariant)),
        )[1].shape  # fmt: skip

    assert shown(function) == tf.TensorShape(expected)
    assert inside[-1] == tf.TensorShape(expected)


def test_specs_as_invariants() -> None:
    def function(n: Any) -> Any:
        return tf.while_loop(
            lambda i, x: i < n,
            lambda i, x: (i + 1, tf.concat([x, x], 0)),
            (0, tf.ones([1])),
            shape_invariants=(tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32)),
        )[1]

    agree(traced(function, tf.constant(2)), [1.0] * 4)


def test_an_argument_of_unknown_shape() -> None:
    @tf.function(autograph=False, input_signature=[tf.TensorSpec(None, tf.float32)])
    def function(x: Any) -> Any:
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2), (0, x))[1]

    agree(function(tf.constant([1.0, 2.0])), [8.0, 16.0])
    agree(function(tf.constant(1.0)), 8.0)


# -------------------------------------------------------------------------------------- effects
def test_variables_in_loops() -> None:
    v = tf.Variable(1.0)
    limit = tf.Variable(4)

    @tf.function(autograph=False)
    def adds(n: Any) -> Any:
        def body(i: Any) -> Any:
            v.assign_add(2.0)
            return [i + 1]

        return tf.while_loop(lambda i: i < n, body, [0]), v + 0.0

    agree(adds(tf.constant(3)), ([3], 7.0))
    agree(v.read_value(), 7.0)
    agree(adds(tf.constant(0)), ([0], 7.0))

    @tf.function(autograph=False)
    def in_cond() -> Any:
        return tf.while_loop(lambda i: v.assign_add(1.0) < 10.0, lambda i: [i + 1], [0])

    agree(in_cond(), [2])
    agree(v.read_value(), 10.0)

    @tf.function(autograph=False)
    def reads() -> Any:
        return tf.while_loop(lambda i: i < limit, lambda i: [i + 1], [0])

    agree(reads(), [4])
    limit.assign(2)
    agree(reads(), [2])


def test_a_variable_as_loop_variable_is_its_value() -> None:
    v = tf.Variable(1.0)
    found = traced(
        lambda n: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 2), (0, v)),
        tf.constant(3),
    )
    agree(found[1], 8.0)
    agree(v.read_value(), 1.0)


def test_prints_checks_and_python_functions(capfd: Any) -> None:
    seen = []

    @tf.function(autograph=False)
    def function(n: Any) -> Any:
        def body(i: Any) -> Any:
            tf.print("step", i, output_stream=sys.stdout)
            tf.debugging.assert_less(i, 3, message="too many")
            tf.py_function(lambda i: seen.append(int(i)), [i], [])
            return [i + 1]

        return tf.while_loop(lambda i: i < n, body, [0])

    agree(function(tf.constant(2)), [2])
    assert capfd.readouterr().out == "step 0\nstep 1\n"
    assert seen == [0, 1]
    with refuses(tf.errors.InvalidArgumentError, "too many"):
        function(tf.constant(5))
    agree(function(tf.constant(1)), [1])


def test_random_numbers_are_new_in_each_step() -> None:
    @tf.function(autograph=False)
    def function(n: Any) -> Any:
        rows = tf.TensorArray(tf.float32, n, element_shape=[])
        return tf.while_loop(
            lambda i, t: i < n, lambda i, t: (i + 1, t.write(i, tf.random.uniform([]))), (0, rows)
        )[1].stack()

    first = function(tf.constant(3)).numpy()
    second = function(tf.constant(3)).numpy()
    assert len(set(first) | set(second)) == 6


def test_many_steps() -> None:
    @tf.function(autograph=False)
    def function(x: Any) -> Any:
        return tf.while_loop(lambda i, y: i < 1000, lambda i, y: (i + 1, y * 0.999 + x), (0, x))[1]

    expected = np.float64(2.0)
    for _ in range(1000):
        expected = expected * 0.999 + 2.0
    agree(function(tf.constant(2.0, tf.float64)), expected)
