"""Golden cases of tf.nn: pooling, and blocks that change places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import EVERY, FLOATS, REAL, Case, Input, doubles

EXPLICIT = [[0, 0], [1, 2], [0, 1], [0, 0]]


# ---------------------------------------------------------------------------------------- pooling
def _pools() -> Iterator[Case]:
    for name, ksize, strides, padding in (
        ("same", 2, 2, "SAME"),
        ("sizes", [2, 3], [1, 2], "VALID"),
        ("four", [1, 3, 2, 1], [1, 2, 2, 1], "SAME"),
        ("overlapping", 3, 1, "SAME"),
        ("whole", [5, 6], 1, "VALID"),
    ):
        for kind in ("max_pool", "avg_pool", "max_pool2d", "avg_pool2d"):
            order = 2 if name == "same" and kind.startswith("avg") else 1
            yield Case(
                f"{kind} {name}",
                lambda tf, x, op=kind, k=ksize, s=strides, p=padding: getattr(tf.nn, op)(
                    x, k, s, p
                ),
                doubles((2, 5, 6, 3), kind="distinct"),
                order,
                2,
            )
    yield Case(
        "max_pool explicit",
        lambda tf, x: tf.nn.max_pool(x, 3, 2, EXPLICIT),
        doubles((2, 5, 6, 3), kind="distinct"),
        1,
    )
    yield Case(
        "max_pool over channels",
        lambda tf, x: tf.nn.max_pool(x, [1, 1, 1, 3], [1, 1, 1, 3], "VALID"),
        (Input((2, 2, 2, 6), kind="ties"),),
        0,
    )
    yield Case("max_pool ties", lambda tf, x: tf.nn.max_pool(x, 2, 1, "SAME"),
               (Input((1, 4, 4, 2), "float64", "ties"),), 1)  # fmt: skip
    for dtype in REAL:
        yield Case(
            f"max_pool {dtype}",
            lambda tf, x: tf.nn.max_pool(x, 2, 1, "SAME"),
            (Input((1, 3, 3, 2), dtype),),
            exact=True,
        )
    for dtype in FLOATS:
        yield Case(
            f"avg_pool {dtype}",
            lambda tf, x: tf.nn.avg_pool(x, 2, 1, "SAME"),
            (Input((1, 3, 3, 2), dtype),),
            slack=2,
        )
    for kind in ("max", "avg"):
        yield Case(
            f"{kind}_pool1d",
            lambda tf, x, op=f"{kind}_pool1d": {
                "same": getattr(tf.nn, op)(x, 2, 2, "SAME"),
                "valid": getattr(tf.nn, op)(x, [3], [1], "VALID"),
                "format": getattr(tf.nn, op)(x, 2, 1, "SAME", "NWC"),
            },
            (Input((2, 7, 3), "float32", "distinct"),),
            1,
            2,
        )
        yield Case(
            f"{kind}_pool3d",
            lambda tf, x, op=f"{kind}_pool3d": {
                "same": getattr(tf.nn, op)(x, 2, 2, "SAME"),
                "valid": getattr(tf.nn, op)(x, [2, 1, 2], [1, 2, 1], "VALID"),
                "format": getattr(tf.nn, op)(x, 2, 1, "SAME", "NDHWC"),
            },
            (Input((1, 3, 4, 3, 2), "float32", "distinct"),),
            1,
            2,
        )
        yield Case(
            f"pool {kind}",
            lambda tf, x, kind={"max": "MAX", "avg": "AVG"}[kind]: {
                "plain": tf.nn.pool(x, [2, 2], kind),
                "strides": tf.nn.pool(x, [2, 2], kind, [2, 1], "SAME"),
                "dilated": tf.nn.pool(x, [2, 2], kind, dilations=[2, 1]),
                "format": tf.nn.pool(x, [2, 3], kind, data_format="NHWC"),
            },
            (Input((2, 5, 6, 3), "float32", "distinct"),),
            1,
            2,
        )
    for dtype in REAL:
        yield Case(
            f"max_pool_with_argmax {dtype}",
            lambda tf, x: {
                "same": tf.nn.max_pool_with_argmax(x, 2, 1, "SAME"),
                "valid": tf.nn.max_pool_with_argmax(x, [2, 3], [1, 2], "VALID"),
                "int32": tf.nn.max_pool_with_argmax(x, 2, 2, "SAME", output_dtype=tf.int32),
                "batch": tf.nn.max_pool_with_argmax(
                    x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", include_batch_in_index=True
                ),
            }["same"],
            (Input((2, 4, 3, 2), dtype, "ties"),),
            exact=True,
        )
    for name, how in {
        "same": {"ksize": 2, "strides": 1, "padding": "SAME"},
        "valid": {"ksize": [2, 3], "strides": [1, 2], "padding": "VALID"},
        "batch": {"ksize": 3, "strides": 2, "padding": "SAME", "include_batch_in_index": True},
        "int32 places": {"ksize": 2, "strides": 2, "padding": "SAME", "output_dtype": "int32"},
    }.items():
        yield Case(
            f"max_pool_with_argmax {name}",
            lambda tf, x, how=how: tf.nn.max_pool_with_argmax(x, **how),
            (Input((2, 4, 3, 2), "float32", "ties"),),
            0 if "output_dtype" in how else 1,
        )
    for op, order in (("fractional_max_pool", 1), ("fractional_avg_pool", 1)):
        for name, how in {
            "plain": {"seed": 5},
            "pseudo": {"seed": 3, "pseudo_random": True},
            "overlapping": {"seed": 7, "overlapping": True},
            "both": {"seed": 11, "pseudo_random": True, "overlapping": True},
        }.items():
            for dtype in ("float32", "float64", "int32", "int64"):
                yield Case(
                    f"{op} {name} {dtype}",
                    lambda tf, x, op=op, how=how: _fractional(tf, op, x, how),
                    (Input((2, 8, 10, 2), dtype, "ties"),),
                    order,
                    2,
                )
    yield Case("fractional_max_pool ratio",
               lambda tf, x: _fractional(tf, "fractional_max_pool", x, {"seed": 1}, 1.5),
               (Input((1, 6, 7, 1)),), 1)  # fmt: skip


def _fractional(tf: Any, op: str, x: Any, how: Any, ratio: Any = (1.0, 1.6, 1.4, 1.0)) -> Any:
    # The windows depend on the global seed, too.
    tf.random.set_seed(3)
    return getattr(tf.nn, op)(x, ratio, **how)


# ------------------------------------------------------------------------------- rearranged blocks
def _blocks() -> Iterator[Case]:
    for dtype in EVERY:
        yield Case(
            f"space_to_depth {dtype}",
            lambda tf, x: tf.nn.space_to_depth(x, 2),
            (Input((2, 4, 6, 3), dtype),),
            exact=True,
        )
        yield Case(
            f"depth_to_space {dtype}",
            lambda tf, x: tf.nn.depth_to_space(x, block_size=2, data_format="NHWC"),
            (Input((2, 2, 3, 8), dtype),),
            exact=True,
        )
    for shape, size in (((0, 4, 4, 1), 2), ((1, 6, 3, 2), 3), ((2, 4, 4, 0), 2)):
        yield Case(
            f"space_to_depth {shape}",
            lambda tf, x, n=size: tf.nn.space_to_depth(x, n),
            (Input(shape),),
            1,
            exact=True,
        )
    yield Case("depth_to_space squared", lambda tf, x: tf.nn.depth_to_space(x, 2) ** 2,
               doubles((1, 2, 2, 4)), 2)  # fmt: skip
    for padding in ("SAME", "VALID"):
        yield Case(
            f"with_space_to_batch {padding}",
            lambda tf, x, w, p=padding: tf.nn.with_space_to_batch(
                x, [2, 2], p, lambda g, n, how: tf.nn.conv2d(g, w, 1, how), filter_shape=[3, 2]
            ),
            doubles((2, 5, 6, 2), (3, 2, 2, 2)),
            1,
            3,
        )
    yield Case(
        "with_space_to_batch of some axes",
        lambda tf, x: {
            "second": tf.nn.with_space_to_batch(
                x, [3], "VALID", lambda g, n, how: g[:, :, :-1], spatial_dims=[2]
            ),
            "first": tf.nn.with_space_to_batch(x, [2, 1], "VALID", lambda g, n, how: g + float(n)),
            "nothing": tf.nn.with_space_to_batch(x, [1, 1], "VALID", lambda g, n, how: g * 2.0),
        },
        (Input((2, 4, 6, 3)),),
        1,
    )


def cases() -> Iterator[Case]:
    yield from _pools()
    yield from _blocks()
