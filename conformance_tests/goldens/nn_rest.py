"""Every op of tf.nn that the other tables leave out, and every argument of those they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .cases import EVERY, FLOATS, HALVES, SIGNED, UNSIGNED, Case, Input

REAL = (*SIGNED, *UNSIGNED, *FLOATS)
IMAGE, FILTER = Input((2, 5, 6, 3)), Input((3, 2, 3, 4))
EXPLICIT = [[0, 0], [1, 2], [0, 1], [0, 0]]


def _double(*shapes: tuple[int, ...], kind: str = "any") -> tuple[Input, ...]:
    return tuple(Input(shape, "float64", kind) for shape in shapes)


# ---------------------------------------------------------------------------------- convolutions
def _convolutions() -> Iterator[Case]:
    def conv(**how: Any) -> Callable[..., Any]:
        return lambda tf, x, w: tf.nn.conv2d(x, w, **how)

    for name, how in {
        "strides": {"strides": 2, "padding": "SAME"},
        "two strides": {"strides": [1, 2], "padding": "VALID"},
        "four strides": {"strides": [1, 2, 1, 1], "padding": "SAME"},
        "dilations": {"strides": 1, "padding": "SAME", "dilations": 2},
        "two dilations": {"strides": 1, "padding": "VALID", "dilations": [2, 1]},
        "both": {"strides": 2, "padding": "SAME", "dilations": 2},
        "explicit": {"strides": [2, 1], "padding": EXPLICIT},
        "format": {"strides": 1, "padding": "SAME", "data_format": "NHWC"},
    }.items():
        # TensorFlow differentiates no dilated convolution on a CPU.
        order = 0 if "dilations" in how else 1
        yield Case(f"conv2d {name}", conv(**how), _double((2, 5, 6, 3), (3, 2, 3, 4)), order, 4)
    plain = conv(strides=1, padding="SAME")
    for dtype in ("float16", "bfloat16", "float32", "int32"):
        inputs = (Input((1, 4, 4, 2), dtype), Input((2, 2, 2, 3), dtype))
        yield Case(f"conv2d {dtype}", plain, inputs, 0, 6)
    for shapes in (
        ((0, 4, 4, 2), (2, 2, 2, 3)),
        ((1, 4, 4, 2), (2, 2, 2, 0)),
        ((2, 1, 4, 4, 2), (2, 2, 2, 3)),
        ((1, 4, 4, 4), (2, 2, 2, 6)),
        ((1, 1, 1, 1), (3, 3, 1, 1)),
    ):
        yield Case(f"conv2d of {shapes}", plain, tuple(map(Input, shapes)), 0, 3)
    yield Case(
        "conv2d twice", conv(strides=1, padding="VALID"), _double((1, 3, 3, 1), (2, 2, 1, 2)), 2, 4
    )
    for name, how in {
        "plain": {"stride": 1, "padding": "SAME"},
        "strides": {"stride": 2, "padding": "VALID"},
        "dilations": {"stride": 1, "padding": "SAME", "dilations": 2},
        "lists": {"stride": [2], "padding": "SAME", "dilations": [1]},
        "format": {"stride": [1, 2, 1], "padding": "SAME", "data_format": "NWC"},
    }.items():
        yield Case(
            f"conv1d {name}",
            lambda tf, x, w, how=how: tf.nn.conv1d(x, w, **how),
            _double((2, 7, 3), (3, 3, 2)),
            0 if name == "dilations" else 1,
            4,
        )
    for name, strides, padding in (
        ("same", [1, 1, 1, 1, 1], "SAME"),
        ("valid", [1, 1, 1, 1, 1], "VALID"),
        ("strides", [1, 2, 1, 2, 1], "SAME"),
    ):
        yield Case(
            f"conv3d {name}",
            lambda tf, x, w, s=strides, p=padding: tf.nn.conv3d(x, w, s, p),
            _double((1, 3, 4, 3, 2), (2, 2, 2, 2, 2)),
            1,
            4,
        )
    for name, shapes, how in (
        ("1", ((2, 7, 3), (3, 3, 2)), {"strides": 2}),
        ("2", ((2, 5, 6, 3), (3, 2, 3, 4)), {"strides": [2, 1], "padding": "SAME"}),
        ("2 dilated", ((2, 5, 6, 3), (3, 2, 3, 4)), {"dilations": [1, 2], "padding": "SAME"}),
        ("3", ((1, 3, 4, 3, 2), (2, 2, 2, 2, 2)), {}),
    ):
        yield Case(
            f"convolution {name}",
            lambda tf, x, w, how=how: tf.nn.convolution(x, w, **how),
            _double(*shapes),
            # Nor the general convolution of volumes, whose format it forgets.
            0 if "dilations" in how or name == "3" else 1,
            4,
        )


def _transposes() -> Iterator[Case]:
    for name, wanted, how in (
        ("same", [2, 5, 6, 3], {"strides": 2}),
        ("sizes", [5, 6], {"strides": [2, 2], "padding": "SAME"}),
        ("valid", [2, 7, 6, 3], {"strides": [1, 2, 2, 1], "padding": "VALID"}),
        ("larger", [2, 8, 7, 3], {"strides": 2, "padding": "VALID"}),
        ("explicit", [2, 6, 6, 3], {"strides": 2, "padding": [[0, 0], [1, 0], [0, 0], [0, 0]]}),
    ):
        yield Case(
            f"conv2d_transpose {name}",
            lambda tf, y, w, wanted=wanted, how=how: tf.nn.conv2d_transpose(y, w, wanted, **how),
            _double((2, 3, 3, 4), (3, 2, 3, 4)),
            1,
            4,
        )
    yield Case(
        "conv1d_transpose",
        lambda tf, y, w: {
            "same": tf.nn.conv1d_transpose(y, w, [2, 8, 3], 2),
            "valid": tf.nn.conv1d_transpose(y, w, [2, 9, 3], [2], "VALID"),
            "format": tf.nn.conv1d_transpose(y, w, [2, 4, 3], 1, data_format="NWC"),
        },
        _double((2, 4, 2), (3, 3, 2)),
        1,
        4,
    )
    yield Case(
        "conv3d_transpose",
        lambda tf, y, w: {
            "same": tf.nn.conv3d_transpose(y, w, [1, 4, 4, 3, 2], [1, 2, 2, 2, 1]),
            "valid": tf.nn.conv3d_transpose(y, w, [1, 3, 3, 3, 2], 1, "VALID"),
        },
        _double((1, 2, 2, 2, 3), (2, 2, 2, 2, 3)),
        1,
        4,
    )
    yield Case(
        "conv_transpose",
        lambda tf, y, w: tf.nn.conv_transpose(y, w, [2, 5, 6, 3], 2, "SAME", "NHWC"),
        _double((2, 3, 3, 4), (3, 2, 3, 4)),
        1,
        4,
    )


def _depthwise() -> Iterator[Case]:
    one = [1, 1, 1, 1]
    for name, strides, padding, dilations in (
        ("same", one, "SAME", None),
        ("strides", [1, 2, 2, 1], "VALID", None),
        ("dilations", one, "SAME", [2, 2]),
        ("two dilations", one, "VALID", [2, 1]),
        ("both", [1, 2, 2, 1], "SAME", [2, 2]),
        ("explicit", one, EXPLICIT, None),
    ):
        yield Case(
            f"depthwise_conv2d {name}",
            lambda tf, x, w, s=strides, p=padding, d=dilations: tf.nn.depthwise_conv2d(
                x, w, s, p, dilations=d
            ),
            _double((2, 5, 6, 3), (3, 2, 3, 2)),
            1,
            4,
        )
    for name, strides, padding, dilations in (
        ("same", one, "SAME", None),
        ("strides", [1, 2, 2, 1], "VALID", None),
        ("dilations", one, "SAME", [2, 2]),
    ):
        yield Case(
            f"separable_conv2d {name}",
            lambda tf, x, w, p, s=strides, how=padding, d=dilations: tf.nn.separable_conv2d(
                x, w, p, s, how, dilations=d
            ),
            _double((1, 5, 6, 3), (3, 2, 3, 2), (1, 1, 6, 2)),
            1,
            5,
        )
    for name, strides, padding, shape in (
        ("same", one, "SAME", (2, 4, 4, 6)),
        ("strides", [1, 2, 2, 1], "SAME", (2, 2, 2, 6)),
        ("valid", [1, 2, 2, 1], "VALID", (2, 2, 2, 6)),
        ("explicit", one, [[0, 0], [0, 1], [1, 0], [0, 0]], (2, 4, 4, 6)),
    ):
        yield Case(
            f"depthwise_conv2d_backprop_input {name}",
            lambda tf, w, g, s=strides, p=padding: tf.nn.depthwise_conv2d_backprop_input(
                [2, 4, 4, 3], w, g, s, p
            ),
            _double((2, 2, 3, 2), shape),
            1,
            4,
        )
        yield Case(
            f"depthwise_conv2d_backprop_filter {name}",
            lambda tf, x, g, s=strides, p=padding: tf.nn.depthwise_conv2d_backprop_filter(
                x, [2, 2, 3, 2], g, s, p, "NHWC", [1, 1, 1, 1]
            ),
            _double((2, 4, 4, 3), shape),
            1,
            4,
        )
    yield Case(
        "depthwise gradients without effect of dilations",
        lambda tf, x, w, g: {
            "input": tf.nn.depthwise_conv2d_backprop_input(
                [1, 4, 4, 2], w, g, one, "SAME", dilations=[1, 2, 2, 1]
            ),
            "filter": tf.nn.depthwise_conv2d_backprop_filter(
                x, [2, 2, 2, 2], g, one, "SAME", dilations=[1, 2, 2, 1]
            ),
        },
        _double((1, 4, 4, 2), (2, 2, 2, 2), (1, 4, 4, 4)),
        0,
        4,
    )
    for rate, padding in ((1, "SAME"), (2, "SAME"), (2, "VALID")):
        yield Case(
            f"atrous_conv2d {rate} {padding}",
            lambda tf, x, w, r=rate, p=padding: tf.nn.atrous_conv2d(x, w, r, p),
            _double((2, 5, 6, 2), (2, 3, 2, 2)),
            0 if rate > 1 else 1,
            4,
        )
    for rate, padding, shape in ((1, "SAME", [2, 4, 4, 3]), (2, "SAME", [2, 4, 4, 3]),
                                 (2, "VALID", [2, 6, 6, 3])):  # fmt: skip
        yield Case(
            f"atrous_conv2d_transpose {rate} {padding}",
            lambda tf, y, w, r=rate, p=padding, shape=shape: tf.nn.atrous_conv2d_transpose(
                y, w, shape, r, p
            ),
            _double((2, 4, 4, 2), (2, 2, 3, 2)),
            1,
            4,
        )


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
                _double((2, 5, 6, 3), kind="distinct"),
                order,
                2,
            )
    yield Case(
        "max_pool explicit",
        lambda tf, x: tf.nn.max_pool(x, 3, 2, EXPLICIT),
        _double((2, 5, 6, 3), kind="distinct"),
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
               _double((1, 2, 2, 4)), 2)  # fmt: skip
    for padding in ("SAME", "VALID"):
        yield Case(
            f"with_space_to_batch {padding}",
            lambda tf, x, w, p=padding: tf.nn.with_space_to_batch(
                x, [2, 2], p, lambda g, n, how: tf.nn.conv2d(g, w, 1, how), filter_shape=[3, 2]
            ),
            _double((2, 5, 6, 2), (3, 2, 2, 2)),
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


# ------------------------------------------------------------------------------------- morphology
def _morphology() -> Iterator[Case]:
    for op in ("dilation2d", "erosion2d"):
        for name, strides, padding, dilations in (
            ("same", [1, 1, 1, 1], "SAME", [1, 1, 1, 1]),
            ("strides", [1, 2, 1, 1], "VALID", [1, 1, 1, 1]),
            ("dilations", [1, 1, 1, 1], "SAME", [1, 2, 1, 1]),
            ("both", [1, 1, 2, 1], "SAME", [1, 2, 2, 1]),
        ):
            for kind in ("any", "ties"):
                yield Case(
                    f"{op} {name} {kind}",
                    lambda tf, x, w, op=op, s=strides, p=padding, d=dilations: getattr(tf.nn, op)(
                        x, w, s, p, "NHWC", d
                    ),
                    (Input((2, 5, 4, 2), kind=kind), Input((2, 3, 2), kind=kind)),
                    1,
                    2,
                )
        for dtype in REAL if op == "dilation2d" else (*SIGNED, *FLOATS):
            yield Case(
                f"{op} {dtype}",
                lambda tf, x, w, op=op: getattr(tf.nn, op)(
                    x, w, [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]
                ),
                (Input((1, 4, 3, 2), dtype), Input((2, 2, 2), dtype)),
                slack=2,
            )


# ------------------------------------------------------------------------------------------- norms
def _norms() -> Iterator[Case]:
    for name, how in {
        "default": {},
        "radius": {"depth_radius": 1},
        "none": {"depth_radius": 0},
        "wide": {"depth_radius": 9, "bias": 2.0, "alpha": 0.3, "beta": 0.75},
    }.items():
        yield Case(f"lrn {name}", lambda tf, x, how=how: tf.nn.lrn(x, **how),
                   (Input((2, 2, 3, 7)),), 1, 6)  # fmt: skip
    yield Case("lrn float16", lambda tf, x: tf.nn.local_response_normalization(x, 2),
               (Input((1, 2, 2, 5), "float16"),), 0, 8)  # fmt: skip
    vectors = (Input((4,), "float64"), Input((4,), "float64", "positive"),
               Input((4,), "float64"), Input((4,), "float64"))  # fmt: skip
    for scaled in (True, False):
        yield Case(
            f"batch_norm_with_global_normalization {scaled}",
            lambda tf, x, m, v, b, g, s=scaled: tf.nn.batch_norm_with_global_normalization(
                x, m, v, b, g, 0.01, s
            ),
            (Input((2, 2, 3, 4), "float64"), *vectors),
            1,
            3,
        )
    for name, used in (("all", (1, 1)), ("offset", (1, 0)), ("scale", (0, 1)), ("none", (0, 0))):
        yield Case(
            f"batch_normalization {name}",
            lambda tf, x, m, v, b, g, used=used: tf.nn.batch_normalization(
                x, m, v, b if used[0] else None, g if used[1] else None, 0.01
            ),
            (Input((3, 4), "float64"), *vectors),
            2,
            4,
        )
    for dtype in FLOATS:
        x = Input((3, 4), dtype)
        slack = 6 if dtype in HALVES else 4
        yield Case(
            f"moments of axes {dtype}",
            lambda tf, x: {
                name: part
                for number, how in enumerate(
                    ({"axes": 0}, {"axes": [0, 1]}, {"axes": [-1], "keepdims": True},
                     {"axes": [0], "shift": 1.0}, {"axes": None}, {"axes": []})
                )
                for name, part in zip(
                    (f"mean {number}", f"variance {number}"), tf.nn.moments(x, **how), strict=True
                )
            },
            (x,),
            1 if dtype in ("float32", "float64") else 0,
            slack,
        )  # fmt: skip
        yield Case(
            f"weighted_moments {dtype}",
            lambda tf, x, w: (
                *tf.nn.weighted_moments(x, [0], w),
                *tf.nn.weighted_moments(x, [0, 1], w[:1], keepdims=True),
                *tf.nn.weighted_moments(x, 1, w[:, :1]),
            ),
            (x, Input((3, 4), dtype, "positive")),
            1 if dtype == "float64" else 0,
            slack,
        )
        yield Case(
            f"sufficient_statistics {dtype}",
            lambda tf, x: {
                f"{name} {part}": value
                for name, how in (("plain", {"axes": [0]}),
                                  ("shift", {"axes": [0, 1], "shift": 0.5, "keepdims": True}))
                for part, value in enumerate(tf.nn.sufficient_statistics(x, **how)[:3])
            },
            (x,),
            1 if dtype == "float64" else 0,
            slack,
        )  # fmt: skip
    yield Case(
        "normalize_moments",
        lambda tf, n, m, v: (
            *tf.nn.normalize_moments(n, m, v, None),
            *tf.nn.normalize_moments(n, m, v, 0.5),
        ),
        _double((1,), (3,), (3,), kind="positive"),
        2,
        4,
    )


# ------------------------------------------------------------------------------------- activations
def _activations() -> Iterator[Case]:
    for dtype in ("float32", "float64"):
        for kind in ("any", "edges"):
            yield Case(
                f"activations' arguments {dtype} {kind}",
                lambda tf, x: {
                    "gelu": tf.nn.gelu(x, approximate=False),
                    "approximate": tf.nn.gelu(x, approximate=True),
                    "crelu": tf.nn.crelu(x),
                    "crelu 0": tf.nn.crelu(x, axis=0),
                    "leaky": tf.nn.leaky_relu(x, 0.1),
                    "leaky steep": tf.nn.leaky_relu(x, alpha=0.9),
                    "beta": tf.nn.silu(x, beta=2.0),
                    "swish": tf.nn.swish(x, 0.5),
                    "selu": tf.nn.selu(x),
                    "elu": tf.nn.elu(x),
                    "softplus": tf.nn.softplus(x),
                    "softsign": tf.nn.softsign(x),
                },
                (Input((2, 4), dtype, kind),),
                1 if kind == "edges" else 2,
                6,
            )
    yield Case(
        "losses' arguments",
        lambda tf, x, y: {
            "poisson": tf.nn.log_poisson_loss(y, x, compute_full_loss=True),
            "weights": tf.nn.weighted_cross_entropy_with_logits(y, x, pos_weight=y[0]),
            "axis": tf.nn.softmax_cross_entropy_with_logits(y, x, axis=0),
            "normalized": tf.nn.l2_normalize(x, [0, 1], epsilon=0.5),
            "softmax": tf.nn.log_softmax(x, axis=-2),
        },
        (Input((3, 4), "float64"), Input((3, 4), "float64", "positive")),
        1,
        6,
    )


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
                _double((5, 3)),
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
        _double((6, 2)),
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
                _double((6, 3), (6,), (2, 3)),
                1,
                6,
            )  # fmt: skip
        yield Case(
            f"{op} of two classes",
            lambda tf, w, b, x, op=op: getattr(tf.nn, op)(
                [w[:3], w[3:]], b, tf.constant([[1, 2], [4, 0]], tf.int64), x, 3, 6, 2,
                sampled_values=values(tf),
            ),
            _double((6, 3), (6,), (2, 3)),
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
        _double((3, 6)),
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
        _double((4,), (4,)),
        2,
        2,
    )


def cases() -> Iterator[Case]:
    for part in (_convolutions, _transposes, _depthwise, _pools, _blocks, _morphology, _norms,
                 _activations, _ctc, _embeddings, _others):  # fmt: skip
        yield from part()
