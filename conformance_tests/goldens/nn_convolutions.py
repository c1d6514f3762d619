"""Golden cases of tf.nn: convolutions of every kind, and morphology."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .cases import FLOATS, REAL, SIGNED, Case, Input, doubles

EXPLICIT = [[0, 0], [1, 2], [0, 1], [0, 0]]


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
        yield Case(f"conv2d {name}", conv(**how), doubles((2, 5, 6, 3), (3, 2, 3, 4)), order, 4)
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
        "conv2d twice", conv(strides=1, padding="VALID"), doubles((1, 3, 3, 1), (2, 2, 1, 2)), 2, 4
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
            doubles((2, 7, 3), (3, 3, 2)),
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
            doubles((1, 3, 4, 3, 2), (2, 2, 2, 2, 2)),
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
            doubles(*shapes),
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
            doubles((2, 3, 3, 4), (3, 2, 3, 4)),
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
        doubles((2, 4, 2), (3, 3, 2)),
        1,
        4,
    )
    yield Case(
        "conv3d_transpose",
        lambda tf, y, w: {
            "same": tf.nn.conv3d_transpose(y, w, [1, 4, 4, 3, 2], [1, 2, 2, 2, 1]),
            "valid": tf.nn.conv3d_transpose(y, w, [1, 3, 3, 3, 2], 1, "VALID"),
        },
        doubles((1, 2, 2, 2, 3), (2, 2, 2, 2, 3)),
        1,
        4,
    )
    yield Case(
        "conv_transpose",
        lambda tf, y, w: tf.nn.conv_transpose(y, w, [2, 5, 6, 3], 2, "SAME", "NHWC"),
        doubles((2, 3, 3, 4), (3, 2, 3, 4)),
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
            doubles((2, 5, 6, 3), (3, 2, 3, 2)),
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
            doubles((1, 5, 6, 3), (3, 2, 3, 2), (1, 1, 6, 2)),
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
            doubles((2, 2, 3, 2), shape),
            1,
            4,
        )
        yield Case(
            f"depthwise_conv2d_backprop_filter {name}",
            lambda tf, x, g, s=strides, p=padding: tf.nn.depthwise_conv2d_backprop_filter(
                x, [2, 2, 3, 2], g, s, p, "NHWC", [1, 1, 1, 1]
            ),
            doubles((2, 4, 4, 3), shape),
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
        doubles((1, 4, 4, 2), (2, 2, 2, 2), (1, 4, 4, 4)),
        0,
        4,
    )
    for rate, padding in ((1, "SAME"), (2, "SAME"), (2, "VALID")):
        yield Case(
            f"atrous_conv2d {rate} {padding}",
            lambda tf, x, w, r=rate, p=padding: tf.nn.atrous_conv2d(x, w, r, p),
            doubles((2, 5, 6, 2), (2, 3, 2, 2)),
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
            doubles((2, 4, 4, 2), (2, 2, 3, 2)),
            1,
            4,
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


def cases() -> Iterator[Case]:
    yield from _convolutions()
    yield from _transposes()
    yield from _depthwise()
    yield from _morphology()
