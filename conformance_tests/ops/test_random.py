"""tf.random and tf.nn.dropout: the numbers are TensorFlow 2.21's (CPU), seed by seed.

Uniform numbers and integers are equal to the last bit. What goes through logarithm, sine and
cosine may differ in the last digits, as those functions do from one C library to the next.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from ..subject import tf

NAN, INF = float("nan"), float("inf")
CLOSE = {"float32": 5e-7, "float64": 1e-14, "float16": 1e-3, "bfloat16": 1e-2}


def check(actual: Any, dtype: str, expected: Any) -> None:
    assert actual.dtype.name == dtype
    value = actual.numpy()
    if dtype == "string":
        assert value.tolist() == expected
    elif dtype in CLOSE:
        wide = value.astype(np.float64)
        np.testing.assert_allclose(wide, expected, rtol=CLOSE[dtype], atol=CLOSE[dtype] / 4)
    else:
        np.testing.assert_array_equal(value, expected)


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
            lambda: tf.random.truncated_normal([200_001]),
            "float32",
            [-0.829637229, -1.82662714, 0.125193596, 1.17700815],
            [-1.98532188, -1.34696567, -0.785186827, -1.13212383],
            -282.00654065006404,
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


# ---------------------------------------------------------------------------------------- seeds
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


# -------------------------------------------------------------------------------------- refusals
REFUSALS = [
    (lambda: tf.random.normal(5), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([-1]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([[2]]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal(None), ValueError),
    (lambda: tf.random.normal(tf.TensorShape([None])), ValueError),
    (lambda: tf.random.normal([2], dtype=tf.int32), TypeError),
    (lambda: tf.random.normal([2], dtype=tf.complex64), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([3], mean=[1.0, 2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([3], mean=tf.zeros(3, tf.float64)), ValueError),
    (lambda: tf.random.normal([3], seed="a"), TypeError),
    (lambda: tf.random.uniform([2], dtype=tf.int32), ValueError),
    (lambda: tf.random.uniform([2], dtype=tf.uint8), ValueError),
    (lambda: tf.random.uniform([2], 5, 5, tf.int32), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 5, 2, tf.int64), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 0, [2, 3], tf.int32), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 0, 2.5, tf.int32), TypeError),
    (lambda: tf.random.uniform([2], None, 2), ValueError),
    (lambda: tf.random.truncated_normal([2], dtype=tf.int32), TypeError),
    (lambda: tf.random.categorical([1.0, 2.0], 3), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], -1), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], [3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical(tf.zeros([2, 0]), 3), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], 3, dtype=tf.float32), ValueError),
    (lambda: tf.random.gamma([2], 1.0, dtype=tf.bfloat16), ValueError),
    (lambda: tf.random.poisson([2], 3.0, dtype=tf.int8), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1, 2, 3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], 1), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1.0, 2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], alg="foo"), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], alg=7), ValueError),
    (
        lambda: tf.random.stateless_uniform([2], [1, 2], alg="threefry"),
        tf.errors.InvalidArgumentError,
    ),
    (lambda: tf.random.stateless_uniform([2], [1, 2], None, 5, tf.int32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], dtype=tf.int32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], 0, 9, tf.uint32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], None, None, tf.int8), ValueError),
    (
        lambda: tf.random.stateless_gamma([3], [1, 2], [1.0, 2.0]),
        tf.errors.InvalidArgumentError,
    ),
    (
        lambda: tf.random.stateless_poisson([3], [1, 2], [1.0, 2.0]),
        tf.errors.InvalidArgumentError,
    ),
    (lambda: tf.random.split([1, 2, 3]), tf.errors.InvalidArgumentError),
    (lambda: tf.nn.dropout(tf.ones(4), 1.0), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), -0.1), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), "a"), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4, tf.int32), 0.5), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), tf.constant(0.5, tf.float64)), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), tf.constant([0.5, 0.5])), ValueError),
    (lambda: tf.nn.dropout([1.0, 2.0], 0.5, [3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.Generator.from_state([1, 2], "philox"), ValueError),
    (lambda: tf.random.Generator.from_seed(1, alg="foo"), ValueError),
    (
        lambda: tf.random.Generator.from_seed(1, alg="threefry").normal([2]),
        tf.errors.UnimplementedError,
    ),
]


@pytest.mark.parametrize(("call", "error"), REFUSALS)
def test_refusals(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


# ------------------------------------------------------------------------------------- gradients
def gradients(f: Any) -> list[Any]:
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = f(a, b)
    return [None if g is None else g.numpy() for g in tape.gradient(y, [a, b])]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda a, b: tf.random.normal([3], a, b), [3.0, -1.1702335]),
        (lambda a, b: tf.random.uniform([3], a, b), [1.0853065, 1.9146935]),
        (lambda a, b: tf.random.truncated_normal([3], a, b), [3.0, -1.1702335]),
        (lambda a, b: tf.random.gamma([3], a, b), [1.1054544, -1.0898247]),
        (lambda a, b: tf.random.stateless_gamma([3], [1, 2], a, b), [1.2456081, -0.89749074]),
        (lambda a, b: tf.nn.dropout(tf.stack([a, b * 2, b * b]), 0.5, seed=1) * 2, [0.0, 32.0]),
    ],
)
def test_gradients_flow_to_parameters(f: Any, expected: list[float]) -> None:
    tf.random.set_seed(5)
    np.testing.assert_allclose(gradients(f), expected, rtol=1e-4)


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: tf.random.shuffle(tf.stack([a, b]), seed=1),
        lambda a, b: tf.cast(tf.random.categorical([[a, b]], 3), tf.float32),
        lambda a, b: tf.random.normal([2]),
    ],
)
def test_no_gradient(f: Any) -> None:
    assert gradients(f) == [None, None]


STATELESS = [
    lambda seed: tf.random.stateless_uniform([7], seed, -2.0, 3.0),
    lambda seed: tf.random.stateless_uniform([7], seed, dtype=tf.float16),
    lambda seed: tf.random.stateless_uniform([7], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_uniform([7], seed, -5, 9, tf.int32),
    lambda seed: tf.random.stateless_uniform([7], seed, -(2**63), 2**63 - 1, tf.int64),
    lambda seed: tf.random.stateless_uniform([7], seed, None, None, tf.uint64),
    lambda seed: tf.random.stateless_normal([7], seed, 1.0, 2.0),
    lambda seed: tf.random.stateless_normal([7], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_truncated_normal([501], seed),
    lambda seed: tf.random.stateless_truncated_normal([501], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 9, seed),
    lambda seed: tf.random.stateless_gamma([5, 2], seed, [0.5, 3.0]),
    lambda seed: tf.random.stateless_poisson([5, 2], seed, [3.0, 30.0]),
    lambda seed: tf.random.stateless_binomial([5, 2], seed, [10.0, 90.0], 0.4),
    lambda seed: tf.random.experimental.stateless_shuffle(tf.range(20), seed),
    lambda seed: tf.random.split(seed, 3),
    lambda seed: tf.random.fold_in(seed, 3),
    lambda seed: tf.nn.experimental.stateless_dropout(tf.ones([9]), 0.4, seed),
]


@pytest.mark.parametrize("draw", STATELESS)
def test_a_computed_seed_under_a_tape(draw: Any) -> None:
    expected = draw([2, 4]).numpy()
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        seed = tf.constant([1, 2]) * tf.constant([2, 2])
        y = v * v
        value = draw(seed)
    assert tape.gradient(y, v).numpy() == 2.0
    assert value.dtype == expected.dtype
    if value.dtype.is_floating:
        np.testing.assert_allclose(value.numpy(), expected, rtol=1e-6, atol=1e-7)
    else:
        np.testing.assert_array_equal(value.numpy(), expected)


# ------------------------------------------------------------------------------------ generators
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
