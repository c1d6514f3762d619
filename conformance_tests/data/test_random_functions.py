"""The numbers of random ops in functions of pipelines, as TensorFlow 2.21 gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset


def numbers(dataset: Any) -> list[Any]:
    return [np.asarray(x).tolist() for x in dataset.as_numpy_iterator()]


CASES: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
    "uniform": (lambda x: tf.random.uniform([]), [0.8126965, 0.5272893, 0.8489425]),
    "two ops": (
        lambda x: tf.random.uniform([]) + 10 * tf.random.uniform([]),
        [1.3681378, 8.9155970, 6.6222258],
    ),
    "normal": (
        lambda x: tf.random.normal([2]),
        [[0.3052047, 0.5671378], [0.3314977, 0.4665157], [1.1675092, -0.7630702]],
    ),
    "equal seeds": (
        lambda x: tf.random.uniform([], seed=3) + tf.random.uniform([], seed=3),
        [1.5575712, 0.1957736, 0.4841733],
    ),
    "branches": (
        lambda x: tf.cond(x > 1, lambda: tf.random.uniform([]), lambda: -tf.random.uniform([])),
        [-0.8126965, -0.5272893, 0.8126965],
    ),
    "shuffle": (
        lambda x: tf.random.shuffle(tf.range(5)),
        [[2, 1, 4, 0, 3], [2, 3, 4, 0, 1], [2, 0, 3, 1, 4]],
    ),
    "integers": (lambda x: tf.random.uniform([], 0, 100, tf.int32), [32, 3, 26]),
    "dropout": (
        lambda x: tf.nn.dropout(tf.ones([4]), 0.5),
        [[2.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [2.0, 0.0, 2.0, 0.0]],
    ),
    "categorical": (
        lambda x: tf.random.categorical(tf.zeros([1, 4]), 3),
        [[[2, 0, 2]], [[2, 2, 3]], [[0, 2, 1]]],
    ),
    "brightness": (
        lambda x: tf.image.random_brightness(tf.zeros([1, 1, 1]), 0.5),
        [[[[0.3126965]]], [[[0.0272893]]], [[[0.3489425]]]],
    ),
    "crop": (
        lambda x: tf.image.random_crop(tf.reshape(tf.range(9), [3, 3, 1]), [1, 1, 1]),
        [[[[2]]], [[[7]]], [[[6]]]],
    ),
    "stateless": (
        lambda x: tf.random.stateless_uniform([], seed=[1, x]),
        [0.8784882, 0.0982771, 0.8440604],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_numbers(case: str) -> None:
    function, expected = CASES[case]
    tf.random.set_seed(1)
    dataset = Dataset.range(3).map(function)
    for _ in range(2):
        # Each iterator starts anew.
        for got, wanted in zip(numbers(dataset), expected, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=2e-6)


def test_flips() -> None:
    tf.random.set_seed(4)
    pictures = Dataset.from_tensor_slices(np.arange(9).reshape(3, 1, 3, 1))
    flipped = pictures.map(tf.image.random_flip_left_right).map(lambda x: x[0, :, 0])
    assert numbers(flipped) == [[0, 1, 2], [5, 4, 3], [8, 7, 6]]
    assert numbers(flipped.batch(3)) == [[[0, 1, 2], [5, 4, 3], [8, 7, 6]]]


def test_other_methods_and_passes() -> None:
    tf.random.set_seed(1)
    drawn = Dataset.range(3).map(lambda x: tf.random.uniform([], seed=3))
    expected = [0.7787856, 0.0978868, 0.2420866, 0.1917609, 0.6031507, 0.9094503]
    np.testing.assert_allclose(numbers(drawn.repeat(2)), expected, rtol=2e-6)
    np.testing.assert_allclose(numbers(drawn.batch(2))[0], expected[:2], rtol=2e-6)
    kept = Dataset.range(10).filter(lambda x: tf.random.uniform([]) > 0.5)
    assert numbers(kept) == [0, 1, 2, 3, 5, 8, 9]
    total = Dataset.range(3).reduce(0.0, lambda s, x: s + tf.random.uniform([]))
    np.testing.assert_allclose(float(total), 2.1889281, rtol=2e-6)
    parallel = Dataset.range(3).map(lambda x: tf.random.uniform([], seed=3), num_parallel_calls=1)
    np.testing.assert_allclose(numbers(parallel), expected[:3], rtol=2e-6)


def test_a_generator_goes_on() -> None:
    generator = tf.random.Generator.from_seed(3)
    dataset = Dataset.range(2).map(lambda x: generator.uniform([]))
    np.testing.assert_allclose(numbers(dataset), [0.1322986, 0.9899732], rtol=2e-6)
    np.testing.assert_allclose(numbers(dataset)[:1], [0.2879674], rtol=2e-6)


def test_without_a_seed_they_differ() -> None:
    tf.random.set_seed(None)
    dataset = Dataset.range(4).map(lambda x: tf.random.uniform([]))
    assert len({*numbers(dataset), *numbers(dataset)}) == 8
