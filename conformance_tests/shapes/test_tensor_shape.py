"""tf.TensorShape: what makes one, what it answers, how it combines."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from ..subject import tf

# argument, repr, str
MADE: list[tuple[Any, str, str]] = [
    ([2, 3], "TensorShape([2, 3])", "(2, 3)"),
    ((2,), "TensorShape([2])", "(2,)"),
    ([], "TensorShape([])", "()"),
    (None, "TensorShape(None)", "<unknown>"),
    ([None], "TensorShape([None])", "(None,)"),
    ([None, 3], "TensorShape([None, 3])", "(None, 3)"),
    (3, "TensorShape([3])", "(3,)"),
    (np.int64(4), "TensorShape([4])", "(4,)"),
    ([np.int64(3), 0], "TensorShape([3, 0])", "(3, 0)"),
    (np.array([2, 3]), "TensorShape([2, 3])", "(2, 3)"),
    (range(3), "TensorShape([0, 1, 2])", "(0, 1, 2)"),
    ({1: 2}, "TensorShape([1])", "(1,)"),
    ([10**30], f"TensorShape([{10**30}])", f"({10**30},)"),
]
REFUSED: list[tuple[Any, type[Exception]]] = [
    (-1, ValueError),
    ([2, -1], ValueError),
    (2.5, TypeError),
    ([2.0], TypeError),
    ("ab", TypeError),
    (["a"], TypeError),
    ([[1, 2]], TypeError),
    ([object()], TypeError),
    (object(), TypeError),
    (np.array([2.5]), TypeError),
]


def shape(*dims: int | None) -> Any:
    return tf.TensorShape(list(dims))


UNKNOWN = tf.TensorShape(None)
PARTIAL = shape(2, None, 4)
FULL = shape(2, 3, 4)
SCALAR = shape()


@pytest.mark.parametrize(("argument", "in_repr", "in_str"), MADE, ids=[row[1] for row in MADE])
def test_made(argument: Any, in_repr: str, in_str: str) -> None:
    made = tf.TensorShape(argument)
    assert repr(made) == in_repr
    assert str(made) == in_str
    assert f"{made}" == in_str
    again = tf.TensorShape(made)
    assert again == made
    assert hash(again) == hash(made)
    assert pickle.loads(pickle.dumps(made)) == made
    assert copy.deepcopy(made) == made


@pytest.mark.parametrize(("argument", "error"), REFUSED, ids=repr)
def test_refused(argument: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.TensorShape(argument)


def test_needs_an_argument() -> None:
    with pytest.raises(TypeError):
        tf.TensorShape()
    assert tf.TensorShape(dims=[1]) == [1]
    assert tf.TensorShape(size for size in (1, 2)) == [1, 2]


def test_of_tensors() -> None:
    assert tf.TensorShape(tf.constant([2, 3])) == [2, 3]
    assert tf.TensorShape([tf.constant(2), 3]) == [2, 3]
    assert tf.TensorShape(tf.constant(3)) == [3]
    assert tf.constant([[1.0, 2.0]]).shape == (1, 2)
    assert type(tf.constant(1.0).shape) is tf.TensorShape


# expression, value; an exception class where it raises
ANSWERS: list[tuple[str, Any]] = [
    ("FULL.rank", 3),
    ("FULL.ndims", 3),
    ("SCALAR.rank", 0),
    ("UNKNOWN.rank", None),
    ("UNKNOWN.ndims", None),
    ("UNKNOWN.dims", None),
    ("repr(PARTIAL.dims)", "[Dimension(2), Dimension(None), Dimension(4)]"),
    ("FULL.as_list()", [2, 3, 4]),
    ("PARTIAL.as_list()", [2, None, 4]),
    ("UNKNOWN.as_list()", ValueError),
    ("FULL.num_elements()", 24),
    ("SCALAR.num_elements()", 1),
    ("PARTIAL.num_elements()", None),
    ("UNKNOWN.num_elements()", None),
    ("FULL.is_fully_defined()", True),
    ("SCALAR.is_fully_defined()", True),
    ("PARTIAL.is_fully_defined()", False),
    ("UNKNOWN.is_fully_defined()", False),
    ("bool(UNKNOWN)", False),
    ("bool(SCALAR)", True),
    ("len(FULL)", 3),
    ("len(UNKNOWN)", ValueError),
    ("list(PARTIAL)", [2, None, 4]),
    ("list(UNKNOWN)", ValueError),
    ("list(reversed(FULL))", [4, 3, 2]),
    ("3 in FULL", True),
    ("None in PARTIAL", True),
    ("type(FULL[0])", int),
    ("isinstance(FULL, tuple)", False),
    ("np.zeros(FULL).shape", (2, 3, 4)),
    ("int(np.prod(FULL))", 24),
    ("FULL[0]", 2),
    ("PARTIAL[1]", None),
    ("FULL[-1]", 4),
    ("FULL[np.int64(1)]", 3),
    ("FULL[5]", IndexError),
    ("FULL['x']", TypeError),
    ("FULL[None]", TypeError),
    ("FULL[1.0]", TypeError),
    ("repr(PARTIAL[1:])", "TensorShape([None, 4])"),
    ("repr(FULL[::2])", "TensorShape([2, 4])"),
    ("repr(FULL[::-1])", "TensorShape([4, 3, 2])"),
    ("UNKNOWN[0]", None),
    ("UNKNOWN[-1]", None),
    ("repr(UNKNOWN[1:])", "TensorShape(None)"),
    ("repr(UNKNOWN[:2])", "TensorShape([None, None])"),
    ("repr(UNKNOWN[1:3])", "TensorShape([None, None])"),
    ("repr(UNKNOWN[3:1])", "TensorShape([])"),
    ("repr(UNKNOWN[-2:])", "TensorShape(None)"),
    ("repr(UNKNOWN[:-1])", "TensorShape(None)"),
    ("UNKNOWN[::2]", ValueError),
    # comparison
    ("FULL == (2, 3, 4)", True),
    ("FULL == [2, 3, 4]", True),
    ("[2, 3, 4] == FULL", True),
    ("(2, 3, 4) == FULL", True),
    ("FULL == np.array([2, 3, 4])", True),
    ("FULL != (2, 3, 4)", False),
    ("FULL == [2, 3]", False),
    ("FULL == 5", False),
    ("shape(3) == 3", True),
    ("FULL == 'abc'", False),
    ("FULL == object()", False),
    ("FULL != object()", True),
    ("FULL == [2.5]", False),
    ("FULL == [-1]", ValueError),
    ("FULL == None", False),
    ("FULL != None", True),
    ("UNKNOWN == None", True),
    ("UNKNOWN == UNKNOWN", True),
    ("UNKNOWN == FULL", False),
    ("shape(None) == [None]", True),
    ("PARTIAL == FULL", False),
    ("hash(FULL) == hash(shape(2, 3, 4))", True),
    ("hash(FULL) == hash((2, 3, 4))", True),
    ("{FULL: 1}[shape(2, 3, 4)]", 1),
    ("FULL < SCALAR", TypeError),
    ("FULL * 2", TypeError),
    ("FULL()", TypeError),
    ("f'{FULL:>20}'", TypeError),
    # compatibility
    ("PARTIAL.is_compatible_with(FULL)", True),
    ("FULL.is_compatible_with([2, 3])", False),
    ("FULL.is_compatible_with([2, 3, 5])", False),
    ("FULL.is_compatible_with([2, None, 4])", True),
    ("FULL.is_compatible_with(None)", True),
    ("UNKNOWN.is_compatible_with(FULL)", True),
    ("FULL.is_compatible_with('x')", TypeError),
    ("FULL.assert_is_compatible_with([2, None, 4])", None),
    ("FULL.assert_is_compatible_with([1])", ValueError),
    ("FULL.is_subtype_of(PARTIAL)", True),
    ("PARTIAL.is_subtype_of(FULL)", False),
    ("PARTIAL.is_subtype_of(UNKNOWN)", True),
    ("UNKNOWN.is_subtype_of(PARTIAL)", False),
    ("FULL.is_subtype_of(5)", False),
    ("FULL.assert_is_fully_defined()", None),
    ("PARTIAL.assert_is_fully_defined()", ValueError),
    ("UNKNOWN.assert_is_fully_defined()", ValueError),
    # combination
    ("repr(PARTIAL.merge_with(FULL))", "TensorShape([2, 3, 4])"),
    ("repr(PARTIAL.merge_with([None, 5, None]))", "TensorShape([2, 5, 4])"),
    ("repr(UNKNOWN.merge_with(FULL))", "TensorShape([2, 3, 4])"),
    ("repr(FULL.merge_with(None))", "TensorShape([2, 3, 4])"),
    ("repr(UNKNOWN.merge_with(UNKNOWN))", "TensorShape(None)"),
    ("FULL.merge_with([1, 3, 4])", ValueError),
    ("FULL.merge_with([2, 3])", ValueError),
    ("repr(PARTIAL.concatenate([1]))", "TensorShape([2, None, 4, 1])"),
    ("repr(UNKNOWN.concatenate(FULL))", "TensorShape(None)"),
    ("repr(FULL.concatenate(None))", "TensorShape(None)"),
    ("repr(FULL + [1])", "TensorShape([2, 3, 4, 1])"),
    ("repr(FULL + (1,))", "TensorShape([2, 3, 4, 1])"),
    ("repr(FULL + 5)", "TensorShape([2, 3, 4, 5])"),
    ("repr([1] + FULL)", "TensorShape([1, 2, 3, 4])"),
    ("repr((1,) + FULL)", "TensorShape([1, 2, 3, 4])"),
    ("repr(FULL + None)", "TensorShape(None)"),
    ("repr(None + FULL)", "TensorShape(None)"),
    ("repr(SCALAR + SCALAR)", "TensorShape([])"),
    ("repr(FULL.most_specific_compatible_shape([2, 5, 4]))", "TensorShape([2, None, 4])"),
    ("repr(FULL.most_specific_compatible_shape([2, 5]))", "TensorShape(None)"),
    ("repr(FULL.most_specific_compatible_shape(None))", "TensorShape(None)"),
    ("repr(FULL.most_specific_compatible_shape(FULL))", "TensorShape([2, 3, 4])"),
    ("repr(FULL.most_specific_common_supertype([shape(2, 5, 4)]))", "TensorShape([2, None, 4])"),
    ("repr(FULL.most_specific_common_supertype([shape(2)]))", "TensorShape(None)"),
    ("FULL.most_specific_common_supertype([5])", None),
    # rank
    ("repr(FULL.with_rank(3))", "TensorShape([2, 3, 4])"),
    ("repr(UNKNOWN.with_rank(2))", "TensorShape([None, None])"),
    ("FULL.with_rank(2)", ValueError),
    ("repr(FULL.with_rank_at_least(2))", "TensorShape([2, 3, 4])"),
    ("FULL.with_rank_at_least(4)", ValueError),
    ("repr(UNKNOWN.with_rank_at_least(4))", "TensorShape(None)"),
    ("repr(FULL.with_rank_at_most(4))", "TensorShape([2, 3, 4])"),
    ("FULL.with_rank_at_most(2)", ValueError),
    ("repr(UNKNOWN.with_rank_at_most(4))", "TensorShape(None)"),
    ("FULL.assert_has_rank(3)", None),
    ("FULL.assert_has_rank(2)", ValueError),
    ("UNKNOWN.assert_has_rank(2)", None),
    ("FULL.assert_same_rank([1, 2, 3])", None),
    ("FULL.assert_same_rank([1])", ValueError),
    ("FULL.assert_same_rank(None)", None),
]


@pytest.mark.parametrize(("expression", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_answers(expression: str, expected: Any) -> None:
    if isinstance(expected, type) and issubclass(expected, Exception):
        with pytest.raises(expected):
            eval(expression)
        return
    answer = eval(expression)
    assert answer == expected
    assert type(answer) is type(expected)


def test_dims_are_read_only() -> None:
    made = shape(1, 2)
    with pytest.raises(AttributeError):
        made.dims = [3]
    assert made == [1, 2]
