"""Functions that choose elements, make datasets of them, or remember."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import check

Dataset = tf.data.Dataset


def repeated(x: Any) -> Any:
    return Dataset.from_tensors(x).repeat(x)


# The dataset, its elements, and what it says of their number.
CASES: dict[str, Any] = {
    "filter": (
        lambda: Dataset.range(6).filter(lambda x: x % 2 == 0),
        [0, 2, 4],
        -2,
    ),
    "filter of pairs": (
        lambda: Dataset.zip((Dataset.range(4), Dataset.range(4, 8))).filter(lambda a, b: a + b > 6),
        [(2, 6), (3, 7)],
        -2,
    ),
    "take while": (
        lambda: Dataset.range(6).take_while(lambda x: x < 3),
        [0, 1, 2],
        -2,
    ),
    "flat map": (
        lambda: Dataset.range(4).flat_map(repeated),
        [1, 2, 2, 3, 3, 3],
        -2,
    ),
    "interleave": (
        lambda: Dataset.range(1, 6).interleave(repeated, cycle_length=2, block_length=2),
        [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 4, 4, 5, 5, 5],
        -2,
    ),
    "interleave of one": (
        lambda: Dataset.range(1, 4).interleave(repeated, cycle_length=1),
        [1, 2, 2, 3, 3, 3],
        -2,
    ),
    "interleave of many": (
        lambda: Dataset.range(1, 5).interleave(repeated, cycle_length=9),
        [1, 2, 3, 4, 2, 3, 4, 3, 4, 4],
        -2,
    ),
    "parallel interleave": (
        lambda: Dataset.range(1, 6).interleave(
            repeated, cycle_length=2, block_length=2, num_parallel_calls=2
        ),
        [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 4, 4, 5, 5, 5],
        -2,
    ),
    "interleave of maps": (
        lambda: Dataset.range(3).interleave(
            lambda x: Dataset.range(2).map(lambda y: x * 10 + y), cycle_length=2
        ),
        [0, 10, 1, 11, 20, 21],
        -2,
    ),
    "scan": (
        lambda: Dataset.range(5).scan(np.int64(0), lambda s, x: (s + x, s * 10)),
        [0, 0, 10, 30, 60],
        5,
    ),
    "scan that grows": (
        lambda: Dataset.range(4).scan(
            tf.zeros([0], tf.int64), lambda s, x: (tf.concat([s, [x]], 0), tf.reduce_sum(s))
        ),
        [0, 0, 1, 3],
        4,
    ),
    "scan of structures": (
        lambda: Dataset.range(4).scan(
            (np.int64(0), {"n": 0}), lambda s, x: ((s[0] + x, {"n": s[1]["n"] + 1}), (x, s[1]["n"]))
        ),
        [(0, 0), (1, 1), (2, 2), (3, 3)],
        4,
    ),
    "parallel map": (
        lambda: Dataset.range(5).map(lambda x: x * x, num_parallel_calls=2),
        [0, 1, 4, 9, 16],
        5,
    ),
    "map over windows of a batch": (
        lambda: Dataset.range(6).batch(2).map(lambda x: tf.reverse(x, [0])),
        [[1, 0], [3, 2], [5, 4]],
        3,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_elements(case: str) -> None:
    make, elements, count = CASES[case]
    check(make(), elements, count)
