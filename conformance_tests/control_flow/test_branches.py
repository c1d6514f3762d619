"""tf.cond, tf.case, tf.switch_case and tf.while_loop outside of graphs."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf


@pytest.mark.parametrize(
    ("pred", "expected"),
    [
        (True, 1), (False, 2), (1, 1), (0.0, 2), ("a", 1), (np.bool_(True), 1),
        (np.array(False), 2), ([True], 1),
    ],
)  # fmt: skip
def test_cond(pred: Any, expected: int) -> None:
    called = []
    result = tf.cond(tf.constant(pred), lambda: called.append(1) or 1, lambda: 2)
    assert result == expected
    assert called == [1] * (expected == 1)
    assert tf.cond(pred, lambda: 1, lambda: 2) == expected


def test_cond_gives_what_the_function_gives() -> None:
    found = tf.cond(tf.Variable(True), lambda: {"a": [tf.constant(1), None]}, lambda: 3)
    agree(found, {"a": [1, None]})
    assert tf.cond(True, lambda: None, lambda: 3) is None


def test_case() -> None:
    yes, no = tf.constant(True), tf.constant(False)
    assert tf.case([(no, lambda: 1), (yes, lambda: 2), (yes, lambda: 3)]) == 2
    assert tf.case([(no, lambda: 1)], default=lambda: 3) == 3
    assert tf.case([(yes, lambda: 1), (yes, lambda: 2)], exclusive=True) == 1


def test_case_exclusive() -> None:
    """Without a default the last predicate does not count."""

    def first(x: Any) -> Any:
        pairs = [(x < n, lambda n=n: tf.constant(n)) for n in (5, 10)]
        return tf.case(pairs, default=lambda: tf.constant(0), exclusive=True)

    def second(x: Any) -> Any:
        pairs = [(x < n, lambda n=n: tf.constant(n)) for n in (5, 10, 20)]
        return tf.case(pairs, exclusive=True)

    for function, found in (first, {7: 10, 70: 0}), (second, {17: 20, 7: 10}):
        for f in (function, tf.function(function)):
            for x, result in found.items():
                assert f(tf.constant(x)) == result
            with refuses(tf.errors.InvalidArgumentError, "exclusive=True: more than 1 conditions"):
                f(tf.constant(1))


def test_switch_case() -> None:
    functions = [lambda: 10, lambda: 11]
    found = [tf.switch_case(tf.constant(i), functions) for i in (0, 1, 5, -1)]
    assert found == [10, 11, 11, 11]
    found = [tf.switch_case(tf.constant(i), functions, default=lambda: 12) for i in (0, 5, -1)]
    assert found == [10, 12, 12]
    assert tf.switch_case(tf.constant(1), {1: lambda: 10, 0: lambda: 11}) == 10
    assert tf.switch_case(tf.constant(0, tf.int64), [(1, lambda: 10), (0, lambda: 11)]) == 11


def test_while_loop_keeps_the_structure_of_the_body() -> None:
    agree(tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [0]), [3])
    agree(tf.while_loop(lambda i: i < 3, lambda i: (i + 1,), (tf.constant(0),)), (3,))
    agree(
        tf.while_loop(lambda i, j: i < 3, lambda i, j: [i + 1, j * 2], (0, 1)),
        [3, 8],
    )
    agree(tf.while_loop(lambda i: i < 0, lambda i: (i + 1,), (0,)), (0,))
    agree(
        tf.while_loop(lambda d: d["a"] < 3, lambda d: [{"a": d["a"] + 1}], [{"a": tf.constant(0)}]),
        [{"a": 3}],
    )
    point = collections.namedtuple("point", "x y")
    found = tf.while_loop(lambda x, y: x < 3, lambda x, y: point(x + 1, y * 2), point(0, 1))
    assert isinstance(found, point)
    agree(found.y, 8)


def test_while_loop_with_growing_tensors_and_arrays() -> None:
    _, x = tf.while_loop(
        lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, x], 0)), (0, tf.ones([1])),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([None])),
    )  # fmt: skip
    assert x.shape == [8]
    _, rows = tf.while_loop(
        lambda i, ta: i < 3, lambda i, ta: (i + 1, ta.write(i, i * i)),
        (0, tf.TensorArray(tf.int32, 3)),
    )  # fmt: skip
    agree(rows.stack(), [0, 1, 4])


def test_maximum_iterations() -> None:
    for most, expected in ((2, 2), (0, 0), (-1, 0), (9, 3)):
        agree(
            tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [0], maximum_iterations=most),
            [expected],
        )


def test_gradients_by_what_a_branch_reads() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.cond(v > 1.0, lambda: v * v, lambda: v)
        _, y = tf.while_loop(lambda i, p: i < 2, lambda i, p: (i + 1, p * v), (0, y))
    agree(tape.gradient(y, v), 32.0)


def test_row_loops_over_structures() -> None:
    agree(
        tf.scan(lambda a, x: {"s": a["s"] + x["v"]}, {"v": tf.constant([1.0, 2.0])}, {"s": 0.0}),
        {"s": [1.0, 3.0]},
    )
    agree(tf.scan(lambda a, x: (a[1], a[0] + a[1]), tf.zeros(4), (0, 1))[1], [1, 2, 3, 5])
    agree(
        tf.foldl(lambda a, x: tf.concat([a, [x]], 0), tf.constant([1, 2]), tf.constant([0])),
        [0, 1, 2],
    )
    agree(
        tf.map_fn(lambda d: d["a"], {"a": tf.constant([1, 2])}, fn_output_signature=tf.int32),
        [1, 2],
    )
    agree(tf.map_fn(lambda x: 3, tf.constant([1, 2])), [3, 3])
    agree(
        tf.map_fn(tf.strings.length, tf.constant(["a", "bb"]), fn_output_signature=tf.int32),
        [1, 2],
    )


def test_vectorized_map_repeats_a_single_row() -> None:
    found = tf.vectorized_map(lambda x: x[0] + x[1], (tf.ones([2, 3]), tf.ones([1, 3])))
    agree(found, [[2.0] * 3] * 2)
    agree(tf.vectorized_map(lambda x: 1.0, tf.ones([2, 3])), [1.0, 1.0])
    agree(tf.vectorized_map(tf.reduce_sum, tf.ones([0, 3])), np.zeros(0, np.float32))
    assert tf.vectorized_map(lambda x: None, tf.ones([2])) is None
