"""Sizes that are not known while a function is traced, and what is computed of them.

Static shapes are TensorFlow's; values are those of the same calls outside of a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

TABLE = np.arange(40.0, dtype=np.float32).reshape(20, 2)
Dims = Sequence[int | None] | None


def size(x: Any) -> Any:
    """The number of rows as the function sees it."""
    return tf.shape(x)[0]


def rows(*shape: int) -> Any:
    return tf.reshape(tf.range(float(np.prod(shape))), shape)


# name -> what is computed, the known part of x's shape, values of x, the known part of the result
Case = tuple[Callable[[Any], Any], Dims, Sequence[Any], Dims]
V, VS = [None], [rows(3), rows(7), rows(1)]
CASES: dict[str, Case] = {
    # What stands for n while the function is traced is no place of the table.
    "row n": (lambda x: tf.constant(TABLE)[size(x)], V, VS, [2]),
    "row n - 1": (lambda x: tf.constant(TABLE)[size(x) - 1], V, VS, [2]),
    "element n": (lambda x: tf.constant(TABLE)[size(x), 1], V, VS, []),
    "row n of a variable": (lambda x: VARIABLE[size(x)], V, VS, [2]),
    "rows to n of a variable": (lambda x: VARIABLE[: size(x)], V, VS, [None, 2]),
    "slice of n rows": (lambda x: tf.slice(TABLE, [0, 0], [size(x), 2]), V, VS, [None, 2]),
    "slice from n": (lambda x: tf.slice(TABLE, [size(x), 0], [4, 2]), V, VS, [4, 2]),
    "rest from n": (lambda x: tf.slice(TABLE, [size(x), 0], [-1, 2]), V, VS, [None, 2]),
    "gather to n": (lambda x: tf.gather(TABLE, tf.range(size(x))), V, VS, [None, 2]),
    "gather n": (lambda x: tf.gather(TABLE, size(x)), V, VS, [2]),
    "gather_nd": (lambda x: tf.gather_nd(TABLE, [[size(x), 1]]), V, VS, [1]),
    "scatter_nd": (lambda x: tf.scatter_nd(tf.range(size(x))[:, None], x, [10]), V, VS, [10]),
    "update row n": (
        lambda x: tf.tensor_scatter_nd_update(TABLE, [[size(x)]], [[0.0, 0.0]]),
        V,
        VS,
        [20, 2],
    ),
    # With what stands for n while tracing they would take more memory than there is.
    "zeros": (lambda x: tf.zeros([size(x)] * 5), V, VS, [None] * 5),
    "ones": (lambda x: tf.ones([size(x)] * 5, tf.bool), V, VS, [None] * 5),
    "fill": (lambda x: tf.fill([size(x)] * 5, 2), V, VS, [None] * 5),
    "eye": (lambda x: tf.eye(size(x), batch_shape=[size(x)] * 3), V, VS, [None] * 5),
    "broadcast_to": (lambda x: tf.broadcast_to(2.0, [size(x)] * 5), V, VS, [None] * 5),
    "top n": (lambda x: tf.math.top_k(TABLE[:, 0], size(x)).values, V, VS, [None]),
    "split at n": (lambda x: tf.split(TABLE, [size(x), -1])[1], V, VS, [None, 2]),
    "parts of n and the rest": (
        lambda x: tf.split(TABLE, [size(x), 20 - size(x)])[0],
        V,
        VS,
        [None, 2],
    ),
    "crop to n": (
        lambda x: tf.image.crop_to_bounding_box(tf.reshape(TABLE, [4, 10, 1]), 0, 0, 2, size(x)),
        V,
        VS,
        [2, None, 1],
    ),
    "table in rows of n": (lambda x: tf.reshape(TABLE, [-1, size(x)]), V, VS[2:], [None, None]),
    "embedding": (
        lambda x: x + tf.nn.embedding_lookup(TABLE, tf.range(tf.shape(x)[1])),
        [None, None, 2],
        [rows(2, 3, 2)],
        [None, None, 2],
    ),
    # What is the same for both numbers that stand for n is not the same for all.
    "minimum": (lambda x: tf.zeros([tf.minimum(size(x), 5)]), V, VS, [None]),
    "maximum": (lambda x: tf.zeros([tf.maximum(5 - size(x), 0)]), V, VS, [None]),
    "clip": (lambda x: tf.zeros([tf.clip_by_value(size(x), 2, 5)]), V, VS, [None]),
    "where": (lambda x: tf.zeros([tf.where(size(x) > 5, 5, 2)]), V, VS, [None]),
    "remainder": (lambda x: tf.pad(x, [[0, -size(x) % 4]]), V, VS, [None]),
    "first two": (lambda x: x[:2], V, VS, [None]),
    "last two": (lambda x: x[-2:], V, VS, [None]),
    "second and third": (lambda x: x[1:3], V, VS, [None]),
    "backwards": (lambda x: x[5:2:-1], V, VS, [None]),
    "new axes": (lambda x: x[:2, None, 1:, None], [None, 3], [rows(1, 3)], [None, 1, 2, 1]),
    "strided_slice": (lambda x: tf.strided_slice(x, [0, 1], [2, 3]), [None, 3], [rows(1, 3)],
                      [None, 2]),
    "strided_slice to n": (lambda x: tf.strided_slice(x, [0], [size(x)]), V, VS, [None]),
    # What the call says of sizes.
    "unstack": (lambda x: tf.unstack(x, 3)[1], [None, 2], [rows(3, 2)], [2]),
    "unstack columns": (lambda x: tf.unstack(x, 3, axis=1)[1], [None, None], [rows(2, 3)], [None]),
    "split by sizes": (lambda x: tf.split(x, [2, 3])[1], [None, 3], [rows(5, 3)], [3, 3]),
    "bias": (lambda x: tf.nn.bias_add(x, [1.0, 2.0]), [None, None], [rows(3, 2)], [None, 2]),
    # Not even the rank is known.
    "any: reversed axes": (lambda x: tf.transpose(x, [1, 0]), None, [rows(2, 3)], [None, None]),
    "any: tiled": (lambda x: tf.tile(x, [1, 2]), None, [rows(2, 3)], [None, None]),
    "any: padded": (lambda x: tf.pad(x, [[1, 1], [0, 0]]), None, [rows(2, 3)], [None, None]),
    "any: coordinates": (lambda x: tf.where(x > 1), None, [rows(2, 3), rows(4)], [None, None]),
    "any: diagonal": (lambda x: tf.einsum("...ii->...i", x), None, [rows(2, 2)], None),
    "any: largest": (lambda x: tf.math.top_k(x, 1).indices, None, [rows(2, 3), rows(4)], None),
    "any: position": (lambda x: tf.argmax(x, -1), None, [rows(2, 3), rows(4)], None),
    "any: unstacked": (lambda x: tf.unstack(x, 2)[1], None, [rows(2, 3), rows(2)], None),
    "any: split": (lambda x: tf.split(x, 2)[1], None, [rows(2, 3), rows(4)], None),
    # Examples with as many elements as what stands for three sizes would fill any memory.
    "three: coordinates": (lambda x: tf.where(x > 2), [None] * 3, [rows(2, 1, 3)], [None, 3]),
    "three: text": (lambda x: tf.strings.as_string(x), [None] * 3, [rows(1, 1, 2)], [None] * 3),
    "three: unique": (lambda x: tf.unique(tf.reshape(x, [-1])).y, [None] * 3, [rows(2, 1, 3)],
                      [None]),
}  # fmt: skip
VARIABLE = tf.Variable(TABLE)


@pytest.mark.parametrize("name", CASES)
def test_sizes(name: str) -> None:
    compute, dims, values, expected = CASES[name]
    shapes = []

    def f(x: Any) -> Any:
        y = compute(x)
        shapes.append(y.shape)
        return y

    function = tf.function(f, input_signature=[tf.TensorSpec(dims)], autograph=False)
    for x in values:
        agree(function(x), compute(x).numpy())
    assert [str(shape) for shape in shapes] == [str(tf.TensorShape(expected))]


def test_gradients_of_rows_of_a_short_table() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(x * tf.slice(TABLE, [1, 0], [tf.shape(x)[0], 2]) ** 2)
        return tape.gradient(y, x)

    agree(f(rows(3, 2)), TABLE[1:4] ** 2)
    agree(f(rows(1, 2)), TABLE[1:2] ** 2)


def test_a_part_that_is_too_long_is_refused_by_the_run() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None])])
    def f(x: Any) -> Any:
        return tf.slice(TABLE, [0, 0], [tf.shape(x)[0], 2])

    with refuses(tf.errors.InvalidArgumentError, "Expected size[0] in [0, 20], but got 21"):
        f(rows(21))
    agree(f(rows(2)), TABLE[:2])


def test_sizes_of_one_tensor_for_another() -> None:
    """Those that are known while tracing stay known in what is reshaped to them."""
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None, 3])])
    def f(x: Any, like: Any) -> Any:
        y = tf.reshape(x, tf.concat([tf.shape(like)[:2], tf.shape(x)[1:]], axis=0))
        shapes.append(y.shape)
        return y

    agree(f(rows(6, 2), rows(2, 3)), np.arange(12.0, dtype=np.float32).reshape(2, 3, 2))
    assert [str(shape) for shape in shapes] == ["(None, 3, 2)"]


def test_six_unknown_sizes() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None] * 6)])
    def f(x: Any) -> Any:
        return tf.reshape(x, tf.concat([[tf.size(x[..., 0])], tf.shape(x)[-1:]], axis=0))

    agree(f(rows(1, 2, 1, 2, 1, 3)), np.arange(12.0, dtype=np.float32).reshape(4, 3))


@pytest.mark.parametrize(
    "initial", [lambda m: tf.zeros_like(m), lambda m: lambda: tf.zeros_like(m)]
)
def test_a_variable_like_a_tensor_of_known_shape(initial: Any) -> None:
    class Total(tf.Module):
        value = None

        @tf.function
        def __call__(self, x: Any) -> Any:
            mean = tf.reduce_mean(x, 0)
            if self.value is None:
                self.value = tf.Variable(initial(mean))
            return self.value.assign_add(mean)

    total = Total()
    add = total.__call__.get_concrete_function(tf.TensorSpec([None, 3]))
    add(tf.ones([4, 3]))
    agree(add(tf.ones([2, 3])), [2.0, 2.0, 2.0])


def test_raw_ops_of_networks_on_an_unknown_batch() -> None:
    def f(x: Any) -> Any:
        normalized = tf.raw_ops.FusedBatchNormV2(
            x=x, scale=[1.0, 2.0], offset=[0.0, 1.0], mean=[], variance=[], is_training=True
        )
        scores, labels = x[:, 0, 0], tf.abs(x[:, 1, 0])
        dense = tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=scores, labels=labels)
        sparse = tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(
            features=scores, labels=tf.zeros_like(scores[:, 0], tf.int32)
        )
        return [normalized.y, normalized.batch_mean, normalized.batch_variance, *dense, *sparse]

    x = tf.sin(rows(4, 2, 3, 2))
    traced = tf.function(f, input_signature=[tf.TensorSpec([None, 2, 3, 2])])
    for found, wanted in zip(traced(x), f(x), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    values = np.sin(np.arange(48.0)).reshape(4, 2, 3, 2)
    np.testing.assert_allclose(traced(x)[2], values.var((0, 1, 2), ddof=1), rtol=1e-5)


def test_rows_of_a_table_tell_its_shape() -> None:
    table = tf.Variable(TABLE)
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int64)])
    def slope(ids: Any) -> Any:
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(tf.gather(table, ids))
        found = tape.gradient(total, table)
        shapes.append((found.shape, tf.convert_to_tensor(found).shape))
        return tf.convert_to_tensor(found)

    found = slope(tf.constant([[1, 1, 3]], tf.int64))
    agree(found[:4], [[0.0, 0.0], [2.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
    assert shapes == [([20, 2], [20, 2])]


def test_parts_whose_ends_are_both_unknown() -> None:
    # Of a tile of a picture, as programs of style and dreams cut it.
    whole = tf.TensorSpec([None, 6, 3])
    number = tf.TensorSpec([], tf.int32)

    @tf.function(input_signature=[whole, tf.TensorSpec([6], tf.string), number, number])
    def tile(x: Any, names: Any, at: Any, size: Any) -> Any:
        cut, read = x[at : at + size, at : at + 2], names[at : at + size]
        assert cut.shape.as_list() == [None, None, 3] and read.shape.as_list() == [None]
        assert x[:, at : at + size].shape.as_list() == [None, None, 3]
        return cut, read

    x = rows(5, 6, 3)
    cut, read = tile(x, tf.constant(list("abcdef")), tf.constant(1), tf.constant(3))
    agree(cut, x[1:4, 1:3])
    assert read.numpy().tolist() == [b"b", b"c", b"d"]
