"""Initializers: with a seed, TensorFlow's own numbers on every backend."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import Tolerance, agree, near, refuses
from ..subject import tf
from .initializer_values import SEEDED
from .test_losses import numbers

# A QR factorization is behind the orthogonal ones.
CHAIN = Tolerance(1e-5, 2e-6)


@pytest.mark.parametrize(("name", "shape"), SEEDED)
def test_seeded(name: str, shape: tuple[int, ...]) -> None:
    got = getattr(tf.keras.initializers, name)(seed=42)(shape=shape)
    assert got.shape == shape and got.dtype == tf.float32
    expected = numbers(SEEDED[name, shape])
    assert near(got.numpy().ravel(), expected, CHAIN), f"got {got}"


def test_constants() -> None:
    initializers = tf.initializers
    agree(initializers.Zeros()((2,)), [0.0, 0.0])
    agree(initializers.Ones()((2,), dtype="int32"), [1, 1])
    agree(initializers.Constant(3.0)((1, 2)), [[3.0, 3.0]])
    agree(initializers.Identity(2.0)((2, 2)), [[2.0, 0.0], [0.0, 2.0]])


def test_settings() -> None:
    scaled = tf.keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal", seed=1)
    expected = [0.1266503, -0.4930166, 0.6311907, -0.7888466, 0.5683089, -1.556994]
    assert near(scaled((3, 2)).numpy().ravel(), expected, CHAIN)
    double = tf.keras.initializers.GlorotUniform(seed=3)((2, 2), dtype="float64")
    assert double.dtype == tf.float64
    expected = [0.1648580732382583, -0.5922809776045984, -0.09187112890614313, -1.1475827636700249]
    assert near(double.numpy().ravel(), expected, Tolerance(1e-12, 1e-12))


def test_the_same_object_gives_the_same_numbers() -> None:
    seeded = tf.keras.initializers.RandomNormal(seed=7)
    assert np.array_equal(seeded((2, 3)), seeded((2, 3)))
    with_generator = tf.keras.initializers.RandomNormal(seed=tf.keras.random.SeedGenerator(7))
    assert not np.array_equal(with_generator((2, 3)), with_generator((2, 3)))


def test_without_a_seed() -> None:
    a, b = tf.keras.initializers.GlorotUniform(), tf.keras.initializers.GlorotUniform()
    assert not np.array_equal(a((3, 3)), b((3, 3)))
    assert np.abs(a((3, 3))).max() <= 1.0


def test_a_variable_from_an_initializer() -> None:
    initializer = tf.keras.initializers.GlorotUniform(seed=42)
    v = tf.Variable(initializer(shape=(2, 3), dtype=tf.float32))
    w = tf.Variable(lambda: initializer(shape=(2, 3)))
    assert np.array_equal(v.numpy(), w.numpy()) and v.shape == (2, 3)


def test_names() -> None:
    initializers = tf.keras.initializers
    assert initializers.glorot_uniform is initializers.GlorotUniform
    assert initializers.zeros is initializers.Zeros
    assert type(initializers.get("he_normal")) is initializers.HeNormal
    config = initializers.RandomNormal(1.0, 2.0, seed=3).get_config()
    assert (config["mean"], config["stddev"], config["seed"]) == (1.0, 2.0, 3)
    again = initializers.RandomNormal.from_config(config)
    assert np.array_equal(again((2,)), initializers.RandomNormal(1.0, 2.0, seed=3)((2,)))
    with refuses(ValueError):
        initializers.get("nosuch")
