"""Arithmetic, comparison and logic: rules, special points of the derivatives, errors."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")


# ------------------------------------------------------------------------------ special points
# op, x, y, value, gradient by x, gradient by y
PAIRS = {
    "pow": (
        tf.pow,
        [0.0, 0.0, 0.0, 2.0, -2.0, -2.0, 0.0],
        [0.0, 1.0, 2.0, 3.0, 3.0, 0.5, -1.0],
        [1.0, 0.0, 0.0, 8.0, -8.0, NAN, INF],
        [NAN, 1.0, 0.0, 12.0, 12.0, NAN, -INF],
        [0.0, 0.0, 0.0, 5.5451775, 0.0, NAN, NAN],
    ),
    "atan2": (
        tf.atan2,
        [0.0, 0.0, 2.0, -1.0],
        [0.0, -1.0, 0.0, 2.0],
        [0.0, 3.1415927, 1.5707964, -0.4636476],
        [NAN, -1.0, 0.0, 0.4],
        [NAN, 0.0, -0.5, 0.2],
    ),
    "divide": (
        tf.divide,
        [1.0, 0.0, -1.0, 1e-20],
        [0.0, 0.0, 2.0, 1e-20],
        [INF, NAN, -0.5, 1.0],
        [INF, INF, 0.5, 1e20],
        [-INF, NAN, 0.25, -1e20],
    ),
    "divide_no_nan": (
        tf.math.divide_no_nan,
        [1.0, 0.0, 0.0, -1.0, INF],
        [0.0, 0.0, 2.0, 2.0, 0.0],
        [0.0, 0.0, 0.0, -0.5, 0.0],
        [0.0, 0.0, 0.5, 0.5, 0.0],
        [0.0, 0.0, 0.0, 0.25, 0.0],
    ),
    "multiply_no_nan": (
        tf.math.multiply_no_nan,
        [INF, NAN, 2.0, 2.0],
        [0.0, 0.0, 0.0, 3.0],
        [0.0, 0.0, 0.0, 6.0],
        [0.0, 0.0, 0.0, 3.0],
        [INF, NAN, 2.0, 2.0],
    ),
    "xdivy": (
        tf.math.xdivy,
        [0.0, 0.0, 2.0, -1.0],
        [0.0, 2.0, 0.0, 2.0],
        [0.0, 0.0, INF, -0.5],
        [0.0, 0.0, INF, 0.5],
        [0.0, 0.0, -INF, 0.25],
    ),
    "xlogy": (
        tf.math.xlogy,
        [0.0, 0.0, 1.0, -1.0, -1.0],
        [0.0, 2.0, 0.0, 2.0, -1.0],
        [0.0, 0.0, -INF, -0.6931472, NAN],
        [0.0, 0.0, -INF, 0.6931472, NAN],
        [0.0, 0.0, INF, -0.5, 1.0],
    ),
    "xlog1py": (
        tf.math.xlog1py,
        [0.0, 0.0, 1.0, 2.0],
        [-1.0, 2.0, -1.0, 1.0],
        [0.0, 0.0, -INF, 1.3862944],
        [0.0, 0.0, -INF, 0.6931472],
        [0.0, 0.0, INF, 1.0],
    ),
    "maximum": (
        tf.maximum, [1.0, 2.0, 2.0], [2.0, 2.0, 1.0],
        [2.0, 2.0, 2.0], [0.0, 1.0, 1.0], [1.0, 0.0, 0.0],
    ),
    "minimum": (
        tf.minimum, [1.0, 2.0, 2.0], [2.0, 2.0, 1.0],
        [1.0, 2.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0],
    ),
    "floormod": (
        tf.math.floormod,
        [5.5, -5.5, 5.5, -5.5],
        [2.0, 2.0, -2.0, -2.0],
        [1.5, 0.5, -0.5, -1.5],
        [1.0, 1.0, 1.0, 1.0],
        [-2.0, 3.0, 3.0, -2.0],
    ),
    "squared_difference": (
        tf.math.squared_difference, [1.0, 3.0], [3.0, 3.0], [4.0, 0.0], [-4.0, 0.0], [4.0, 0.0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_an_op_of_two_at_its_special_points(name):
    op, x, y, value, by_x, by_y = PAIRS[name]
    agree(op(x, y), value)
    agree(first(op, x, y), [by_x, by_y])


@pytest.mark.parametrize(
    ("op", "values", "slopes", "bends"),
    [
        (tf.abs, [0.0, 1.0, 2.0], [0.0, 1.0, -1.0], [0.0, 0.0, 0.0]),
        (tf.sign, [0.0, 1.0, -1.0], [0.0, 0.0, 0.0], None),
        (lambda x: x**0, [1.0, 1.0, 1.0], [NAN, 0.0, 0.0], [NAN, 0.0, 0.0]),
        (lambda x: x**1, [0.0, 1.0, -2.0], [1.0, 1.0, 1.0], [NAN, 0.0, 0.0]),
        (lambda x: x**2, [0.0, 1.0, 4.0], [0.0, 2.0, -4.0], [2.0, 4.0, 6.0]),
        (lambda x: x**3, [0.0, 1.0, -8.0], [0.0, 3.0, 12.0], [0.0, 12.0, -36.0]),
        (lambda x: x**0.5, [0.0, 1.0, NAN], [INF, 0.5, NAN], [-INF, -0.5, NAN]),
        (lambda x: x**-1, [INF, 1.0, -0.5], [-INF, -1.0, -0.25], [INF, 4.0, -0.75]),
        (lambda x: 2.0**x, [1.0, 2.0, 0.25], [0.6931472, 1.3862944, 0.1732868], None),
        (tf.square, [0.0, 1.0, 4.0], [0.0, 2.0, -4.0], [2.0, 4.0, 6.0]),
        (lambda x: x % 2.0, [0.0, 1.0, 0.0], [1.0, 1.0, 1.0], None),
    ],
)
def test_an_op_of_one_at_0_1_and_minus_2(op, values, slopes, bends):
    x = [0.0, 1.0, -2.0]
    agree(op(tf.constant(x)), values)
    agree(first(op, x), slopes)
    if bends is not None:
        agree(second(op, x), bends)


def test_a_power_of_infinity():
    x = [-INF, -0.0, INF]
    agree(tf.pow(x, 0.5), [INF, 0.0, INF])
    agree(tf.pow(x, 2), [INF, 0.0, INF])
    agree(first(lambda v: v**2, x), [-INF, -0.0, INF])


@pytest.mark.parametrize(
    "op",
    [
        tf.floor, tf.math.ceil, tf.round, tf.math.rint,
        lambda x: x // 2.0, lambda x: tf.cast(x > 0, tf.float32), lambda x: tf.equal(x, 1.0),
    ],
)  # fmt: skip
def test_a_step_has_no_gradient(op):
    assert first(op, [1.5, -1.5]) is None


# ---------------------------------------------------------------------------------- the rules
def test_rounding_goes_to_the_even_neighbour():
    x = [0.5, 1.5, 2.5, -0.5, -2.5]
    agree(tf.round(x), [0.0, 2.0, 2.0, -0.0, -2.0])
    agree(tf.math.rint(x), [0.0, 2.0, 2.0, -0.0, -2.0])
    agree(tf.round([1, 2]), [1, 2])


def test_integers_divide():
    x, y = tf.constant([7, -7, 7, -7]), tf.constant([2, 2, -2, -2])
    agree(x // y, [3, -4, -4, 3])
    agree(x % y, [1, 1, -1, -1])
    agree(tf.truncatediv(x, y), [3, -3, -3, 3])
    agree(tf.truncatemod(x, y), [1, -1, 1, -1])
    agree(x / y, [3.5, -3.5, -3.5, 3.5], dtype=tf.float64)
    agree(tf.constant([1, 2], tf.int8) / 2, [0.5, 1.0], dtype=tf.float32)
    agree(tf.math.divide_no_nan(x, 0), [0.0, 0.0, 0.0, 0.0], dtype=tf.float64)
    agree(x / 0, [INF, -INF, INF, -INF], dtype=tf.float64)


def test_floats_floor_the_rounded_quotient():
    agree(tf.constant(1.0) // 0.1, 10.0)
    agree(tf.constant([1.0, -1.0, 0.0]) // 0.0, [INF, -INF, NAN])
    agree(tf.constant([1.0, -1.0]) % 0.0, [NAN, NAN])


@pytest.mark.parametrize(
    "op", [tf.math.floordiv, tf.math.floormod, tf.math.mod, lambda x, y: x // y, lambda x, y: x % y]
)
def test_integers_do_not_divide_by_zero(op):
    with refuses(InvalidArgument, "zero"):
        op(tf.constant([1, 2]), tf.constant([1, 0]))


def test_powers_of_integers():
    x = tf.constant([2, -3])
    agree(x**2, [4, 9])
    agree(x**3, [8, -27])
    agree(x**0, [1, 1])
    agree(tf.pow(x, tf.constant([10, 5])), [1024, -243])
    agree(tf.pow(tf.constant(3, tf.int64), 39), 3**39, dtype=tf.int64)
    with refuses(InvalidArgument, "negative"):
        tf.pow(x, -1)
    with refuses(TypeError, "int32"):
        x**2.0


def test_integers_wrap():
    agree(tf.constant([200, 100], tf.uint8) + 100, [44, 200], dtype=tf.uint8)
    agree(tf.square(tf.constant(16, tf.int8)), 0, dtype=tf.int8)
    agree(tf.constant(2**31 - 1) + 1, -(2**31))
    agree(tf.abs(tf.constant(-128, tf.int8)), -128, dtype=tf.int8)


@pytest.mark.parametrize("count", [1, 20_000])
def test_signs_of_no_numbers_and_of_zeros(count: int) -> None:
    given = np.array([-0.0, np.nan, -np.inf, 1e-30] * count, np.float32)
    found = tf.sign(given).numpy()
    np.testing.assert_array_equal(found, np.float32([0, np.nan, -1, 1] * count))
    assert not np.signbit(found[::4]).any()
    zero = np.float32([0.0, 0.0, 2.0] * count)
    np.testing.assert_array_equal(
        tf.math.xlogy(zero, np.float32([np.nan, -1.0, 1.0] * count)).numpy(), zero * 0
    )


def test_complex_numbers():
    x = tf.constant([3 + 4j, 0j])
    agree(tf.abs(x), [5.0, 0.0], dtype=tf.float64)
    agree(tf.sign(x), [0.6 + 0.8j, 0j])
    assert first(tf.sign, x).numpy()[1] == 0
    agree(tf.math.squared_difference(x, 1j), [18 + 0j, 1 + 0j])
    agree(tf.complex([1.0, 2.0], 3.0), np.array([1 + 3j, 2 + 3j], np.complex64))
    agree(tf.math.real(x), [3.0, 0.0], dtype=tf.float64)
    agree(tf.math.imag(x), [4.0, 0.0], dtype=tf.float64)
    agree(tf.math.conj(x), [3 - 4j, 0j])
    agree(tf.math.angle([1.0, -1.0, 0.0]), [0.0, 3.1415927, 0.0])
    agree(tf.math.imag([1.0, 2.0]), [0.0, 0.0])
    agree(first(tf.abs, tf.constant([3 + 4j, 0j])), [0.6 + 0.8j, 0j])
    with refuses(TypeError, "float32", "float64"):
        tf.complex(tf.constant(1.0), tf.constant(1.0, tf.float64))
    with refuses(TypeError, "bool"):
        tf.math.real([True])


def test_strings():
    x = tf.constant(["a", "b"])
    agree(x + "c", ["ac", "bc"])
    agree(tf.add("x", x), ["xa", "xb"])
    agree(tf.equal(x, "a"), [True, False])
    agree(tf.not_equal(x, ["a", "a"]), [False, True])
    agree(x == ["a", "b", "c"], False)
    with refuses(InvalidArgument):
        tf.add(x, ["a", "b", "c"])
    with refuses(InvalidArgument, "string"):
        tf.multiply(x, x)


def test_equality_is_of_wholes_where_shapes_do_not_fit():
    x = tf.constant([1.0, 2.0])
    agree(x == [1.0, 2.0, 3.0], False)
    agree(x != [1.0, 2.0, 3.0], True)
    assert (x == None) is False  # noqa: E711
    assert (x != None) is True  # noqa: E711
    agree(x == [[1.0], [2.0]], [[True, False], [False, True]])
    with refuses(InvalidArgument):
        tf.equal(x, [1.0, 2.0, 3.0])
    with refuses(InvalidArgument, "int32"):
        x == tf.constant([1, 2])  # noqa: B015
    with refuses(ValueError):
        tf.Variable(1.0) == None  # noqa: B015, E711


def test_operators_of_bits_are_logic_for_bool():
    b, i = tf.constant([True, False]), tf.constant([6, 3])
    agree(b & True, [True, False])
    agree(b | [False, True], [True, True])
    agree(b ^ b, [False, False])
    agree(~b, [False, True])
    agree(b * b, [True, False])
    agree(i & 3, [2, 3])
    agree(1 | i, [7, 3])
    agree(i ^ i, [0, 0])
    agree(~i, [-7, -4])
    with refuses(InvalidArgument, "float"):
        tf.constant([1.0]) & tf.constant([1.0])
    with refuses(InvalidArgument, "bool"):
        tf.multiply(b, b)


def test_logic_takes_bool_alone():
    agree(tf.logical_and([True, True], [True, False]), [True, False])
    agree(tf.logical_or(False, [True, False]), [True, False])
    agree(tf.math.logical_xor([True, True], [True, False]), [False, True])
    agree(tf.logical_not([True, False]), [False, True])
    with refuses(TypeError, "bool"):
        tf.logical_and(1, 2)
    with refuses(InvalidArgument, "bool"):
        tf.logical_not(tf.constant([1.0]))


def test_shifts_are_held_within_the_bits():
    agree(tf.bitwise.left_shift(1, tf.constant([1, 31, 32, -1])), [2, -(2**31), -(2**31), 1])
    x = tf.constant(-8, tf.int8)
    agree(tf.bitwise.right_shift(x, tf.constant([1, 7, 100], tf.int8)), [-4, -1, -1], dtype=tf.int8)
    agree(tf.bitwise.invert(tf.constant([1, 255], tf.uint8)), [254, 0], dtype=tf.uint8)


def test_adding_lists():
    x = tf.constant([1.0, 2.0])
    agree(tf.add_n([x, x, [1.0, 1.0]]), [3.0, 5.0])
    agree(tf.add_n([tf.Variable(1.0)]), 1.0)
    agree(tf.math.accumulate_n([x, x], shape=[2], tensor_dtype=tf.float32), [2.0, 4.0])
    with refuses(ValueError):
        tf.add_n([])
    with refuses(InvalidArgument, "shape"):
        tf.add_n([x, 1.0])
    with refuses(InvalidArgument, "int32"):
        tf.add_n([x, tf.constant([1, 2])])
    with refuses(ValueError):
        tf.math.accumulate_n([x, x], shape=[3])


def test_scalar_mul_and_polyval():
    x = tf.constant([1.0, 2.0])
    agree(tf.math.scalar_mul(2, x), [2.0, 4.0])
    agree(tf.math.scalar_mul(2.0, tf.IndexedSlices(x, tf.constant([0, 3]))).values, [2.0, 4.0])
    agree(tf.math.polyval([1.0, 2.0, 3.0], 2.0), 11.0)
    agree(tf.math.polyval([], x), [0.0, 0.0])
    with refuses(ValueError):
        tf.math.scalar_mul(x, x)
    with refuses(ValueError, "list"):
        tf.math.polyval(x, x)


# ------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("op", "dtype"),
    [
        (tf.negative, tf.uint8), (tf.abs, tf.uint8), (tf.sign, tf.bool), (tf.square, tf.bool),
        (tf.floor, tf.int32), (tf.math.is_nan, tf.int32), (tf.round, tf.bool),
    ],
)  # fmt: skip
def test_an_op_of_one_refuses_a_dtype(op, dtype):
    with refuses(InvalidArgument, dtype.name):
        op(tf.cast(tf.constant([1, 0]), dtype))


@pytest.mark.parametrize(
    ("op", "dtype"),
    [
        (tf.add, tf.bool), (tf.subtract, tf.bool), (tf.pow, tf.uint8), (tf.maximum, tf.complex64),
        (tf.less, tf.bool), (tf.less, tf.complex64), (tf.math.floormod, tf.complex64),
        (tf.math.xlogy, tf.int32), (tf.math.squared_difference, tf.int8), (tf.atan2, tf.int32),
    ],
)  # fmt: skip
def test_an_op_of_two_refuses_a_dtype(op, dtype):
    x = tf.cast(tf.constant([1, 0]), dtype)
    with refuses(InvalidArgument):
        op(x, x)


@pytest.mark.parametrize("op", [tf.add, tf.multiply, tf.maximum, tf.less, tf.pow, tf.atan2])
def test_operands_must_agree(op):
    x = tf.constant([1.0, 2.0])
    with refuses(InvalidArgument, "float", "int32"):
        op(x, tf.constant([1, 2]))
    with refuses(InvalidArgument, "2", "3"):
        op(x, tf.constant([1.0, 2.0, 3.0]))


@pytest.mark.parametrize("op", ["add", "matmul"])
@pytest.mark.parametrize("x", [np.eye(2), np.eye(2, dtype=np.int64), [[1, 0], [0, 1]]])
def test_sums_and_products_read_their_first_operand_by_itself(op, x):
    y = tf.eye(2)
    with pytest.raises(tf.errors.InvalidArgumentError):
        getattr(tf, op)(x, y)
    with pytest.raises(TypeError):
        tf.function(lambda: getattr(tf, op)(x, y))()
    # As an operator's it takes the tensor's dtype, and as a raw op's.
    assert (x + y if op == "add" else x @ y).dtype == tf.float32
    raw = tf.raw_ops.AddV2(x=x, y=y) if op == "add" else tf.raw_ops.MatMul(a=x, b=y)
    assert raw.dtype == tf.float32


def test_true_division_refuses_two_dtypes_by_type_error():
    with refuses(TypeError):
        tf.constant([1.0]) / tf.constant([1])
    with refuses(TypeError, "bool"):
        tf.constant([True]) / tf.constant([True])


def test_a_number_the_dtype_cannot_hold():
    i = tf.constant([1, 2])
    for op in (tf.multiply, tf.maximum, tf.less, tf.equal):
        with refuses(TypeError, "2.5", "int32"):
            op(i, 2.5)
    with refuses(InvalidArgument):
        tf.add(i, 2.5)
    with refuses(TypeError):
        tf.multiply(1, 2.5)
