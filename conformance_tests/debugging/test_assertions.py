"""The assertions: their exceptions and the words of these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

debugging = tf.debugging

SHOWN = """Condition x == y did not hold.
Indices of first 1 different values:
[[1]]
Corresponding x values:
[2]
Corresponding y values:
[3]
First 2 elements of x:
[1 2]
First 2 elements of y:
[1 3]"""

COMPARISONS: list[tuple[str, Any, Any, dict[str, Any], str]] = [
    ("assert_equal", [1, 2], [1, 3], {}, SHOWN),
    ("assert_equal", [1, 2], [1, 3], {"message": "hello"}, "hello\n" + SHOWN),
    (
        "assert_equal",
        1,
        2,
        {},
        "Condition x == y did not hold.\nFirst 1 elements of x:\n[1]\nFirst 1 elements of y:\n[2]",
    ),
    (
        "assert_equal",
        [[1, 2], [3, 4]],
        [[1, 3], [3, 5]],
        {"summarize": 1},
        "Condition x == y did not hold.\nIndices of first 1 different values:\n[[0 1]]\n"
        "Corresponding x values:\n[2]\nCorresponding y values:\n[3]\n"
        "First 1 elements of x:\n[1]\nFirst 1 elements of y:\n[1]",
    ),
    (
        "assert_less",
        1,
        [1, 2, 3, 4],
        {},
        "Condition x < y did not hold.\nFirst 1 elements of x:\n[1]\n"
        "First 3 elements of y:\n[1 2 3]",
    ),
    (
        "assert_none_equal",
        [1.5],
        [1.5],
        {"message": "m"},
        "m\nCondition x != y did not hold.\nIndices of first 1 different values:\n[[0]]\n"
        "Corresponding x values:\n[1.5]\nCorresponding y values:\n[1.5]\n"
        "First 1 elements of x:\n[1.5]\nFirst 1 elements of y:\n[1.5]",
    ),
    (
        "assert_greater_equal",
        [2],
        [3],
        {},
        "Condition x >= y did not hold.\nIndices of first 1 different values:\n[[0]]\n"
        "Corresponding x values:\n[2]\nCorresponding y values:\n[3]\n"
        "First 1 elements of x:\n[2]\nFirst 1 elements of y:\n[3]",
    ),
    (
        "assert_equal",
        ["a", "b"],
        ["a", "c"],
        {},
        "Condition x == y did not hold.\nIndices of first 1 different values:\n[[1]]\n"
        "Corresponding x values:\n[b'b']\nCorresponding y values:\n[b'c']\n"
        "First 2 elements of x:\n[b'a' b'b']\nFirst 2 elements of y:\n[b'a' b'c']",
    ),
]


@pytest.mark.parametrize(("name", "x", "y", "options", "text"), COMPARISONS)
def test_a_comparison_that_fails(
    name: str, x: Any, y: Any, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        getattr(debugging, name)(x, y, **options)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("assert_equal", [1, 2], [1, 2]),
        ("assert_equal", [], []),
        ("assert_equal", [[1.0], [1.0]], 1.0),
        ("assert_none_equal", [1, 2], [2, 1]),
        ("assert_none_equal", [], []),
        ("assert_less", [1], [2]),
        ("assert_less_equal", [1, 2], [1, 3]),
        ("assert_greater", 2, 1),
        ("assert_greater_equal", [1, 2], 1),
        ("assert_near", [1.0], [1.0 + 1e-6]),
    ],
)
def test_a_comparison_that_holds(name: str, x: Any, y: Any) -> None:
    assert getattr(debugging, name)(x, y) is None


def test_one_tensor_equals_itself_whatever_it_holds() -> None:
    x = tf.constant([float("nan")])
    debugging.assert_equal(x, x)
    with pytest.raises(tf.errors.InvalidArgumentError):
        debugging.assert_equal(x, tf.constant([float("nan")]))


@pytest.mark.parametrize("name", ["equal", "greater", "less", "rank"])
def test_the_names_at_the_top(name: str) -> None:
    assert getattr(tf, f"assert_{name}") is getattr(debugging, f"assert_{name}")


@pytest.mark.parametrize(
    ("name", "x", "options", "text"),
    [
        (
            "assert_positive",
            [0, 1],
            {},
            "\nCondition x > 0 did not hold element-wise:\nx (shape=(2,) dtype=int32) = \n"
            "['0', '1']",
        ),
        (
            "assert_negative",
            [1.5, 2, 3, 4, 5],
            {"message": "m"},
            "m.  \nCondition x < 0 did not hold element-wise:\nx (shape=(5,) dtype=float32) = \n"
            "['1.5', '2.0', '3.0', '...']",
        ),
        (
            "assert_non_negative",
            -1.0,
            {},
            "\nCondition x >= 0 did not hold element-wise:\nx (shape=() dtype=float32) = \n-1.0",
        ),
        (
            "assert_non_positive",
            [1],
            {},
            "\nCondition x <= 0 did not hold element-wise:x (shape=(1,) dtype=int32) = \n['1']",
        ),
    ],
)
def test_signs(name: str, x: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        getattr(debugging, name)(x, **options)
    assert str(caught.value) == text


def test_near_says_the_tolerances() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        debugging.assert_near([1.0, 2.0, 3.0], [1.0, 2.1, 3.1], rtol=0.001, atol=0.002)
    assert str(caught.value) == (
        "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: b''\n"
        "b'x and y not equal to tolerance rtol = tf.Tensor(0.001, shape=(), dtype=float32), "
        "atol = tf.Tensor(0.002, shape=(), dtype=float32)'\n"
        "b'x (shape=(3,) dtype=float32) = '\n1.0, 2.0, 3.0\n"
        "b'y (shape=(3,) dtype=float32) = '\n1.0, 2.1, 3.1"
    )
    with pytest.raises(ValueError, match="not inexact"):
        debugging.assert_near([1], [1])


@pytest.mark.parametrize(
    ("condition", "data", "options", "text"),
    [
        (False, ["msg", 5], {}, "Expected 'False' to be true. Summarized data: b'msg'\n5"),
        (
            False,
            [[1, 2, 3, 4, 5]],
            {},
            "Expected 'False' to be true. Summarized data: 1, 2, 3, ...",
        ),
        (
            False,
            [[[1, 2], [3, 4]]],
            {"summarize": -1},
            "Expected 'False' to be true. Summarized data: 1, 2, 3, 4",
        ),
        (0, [1.5], {}, "Expected '0' to be true. Summarized data: 1.5"),
    ],
)
def test_assert(condition: Any, data: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        debugging.Assert(condition, data, **options)
    assert str(caught.value) == text


def test_assert_that_holds() -> None:
    assert tf.Assert(tf.constant(True), [1]) is None
    with pytest.raises(TypeError):
        tf.Assert(False, tf.constant([1]))
    with pytest.raises(ValueError, match="ambiguous"):
        tf.Assert(tf.constant([True, False]), [1])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("assert_rank([1, 2], 2)", "Tensor  must have rank 2.  Received rank 1, shape (2,)"),
        (
            "assert_rank_at_least([1, 2], 2, message='m')",
            "m.  Tensor  must have rank at least 2.  Received rank 1, shape (2,)",
        ),
        (
            "assert_rank_in([1, 2], (2, 3))",
            "Tensor  must have rank in (2, 3).  Received rank 1, shape (2,)",
        ),
        ("assert_scalar([1])", "Expected scalar shape, saw shape: (1,)."),
    ],
)
def test_ranks(call: str, text: str) -> None:
    with pytest.raises(ValueError, match="shape") as caught:
        eval(f"debugging.{call}", {"debugging": debugging})
    assert str(caught.value) == text


@pytest.mark.parametrize("rank", ["a", 1.5])
def test_a_rank_is_an_integer(rank: Any) -> None:
    with pytest.raises(TypeError, match=r"tensor must be of type tf\.int32"):
        debugging.assert_rank([1], rank)


def test_types() -> None:
    debugging.assert_type(1, tf.int32)
    debugging.assert_integer(tf.constant(1, tf.uint8))
    with pytest.raises(TypeError) as caught:
        debugging.assert_type(1.0, "int32", message="m")
    assert str(caught.value) == "m.  tensor must be of type tf.int32; got tf.float32"
    with pytest.raises(TypeError) as caught:
        debugging.assert_integer(1.0)
    assert str(caught.value) == (
        "Expected \"x\" to be integer type.  Found: tensor of dtype <dtype: 'float32'>"
    )


def test_one_floating_type_for_all() -> None:
    f, d = tf.constant(1.0), tf.constant(2.0, tf.float64)
    assert debugging.assert_same_float_dtype() is tf.float32
    assert debugging.assert_same_float_dtype([d]) is tf.float64
    for tensors, dtype in (([f, d], None), ([f], tf.float64), ([tf.constant(1)], None)):
        with pytest.raises(ValueError, match="type"):
            debugging.assert_same_float_dtype(tensors, dtype)


def test_numeric_tensors() -> None:
    numeric = [tf.constant(1), tf.constant(1j), tf.zeros([], tf.bfloat16)]
    assert [debugging.is_numeric_tensor(x) for x in numeric] == [True] * 3
    others = [tf.constant(True), tf.constant("a"), 1, tf.Variable(1.0), np.ones(2)]
    assert [debugging.is_numeric_tensor(x) for x in others] == [False] * 5


@pytest.mark.parametrize("values", [1, "a", b"a", np.ones(2)])
def test_what_is_no_proper_iterable(values: Any) -> None:
    with pytest.raises(TypeError, match="iterable"):
        debugging.assert_proper_iterable(values)
    with pytest.raises(TypeError, match="iterable"):
        debugging.assert_proper_iterable(tf.constant([1]))
    debugging.assert_proper_iterable([1])
    debugging.assert_proper_iterable({})


# ---------------------------------------------------------------------------------------- shapes
def shape_cases() -> list[tuple[list[tuple[Any, Any]], str]]:
    """What does not fit, and what is said about it."""
    row, rows = tf.zeros([2]), tf.zeros([1, 3])
    explicit = "Specified explicitly.  Tensor shape=(2,) dtype=float32 dimension 0 must have size"
    return [
        ([(row, (3,))], f"{explicit} 3.  Received size 2, shape (2,)"),
        (
            [(row, "N"), (rows, ("M", "N"))],
            "Specified by tensor shape=(2,) dtype=float32 dimension 0.  Tensor shape=(1, 3) "
            "dtype=float32 dimension 1 must have size 2.  Received size 3, shape (1, 3)",
        ),
        (
            [(rows, ("*", 4))],
            "Specified explicitly.  Tensor shape=(1, 3) dtype=float32 dimension -1 must have "
            "size 4.  Received size 3, shape (1, 3)",
        ),
        ([(row, ("A", "B"))], "Tensor  must have rank 2.  Received rank 1, shape (2,)"),
        (
            [(tf.zeros([]), ("*", 1, 1))],
            "Tensor  must have rank at least 2.  Received rank 0, shape ()",
        ),
        (
            [(rows, ("D", "D"))],
            "Specified by tensor shape=(1, 3) dtype=float32 dimension 0.  Tensor shape=(1, 3) "
            "dtype=float32 dimension 1 must have size 1.  Received size 3, shape (1, 3)",
        ),
    ]


@pytest.mark.parametrize("number", range(6))
def test_shapes_that_do_not_fit(number: int) -> None:
    shapes, text = shape_cases()[number]
    with pytest.raises(ValueError, match="Received") as caught:
        debugging.assert_shapes(shapes)
    assert str(caught.value) == text


def test_shapes_that_fit() -> None:
    debugging.assert_shapes([])
    debugging.assert_shapes(
        [
            (tf.zeros([2, 3]), ("N", "D")),
            (tf.zeros([3, 4]), ["D", 4]),
            (tf.zeros([5, 2, 3]), (Ellipsis, "N", "D")),
            (tf.zeros([5, 2, 3]), ("*", "D")),
            (tf.zeros([5, 2]), (None, ".")),
            (tf.zeros([2]), tf.TensorShape([2])),
            (tf.zeros([]), ()),
            (tf.zeros([]), (1,)),
            (np.zeros([3]), "D"),
        ]
    )


def test_any_number_of_axes_only_in_front() -> None:
    with pytest.raises(ValueError, match="only allowed as the first entry"):
        debugging.assert_shapes([(tf.zeros([1, 1, 2]), ("*", "*", 2))])
    with pytest.raises(ValueError, match="must be an iterable"):
        debugging.assert_shapes([(tf.zeros([]), 1)])
