"""tf.SparseTensor: what it holds, prints and refuses, and the way from and to dense tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf


def example() -> Any:
    return tf.SparseTensor([[0, 0], [1, 2]], [1, 2], [3, 4])


def test_parts() -> None:
    sparse = example()
    assert sparse.indices.numpy().tolist() == [[0, 0], [1, 2]]
    assert sparse.values.numpy().tolist() == [1, 2]
    assert sparse.dense_shape.numpy().tolist() == [3, 4]
    assert sparse.indices.dtype == sparse.dense_shape.dtype == tf.int64
    assert sparse.dtype == tf.int32
    assert sparse.shape == sparse.get_shape() == tf.TensorShape([3, 4])
    assert tf.is_tensor(sparse)
    assert tf.sparse.SparseTensor is tf.SparseTensor
    assert sparse.consumers() == []


def test_text() -> None:
    expected = (
        "SparseTensor(indices=tf.Tensor(\n[[0 0]\n [1 2]], shape=(2, 2), dtype=int64), "
        "values=tf.Tensor([1 2], shape=(2,), dtype=int32), "
        "dense_shape=tf.Tensor([3 4], shape=(2,), dtype=int64))"
    )
    assert str(example()) == repr(example()) == expected


@pytest.mark.parametrize(
    ("indices", "values", "shape", "error"),
    [
        ([[0, 0]], [1, 2], [3, 4], ValueError),
        ([[0, 0]], [1], [3], ValueError),
        ([0, 0], [1], [3], ValueError),
        ([[0, 0]], [[1]], [3, 4], ValueError),
        ([[0.5, 0]], [1], [3, 4], TypeError),
        ([], [], [], ValueError),
    ],
)
def test_parts_that_do_not_fit(
    indices: Any, values: Any, shape: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        tf.SparseTensor(indices, values, shape)


def test_other_values() -> None:
    again = example().with_values([5.0, 6.0])
    assert again.values.numpy().tolist() == [5.0, 6.0]
    with pytest.raises(ValueError, match="not compatible"):
        example().with_values([1, 2, 3])


def test_is_no_dense_tensor() -> None:
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda s: tf.convert_to_tensor(s),
        lambda s: tf.add(s, 1),
        lambda s: tf.Variable(s),
    )
    for call in calls:
        with pytest.raises(ValueError, match="unsupported type"):
            call(example())
    with pytest.raises(TypeError):
        example() + 1
    with pytest.raises(TypeError):
        len(example())
    assert tf.shape(example()).numpy().tolist() == [3, 4]


def test_arithmetic_with_dense_operands() -> None:
    sparse = example()
    assert (sparse * [[1], [2], [3]]).values.numpy().tolist() == [1, 4]
    half = sparse / 2
    assert half.values.numpy().tolist() == [0.5, 1.0]
    assert half.dtype == tf.float64


def test_structures() -> None:
    sparse = example()
    assert tf.nest.flatten([sparse]) == [sparse]
    parts = tf.nest.flatten(sparse, expand_composites=True)
    assert [part.shape.rank for part in parts] == [2, 1, 1]
    packed = tf.nest.pack_sequence_as(sparse, parts, expand_composites=True)
    assert packed.values.numpy().tolist() == [1, 2]


def test_to_dense() -> None:
    dense = tf.sparse.to_dense(example(), default_value=7).numpy().tolist()
    assert dense == [[1, 7, 7, 7], [7, 7, 2, 7], [7, 7, 7, 7]]
    texts = tf.SparseTensor([[0], [2]], ["a", "b"], [3])
    assert tf.sparse.to_dense(texts).numpy().tolist() == [b"a", b"", b"b"]
    empty = tf.SparseTensor(np.zeros([0, 2], np.int64), np.zeros([0], np.float32), [2, 2])
    assert tf.sparse.to_dense(empty).numpy().tolist() == [[0.0, 0.0]] * 2


@pytest.mark.parametrize(
    ("indices", "said"),
    [
        ([[1, 2], [0, 0]], r"indices\[1\] = \[0,0\] is out of order"),
        ([[1, 2], [1, 2]], r"indices\[1\] = \[1,2\] is repeated"),
        ([[0, 0], [1, 9]], r"indices\[1\] = \[1,9\] is out of bounds: need 0 <= index < \[3,4\]"),
    ],
)
def test_coordinates_are_checked(indices: Any, said: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=said):
        tf.sparse.to_dense(tf.SparseTensor(indices, [1, 2], [3, 4]))


def test_unchecked_coordinates() -> None:
    sparse = tf.SparseTensor([[1, 2], [0, 0]], [1, 2], [3, 4])
    dense = tf.sparse.to_dense(sparse, validate_indices=False).numpy()
    assert dense[1, 2] == 1 and dense[0, 0] == 2
    ordered = tf.sparse.reorder(sparse)
    assert ordered.indices.numpy().tolist() == [[0, 0], [1, 2]]
    assert ordered.values.numpy().tolist() == [2, 1]


def test_from_dense() -> None:
    sparse = tf.sparse.from_dense([[float("nan"), 0.0, -0.0, 3.0]])
    assert sparse.indices.numpy().tolist() == [[0, 0], [0, 3]]
    assert sparse.dense_shape.numpy().tolist() == [1, 4]
    texts = tf.sparse.from_dense([["", "a"]])
    assert texts.values.numpy().tolist() == [b"a"]
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.sparse.from_dense(3)


@pytest.mark.parametrize("name", ["to_dense", "reorder"])
def test_only_sparse_tensors(name: str) -> None:
    with pytest.raises(TypeError, match="Input must be a SparseTensor"):
        getattr(tf.sparse, name)([1])


def test_gradients() -> None:
    values = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(values)
        sparse = tf.sparse.reorder(tf.SparseTensor([[1], [0]], values, [3]))
        y = tf.reduce_sum(tf.sparse.to_dense(sparse) * [3.0, 5.0, 7.0])
    assert tape.gradient(y, values).numpy().tolist() == [5.0, 3.0]


def test_spec() -> None:
    spec = tf.SparseTensorSpec([3, 4], tf.int32)
    assert repr(spec) == "SparseTensorSpec(TensorShape([3, 4]), tf.int32)"
    assert spec == tf.SparseTensorSpec.from_value(example()) == tf.type_spec_from_value(example())
    wider = tf.SparseTensorSpec([None, 4], tf.int32)
    assert wider.is_compatible_with(example())
    assert spec.is_subtype_of(wider) and not wider.is_subtype_of(spec)
    assert wider.most_specific_common_supertype([spec]) == wider
    assert spec.value_type is tf.SparseTensor
    assert isinstance(spec, tf.TypeSpec)


def test_a_shape_that_becomes_known_keeps_the_gradient() -> None:
    @tf.function
    def gradient(sparse: Any, x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.nn.embedding_lookup_sparse(x, sparse, None, combiner="sum")
            y.set_shape([4, 2])
            total = tf.reduce_sum(y * y)
        return tf.convert_to_tensor(tape.gradient(total, x))

    ids = tf.SparseTensor([[0, 0], [1, 0], [2, 0], [3, 0]], [0, 1, 1, 2], [4, 3])
    found = gradient(ids, tf.ones([3, 2]))
    assert found.numpy().tolist() == [[2.0, 2.0], [4.0, 4.0], [2.0, 2.0]]


def test_rows_beside_those_of_a_tensor() -> None:
    dense = np.arange(24, dtype=np.float32).reshape(2, 3, 4) % 3

    def products(a: Any, b: Any) -> Any:
        def product(pair: Any) -> Any:
            return tf.sparse.sparse_dense_matmul(*pair)

        return tf.map_fn(product, (a, b), fn_output_signature=tf.float32)

    right = np.ones((2, 4, 2), np.float32)
    for function in (products, tf.function(products)):
        found = function(tf.sparse.from_dense(dense), tf.constant(right))
        assert found.numpy().tolist() == (dense @ right).tolist()


def test_shape_with_a_size_that_is_not_known() -> None:
    @tf.function(input_signature=[tf.SparseTensorSpec([None, 2, 3], tf.int32)])
    def first_of_two(x: Any) -> Any:
        made = tf.SparseTensor(tf.gather(x.indices, (0, 2), axis=1), x.values, (tf.shape(x)[0], 3))
        assert made.shape.as_list() == [None, 3]
        return made

    found = first_of_two(tf.sparse.from_dense([[[0, 1, 2], [0, 0, 0]]]))
    assert tf.sparse.to_dense(found).numpy().tolist() == [[0, 1, 2]]
