"""The ragged tensors that the lines of calls.txt are about."""

from __future__ import annotations

from typing import Any


def names(tf: Any) -> dict[str, Any]:
    ragged, constant = tf.RaggedTensor, tf.ragged.constant
    partition = tf.experimental.RowPartition
    return {
        "R": ragged,
        "C": constant,
        "P": partition,
        "D": tf.experimental.DynamicRaggedShape,
        "rt": constant([[1, 2], [], [3]]),
        "rf": constant([[1.0, 2], [], [3]]),
        "r1": constant([[1], [2], [3]]),
        "v2": constant([[1, 2], [3, 4], [5, 6]]),
        "u1": ragged.from_uniform_row_length([1, 2, 3], 1),
        "un": ragged.from_uniform_row_length(constant([[1], [2, 3], [4], []]), 2),
        "rt3": constant([[[1, 2], [3]], [], [[4]]]),
        "rf3": constant([[[1.0, 2], [3]], [], [[4]]]),
        "rt4": constant([[[[1], [2, 3]], []], [], [[[4, 5, 6]]]]),
        "ri": ragged.from_row_splits([[1.0, 2], [3, 4], [5, 6]], [0, 1, 3]),
        "b": constant([[True, False], [], [True]]),
        "rs": constant([["a", "b"], [], ["c"]]),
        "i32": constant([[1, 2], [3]], row_splits_dtype=tf.int32),
        "empty": ragged.from_row_splits(tf.zeros([0], tf.int32), [0]),
        "p": partition.from_row_splits([0, 2, 2, 3]),
        "u": partition.from_uniform_row_length(2, nvals=6),
    }
