"""Loops over rows, control flow and tf.TensorArray: values and derivatives through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import EVERY, HALVES, Case, Input


def _folds(tf: Any, x: Any) -> Any:
    return {
        "foldl": tf.foldl(lambda a, row: a * 0.5 + row * row, x),
        "foldl from": tf.foldl(lambda a, row: a * row, x, initializer=tf.ones_like(x[0])),
        "foldr": tf.foldr(lambda a, row: a * 0.5 + row * row, x),
        "foldr from": tf.foldr(lambda a, row: a - row, x, initializer=tf.ones_like(x[0])),
    }


def _scans(tf: Any, x: Any) -> Any:
    two = tf.scan(
        lambda a, row: (a[0] + row, a[1] * row), x, (tf.zeros_like(x[0]), tf.ones_like(x[0]))
    )
    return {
        "sums": tf.scan(lambda a, row: a + row, x),
        "products": tf.scan(lambda a, row: a * row, x),
        "from": tf.scan(lambda a, row: a * 0.5 + row * row, x, initializer=tf.ones_like(x[0])),
        "reverse": tf.scan(lambda a, row: a * row, x, reverse=True),
        "two 0": two[0],
        "two 1": two[1],
    }


def _maps(tf: Any, x: Any, y: Any) -> Any:
    pair = tf.map_fn(
        lambda rows: {"product": rows[0] * rows[1], "sum": tf.reduce_sum(rows[0] * rows[0])},
        (x, y),
        fn_output_signature={"product": x.dtype, "sum": x.dtype},
    )
    return {
        "square": tf.map_fn(lambda row: row * row, x),
        "nested": tf.map_fn(lambda row: tf.map_fn(lambda item: item * item * item, row), x),
        "product": pair["product"],
        "sum": pair["sum"],
        "vectorized": tf.vectorized_map(lambda rows: rows[0] * tf.reduce_sum(rows[1]), (x, y)),
        "without gradient": tf.map_fn(lambda row: row * row, x, back_prop=False),
    }


def _loops(tf: Any, x: Any) -> Any:
    _, power = tf.while_loop(lambda i, p: i < 3, lambda i, p: (i + 1, p * x), (0, x))
    (most,) = tf.while_loop(lambda p: True, lambda p: (p * 0.5 * x,), (x,), maximum_iterations=2)
    return {
        "power": power,
        "most": most,
        "cond": tf.cond(tf.reduce_sum(x) > 0, lambda: x * x, lambda: x * 2),
        "case": tf.case(
            [(tf.reduce_sum(x) > 100, lambda: x), (tf.reduce_max(x) > 0, lambda: x * x * x)],
            default=lambda: -x,
        ),
        "switch": tf.switch_case(tf.constant(1), [lambda: x, lambda: x * x], default=lambda: -x),
        "py_function": tf.py_function(lambda v: v * v, [x], x.dtype),
    }


def _first_order(tf: Any, x: Any) -> Any:
    return {"py_function": tf.py_function(lambda v: v * v * v, [x], x.dtype)}


def _arrays(tf: Any, x: Any) -> Any:
    count = len(x)
    rows = tf.TensorArray(x.dtype, count, clear_after_read=False).unstack(x)
    written = tf.TensorArray(x.dtype, 0, dynamic_size=True)
    for i in range(count):
        written = written.write(i, rows.read(i) * float(i + 1))
    pieces = tf.TensorArray(x.dtype, 2, infer_shape=False).split(x * x, [1, count - 1])
    return {
        "stack": written.stack(),
        "gather": rows.gather([count - 1, 0]),
        "concat": rows.concat(),
        "split": pieces.read(1),
        "scatter": tf.TensorArray(x.dtype, count).scatter(list(range(count))[::-1], x).stack(),
        "size": written.size(),
    }


def _of_every_dtype(tf: Any, x: Any) -> Any:
    rows = tf.TensorArray(x.dtype, 3).unstack(x)
    return {
        "map_fn": tf.map_fn(lambda row: row[::-1], x),
        "scan": tf.scan(lambda a, row: row, x),
        "foldl": tf.foldl(lambda a, row: row, x),
        "array": rows.stack(),
        "vectorized": tf.vectorized_map(lambda row: row[:1], x),
    }


def _empty(tf: Any, x: Any) -> Any:
    return {
        "map_fn": tf.map_fn(lambda row: row, x),
        "signature": tf.map_fn(lambda row: row, x, fn_output_signature=tf.TensorSpec([5], x.dtype)),
        "scan": tf.scan(lambda a, row: a, x, initializer=tf.zeros([2], x.dtype)),
        "foldl": tf.foldl(lambda a, row: a, x, initializer=tf.zeros([2], x.dtype)),
        "array": tf.TensorArray(x.dtype, 0).stack(),
        "shaped": tf.TensorArray(x.dtype, 0, element_shape=[2]).stack(),
    }


def cases() -> Iterator[Case]:
    for dtype in ("float32", "float64", "complex64"):
        inputs = (Input((4, 3), dtype),)
        yield Case(f"folds {dtype}", _folds, inputs, order=2, slack=4)
        yield Case(f"scans {dtype}", _scans, inputs, order=2, slack=4)
    for dtype in ("float32", "float64"):
        pair = (Input((3, 2), dtype), Input((3, 2), dtype, "unit"))
        yield Case(f"maps {dtype}", _maps, pair, order=2, slack=4)
        yield Case(f"tensor arrays {dtype}", _arrays, (Input((4, 2), dtype),), order=2)
    for dtype in ("float32", "float64", *HALVES):
        yield Case(f"conditions and loops {dtype}", _loops, (Input((5,), dtype),), order=1, slack=4)
    for dtype in EVERY:
        yield Case(f"loops over {dtype}", _of_every_dtype, (Input((3, 2), dtype),), exact=True)
    yield Case("loops over nothing", _empty, (Input((0, 2)),), exact=True)
    yield Case("py_function once", _first_order, (Input((3,)),), order=1)
