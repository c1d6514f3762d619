"""tf.scan, tf.foldl, tf.foldr, tf.map_fn and tf.vectorized_map in graphs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .traced import EAGER_AND_TRACED, Cases, check, shown, traced

CASES = Cases()
ROWS = (1.0, 2.0, 3.0)
TABLE = ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))


class Both(tf.experimental.BatchableExtensionType):
    """Two tensors that have as many rows."""

    a: tf.Tensor
    b: tf.Tensor


@CASES.gives([1.0, 3.0, 6.0])
def scan(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: a + b, x)


@CASES.gives([11.0, 13.0, 16.0])
def scan_from(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: a + b, x, 10.0)


@CASES.gives([6.0, 5.0, 3.0])
def scan_backwards(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: a + b, x, reverse=True)


@CASES.gives([16.0, 15.0, 13.0])
def scan_backwards_from(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: a + b, x, 10.0, reverse=True)


@CASES.gives(([1.0, 3.0, 6.0], [1.0, 2.0, 6.0]))
def scan_of_two(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: (a[0] + b, a[1] * b), x, (0.0, 1.0))


@CASES.gives({"s": [1.0, 5.0, 14.0]})
def scan_of_structures(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: {"s": a["s"] + b["u"] * b["v"]}, {"u": x, "v": x}, {"s": 0.0})


@CASES.gives(np.zeros(0, np.float32))
def scan_of_nothing(x: Any = ROWS) -> Any:
    return tf.scan(lambda a, b: a + b, x[:0], 0.0)


@CASES.gives([[1.0, 2.0], [4.0, 6.0], [9.0, 12.0]])
def scan_of_vectors(x: Any = TABLE) -> Any:
    return tf.scan(lambda a, b: a + b, x)


@CASES.gives(11.0)
def foldl(x: Any = ROWS) -> Any:
    return tf.foldl(lambda a, b: a * 2.0 + b, x)


@CASES.gives(91.0)
def foldl_from(x: Any = ROWS) -> Any:
    return tf.foldl(lambda a, b: a * 2.0 + b, x, 10.0)


@CASES.gives(17.0)
def foldr(x: Any = ROWS) -> Any:
    return tf.foldr(lambda a, b: a * 2.0 + b, x)


@CASES.gives(97.0)
def foldr_from(x: Any = ROWS) -> Any:
    return tf.foldr(lambda a, b: a * 2.0 + b, x, 10.0)


@CASES.gives((6.0, -4.0))
def foldl_of_two(x: Any = ROWS) -> Any:
    return tf.foldl(lambda a, b: (a[0] + b[0], a[1] - b[1]), (x, x))


@CASES.gives({"s": 6.0})
def foldl_of_structures(x: Any = ROWS) -> Any:
    return tf.foldl(lambda a, b: {"s": a["s"] + b}, x, {"s": 0.0})


@CASES.gives(0.0)
def foldl_of_nothing(x: Any = ROWS) -> Any:
    return tf.foldl(lambda a, b: a + b, x[:0], 0.0)


@CASES.gives([2.0, 4.0, 6.0])
def map_fn(x: Any = ROWS) -> Any:
    return tf.map_fn(lambda b: b * 2.0, x)


@CASES.gives([3.0, 7.0, 11.0])
def map_fn_to_scalars(x: Any = TABLE) -> Any:
    return tf.map_fn(tf.reduce_sum, x)


@CASES.gives([1, 2, 3])
def map_fn_to_another_dtype(x: Any = ROWS) -> Any:
    return tf.map_fn(lambda b: tf.cast(b, tf.int32), x, fn_output_signature=tf.int32)


@CASES.gives({"a": [1.0, 2.0, 3.0], "b": ([1, 2, 3],)})
def map_fn_to_structures(x: Any = ROWS) -> Any:
    return tf.map_fn(
        lambda b: {"a": b, "b": (tf.cast(b, tf.int32),)},
        x,
        fn_output_signature={"a": tf.float32, "b": (tf.int32,)},
    )


@CASES.gives(([2.0, 4.0, 6.0], [1.0, 2.0, 3.0]))
def map_fn_of_two(x: Any = ROWS) -> Any:
    return tf.map_fn(lambda b: (b[0] + b[1], b[0]), (x, x))


@CASES.gives([3.0, 3.0, 3.0])
def map_fn_to_a_constant(x: Any = ROWS) -> Any:
    return tf.map_fn(lambda b: 3, x)


@CASES.gives(np.zeros((0, 2), np.float32))
def map_fn_of_nothing(x: Any = TABLE) -> Any:
    return tf.map_fn(lambda b: b, x[:0], fn_output_signature=tf.TensorSpec([2], tf.float32))


@CASES.gives([1, 2])
def map_fn_of_text(x: Any = ("a", "bb")) -> Any:
    return tf.map_fn(tf.strings.length, x, fn_output_signature=tf.int32)


@CASES.gives([1.0, 2.0, 6.0])
def map_fn_with_branches(x: Any = ROWS) -> Any:
    return tf.map_fn(lambda b: tf.cond(b > 2.0, lambda: b * 2.0, lambda: b), x)


@CASES.gives([[5.0, 4.0], [5.0, 4.0], [5.0, 4.0]])
def map_fn_in_map_fn(x: Any = TABLE) -> Any:
    return tf.map_fn(lambda row: tf.map_fn(lambda b: 6.0 - b, x[0]) + row * 0.0, x)


@CASES.gives([2.0, 4.0, 6.0])
def vectorized_map(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: b * 2.0, x)


@CASES.gives(([[5.0], [25.0], [61.0]], [3.0, 7.0, 11.0]))
def vectorized_map_of_two(x: Any = TABLE) -> Any:
    return tf.vectorized_map(
        lambda b: (tf.linalg.matvec(b[0], b[1]), tf.reduce_sum(b[1])), (x[:, None, :], x)
    )


@CASES.gives([6.0, 12.0, 18.0])
def vectorized_map_with_another(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: tf.reduce_sum(x * b), x)


@CASES.gives([1.0, 1.0, 1.0])
def vectorized_map_to_a_constant(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: 1.0, x)


@CASES.gives([1.0, 2.0, 6.0])
def vectorized_map_with_branches(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: tf.cond(b > 2.0, lambda: b * 2.0, lambda: b), x)


@CASES.gives([16.0, 16.0, 12.0])
def vectorized_map_with_loops(x: Any = ROWS) -> Any:
    return tf.vectorized_map(
        lambda b: tf.while_loop(lambda y: y < 10.0, lambda y: [y * 2.0], [b])[0], x
    )


@CASES.gives([2.0, 3.0, 4.0])
def vectorized_map_of_one_for_all(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: b[0] + b[1], (x, x[:1]))


@CASES.gives(np.zeros(0, np.float32))
def vectorized_map_of_nothing(x: Any = ROWS) -> Any:
    return tf.vectorized_map(lambda b: b * 2.0, x[:0])


@CASES.gives([1, 2])
def vectorized_map_of_text(x: Any = ("a", "bb")) -> Any:
    return tf.vectorized_map(tf.strings.length, x)


@CASES.gives([2, 2, 2])
def vectorized_map_of_shapes(x: Any = TABLE) -> Any:
    return tf.vectorized_map(lambda b: tf.shape(b)[0], x)


@CASES.gives([[3.0] * 4, [7.0] * 4, [11.0] * 4])
def vectorized_map_of_products(x: Any = TABLE) -> Any:
    return tf.vectorized_map(lambda b: tf.linalg.matvec(tf.ones([4, 2]), b), x)


@CASES.gives([0.0, 3.0, 8.0, 15.0, 24.0, 35.0, 48.0, 63.0, 80.0, 99.0] * 2)
def vectorized_map_of_many(x: Any = tuple(range(10)) * 2) -> Any:
    x = tf.cast(x, tf.float32)
    return tf.vectorized_map(lambda b: tf.cumsum(tf.stack([b * b, 2.0 * b]))[1], x)


@EAGER_AND_TRACED
@CASES.each
def test_value(case: Any, run: str) -> None:
    check(case, run)


# --------------------------------------------------------------------------------- while traced
def test_static_shapes() -> None:
    def function(x: Any = ROWS, y: Any = TABLE) -> Any:
        results = [
            tf.scan(lambda a, b: a + b, x), tf.scan(lambda a, b: a + b, y, tf.zeros([2])),
            tf.foldl(lambda a, b: a + b, y), tf.map_fn(tf.reduce_sum, y),
            tf.map_fn(lambda b: b * 2.0, y), tf.vectorized_map(lambda b: b * 2.0, y),
        ]  # fmt: skip
        return [result.shape.as_list() for result in results]

    assert shown(function) == [[3], [3, 2], [2], [3], [3, 2], [3, 2]]


def test_rows_of_unknown_number() -> None:
    seen = []

    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def function(x: Any) -> Any:
        results = [
            tf.map_fn(lambda b: b + 1.0, x),
            tf.scan(lambda a, b: a + b, x, tf.zeros([2])),
            tf.vectorized_map(lambda b: b * 2.0, x),
        ]
        seen.append([result.shape.as_list() for result in results])
        return results

    agree(function(tf.ones([2, 2])), [[[2.0, 2.0]] * 2, [[1.0, 1.0], [2.0, 2.0]], [[2.0, 2.0]] * 2])
    agree(function(tf.ones([1, 2])), [[[2.0, 2.0]], [[1.0, 1.0]], [[2.0, 2.0]]])
    assert seen[0][0] == [None, 2]
    assert seen[0][1] == [None, 2]


def test_the_function_is_traced_once() -> None:
    calls: list[str] = []

    def noted(name: str, value: Any) -> Any:
        calls.append(name)
        return value

    x = tf.constant(ROWS)
    traced(lambda x: tf.scan(lambda a, b: noted("scan", a + b), x), x)
    traced(lambda x: tf.foldl(lambda a, b: noted("foldl", a + b), x), x)
    traced(lambda x: tf.map_fn(lambda b: noted("map", b * 2.0), x), x)
    traced(lambda x: tf.vectorized_map(lambda b: noted("vectorized", b * 2.0), x), x)
    assert calls == ["scan", "foldl", "map", "vectorized"]


def test_effects_in_order() -> None:
    v = tf.Variable(0.0)
    agree(traced(lambda x: tf.map_fn(v.assign_add, x), tf.constant(ROWS)), [1.0, 3.0, 6.0])
    agree(v.read_value(), 6.0)
    seen = []

    def noted(b: Any) -> Any:
        seen.append(float(b))
        return b

    found = traced(
        lambda x: tf.map_fn(lambda b: tf.py_function(noted, [b], tf.float32), x), tf.constant(ROWS)
    )
    assert found.numpy().tolist() == seen == [1.0, 2.0, 3.0]


def test_random_numbers_of_rows() -> None:
    x = tf.constant(ROWS)
    for run in (tf.map_fn, tf.vectorized_map):
        draws = tf.function(
            lambda x, run=run: run(lambda b: tf.random.uniform([]) + b * 0.0, x), autograph=False
        )
        assert len(set(draws(x).numpy()) | set(draws(x).numpy())) == 6


def test_composites() -> None:
    x = tf.constant(ROWS)
    found = traced(lambda x: tf.map_fn(lambda b: Both(b.a * 2.0, b.b), Both(x, x)), x)
    agree([found.a, found.b], [[2.0, 4.0, 6.0], [1.0, 2.0, 3.0]])
    spec = Both.Spec(tf.TensorSpec([]), tf.TensorSpec([]))
    found = traced(lambda x: tf.map_fn(lambda b: Both(b, b + 1.0), x, fn_output_signature=spec), x)
    agree([found.a, found.b], [[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])
    found = traced(lambda x: tf.vectorized_map(lambda b: Both(b.a * 2.0, b.b), Both(x, x)), x)
    agree([found.a, found.b], [[2.0, 4.0, 6.0], [1.0, 2.0, 3.0]])


# ------------------------------------------------------------------------------------ refusals
INVALID = tf.errors.InvalidArgumentError


@pytest.mark.parametrize(
    ("function", "kind", "name"),
    [
        (lambda x: tf.scan(lambda a, b: (a, b), x), ValueError, "structure"),
        (lambda x: tf.scan(lambda a, b: tf.cast(b, tf.int32), x, 0.0), TypeError, "constant"),
        (lambda x: tf.scan(lambda a, b: tf.stack([a, b]), x, 0.0), ValueError, "shape"),
        (lambda x: tf.scan(lambda a, b: a + b, x[0]), IndexError, "scalar"),
        (lambda x: tf.scan(lambda a, b: a + b, x[:0]), INVALID, "element 0 in a list with 0"),
        (lambda x: tf.scan(lambda a, b: a + b[0], (x, x[:2]), 0.0), ValueError, "3 and 2"),
        (lambda x: tf.foldl(lambda a, b: (a, b), x), ValueError, "structure"),
        (lambda x: tf.foldl(lambda a, b: tf.cast(b, tf.int32), x, 0.0), TypeError, "constant"),
        (lambda x: tf.foldl(lambda a, b: tf.stack([a, b]), x, 0.0), ValueError, "shape"),
        (lambda x: tf.foldl(lambda a, b: a + b, x[0]), IndexError, "scalar"),
        (lambda x: tf.foldl(lambda a, b: a + b, x[:0]), INVALID, "list with 0 elements"),
        (lambda x: tf.map_fn(lambda b: tf.cast(b, tf.int32), x), INVALID, "int32"),
        (lambda x: tf.map_fn(lambda b: b[0] + b[1], (x, x)), ValueError, "structure"),
        (lambda x: tf.map_fn(lambda b: b, x[0]), ValueError, "scalars"),
        (lambda x: tf.map_fn(lambda b: b, ()), ValueError, "does not contain any Tensors"),
        (lambda x: tf.map_fn(lambda b: b[0], (x, x[:2])), ValueError, "not compatible"),
        (lambda x: tf.map_fn(lambda b: None, x), ValueError, "None"),
        (
            lambda x: tf.map_fn(lambda b: b, x, fn_output_signature=tf.TensorSpec([2], tf.float32)),
            ValueError, "saw () but expected (2,)",
        ),
        (lambda x: tf.map_fn(lambda b: tf.range(b), x, infer_shape=False), INVALID, "shapes"),
        (lambda x: tf.map_fn(lambda b: tf.range(b), x), INVALID, "shapes"),
        (lambda x: tf.vectorized_map(lambda b: b, x[0]), IndexError, "scalar"),
        (lambda x: tf.vectorized_map(lambda b: b[0] + b[1], (x, x[:2])), INVALID, "rows"),
    ],
)  # fmt: skip
def test_refusals(function: Any, kind: Any, name: str) -> None:
    with refuses(kind, name):
        traced(function, tf.constant(ROWS))


def test_branching_by_python_on_a_row() -> None:
    x = tf.constant(ROWS)
    for run in (lambda f: f(x), lambda f: traced(f, x)):
        with pytest.raises(TypeError, match="not allowed"):
            run(lambda x: tf.vectorized_map(lambda b: b if b > 1.0 else b * 2.0, x))
