"""Ops of the top level that move rows and blocks, count and compare: the other tables lack them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cases import COMPLEX, EVERY, FLOATS, SIGNED, UNSIGNED, Case, Input

REAL = (*SIGNED, *UNSIGNED, *FLOATS)


def _partitions() -> Iterator[Case]:
    for dtype in EVERY:
        yield Case(
            f"dynamic_partition {dtype}",
            lambda tf, x: {
                f"{name} {number}": part
                for name, where, count in (
                    ("rows", [0, 2, 0, 1], 4),
                    ("elements", [[0, 1, 0], [1, 0, 1], [0, 0, 0], [1, 1, 1]], 2),
                    ("one", [0, 0, 0, 0], 1),
                )
                for number, part in enumerate(tf.dynamic_partition(x, where, count))
            },
            (Input((4, 3), dtype),),
            1 if dtype in ("float32", "float64") else 0,
            exact=True,
        )
        yield Case(
            f"dynamic_stitch {dtype}",
            lambda tf, x, y: {
                "rows": tf.dynamic_stitch([[0, 2], [3, 1]], [x, y]),
                "gaps": tf.dynamic_stitch([[0, 5], [3, 1]], [x, y]),
                "twice": tf.dynamic_stitch([[0, 2], [2, 1]], [x, y]),
                "nested": tf.dynamic_stitch([[[0, 2, 1], [3, 5, 4]], 6], [x, x[0, 0]]),
                "one": tf.dynamic_stitch([[1, 0]], [x]),
            },
            (Input((2, 3), dtype), Input((2, 3), dtype)),
            1 if dtype in ("float32", "float64") else 0,
            exact=True,
        )
    yield Case(
        "partition and stitch squared",
        lambda tf, x: tf.dynamic_stitch(
            [[1, 3], [0, 2, 2]], [part**2 for part in tf.dynamic_partition(x, [1, 0, 1, 0, 1], 2)]
        ),
        (Input((5, 2), "float64"),),
        2,
    )
    yield Case(
        "partition of nothing",
        lambda tf, x: tf.dynamic_partition(x, tf.zeros([0], tf.int32), 2),
        (Input((0, 3)),),
        1,
        exact=True,
    )


def _blocks() -> Iterator[Case]:
    for dtype in REAL:
        yield Case(
            f"space_to_batch {dtype}",
            lambda tf, x: {
                "plain": tf.space_to_batch(x, [2, 3], [[0, 0], [0, 0]]),
                "padded": tf.space_to_batch(x, [3, 2], [[1, 1], [0, 2]]),
                "nd": tf.space_to_batch_nd(x, [2], [[1, 1]]),
                "nn": tf.nn.space_to_batch(x, [1, 3], [[0, 0], [2, 1]]),
                "none": tf.space_to_batch(x, [], tf.zeros([0, 2], tf.int32)),
                "deep": tf.space_to_batch(x, [2, 1, 3], [[0, 0], [0, 1], [0, 0]]),
            },
            (Input((2, 4, 6, 3), dtype),),
            1 if dtype in ("float32", "float64") else 0,
            exact=True,
        )
        yield Case(
            f"batch_to_space {dtype}",
            lambda tf, x: {
                "plain": tf.batch_to_space(x, [2, 3], [[0, 0], [0, 0]]),
                "one number": tf.batch_to_space(x[:4], 2, [[0, 0], [0, 0]]),
                "cropped": tf.batch_to_space(x, [3, 2], [[1, 1], [0, 2]]),
                "one axis": tf.batch_to_space(x, [2], [[1, 2]]),
            },
            (Input((6, 2, 3, 2), dtype),),
            1 if dtype in ("float32", "float64") else 0,
            exact=True,
        )
        yield Case(
            f"extract_volume_patches {dtype}",
            lambda tf, x: {
                "valid": tf.extract_volume_patches(x, [1, 2, 1, 2, 1], [1, 1, 2, 1, 1], "VALID"),
                "same": tf.extract_volume_patches(x, [1, 1, 2, 2, 1], [1, 2, 2, 1, 1], "SAME"),
            },
            (Input((2, 3, 4, 3, 2), dtype),),
            1 if dtype in ("float32", "float64") else 0,
            exact=True,
        )
    yield Case(
        "extract_volume_patches squared",
        lambda tf, x: tf.extract_volume_patches(x, [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "SAME") ** 2,
        (Input((1, 2, 3, 2, 2), "float64"),),
        2,
        2,
    )
    yield Case(
        "extract_volume_patches of nothing",
        lambda tf, x: tf.extract_volume_patches(x, [1, 3, 1, 1, 1], [1, 1, 1, 1, 1], "VALID"),
        (Input((1, 2, 2, 2, 1)),),
        exact=True,
    )
    yield Case(
        "required_space_to_batch_paddings",
        lambda tf: (
            *tf.required_space_to_batch_paddings([3, 4, 7], [2, 3, 1]),
            *tf.required_space_to_batch_paddings([3, 4], [2, 3], [[1, 0], [0, 1]]),
            *tf.required_space_to_batch_paddings(tf.constant([5]), tf.constant([4])),
        ),
        exact=True,
    )


def _counts() -> Iterator[Case]:
    for dtype in ("int32", "int64", "float32", "float64"):
        yield Case(
            f"histogram_fixed_width {dtype}",
            lambda tf, x: {
                "five": tf.histogram_fixed_width(x, tf.cast([-2, 3], x.dtype), nbins=5),
                "three": tf.histogram_fixed_width(x, tf.cast([0, 5], x.dtype), 3, tf.int64),
                "default": tf.histogram_fixed_width(x, tf.cast([-4, 4], x.dtype)),
            },
            (Input((4, 6), dtype),),
            exact=True,
        )
    for dtype in FLOATS:
        yield Case(
            f"histogram_fixed_width_bins {dtype}",
            lambda tf, x: {
                "five": tf.histogram_fixed_width_bins(x, tf.cast([-2, 3], x.dtype), nbins=5),
                "default": tf.histogram_fixed_width_bins(x, tf.cast([-4, 4], x.dtype)),
            },
            (Input((4, 6), dtype),),
            exact=True,
        )
    for dtype in EVERY:
        if dtype not in COMPLEX:
            yield Case(
                f"unique {dtype}",
                lambda tf, x: {
                    "values": tf.unique(x).y,
                    "places": tf.unique(x, tf.int64).idx,
                    "counts": tf.unique_with_counts(x, out_idx=tf.int64).count,
                },
                (Input((12,), dtype, "ties"),),
                exact=True,
            )
        yield Case(
            f"fingerprint {dtype}",
            lambda tf, x: {
                "rows": tf.fingerprint(x),
                "vector": tf.fingerprint(x[0]),
                "nothing": tf.fingerprint(x[:0]),
                "long": tf.fingerprint(tf.reshape(tf.concat([x] * 20, 0), [1, -1])),
                "method": tf.fingerprint(x, method="farmhash64"),
            },
            (Input((3, 4), dtype),),
            exact=True,
        )
    yield Case("fingerprint of strings", _fingerprints, exact=True)
    for dtype in REAL:
        yield Case(
            f"searchsorted {dtype}",
            lambda tf, x, y: {
                "left": tf.searchsorted(tf.sort(x), y),
                "right": tf.searchsorted(tf.sort(x), y, side="right", out_type=tf.int64),
                "rows": tf.searchsorted(
                    tf.sort(tf.stack([x, x])), tf.stack([y, y]), out_type=tf.int64
                ),
            },
            (Input((9,), dtype, "ties"), Input((6,), dtype, "ties")),
            exact=True,
        )
    yield Case("edit_distance", _distances, exact=True)


def _fingerprints(tf: Any) -> Any:
    random = np.random.RandomState(0)
    texts = [random.bytes(size) for size in [*range(140), 191, 192, 193, 256, 1000]]
    return {
        "lengths": tf.fingerprint(tf.constant(texts)),
        "pairs": tf.fingerprint([["hello", "a"], ["b", ""]]),
    }


def _distances(tf: Any) -> Any:
    def sparse(rows: Any) -> Any:
        return tf.sparse.from_dense(rows)

    given, wanted = (
        sparse([[1, 2, 3, 4], [2, 2, 0, 0], [1, 0, 0, 0]]),
        sparse([[1, 3, 4], [2, 0, 0], [0, 0, 0]]),
    )
    cubes = sparse([[[1, 2], [2, 1]]]), sparse([[[1, 0], [1, 2]]])
    return {
        "normalized": tf.edit_distance(given, wanted),
        "counted": tf.edit_distance(given, wanted, normalize=False),
        "cubes": tf.edit_distance(*cubes),
        "strings": tf.edit_distance(sparse([["a", "b"]]), sparse([["a", ""]])),
        "sizes": tf.edit_distance(sparse([[1, 2]]), sparse([[1], [2]])),
    }


def _convolutions() -> Iterator[Case]:
    for name, shapes, how in (
        ("plain", ((2, 4, 5, 2), (2, 2, 2, 3)), {"strides": [1, 1, 1, 1], "padding": "SAME"}),
        ("strides", ((2, 4, 5, 2), (2, 2, 2, 3)), {"strides": [1, 2, 1, 1], "padding": "VALID"}),
        (
            "explicit",
            ((2, 4, 5, 2), (2, 2, 2, 3)),
            {
                "strides": [1, 1, 1, 1],
                "padding": "EXPLICIT",
                "explicit_paddings": [0, 0, 1, 1, 0, 2, 0, 0],
            },
        ),
        (
            "dilations",
            ((2, 4, 5, 2), (2, 2, 2, 3)),
            {"strides": [1, 1, 1, 1], "padding": "VALID", "dilations": [1, 2, 1, 1]},
        ),
        (
            "batches",
            ((2, 3, 4, 5, 2), (2, 2, 2, 3)),
            {"strides": [1, 1, 1, 1], "padding": "SAME", "batch_dims": 2},
        ),
        (
            "volumes",
            ((1, 3, 4, 3, 2), (2, 2, 2, 2, 3)),
            {"strides": [1, 1, 1, 1, 1], "padding": "SAME", "data_format": "CHANNELS_LAST"},
        ),
    ):
        yield Case(
            f"tf.conv {name}",
            lambda tf, x, w, how=how: tf.conv(x, w, **how),
            tuple(Input(shape, "float64") for shape in shapes),
            0,
            4,
        )


def cases() -> Iterator[Case]:
    for part in (_partitions, _blocks, _counts, _convolutions):
        yield from part()
    for dtype in EVERY:
        yield Case(
            f"guarantee_const {dtype}",
            lambda tf, x: tf.guarantee_const(x),
            (Input((2, 3), dtype),),
            exact=True,
        )
