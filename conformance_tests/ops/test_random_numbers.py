"""tf.random and tf.nn.dropout: the numbers after a global seed."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf
from .random_checks import INF, NAN, check

# Each after tf.random.set_seed(42).
NUMBERS = [
    (
        lambda: tf.random.uniform([5]),
        "float32",
        [0.664562106, 0.44100678, 0.352882504, 0.464482546, 0.0336604118],
    ),
    (
        lambda: tf.random.uniform([2, 3], -3, 5),
        "float32",
        [[2.31649685, 0.528054237, -0.176939964], [0.715860367, -2.73071671, 2.47737885]],
    ),
    (
        lambda: tf.random.uniform([5], dtype=tf.float64),
        "float64",
        [
            0.3164974682796873,
            0.8230606475183415,
            0.26928379327929086,
            0.9209402033545906,
            0.8106113955810608,
        ],
    ),
    (
        lambda: tf.random.uniform([5], dtype=tf.float16),
        "float16",
        [0.0927734375, 0.7275390625, 0.8134765625, 0.041015625, 0.74609375],
    ),
    (
        lambda: tf.random.uniform([5], dtype=tf.bfloat16),
        "bfloat16",
        [0.7421875, 0.8203125, 0.5078125, 0.328125, 0.96875],
    ),
    (
        lambda: tf.random.uniform([5], 0, 10, tf.int32),
        "int32",
        [7, 9, 1, 6, 2],
    ),
    (
        lambda: tf.random.uniform([5], -(2**31), 2**31 - 1, tf.int32),
        "int32",
        [726995039, 641233641, 2016226113, 607876138, -335261956],
    ),
    (
        lambda: tf.random.uniform([5], -7, 2**40, tf.int64),
        "int64",
        [1003525604666, 184476994318, 379707943296, 288858484336, 786331840581],
    ),
    (
        lambda: tf.random.uniform([3], -(2**63), 2**63 - 1, tf.int64),
        "int64",
        [2754077520064483423, 2610808136892492609, 420984690347101948],
    ),
    (
        lambda: tf.random.uniform([]),
        "float32",
        0.664562106,
    ),
    (
        lambda: tf.random.uniform([3], seed=7),
        "float32",
        [0.862767696, 0.6567626, 0.990545869],
    ),
    (
        lambda: tf.random.uniform([3], seed=-1),
        "float32",
        [0.756994247, 0.476138115, 0.0651171207],
    ),
    (
        lambda: tf.random.uniform([3], [1.0, 2.0, 3.0], 4.0),
        "float32",
        [2.9936862, 2.88201356, 3.35288239],
    ),
    (
        lambda: tf.random.normal([5]),
        "float32",
        [0.327468514, -0.842625797, 0.319433689, -1.40755188, -2.38805985],
    ),
    (
        lambda: tf.random.normal([5], 2.0, 3.0),
        "float32",
        [2.98240566, -0.527877331, 2.95830107, -2.22265577, -5.1641798],
    ),
    (
        lambda: tf.random.normal([3], dtype=tf.float64),
        "float64",
        [-1.3598275767565153, 0.6721227823730763, -0.7719790981854914],
    ),
    (
        lambda: tf.random.normal([5], dtype=tf.float16),
        "float16",
        [0.327392578125, -0.8427734375, 0.3193359375, -1.4072265625, -2.388671875],
    ),
    (
        lambda: tf.random.normal([5], dtype=tf.bfloat16),
        "bfloat16",
        [0.328125, -0.84375, 0.3203125, -1.40625, -2.390625],
    ),
    (
        lambda: tf.random.normal([2, 2], [0.0, 10.0], [[1.0], [2.0]]),
        "float32",
        [[0.327468514, 9.15737438], [0.638867378, 7.18489647]],
    ),
    (
        lambda: tf.random.truncated_normal([9]),
        "float32",
        [
            0.327468514,
            -0.842625797,
            0.319433689,
            -1.40755188,
            -0.567741215,
            0.0636179298,
            0.876501024,
            1.14620793,
            0.345313489,
        ],
    ),
    (
        lambda: tf.random.truncated_normal([3], dtype=tf.float64),
        "float64",
        [-1.3598275767565153, 0.6721227823730763, 0.3117719410137968],
    ),
    (
        lambda: tf.random.truncated_normal([5], 1.0, 0.5, tf.float16),
        "float16",
        [1.1640625, 0.57861328125, 1.16015625, 0.29638671875, 0.7158203125],
    ),
    (
        lambda: tf.random.shuffle(tf.range(9)),
        "int32",
        [7, 2, 3, 1, 6, 5, 0, 8, 4],
    ),
    (
        lambda: tf.random.shuffle([[1, 2], [3, 4], [5, 6], [7, 8]]),
        "int32",
        [[7, 8], [1, 2], [3, 4], [5, 6]],
    ),
    (
        lambda: tf.random.shuffle(["a", "b", "c", "d"]),
        "string",
        [b"d", b"a", b"b", b"c"],
    ),
    (
        lambda: tf.random.shuffle(5),
        "int32",
        5,
    ),
    (
        lambda: tf.random.categorical([[0.1, 0.2, 0.3], [3.0, 2.0, 1.0]], 6),
        "int64",
        [[1, 2, 0, 2, 2, 1], [0, 0, 0, 0, 1, 1]],
    ),
    (
        lambda: tf.random.categorical([[0.0, 1.0]], 5, tf.int32),
        "int32",
        [[1, 1, 1, 1, 1]],
    ),
    (
        lambda: tf.random.categorical([[NAN, 2.0, INF]], 4),
        "int64",
        [[1, 1, 1, 1]],
    ),
    (
        lambda: tf.random.categorical([[-INF, 0.0, -INF]], 4),
        "int64",
        [[1, 1, 1, 1]],
    ),
    (
        lambda: tf.random.gamma([3], [0.5, 1.0, 4.0]),
        "float32",
        [
            [0.148916915, 0.945067048, 2.4685843],
            [0.00307639153, 0.404510289, 6.60523558],
            [0.117441341, 1.03434229, 5.27290583],
        ],
    ),
    (
        lambda: tf.random.gamma([4], 2.0, [1.0, 3.0], tf.float64),
        "float64",
        [
            [2.6936672524537024, 0.4242916269306294],
            [2.0940087586578526, 0.1833441802041046],
            [0.9814205183334489, 0.3026776295104768],
            [0.27449809067478725, 1.282149979851257],
        ],
    ),
    (
        lambda: tf.random.gamma([2], 0.0),
        "float32",
        [1.17549435e-38, 1.17549435e-38],
    ),
    (
        lambda: tf.random.poisson([3], [0.5, 9.0, 10.0, 200.0]),
        "float32",
        [[1, 7, 9, 192], [2, 7, 4, 194], [0, 7, 4, 183]],
    ),
    (
        lambda: tf.random.poisson([4], 3.0, tf.int32),
        "int32",
        [4, 3, 5, 1],
    ),
    (
        lambda: tf.random.stateless_uniform([5], [1, 2]),
        "float32",
        [0.844060421, 0.192045331, 0.996223211, 0.160387397, 0.27199018],
    ),
    (
        lambda: tf.random.stateless_uniform([5], (-1, 2**40), -1, 1, tf.float64),
        "float64",
        [
            0.8952398531714736,
            0.15821701209524752,
            -0.739473759061251,
            -0.7069091118597792,
            0.5451417429171657,
        ],
    ),
    (
        lambda: tf.random.stateless_uniform([5], [1, 2], 0, 10, tf.int32),
        "int32",
        [0, 9, 4, 9, 7],
    ),
    (
        lambda: tf.random.stateless_uniform([3], [1, 2], None, None, tf.int32),
        "int32",
        [1105988140, 1738052849, -335576002],
    ),
    (
        lambda: tf.random.stateless_uniform([3], [1, 2], None, None, tf.uint32),
        "uint32",
        [1105988140, 1738052849, 3959391294],
    ),
    (
        lambda: tf.random.stateless_uniform([3], [1, 2], None, None, tf.int64),
        "int64",
        [7464880146280614444, 1591045637757961278, -1057468755545501549],
    ),
    (
        lambda: tf.random.stateless_uniform([3], [1, 2], None, None, tf.uint64),
        "uint64",
        [7464880146280614444, 1591045637757961278, 17389275318164050067],
    ),
    (
        lambda: tf.random.stateless_uniform([3], tf.constant([3, -4], tf.int32), alg="philox"),
        "float32",
        [0.19548893, 0.722706676, 0.885259867],
    ),
    (
        lambda: tf.random.stateless_normal([5], [1, 2]),
        "float32",
        [0.544110119, 0.20738031, 0.0735643208, 0.0464345515, -1.30158985],
    ),
    (
        lambda: tf.random.stateless_normal([5], [1, 2], 1.0, 2.0, tf.float16),
        "float16",
        [2.087890625, 1.4150390625, 1.1474609375, 1.0927734375, -1.603515625],
    ),
    (
        lambda: tf.random.stateless_normal([3], [0, 0], dtype=tf.float64),
        "float64",
        [0.5059786169247732, -0.7011114107383536, 0.4530945367782252],
    ),
    (
        lambda: tf.random.stateless_truncated_normal([9], [5, 6]),
        "float32",
        [
            1.02398443,
            -0.538788557,
            1.27955341,
            0.912009895,
            -1.56436062,
            1.67082667,
            -0.705592513,
            0.291452855,
            -0.649276078,
        ],
    ),
    (
        lambda: tf.random.stateless_categorical([[0.1, 0.2, 0.3], [3.0, 2.0, 1.0]], 6, [1, 2]),
        "int64",
        [[2, 2, 0, 2, 1, 1], [1, 0, 1, 1, 1, 0]],
    ),
    (
        lambda: tf.random.stateless_gamma([3, 2], [1, 2], [0.5, 4.0]),
        "float32",
        [[0.0669536144, 4.45933628], [0.628235459, 4.52026701], [0.181367323, 3.4091506]],
    ),
    (
        lambda: tf.random.stateless_gamma([2, 2], [1, 2], [1.0, 2.0], [[2.0], [4.0]]),
        "float32",
        [[1.74972117, 0.96206826], [0.562183797, 0.554570138]],
    ),
    (
        lambda: tf.random.stateless_poisson([3, 2], [1, 2], [3.0, 30.0]),
        "int32",
        [[5, 45], [5, 25], [4, 35]],
    ),
    (
        lambda: tf.random.stateless_binomial([4, 2], [1, 2], [10.0, 1000.0], [0.5, 0.7]),
        "int32",
        [[6, 714], [6, 688], [7, 699], [7, 701]],
    ),
    (
        lambda: tf.random.stateless_binomial([5], [1, 2], 10, 1.5, tf.float32),
        "float32",
        [10, 10, 10, 10, 10],
    ),
    (
        lambda: tf.random.experimental.stateless_shuffle(tf.range(9), [1, 2]),
        "int32",
        [1, 2, 7, 6, 3, 4, 5, 0, 8],
    ),
    (
        lambda: tf.random.split([1, 2], 3),
        "int32",
        [[1105988140, 1738052849], [-335576002, 370444179], [10670227, -246211131]],
    ),
    (
        lambda: tf.random.split(tf.constant([1, 2], tf.int64)),
        "int64",
        [[7464880146280614444, 1591045637757961278], [-1057468755545501549, 2524363516007002203]],
    ),
    (
        lambda: tf.random.experimental.stateless_split([3, 4]),
        "int32",
        [[-1860230133, -671226999], [-1390659934, 1052501199]],
    ),
    (
        lambda: tf.random.fold_in([1, 2], 5),
        "int32",
        [1105988140, 5],
    ),
    (
        lambda: tf.random.fold_in([1, 2], tf.constant(-3, tf.int64)),
        "int64",
        [7464880146280614444, -3],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([8]), 0.4),
        "float32",
        [1.66666663, 1.66666663, 0, 1.66666663, 0, 1.66666663, 1.66666663, 1.66666663],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([3, 4]), 0.5, noise_shape=[3, 1], seed=3),
        "float32",
        [[2, 2, 2, 2], [0, 0, 0, 0], [0, 0, 0, 0]],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([2, 3]), 0.25, [None, 1]),
        "float32",
        [[1.33333337, 1.33333337, 1.33333337], [1.33333337, 1.33333337, 1.33333337]],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([6], tf.float16), 0.3),
        "float16",
        [0.0, 1.4287109375, 1.4287109375, 0.0, 1.4287109375, 1.4287109375],
    ),
    (
        lambda: tf.nn.dropout([NAN, INF, NAN, 1.0], 0.5),
        "float32",
        [NAN, 0, 0, 0],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([4]), 0.0),
        "float32",
        [1, 1, 1, 1],
    ),
    (
        lambda: tf.nn.dropout(tf.ones([4]), tf.constant(0.5)),
        "float32",
        [2, 0, 0, 0],
    ),
    (
        lambda: tf.nn.experimental.stateless_dropout(tf.ones([6]), 0.4, [1, 2]),
        "float32",
        [1.66666663, 0, 1.66666663, 0, 0, 1.66666663],
    ),
    (
        lambda: tf.nn.experimental.stateless_dropout(
            tf.ones([6], tf.bfloat16), 0.25, [1, 2], rng_alg="philox"
        ),
        "bfloat16",
        [1.3359375, 1.3359375, 1.3359375, 0.0, 0.0, 1.3359375],
    ),
    (
        lambda: tf.nn.experimental.stateless_dropout(
            tf.ones([2, 3]), 0.5, [1, 2], noise_shape=[2, 1]
        ),
        "float32",
        [[2, 2, 2], [0, 0, 0]],
    ),
]


@pytest.mark.parametrize(("draw", "dtype", "expected"), NUMBERS)
def test_numbers(draw: Any, dtype: str, expected: Any) -> None:
    tf.random.set_seed(42)
    check(draw(), dtype, expected)
