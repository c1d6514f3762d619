"""is_nested, flatten, map_structure and pack_sequence_as for one structure."""

from __future__ import annotations

import collections
import types
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .structures import (
    Attrs,
    Flattenable,
    Frozen,
    MyDict,
    MyList,
    MyTuple,
    NeedsArgument,
    Open,
    Plain,
    Point,
    Row,
    Typed,
)

# structure, its leaves, what comes back when each leaf becomes [leaf], as repr
NESTED: list[tuple[Any, list[Any], str]] = [
    ([], [], "[]"),
    ((), [], "()"),
    ({}, [], "{}"),
    ([[], [[]], ()], [], "[[], [[]], ()]"),
    ([1, [2, (3,)]], [1, 2, 3], "[[1], [[2], ([3],)]]"),
    ((1,), [1], "([1],)"),
    ([None, (None,)], [None, None], "[[None], ([None],)]"),
    (["ab", b"cd"], ["ab", b"cd"], "[['ab'], [b'cd']]"),
    ({"b": 1, "a": [2, 3]}, [2, 3, 1], "{'b': [1], 'a': [[2], [3]]}"),
    ({"b": 1, "a": {"d": 2, "c": 3}}, [3, 2, 1], "{'b': [1], 'a': {'d': [2], 'c': [3]}}"),
    ({2: "x", 1.5: "y"}, ["y", "x"], "{2: ['x'], 1.5: ['y']}"),
    ({(1, 2): 3, (0, 5): 4}, [4, 3], "{(1, 2): [3], (0, 5): [4]}"),
    ({None: 1}, [1], "{None: [1]}"),
    (OrderedDict(b=1, a=2), [2, 1], repr(OrderedDict(b=[1], a=[2]))),
    (
        defaultdict(list, b=1, a=2),
        [2, 1],
        "defaultdict(<class 'list'>, {'b': [1], 'a': [2]})",
    ),
    (Counter(b=2, a=1), [1, 2], "Counter({'b': [2], 'a': [1]})"),
    (ChainMap({"b": 1}, {"a": 2}), [2, 1], "ChainMap({'a': [2], 'b': [1]})"),
    (UserDict(b=1, a=2), [2, 1], "{'b': [1], 'a': [2]}"),
    (MyDict(b=1, a=2), [2, 1], "{'b': [1], 'a': [2]}"),
    (Frozen(b=1, a=2), [2, 1], "Frozen({'b': [1], 'a': [2]})"),
    (Open(b=1, a=2), [2, 1], "Open({'b': [1], 'a': [2]})"),
    (Point(1, [2, 3]), [1, 2, 3], "Point(x=[1], y=[[2], [3]])"),
    (Typed(1, 2), [1, 2], "Typed(first=[1], second=[2])"),
    (MyList([1, 2]), [1, 2], "[[1], [2]]"),
    (MyTuple((1, 2)), [1, 2], "([1], [2])"),
    (UserList([1, 2]), [1, 2], "[[1], [2]]"),
    (deque([1, 2]), [1, 2], "deque([[1], [2]])"),
    (Row([1, 2]), [1, 2], "Row([[1], [2]])"),
    (range(3), [0, 1, 2], "[[0], [1], [2]]"),
    ({"b": 1, "a": 2}.keys(), ["b", "a"], "[['b'], ['a']]"),
    ({"b": 1, "a": 2}.values(), [1, 2], "[[1], [2]]"),
    ({"b": 1, "a": 2}.items(), ["b", 1, "a", 2], "[(['b'], [1]), (['a'], [2])]"),
    (Flattenable("m", 1, [2, 3]), [1, 2, 3], "Flattenable(label='m', a=[1], b=[[2], [3]])"),
    (Attrs(1, [2]), [1, 2], "Attrs(b=[1], a=[[2]])"),
]
nested = pytest.mark.parametrize(
    ("structure", "leaves", "mapped"), NESTED, ids=[repr(row[0]) for row in NESTED]
)

LEAVES: list[Any] = [
    1,
    2.5,
    None,
    "abc",
    "",
    b"ab",
    {1, 2},
    frozenset([1]),
    np.array([1, 2]),
    np.float32(1),
    ...,
    slice(1),
    iter([1]),
    (value for value in (1, 2)),
    dict,
    len,
    Plain(1, 2),
    tf.TensorShape([1, 2]),
    tf.float32,
]
leaf_only = pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: type(leaf).__name__)


@nested
def test_nested(structure: Any, leaves: list[Any], mapped: str) -> None:
    assert tf.nest.is_nested(structure) is True
    assert tf.nest.flatten(structure) == leaves
    assert type(tf.nest.flatten(structure)) is list
    assert tf.nest.flatten(structure, expand_composites=True) == leaves
    result = tf.nest.map_structure(lambda leaf: [leaf], structure)
    assert repr(result) == mapped
    packed = tf.nest.pack_sequence_as(structure, [[leaf] for leaf in leaves])
    assert repr(packed) == mapped
    assert type(packed) is type(result)
    tf.nest.assert_same_structure(structure, structure)


@leaf_only
def test_leaf(leaf: Any) -> None:
    assert tf.nest.is_nested(leaf) is False
    assert tf.nest.flatten(leaf)[0] is leaf
    assert len(tf.nest.flatten(leaf)) == 1
    assert tf.nest.map_structure(lambda got: (got is leaf,), leaf) == (True,)
    assert tf.nest.pack_sequence_as(leaf, ["other"]) == "other"
    tf.nest.assert_same_structure(leaf, 1)


def test_flatten_makes_a_new_list() -> None:
    structure = [1, 2]
    flat = tf.nest.flatten(structure)
    flat.append(3)
    assert structure == [1, 2]
    packed = tf.nest.pack_sequence_as(structure, flat[:2])
    assert packed == structure
    assert packed is not structure


def test_default_factory_survives() -> None:
    result = tf.nest.map_structure(lambda leaf: leaf, defaultdict(list, a=1))
    assert result["new"] == []


def test_calls_are_in_the_order_of_the_leaves() -> None:
    seen: list[Any] = []
    tf.nest.map_structure(seen.append, {"b": [1, 2], "a": 3})
    assert seen == [3, 1, 2]


def test_keys_must_be_sortable() -> None:
    for use in (
        lambda mixed: tf.nest.flatten(mixed),
        lambda mixed: tf.nest.map_structure(len, mixed),
        lambda mixed: tf.nest.pack_sequence_as(mixed, [1, 2]),
    ):
        with pytest.raises(TypeError):
            use({1: 2, "a": 3})


def test_types_that_cannot_be_made_again() -> None:
    for structure in (types.MappingProxyType({"a": 1}), NeedsArgument({"a": 1})):
        assert tf.nest.flatten(structure) == [1]
        with pytest.raises(TypeError):
            tf.nest.map_structure(lambda leaf: leaf, structure)


def test_argument_names() -> None:
    assert tf.nest.flatten(structure=[1], expand_composites=False) == [1]
    assert tf.nest.is_nested(seq=[1])
    assert tf.nest.pack_sequence_as(structure=[1], flat_sequence=[2]) == [2]
    with pytest.raises(TypeError):
        tf.nest.is_nested(nest=[1])


# structure, flat sequence, exception
NOT_PACKED: list[tuple[Any, Any, type[Exception]]] = [
    ([1, 2], [3], ValueError),
    ([1, [2, 3]], [3, 4, 5, 6], ValueError),
    ([], [1], ValueError),
    (1, [5, 6], ValueError),
    (1, [], ValueError),
    (1, 5, TypeError),
    ([1], 5, TypeError),
    ([1], None, TypeError),
    ([1, 2], "ab", TypeError),
    ([1, 2], np.array([1, 2]), TypeError),
]


@pytest.mark.parametrize(("structure", "flat", "error"), NOT_PACKED, ids=repr)
def test_not_packed(structure: Any, flat: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.nest.pack_sequence_as(structure, flat)


def test_packed_from_other_sequences() -> None:
    assert tf.nest.pack_sequence_as([1, 2], (3, 4)) == [3, 4]
    assert tf.nest.pack_sequence_as([1, 2], range(2)) == [0, 1]
    assert tf.nest.pack_sequence_as([1, 2], [[3], [4]]) == [[3], [4]]
    assert tf.nest.pack_sequence_as((1, 2), collections.deque([3, 4])) == (3, 4)


def test_tensors_and_variables_are_leaves() -> None:
    tensor, variable = tf.constant([1.0, 2.0]), tf.Variable([1.0])
    structure = {"t": tensor, "v": [variable]}
    assert not tf.nest.is_nested(tensor)
    assert not tf.nest.is_nested(variable)
    flat = tf.nest.flatten(structure)
    assert flat[0] is tensor
    assert flat[1] is variable
    expanded = tf.nest.flatten(structure, expand_composites=True)
    assert expanded[0] is tensor
    assert expanded[1] is variable
    packed = tf.nest.pack_sequence_as(structure, flat)
    assert packed["v"][0] is variable
    with pytest.raises(TypeError):
        tf.nest.pack_sequence_as([1, 2], tensor)


def test_indexed_slices_expand() -> None:
    values, indices = tf.constant([[1.0]]), tf.constant([0])
    slices = tf.IndexedSlices(values, indices)
    assert tf.nest.flatten([slices])[0] is slices
    first, second = tf.nest.flatten([slices], expand_composites=True)
    assert first is values
    assert second is indices
    other = tf.constant([[2.0]])
    packed = tf.nest.pack_sequence_as([slices], [other, indices], expand_composites=True)
    assert type(packed[0]) is tf.IndexedSlices
    assert packed[0].values is other
