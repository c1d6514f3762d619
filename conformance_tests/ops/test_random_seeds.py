"""Global seeds, seeds of ops, and the forms of a shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .random_checks import check


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (
            0,
            [
                [0.291975141, 0.206566453, 0.535390735],
                [0.0197570324, 0.00704216957, 0.189872146],
                [0.306863427, 0.460858583, 0.238775611],
                [0.487233043, 0.83781445, 0.446471572],
            ],
        ),
        (
            -1,
            [
                [0.43840766, 0.978374958, 0.872668982],
                [0.0857914686, 0.222215533, 0.369455218],
                [0.637039423, 0.508050919, 0.898666739],
                [0.278118014, 0.652629137, 0.605557323],
            ],
        ),
        (
            2147483648,
            [
                [0.989442348, 0.0479135513, 0.159464002],
                [0.812696457, 0.0785746574, 0.891685486],
                [0.757638574, 0.204643607, 0.571876407],
                [0.521115661, 0.942967176, 0.347819924],
            ],
        ),
        (
            9223372036854775807,
            [
                [0.182781219, 0.554305077, 0.132166743],
                [0.812696457, 0.0785746574, 0.891685486],
                [0.757638574, 0.204643607, 0.571876407],
                [0.521115661, 0.942967176, 0.347819924],
            ],
        ),
        (
            -5,
            [
                [0.570309281, 0.923796177, 0.0531148911],
                [0.171513438, 0.847253442, 0.445074081],
                [0.174784184, 0.196115375, 0.161839366],
                [0.797940016, 0.0537045002, 0.478639841],
            ],
        ),
    ],
)
def test_global_and_op_seed(seed: int, expected: Any) -> None:
    tf.random.set_seed(seed)
    check(tf.random.uniform([3]), "float32", expected[0])
    check(tf.random.uniform([3], seed=0), "float32", expected[1])
    check(tf.random.uniform([3], seed=-1), "float32", expected[2])
    check(tf.random.uniform([3], seed=2**31 + 5), "float32", expected[3])


def test_ops_with_a_seed_go_on_by_kind_and_dtype() -> None:
    def draw() -> list[Any]:
        return [
            tf.random.uniform([3], seed=7),
            tf.random.normal([3], seed=7),
            tf.random.uniform([3], seed=7),
            tf.random.uniform([2, 2], seed=7),
            tf.random.uniform([3], seed=8),
            tf.random.uniform([3]),
            tf.random.uniform([3], seed=7, dtype=tf.float64),
            tf.random.uniform([3], seed=7),
            tf.random.uniform([3], 0, 9, tf.int32, seed=7),
            tf.random.uniform([3], 0, 9, tf.int32, seed=7),
            tf.random.shuffle(tf.range(10), seed=7),
            tf.random.shuffle(tf.range(10), seed=7),
            tf.random.categorical([[0.0, 1.0], [1.0, 0.0]], 3, seed=7),
            tf.random.categorical([[0.0, 1.0], [1.0, 0.0]], 3, seed=7),
            tf.random.truncated_normal([5], seed=7),
            tf.random.truncated_normal([5], seed=7),
            tf.random.gamma([3], 2.0, seed=7),
            tf.random.gamma([3], 2.0, seed=7),
            tf.random.poisson([3], 4.0, seed=7),
            tf.random.poisson([3], 4.0, seed=7),
            tf.random.normal([3], seed=7, dtype=tf.float64),
            tf.random.normal([3], seed=7, dtype=tf.float64),
        ]

    expected = [
        ("float32", [0.787847638, 0.700397849, 0.904196978]),
        ("float32", [-0.657312274, -0.21175845, -0.408978254]),
        ("float32", [0.440404296, 0.689880013, 0.897213221]),
        ("float32", [[0.137423515, 0.542897582], [0.530756354, 0.542301416]]),
        ("float32", [0.302040696, 0.512881279, 0.0439411402]),
        ("float32", [0.165130854, 0.901481271, 0.630974174]),
        ("float64", [0.3027814062319656, 0.23357590601305178, 0.7907911789456501]),
        ("float32", [0.96481657, 0.784389019, 0.0692628622]),
        ("int32", [6, 5, 2]),
        ("int32", [1, 3, 1]),
        ("int32", [1, 6, 4, 2, 8, 0, 7, 5, 3, 9]),
        ("int32", [3, 1, 7, 9, 2, 6, 8, 4, 0, 5]),
        ("int64", [[1, 0, 1], [0, 0, 0]]),
        ("int64", [[1, 0, 1], [1, 0, 0]]),
        ("float32", [-0.657312274, -0.21175845, -0.408978254, -0.184805006, 0.48211053]),
        ("float32", [0.832369208, -0.825431705, 0.846417308, -0.849636495, -0.530520976]),
        ("float32", [1.880808, 2.04259634, 1.44480312]),
        ("float32", [2.39810634, 2.39753318, 6.3576293]),
        ("float32", [2, 2, 4]),
        ("float32", [3, 2, 2]),
        ("float64", [1.5375734340012994, 0.15923650921916827, 0.09966053922939415]),
        ("float64", [1.0227625861621399, 0.4994063783184909, -0.2321906162118114]),
    ]
    for _ in range(2):  # set_seed starts everything anew
        tf.random.set_seed(1)
        for actual, (dtype, value) in zip(draw(), expected, strict=True):
            check(actual, dtype, value)


def test_each_op_without_a_seed_has_a_stream_of_its_own() -> None:
    tf.random.set_seed(5)
    tf.random.normal([100])
    tf.random.shuffle([1])
    tf.nn.dropout([1.0], 0.0)
    tf.random.normal([0])
    check(tf.random.normal([2]), "float32", [-1.24056077, 1.62389994])


def test_without_a_global_seed() -> None:
    tf.random.set_seed(None)
    first, second = tf.random.normal([4]).numpy(), tf.random.normal([4]).numpy()
    assert not np.array_equal(first, second)
    tf.random.set_seed(None)
    check(tf.random.uniform([3], seed=7), "float32", [0.48394096, 0.50620306, 0.25514376])
    check(tf.random.uniform([3], seed=7), "float32", [0.87939596, 0.07022583, 0.9375956])


@pytest.mark.parametrize(
    "shape",
    [
        (2, 3),
        tf.TensorShape([2, 3]),
        np.array([2, 3]),
        tf.constant([2, 3]),
        tf.constant([2, 3], tf.int64),
        [tf.constant(2), 3],
    ],
)
def test_forms_of_a_shape(shape: Any) -> None:
    value = tf.random.stateless_uniform(shape, [1, 2])
    assert value.shape == [2, 3]
    check(value[0], "float32", [0.844060421, 0.192045331, 0.996223211])


def test_empty_shapes() -> None:
    assert tf.random.normal([0, 3]).shape == [0, 3]
    assert tf.random.uniform([2, 0], 5, 5, tf.int32).shape == [2, 0]
    assert tf.random.shuffle(tf.zeros([0, 3])).shape == [0, 3]
    assert tf.random.categorical(tf.zeros([0, 3]), 2).shape == [0, 2]
