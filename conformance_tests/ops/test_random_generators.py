"""tf.random.Generator, its state and its children."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .random_checks import check


def test_a_generator_moves_on() -> None:
    g = tf.random.Generator.from_seed(1234, alg="philox")
    assert g.algorithm == 1
    assert g.state.numpy().tolist() == [1234, 0, 0]
    check(g.normal([3]), "float32", [0.9356609, 1.0854305, -0.93788373])
    assert g.state.numpy().tolist() == [1234 + 3 * 256, 0, 0]
    assert g.skip(3).numpy().tolist() == [2002, 0, 0]
    assert g.state.numpy().tolist() == [2770, 0, 0]
    assert g.key.numpy() == 0


@pytest.mark.parametrize(
    ("draw", "dtype", "expected", "moved"),
    [
        (
            lambda g: g.uniform([5]),
            "float32",
            [0.3581475, 0.1132276, 0.56670904, 0.67123687, 0.32565057],
            1280,
        ),
        (
            lambda g: g.normal([2], dtype=tf.float64),
            "float64",
            [-0.11301515572433057, -0.5261776169327548],
            512,
        ),
        (lambda g: g.uniform([5], 0, 10, tf.int32), "int32", [9, 6, 4, 9, 7], 1280),
        (lambda g: g.uniform([5], 0, 10, tf.int64), "int64", [5, 8, 3, 0, 9], 1280),
        (
            lambda g: g.uniform_full_int([2], tf.int64),
            "int64",
            [472453817354278855, 4059409125917362668],
            512,
        ),
        (lambda g: g.uniform_full_int([2], tf.uint32), "uint32", [1680725959, 110001726], 512),
        (lambda g: g.truncated_normal([1]), "float32", [0.9356609], 256),
        (lambda g: g.binomial([5], 10.0, 0.5), "int32", [5, 2, 6, 5, 7], 102400),
        (lambda g: g.normal([]), "float32", 0.9356609, 256),
        (
            lambda g: g.make_seeds(2),
            "int64",
            [[472453817354278855, 4059409125917362668], [0, 0]],
            512,
        ),
    ],
)
def test_draws_of_a_generator(draw: Any, dtype: str, expected: Any, moved: int) -> None:
    g = tf.random.Generator.from_seed(1234, alg="philox")
    check(draw(g), dtype, expected)
    assert g.state.numpy().tolist() == [1234 + moved, 0, 0]


def test_the_counter_of_a_generator_carries() -> None:
    g = tf.random.Generator.from_state([-3, 5, 7], alg="philox")
    value = g.uniform([30])
    check(value[12:16], "float32", [0.7459111, 0.47979987, 0.26082802, 0.89829075])
    check(value[26:], "float32", [0.78363216, 0.35897493, 0.22085726, 0.41185272])
    assert g.state.numpy().tolist() == [7677, 6, 7]


def test_split_and_reset() -> None:
    g = tf.random.Generator.from_seed(1234, alg="philox")
    assert [child.state.numpy().tolist() for child in g.split(2)] == [
        [0, 0, 472453817354278855],
        [0, 0, 4059409125917362668],
    ]
    g.reset_from_seed(5)
    assert g.state.numpy().tolist() == [5, 0, 0]
    g.reset_from_key_counter(7, [8, 9])
    assert g.state.numpy().tolist() == [8, 9, 7]
    g.reset([3, 2, 1])
    assert g.state.numpy().tolist() == [3, 2, 1]
    copy = tf.random.Generator(copy_from=g)
    g.skip(1)
    assert copy.state.numpy().tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("seed", "alg", "state"),
    [
        (5, "philox", [5, 0, 0]),
        (5, "threefry", [5, 0]),
        (-3, 1, [-3, -1, -1]),
        (2**65 + 3, "philox", [3, 2, 0]),
        ([1, 2], "philox", [0, 1, 2]),
        ([1, 2, 3, 4], "philox", [1, 2, 3]),
        ([[1]], tf.random.Algorithm.PHILOX, [0, 0, 1]),
    ],
)
def test_create_rng_state(seed: Any, alg: Any, state: list[int]) -> None:
    assert tf.random.create_rng_state(seed, alg).numpy().tolist() == state


def test_the_global_generator() -> None:
    tf.random.set_global_generator(tf.random.Generator.from_seed(7))
    assert tf.random.get_global_generator().state.numpy().tolist() == [7, 0, 0]
    assert tf.random.experimental.get_global_generator() is tf.random.get_global_generator()
    first = tf.random.Generator.from_non_deterministic_state().normal([3]).numpy()
    second = tf.random.Generator.from_non_deterministic_state().normal([3]).numpy()
    assert not np.array_equal(first, second)
