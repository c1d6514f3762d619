"""tf.quantization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cases import Case, Input

QUANTIZED = {
    "qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16", "qint32": "int32",
}  # fmt: skip
NUMBERS = [0, 1, 3, 7, 64, 100, 127]


def _numbers(tf: Any, dtype: str) -> Any:
    return tf.bitcast(tf.constant(NUMBERS, QUANTIZED[dtype]), getattr(tf, dtype))


def _plain(tf: Any, found: Any) -> Any:
    """Quantized tensors as plain ones, which NumPy can compare."""
    kinds = {getattr(tf, name): plain for name, plain in QUANTIZED.items()}
    return [tf.cast(x, kinds[x.dtype]) if x.dtype in kinds else x for x in found]


def _fake() -> Iterator[Case]:
    for name, how in {
        "default": {},
        "range": {"min": -1.3, "max": 2.1},
        "positive": {"min": 0.4, "max": 2.0},
        "negative": {"min": -3.0, "max": -0.5},
        "bits": {"num_bits": 4},
        "narrow": {"num_bits": 5, "narrow_range": True, "min": -1.0, "max": 1.0},
        "many": {"num_bits": 16, "min": -2.0},
    }.items():
        yield Case(
            f"fake_quant_with_min_max_args {name}",
            lambda tf, x, how=how: tf.quantization.fake_quant_with_min_max_args(x, **how),
            (Input((5, 6)),),
            1,
            2,
        )
        yield Case(
            f"fake_quant_with_min_max_args_gradient {name}",
            lambda tf, g, x, how=how: tf.quantization.fake_quant_with_min_max_args_gradient(
                g, x, **how
            ),
            (Input((5, 6)), Input((5, 6))),
        )
    for bits, narrow in ((8, False), (3, True)):
        how = {"num_bits": bits, "narrow_range": narrow}
        for low, high in ((-1.2, 1.7), (0.0, 1.0), (0.0, 0.0), (0.3, 0.9)):
            name = f"{bits} {low} {high}"
            yield Case(
                f"fake_quant_with_min_max_vars {name}",
                lambda tf, x, a=low, b=high, how=how: _by_vars(tf, x, a, b, how),
                (Input((5, 6)),),
                1,
                2,
            )
            yield Case(
                f"fake_quant_with_min_max_vars_gradient {name}",
                lambda tf, g, x, a=low, b=high, how=how: (
                    tf.quantization.fake_quant_with_min_max_vars_gradient(g, x, a, b, **how)
                ),
                (Input((5, 6)), Input((5, 6))),
                0,
                3,
            )
        for shape in ((4,), (5, 4), (2, 3, 4), (2, 2, 3, 4)):
            yield Case(
                f"fake_quant_with_min_max_vars_per_channel {bits} {shape}",
                lambda tf, x, a, b, how=how: (
                    tf.quantization.fake_quant_with_min_max_vars_per_channel(x, -a, b, **how)
                ),
                (Input(shape), Input((4,), kind="positive"), Input((4,), kind="positive")),
                1,
                3,
            )
            yield Case(
                f"fake_quant_with_min_max_vars_per_channel_gradient {bits} {shape}",
                lambda tf, g, x, a, b, how=how: (
                    tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient(
                        g, x, -a, b, **how
                    )
                ),
                (Input(shape), Input(shape), Input((4,), kind="positive"),
                 Input((4,), kind="positive")),
                0,
                3,
            )  # fmt: skip


def _by_vars(tf: Any, x: Any, low: float, high: float, how: Any) -> Any:
    return tf.quantization.fake_quant_with_min_max_vars(x, low, high, **how)


def _there_and_back() -> Iterator[Case]:
    for op in ("quantize_and_dequantize", "quantize_and_dequantize_v2"):
        for name, how in {
            "default": {},
            "given": {"range_given": True},
            "unsigned": {"range_given": True, "signed_input": False},
            "bits": {"range_given": True, "num_bits": 4},
            "half up": {"range_given": True, "num_bits": 4, "round_mode": "HALF_UP"},
            "narrow": {"range_given": True, "num_bits": 3, "narrow_range": True},
            "measured": {"num_bits": 5, "signed_input": False},
            "axis": {"axis": 1, "num_bits": 4},
        }.items():
            for dtype in ("float32", "float64"):
                ends = {"input_min": -1.0, "input_max": 2.0}
                if "axis" in how:
                    ends = {"input_min": [-1.0] * 3, "input_max": [2.0] * 3}
                yield Case(
                    f"{op} {name} {dtype}",
                    lambda tf, x, op=op, how=how, ends=ends: getattr(tf.quantization, op)(
                        x, **ends, **how
                    ),
                    (Input((4, 3), dtype),),
                    1,
                    3,
                )


def _quantize() -> Iterator[Case]:
    for dtype in QUANTIZED:
        for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED"):
            if dtype == "qint32" and mode == "MIN_FIRST":
                # TensorFlow computes these in single precision, whose steps are hundreds wide.
                continue
            ranges = {"both": (-1.0, 2.0), "positive": (0.5, 2.0), "tiny": (0.0, 0.0)}
            for name, (low, high) in ranges.items():
                yield Case(
                    f"quantize {dtype} {mode} {name}",
                    lambda tf, x, t=dtype, m=mode, a=low, b=high: _plain(
                        tf, tf.quantization.quantize(x, a, b, getattr(tf, t), mode=m)
                    ),
                    (Input((4, 5)),),
                    slack=3,
                )
        for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED"):
            yield Case(
                f"dequantize {dtype} {mode}",
                lambda tf, t=dtype, m=mode: tf.quantization.dequantize(
                    _numbers(tf, t), -1.0, 2.0, mode=m
                ),
                slack=3,
            )
        yield Case(
            f"dequantize {dtype} arguments",
            lambda tf, t=dtype: {
                "narrow": tf.quantization.dequantize(
                    _numbers(tf, t), -1.0, 2.0, "SCALED", narrow_range=True
                ),
                "axis": tf.quantization.dequantize(
                    tf.stack([_numbers(tf, t)] * 2), [-1.0, 0.0], [2.0, 3.0], "SCALED", axis=0
                ),
                "combined": tf.quantization.dequantize(
                    tf.stack([_numbers(tf, t)] * 2), [-1.0, 0.0], [2.0, 3.0], axis=0
                ),
                "turned": tf.quantization.dequantize(_numbers(tf, t), 2.0, -1.0),
            },
            slack=3,
        )
    yield Case(
        "dequantize to bfloat16",
        lambda tf: tf.quantization.dequantize(_numbers(tf, "qint8"), -1.0, 2.0, dtype=tf.bfloat16),
        slack=2,
    )
    for name, how in {
        "even": {"mode": "SCALED", "round_mode": "HALF_TO_EVEN"},
        "narrow": {"mode": "SCALED", "narrow_range": True},
        "axis": {"axis": 1},
        "scaled axis": {"axis": 0, "mode": "SCALED"},
        "wide": {"ensure_minimum_range": 6.0},
    }.items():
        for dtype in ("qint8", "quint8"):
            ends = ([-1.0, 0.0, -2.0], [2.0, 1.0, 1.0]) if "axis" in how else (-1.0, 2.0)
            yield Case(
                f"quantize {dtype} {name}",
                lambda tf, x, t=dtype, how=how, ends=ends: _plain(
                    tf, tf.quantization.quantize(x, *ends, getattr(tf, t), **how)
                ),
                (Input((3, 3)),),
                slack=3,
            )
    for name, lows, highs in (
        ("one range", [-1.0, -1.0], [1.0, 1.0]),
        ("two ranges", [-1.0, -2.3], [1.2, 2.0]),
        ("positive", [0.0, 1.0], [1.0, 1.5]),
    ):
        yield Case(
            f"quantized_concat {name}",
            lambda tf, a=lows, b=highs: _plain(
                tf,
                tf.quantization.quantized_concat(
                    0, [_numbers(tf, "quint8"), _numbers(tf, "quint8")], a, b
                ),
            ),
            slack=2,
        )
    yield Case("quantized tensors", _tensors, exact=True)


def _tensors(tf: Any) -> Any:
    found = {}
    for dtype, plain in QUANTIZED.items():
        x = _numbers(tf, dtype)
        made = {
            "cast": x,
            "from float": tf.cast([1.7, -2.2, 100.0], x.dtype),
            "constant": tf.constant([1, 2], x.dtype),
            "array": tf.convert_to_tensor(np.array([1, 2], plain), x.dtype),
            "zeros": tf.zeros([2], x.dtype),
            "ones": tf.ones([2], x.dtype),
            "reshape": tf.reshape(x, [7, 1]),
            "slice": x[1:4],
            "element": x[2],
            "concat": tf.concat([x, x], 0),
            "stack": tf.stack([x, x], 1),
            "gather": tf.gather(x, [6, 0]),
            "expand": tf.expand_dims(x, 0),
            "identity": tf.identity(x),
        }
        found |= {f"{dtype} {name}": tf.cast(value, plain) for name, value in made.items()}
        found[f"{dtype} bits"] = tf.bitcast(x, plain)
        found[f"{dtype} equal"] = x == x
        found[f"{dtype} float"] = tf.cast(x, tf.float32)
    return found


def cases() -> Iterator[Case]:
    for part in (_fake, _there_and_back, _quantize):
        yield from part()
