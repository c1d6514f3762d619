"""tf.sets: rows of the last axis as sets."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf

A = [[1, 2, 2], [9, 0, 5]]
B = [[2, 3, 3, 3], [5, 9, 9, 7]]


def rows(found: Any) -> Any:
    """The sets as lists, and the width."""
    width = int(found.dense_shape[-1])
    values = found.values.numpy().tolist()
    result: list[list[Any]] = [[] for _ in range(int(found.dense_shape[0]))]
    for at, value in zip(found.indices.numpy().tolist(), values, strict=True):
        assert at[-1] == len(result[at[0]])
        result[at[0]].append(value)
    return result, width


def operands(kind: str) -> tuple[Any, Any]:
    if kind == "dense":
        return tf.constant(A), tf.constant(B)
    first = tf.sparse.from_dense(A)
    return first, tf.constant(B) if kind == "mixed" else tf.sparse.from_dense(B)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("union", "dense", ([[1, 2, 3], [0, 5, 7, 9]], 4)),
        ("union", "mixed", ([[1, 2, 3], [5, 7, 9]], 3)),
        ("union", "sparse", ([[1, 2, 3], [5, 7, 9]], 3)),
        ("intersection", "dense", ([[2], [5, 9]], 2)),
        ("intersection", "sparse", ([[2], [5, 9]], 2)),
        ("difference", "dense", ([[1], [0]], 1)),
        ("difference", "mixed", ([[1], []], 1)),
    ],
)
def test_two_sets(name: str, kind: str, expected: Any) -> None:
    found = getattr(tf.sets, name)(*operands(kind))
    assert isinstance(found, tf.SparseTensor)
    assert rows(found) == expected


def test_the_other_difference() -> None:
    assert rows(tf.sets.difference(A, B, aminusb=False)) == ([[3], [7]], 1)
    mixed = tf.sets.difference(tf.sparse.from_dense(A), tf.constant(B), aminusb=False)
    assert rows(mixed) == ([[3], [7]], 1)


def test_three_axes_and_strings() -> None:
    found = tf.sets.intersection([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[1], [3]], [[9], [7]]])
    assert found.indices.numpy().tolist() == [[0, 0, 0], [0, 1, 0], [1, 1, 0]]
    assert found.values.numpy().tolist() == [1, 3, 7]
    assert found.dense_shape.numpy().tolist() == [2, 2, 1]
    texts = tf.sets.union([["b", "a"]], [["a", "z"]])
    assert texts.values.numpy().tolist() == [b"a", b"b", b"z"]


def test_nothing() -> None:
    empty = tf.zeros([2, 0], tf.int32)
    assert rows(tf.sets.union(empty, empty)) == ([[], []], 0)
    assert rows(tf.sets.union(empty, [[1], [2]])) == ([[1], [2]], 1)


def test_size() -> None:
    sparse = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [1, 1, 2], [3, 2])
    found = tf.sets.size(sparse)
    assert found.numpy().tolist() == [1, 1, 0]
    assert found.dtype == tf.int32
    with pytest.raises(TypeError, match="Expected `SparseTensor`"):
        tf.sets.size(A)


@pytest.mark.parametrize("dtype", ["float32", "bool", "uint32", "complex64"])
def test_types_that_make_no_sets(dtype: str) -> None:
    x = tf.zeros([1, 2], dtype)
    with pytest.raises(TypeError, match="dtype"):
        tf.sets.union(x, x)


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [2, 3]), (3, 4), ([[1, 2]], [[1], [2]]), ([[[1, 2]]], [[1], [2]])],
)
def test_shapes_that_do_not_fit(a: Any, b: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.sets.union(a, b)


def test_types_that_differ() -> None:
    with pytest.raises(TypeError, match="Types don't match"):
        tf.sets.union(tf.constant([[1]]), tf.constant([[1]], tf.int64))


def test_the_order_of_sparse_operands() -> None:
    sparse = tf.SparseTensor([[1, 0], [0, 0]], [1, 1], [2, 3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of order"):
        tf.sets.union(tf.constant(A), sparse)
    found = tf.sets.union(tf.constant(A), sparse, validate_indices=False)
    assert rows(found)[0] == [[1, 2], [0, 1, 5, 9]]
