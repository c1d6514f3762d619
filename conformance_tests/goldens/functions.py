"""Segments, sequences, counts, special functions of several arguments, and the rest of tf.math."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cases import EVERY, Case, Input

SEGMENTS = ("segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum")
UNSORTED = (
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min",
    "unsorted_segment_prod", "unsorted_segment_sqrt_n", "unsorted_segment_sum",
)  # fmt: skip


def _order(dtype: str) -> int:
    return {"float32": 1, "float64": 2}.get(dtype, 0)


def _segments() -> Iterator[Case]:
    for name in SEGMENTS:
        for dtype in EVERY:
            yield Case(
                f"{name} {dtype}",
                lambda tf, x, name=name: {
                    "rows": getattr(tf.math, name)(x, [0, 0, 2, 2, 2]),
                    "int64": getattr(tf.math, name)(x, tf.constant([0, 1, 2, 2, 3], tf.int64)),
                },
                (Input((5, 2), dtype, "nonzero"),),
                _order(dtype),
                3,
            )
    for name in UNSORTED:
        for dtype in EVERY:
            yield Case(
                f"{name} {dtype}",
                lambda tf, x, name=name: {
                    "rows": getattr(tf.math, name)(x, [2, 0, 2, -1, 0], 4),
                    "elements": getattr(tf.math, name)(x, [[0, 1]] * 5, 2),
                },
                (Input((5, 2), dtype, "nonzero"),),
                _order(dtype),
                3,
            )
    for name in (*SEGMENTS, *UNSORTED):
        count = (3,) if name.startswith("un") else ()
        function = f"math.{name}"
        for kind in ("ties", "edges", "special"):
            yield Case(
                f"{name} {kind}",
                lambda tf, x, name=name, count=count: getattr(tf.math, name)(
                    x, [0, 0, 0, 1, 1, 1, 2, 2, 2, 2], *count
                ),
                (Input((10,), "float64", kind),),
                # At zeros TensorFlow's second derivatives of products are NaN here and there.
                0 if kind != "ties" else 1 if name.endswith("prod") else 2,
                3,
            )
        for shape in ((0, 2), (1, 1), (3, 0), (3,)):
            yield Case(
                f"{function} {shape}",
                lambda tf, x, name=name, count=count: getattr(tf.math, name)(
                    x, tf.range(x.shape[0]), *count
                ),
                (Input(shape),),
                1,
            )


def _sequences(tf: Any, x: Any) -> Any:
    return {
        "rows": tf.reverse_sequence(x, [1, 3], seq_axis=1, batch_axis=0),
        "columns": tf.reverse_sequence(x, [0, 2, 1], seq_axis=2, batch_axis=1),
        "int64": tf.reverse_sequence(x, tf.constant([2] * 4, tf.int64), 0, 2),
    }


def _scattered(tf: Any, x: Any, rows: Any) -> Any:
    where = [[1], [0], [1]]
    return {
        "max": tf.tensor_scatter_nd_max(x, where, rows),
        "min": tf.tensor_scatter_nd_min(x, where, rows),
        "elements": tf.tensor_scatter_nd_max(x, [[0, 1], [1, 2], [0, 1]], rows[0]),
        "smallest": tf.tensor_scatter_nd_min(x, [[0, 1], [1, 2], [0, 1]], rows[0]),
    }


def _shapes(tf: Any, x: Any, y: Any) -> Any:
    return {
        "shape_n": tf.shape_n([x, y]),
        "shape_n int64": tf.shape_n([x, y], out_type=tf.int64),
        "identity_n": tf.identity_n([x, y]),
        "unravel_index": tf.unravel_index([5, 0, 3], [2, 3]),
        "unravel_index one": tf.unravel_index(tf.constant(7, tf.int64), [2, 2, 2]),
        "ensure_shape": tf.ensure_shape(x, [None, 3]),
        "broadcast_dynamic_shape": tf.broadcast_dynamic_shape([2, 1], [3]),
        "broadcast_static_shape": tf.constant(
            tf.broadcast_static_shape(tf.TensorShape([2, 1]), tf.TensorShape([3])).as_list()
        ),
    }


def _numbers() -> Iterator[Case]:
    for dtype in EVERY:
        order = _order(dtype)
        yield Case(
            f"reverse_sequence {dtype}", _sequences, (Input((2, 3, 4), dtype),), order, exact=True
        )
        given = (Input((3, 3), dtype, "ties"), Input((3, 3), dtype, "ties"))
        yield Case(f"scattered extremes {dtype}", _scattered, given, min(order, 1), exact=True)
        given = (Input((2, 3), dtype), Input((3,), dtype))
        yield Case(
            f"shapes of several {dtype}",
            lambda tf, x, y: {
                f"{name} {number}": part
                for name, parts in _shapes(tf, x, y).items()
                for number, part in enumerate(tf.nest.flatten(parts))
            },
            given,
            min(order, 1),
            exact=True,
        )
        yield Case(
            f"orders {dtype}",
            lambda tf, x: {
                "rising": tf.math.is_strictly_increasing(x),
                "not falling": tf.math.is_non_decreasing(x),
                "one": tf.math.is_strictly_increasing(x[:1]),
                "nothing": tf.math.is_non_decreasing(x[:0]),
                "zeros": tf.math.zero_fraction(x),
            },
            (Input((5,), dtype, "ties"),),
            exact=True,
        )
        yield Case(
            f"accumulate_n {dtype}",
            lambda tf, x, y: tf.math.accumulate_n([x, y, x]),
            (Input((2, 3), dtype), Input((2, 3), dtype)),
            order,
        )
        yield Case(
            f"polyval {dtype}",
            lambda tf, x, a, b: {
                "three": tf.math.polyval([a, b, a], x),
                "one": tf.math.polyval([a], x),
                "none": tf.math.polyval([], x),
                "broadcast": tf.math.polyval([a[0], b], x[:1]),
            },
            (Input((2, 3), dtype), Input((2, 3), dtype), Input((2, 3), dtype)),
            order,
            2,
        )
        yield Case(
            f"cumulative_logsumexp {dtype}",
            lambda tf, x: {
                "plain": tf.math.cumulative_logsumexp(x),
                "exclusive": tf.math.cumulative_logsumexp(x, -1, exclusive=True),
                "reverse": tf.math.cumulative_logsumexp(x, 1, reverse=True),
                "both": tf.math.cumulative_logsumexp(x, 0, exclusive=True, reverse=True),
            },
            (Input((2, 3), dtype),),
            min(order, 1),
            4,
        )
    yield Case(
        "cumulative_logsumexp twice",
        lambda tf, x: tf.math.cumulative_logsumexp(x),
        (Input((3,), "float64"),),
        2,
        4,
    )
    for dtype in ("int32", "int64", "uint8", "int8", "float32"):
        yield Case(
            f"invert_permutation {dtype}",
            lambda tf, x: tf.math.invert_permutation(tf.cast([3, 0, 2, 1], x.dtype)),
            (Input((4,), dtype),),
            exact=True,
        )
        yield Case(
            f"confusion_matrix {dtype}",
            lambda tf, x: {
                "plain": tf.math.confusion_matrix(x, x[::-1], 8),
                "count": tf.math.confusion_matrix(x, x, dtype=tf.int64),
                "weights": tf.math.confusion_matrix(x, x, weights=[0.5, 2.0, 1.0, 4.0]),
            },
            (Input((4,), dtype, "counts" if dtype == "float32" else "positive"),),
            exact=True,
        )


def _counts() -> Iterator[Case]:
    yield Case(
        "bincount",
        lambda tf, x, w: {
            "plain": tf.math.bincount(x),
            "weights": tf.math.bincount(x, weights=w),
            "at least": tf.math.bincount(x, minlength=9),
            "at most": tf.math.bincount(x, maxlength=3),
            "dtype": tf.math.bincount(x, dtype=tf.int64),
            "rows": tf.math.bincount(tf.reshape(x, [2, 3]), axis=-1),
            "row weights": tf.math.bincount(
                tf.reshape(x, [2, 3]), weights=tf.reshape(w, [2, 3]), axis=-1
            ),
            "binary": tf.math.bincount(x, binary_output=True),
            "nothing": tf.math.bincount(x[:0]),
        },
        (Input((6,), "int32", "positive"), Input((6,))),
    )
    for dtype in ("float32", "float64"):
        order = _order(dtype)
        three = tuple(Input((2, 3), dtype, kind) for kind in ("positive", "positive"))
        yield Case(
            f"betainc {dtype}",
            lambda tf, a, b, x: {
                "plain": tf.math.betainc(a, b, x),
                "scalars": tf.math.betainc(a, 2.0, tf.constant(0.25, a.dtype)),
            },
            (*three, Input((2, 3), dtype, "probability")),
            1,
            50,
        )
        yield Case(
            f"lbeta {dtype}",
            lambda tf, x: {"rows": tf.math.lbeta(x), "one": tf.math.lbeta(x[0, :1])},
            (Input((2, 3), dtype, "positive"),),
            order,
            5,
        )
    values = [0.0, 1.0, -0.5, 1.5, float("nan"), 0.1, 0.9]
    a, b, x = np.meshgrid([0.5, 1.0, 3.0, 100.0], [0.5, 1.0, 40.0], values)
    yield Case(
        "betainc ends",
        lambda tf: tf.math.betainc(*(tf.constant(v, tf.float32) for v in (a, b, x))),
        slack=50,
    )
    yield Case("lbeta (2, 0)", lambda tf, x: tf.math.lbeta(x), (Input((2, 0)),), 1)


def _layers(tf: Any, x: Any) -> Any:
    cube = tf.reshape(x, [1, 2, 3, 4, 2])
    return {
        "avg_pool3d": tf.nn.avg_pool3d(cube, [2, 1, 2], 1, "SAME"),
        "avg_pool3d valid": tf.nn.avg_pool3d(cube, 2, [1, 2, 1], "VALID"),
        "max_pool3d": tf.nn.max_pool3d(cube, 2, 1, "SAME"),
    }


def _conv_gradients(tf: Any, x: Any, w: Any, g: Any) -> Any:
    how = {"strides": [1, 1, 1, 1], "padding": "SAME"}
    return {
        "input": tf.conv2d_backprop_input_v2(x, w, g, **how),
        "filter": tf.conv2d_backprop_filter_v2(x, w, g, **how),
    }


def cases() -> Iterator[Case]:
    yield from _segments()
    yield from _numbers()
    yield from _counts()
    yield Case("pools of volumes", _layers, (Input((6, 8), "float64", "distinct"),), 1, 2)
    yield Case(
        "gradients of convolutions",
        _conv_gradients,
        (Input((1, 3, 4, 2)), Input((2, 2, 2, 3)), Input((1, 3, 4, 3))),
        0,
        3,
    )
