"""Golden cases of tf.nn: CTC, embeddings and losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .cases import FLOATS, Case, Input, doubles


# -------------------------------------------------------------------------------------------- CTC
def _ctc() -> Iterator[Case]:
    labels, lengths, frames = [[1, 2, 2], [3, 1, 0]], [3, 2], [6, 5]

    def dense(how: Any) -> Callable[..., Any]:
        return lambda tf, x: tf.nn.ctc_loss(labels, x, lengths, frames, **how)

    for name, how in {
        "default": {},
        "blank": {"blank_index": 0},
        "last": {"blank_index": -1},
    }.items():
        yield Case(f"ctc_loss {name}", dense(how), (Input((6, 2, 5)),), 1, 10)
        if how:
            yield Case(
                f"ctc_loss sparse {name}",
                lambda tf, x, how=how: tf.nn.ctc_loss(
                    tf.sparse.from_dense(labels), x, None, frames, **how
                ),
                (Input((6, 2, 5)),),
                1,
                10,
            )
    yield Case("ctc_loss by batch", dense({"logits_time_major": False}), (Input((2, 6, 5)),), 1, 10)
    yield Case(
        "ctc_loss unique",
        lambda tf, x: tf.nn.ctc_loss(
            labels, x, lengths, frames, unique=tf.nn.ctc_unique_labels(labels)
        ),
        (Input((6, 2, 5)),),
        1,
        10,
    )
    yield Case(
        "ctc_loss without a path",
        lambda tf, x: tf.nn.ctc_loss([[1, 1, 1], [2, 3, 0]], x, [3, 0], [4, 6]),
        (Input((6, 2, 5)),),
        0,
        10,
    )
    for dtype in ("float16", "bfloat16"):
        yield Case(f"ctc_loss {dtype}", dense({}), (Input((6, 2, 5), dtype),), 0, 10)

    def parts(found: Any) -> Any:
        decoded, scores = found
        return [[s.indices, s.values, s.dense_shape] for s in decoded], scores

    for dtype in ("float32", "float64"):
        for name, how in {
            "default": {},
            "unmerged": {"merge_repeated": False},
            "blank": {"blank_index": 0},
            "negative": {"blank_index": -2},
        }.items():
            yield Case(
                f"ctc_greedy_decoder {name} {dtype}",
                lambda tf, x, how=how: parts(tf.nn.ctc_greedy_decoder(x, [7, 4, 0], **how)),
                (Input((7, 3, 3), dtype),),
                0,
                2,
            )
        for name, how in {
            "default": {},
            "narrow": {"beam_width": 2},
            "paths": {"beam_width": 8, "top_paths": 3},
        }.items():
            yield Case(
                f"ctc_beam_search_decoder {name} {dtype}",
                # TensorFlow adds its probabilities in single precision, whatever the dtype.
                lambda tf, x, how=how: parts(tf.nn.ctc_beam_search_decoder(x, [7, 4], **how)),
                (Input((7, 2, 4), dtype),),
                0,
                6 if dtype == "float32" else 1e5,
            )
    for dtype in ("int32", "int64"):
        yield Case(
            f"labels of ctc {dtype}",
            lambda tf, x: {
                "unique": tf.nn.ctc_unique_labels(x)[0],
                "places": tf.nn.ctc_unique_labels(x)[1],
                "collapsed": tf.nn.collapse_repeated(x, [8, 5, 0])[0],
                "lengths": tf.nn.collapse_repeated(x, [8, 5, 0])[1],
            },
            (Input((3, 8), dtype, "positive"),),
            exact=True,
        )


# ---------------------------------------------------------------------------------- lookups, losses
def _embeddings() -> Iterator[Case]:
    at = [[0, 0], [0, 1], [2, 0], [2, 1], [3, 0]]
    ids = [1, 3, 0, 3, 2]

    def sparse(tf: Any, values: Any) -> Any:
        return tf.SparseTensor(at, values, [4, 2])

    for combiner in ("sum", "mean", "sqrtn"):
        for norm in (None, 1.5):
            yield Case(
                f"embedding_lookup_sparse {combiner} {norm}",
                lambda tf, table, c=combiner, n=norm: tf.nn.embedding_lookup_sparse(
                    table, sparse(tf, ids), None, combiner=c, max_norm=n
                ),
                doubles((5, 3)),
                1,
                4,
            )
            yield Case(
                f"embedding_lookup_sparse weighted {combiner} {norm}",
                lambda tf, table, w, c=combiner, n=norm: tf.nn.embedding_lookup_sparse(
                    table, sparse(tf, ids), sparse(tf, w), combiner=c, max_norm=n
                ),
                (Input((5, 3), "float64"), Input((5,), "float64", "positive")),
                1,
                4,
            )
        for default in (None, 4):
            yield Case(
                f"safe_embedding_lookup_sparse {combiner} {default}",
                lambda tf, table, w, c=combiner, d=default: {
                    "plain": tf.nn.safe_embedding_lookup_sparse(
                        table, sparse(tf, ids), combiner=c, default_id=d
                    ),
                    "weighted": tf.nn.safe_embedding_lookup_sparse(
                        table, sparse(tf, ids), sparse(tf, w), combiner=c, default_id=d
                    ),
                    "negative ids": tf.nn.safe_embedding_lookup_sparse(
                        table, sparse(tf, [1, -1, 0, -3, -2]), combiner=c, default_id=d
                    ),
                },
                (Input((5, 3), "float64"), Input((5,), "float64", "positive")),
                1,
                4,
            )
    yield Case(
        "embedding_lookup arguments",
        lambda tf, table: {
            "parts": tf.nn.embedding_lookup([table[:3], table[3:]], [[0, 5], [2, 3]]),
            "norm": tf.nn.embedding_lookup(table, [1, 4], max_norm=0.7),
        },
        doubles((6, 2)),
        1,
        3,
    )
    drawn = ([0, 3, 4], [[0.5], [0.4]], [0.3, 0.2, 0.1])

    def values(tf: Any) -> Any:
        ids, true, sampled = drawn
        return (
            tf.constant(ids, tf.int64),
            tf.constant(true, tf.float64),
            tf.constant(sampled, tf.float64),
        )

    for op in ("nce_loss", "sampled_softmax_loss"):
        for hits in (True, False):
            yield Case(
                f"{op} {hits}",
                lambda tf, w, b, x, op=op, hits=hits: getattr(tf.nn, op)(
                    w, b, tf.constant([[1], [4]], tf.int64), x, 3, 6,
                    sampled_values=values(tf), remove_accidental_hits=hits,
                ),
                doubles((6, 3), (6,), (2, 3)),
                1,
                6,
            )  # fmt: skip
        yield Case(
            f"{op} of two classes",
            lambda tf, w, b, x, op=op: getattr(tf.nn, op)(
                [w[:3], w[3:]], b, tf.constant([[1, 2], [4, 0]], tf.int64), x, 3, 6, 2,
                sampled_values=values(tf),
            ),
            doubles((6, 3), (6,), (2, 3)),
            1,
            6,
        )  # fmt: skip
    yield Case(
        "compute_accidental_hits",
        lambda tf: tf.nn.compute_accidental_hits(
            tf.constant([[1, 2], [3, 3], [7, 8]], tf.int64), tf.constant([3, 1, 2], tf.int64), 2
        ),
        exact=True,
    )


def _others() -> Iterator[Case]:
    for dtype in ("int8", "int16", "int32", "int64", *FLOATS):
        yield Case(
            f"isotonic_regression {dtype}",
            lambda tf, x: {
                f"{name} {part}": value
                for name, how in (
                    ("plain", {}),
                    ("rising", {"decreasing": False}),
                    ("axis", {"axis": 0}),
                )
                for part, value in enumerate(tf.nn.isotonic_regression(x, **how))
            },
            (Input((3, 6), dtype),),
            0,
            4,
        )
    yield Case(
        "isotonic_regression gradient",
        lambda tf, x: tf.nn.isotonic_regression(x)[0] * tf.constant(np.arange(18.0).reshape(3, 6)),
        doubles((3, 6)),
        1,
        4,
    )
    yield Case(
        "compute_average_loss",
        lambda tf, x, w: {
            "plain": tf.nn.compute_average_loss(x),
            "weights": tf.nn.compute_average_loss(x, sample_weight=w),
            "size": tf.nn.compute_average_loss(x, w, global_batch_size=8),
            "rows": tf.nn.compute_average_loss(tf.stack([x, x], 1), w),
            "sum": tf.nn.scale_regularization_loss(x),
        },
        doubles((4,), (4,)),
        2,
        2,
    )


def cases() -> Iterator[Case]:
    yield from _ctc()
    yield from _embeddings()
    yield from _others()
