"""Many random numbers at once: their bits by checksum, or their ends and their sum."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .random_checks import check

UNIFORM_BITS = [
    (tf.float16, np.float16, 1985397797),
    (tf.float32, np.float32, 1482142417),
    (tf.float64, np.float64, 1188168508),
]


@pytest.mark.parametrize(("dtype", "native", "crc"), UNIFORM_BITS)
def test_a_million_uniform_numbers_to_the_bit(dtype: Any, native: Any, crc: int) -> None:
    tf.random.set_seed(3)
    value = tf.random.uniform([999_999], dtype=dtype).numpy()
    assert value.dtype == native
    assert zlib.crc32(value.tobytes()) == crc


@pytest.mark.parametrize(
    ("dtype", "low", "high", "crc"),
    [
        (tf.int32, 0, 1000, 2423088595),
        (tf.int64, 0, 1000, 1302887196),
        (tf.int32, -(2**31), 2**31 - 1, 3763829580),
        (tf.int64, -(2**63), 2**63 - 1, 736103934),
        (tf.int64, -5, 2**62, 61268144),
    ],
)
def test_many_integers(dtype: Any, low: int, high: int, crc: int) -> None:
    tf.random.set_seed(3)
    value = tf.random.uniform([200_001], low, high, dtype).numpy()
    assert zlib.crc32(value.tobytes()) == crc


@pytest.mark.parametrize(
    ("draw", "dtype", "first", "last", "total"),
    [
        (
            lambda: tf.random.normal([999_999]),
            "float32",
            [-0.829637229, -1.82662714, 0.125193596, 1.17700815],
            [-0.260307819, 0.568177938, 0.561744869, -1.92449141],
            -1651.8209275239906,
        ),
        (
            lambda: tf.random.normal([200_001], dtype=tf.float64),
            "float64",
            [-0.42362075848568365, 2.271344179087035, 0.6824860950771089, 2.482783016005248],
            [-0.8427954883598918, 0.1291866437625644, 0.9196619688959589, -0.27149406310200924],
            -73.1180665810788,
        ),
        (
            lambda: tf.random.truncated_normal([300_001]),
            "float32",
            [-0.829637229, -1.82662714, 0.125193596, 1.17700815],
            [-0.808475256, 0.0135521665, -0.424341679, -0.704043806],
            -657.0207806266013,
        ),
        (
            lambda: tf.random.truncated_normal([100_001], dtype=tf.float64),
            "float64",
            [-0.42362075848568365, 0.6824860950771089, 0.9102033427850864, 0.6153303434870437],
            [0.12239890252543806, 0.5727050235163201, -0.4618524196187084, 1.8337651921919482],
            27.203721166138465,
        ),
        (
            lambda: tf.random.gamma([20_001], 2.0),
            "float32",
            [6.65479898, 0.488943547, 3.03068709, 1.6853745],
            [2.03545284, 2.47087955, 6.91852045, 4.26784611],
            39919.96726349136,
        ),
        (
            lambda: tf.random.poisson([20_001], 20.0),
            "float32",
            [34, 20, 24, 16],
            [18, 24, 27, 13],
            398862.0,
        ),
        (
            lambda: tf.random.poisson([20_001], 3.0),
            "float32",
            [2, 2, 1, 4],
            [4, 0, 1, 1],
            59893.0,
        ),
    ],
)
def test_many_numbers(draw: Any, dtype: str, first: Any, last: Any, total: float) -> None:
    tf.random.set_seed(3)
    value = draw()
    check(value[:4], dtype, first)
    check(value[-4:], dtype, last)
    wide = value.numpy().astype(np.float64)
    assert wide.sum() == pytest.approx(total, abs=2e-3 if dtype == "float32" else 1e-6)


def test_a_shuffle_of_many() -> None:
    tf.random.set_seed(3)
    value = tf.random.shuffle(tf.range(100_000, dtype=tf.int64)).numpy()
    assert value[:4].tolist() == [83424, 32734, 63694, 60869]
    assert zlib.crc32(value.tobytes()) == 3740735145


@pytest.mark.parametrize("dtype", [tf.float16, tf.float32, tf.float64])
@pytest.mark.parametrize("op", ["normal", "uniform", "truncated_normal"])
def test_fewer_are_the_first_of_more(op: str, dtype: Any) -> None:
    draw = getattr(tf.random, "stateless_" + op)
    many = draw([70_001], [8, 9], dtype=dtype).numpy()
    for count in (1, 2, 3, 5, 17, 257, 3001):
        few = draw([count], [8, 9], dtype=dtype).numpy()
        # Compared loosely: other sizes may take other code.
        np.testing.assert_allclose(few, many[:count], rtol=1e-3 if dtype == tf.float16 else 1e-6)
