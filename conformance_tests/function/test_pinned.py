"""Unknown sizes that can only be one, and slices whose ends the function computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..subject import tf

W = tf.reshape(tf.range(48.0), [16, 3])


@pytest.mark.parametrize(
    ("spec", "function", "shape", "inferred", "expected"),
    [
        ([None, None], lambda x: x @ W, [2, 16], [None, 3], [2, 3]),
        ([None, None, None], lambda x: tf.einsum("abc,cd->abd", x, W), [2, 5, 16],
         [None, None, 3], [2, 5, 3]),
        ([None] * 4, lambda x: tf.nn.conv2d(x, tf.ones([3, 3, 2, 4]), 1, "SAME"), [2, 5, 5, 2],
         [None, None, None, 4], [2, 5, 5, 4]),
        ([None, None], lambda x: tf.concat([x, W], 0), [2, 3], [None, 3], [18, 3]),
        ([None, None], lambda x: tf.concat([x, W], 1), [16, 5], [16, None], [16, 8]),
        ([None, None, 1], lambda x: tf.reshape(x, [tf.shape(x)[0], -1]) @ W, [2, 16, 1],
         [None, 3], [2, 3]),
    ],
    ids=["matmul", "einsum", "conv2d", "concat_0", "concat_1", "flattened"],
)  # fmt: skip
def test_a_size_that_another_argument_says(
    spec: Any, function: Callable[[Any], Any], shape: Any, inferred: Any, expected: Any
) -> None:
    made = tf.function(function, input_signature=[tf.TensorSpec(spec)])
    known = made.get_concrete_function().structured_outputs.shape
    assert known.as_list() == inferred
    assert made(tf.ones(shape)).shape.as_list() == expected


def test_a_size_that_cannot_fit() -> None:
    made = tf.function(lambda x: x @ W, input_signature=[tf.TensorSpec([None, 5])])
    with pytest.raises(ValueError, match=r"(?i)matmul|equal"):
        made.get_concrete_function()


@pytest.mark.parametrize("static", [True, False])
def test_a_slice_that_ends_where_an_argument_says(static: bool) -> None:
    table = tf.reshape(tf.range(64.0), [16, 4])
    signature = [tf.TensorSpec([2, 5, 4] if static else [None, None, 4])]

    @tf.function(input_signature=signature)
    def add(x: Any) -> Any:
        return x + table[tf.newaxis, : tf.shape(x)[1], :]

    assert float(tf.reduce_sum(add(tf.zeros([2, 5, 4])))) == 2 * sum(range(20))
