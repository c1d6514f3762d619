"""tf.io.parse_sequence_example, parse_single_sequence_example."""

from __future__ import annotations

from typing import Any

import pytest

from ..data.elements import plain
from ..subject import tf
from .messages import sequence

Fixed, Var = tf.io.FixedLenFeature, tf.io.VarLenFeature
Steps, Ragged, Sparse = tf.io.FixedLenSequenceFeature, tf.io.RaggedFeature, tf.io.SparseFeature
Invalid = tf.errors.InvalidArgumentError

A = sequence(
    {"n": [2], "t": [b"u"]},
    w=[[1, 2], [3, 4]],
    v=[[1.5], [2.5, 3.5]],
    s=[[b"p"], [b"q", b"r"]],
)
B = sequence({"n": [1]}, w=[[9, 8]], v=[[7.5]])

ONE = [
    (
        A,
        {"n": Fixed([], tf.int64), "t": Var(tf.string)},
        {"w": Steps([2], tf.int64), "v": Var(tf.float32), "s": Ragged(tf.string)},
        {"t": ([[0]], [b"u"], [1]), "n": 2},
        {
            "v": ([[0, 0], [1, 0], [1, 1]], [1.5, 2.5, 3.5], [2, 2]),
            "w": [[1, 2], [3, 4]],
            "s": [[b"p"], [b"q", b"r"]],
        },
    ),
    (A, {"n": Ragged(tf.int64)}, None, {"n": [2]}, {}),
    (B, {}, {"s": Ragged(tf.string), "x": Var(tf.string)}, {},
     {"x": ([], [], [0, 0]), "s": []}),
    (B, {}, {"s": Steps([3], tf.int64, True)}, {}, {"s": []}),
    (b"", {"n": Fixed([], tf.int64, 3)}, {"w": Var(tf.int64)}, {"n": 3},
     {"w": ([], [], [0, 0])}),
    (sequence(w=[[1], None]), {}, {"w": Var(tf.int64)}, {}, {"w": ([[0, 0]], [1], [2, 1])}),
    (sequence(v=[[1, 2, 3], [4]], l=[[1, 2], [1]]), {},
     {"r": Ragged(tf.int64, value_key="v", partitions=[Ragged.RowLengths("l")])}, {},
     {"r": [[[1], [2, 3]], [[4]]]}),
]  # fmt: skip


@pytest.mark.parametrize(("data", "context", "steps", "first", "second"), ONE)
def test_one(data: bytes, context: Any, steps: Any, first: Any, second: Any) -> None:
    found = plain(tf.io.parse_single_sequence_example(data, context, steps))
    assert found == (first, second)
    assert [list(part) for part in found] == [list(first), list(second)]


MANY = [
    (
        [A, B],
        {"n": Fixed([], tf.int64), "t": Var(tf.string)},
        {"w": Steps([2], tf.int64), "v": Var(tf.float32)},
        {"t": ([[0, 0]], [b"u"], [2, 1]), "n": [2, 1]},
        {
            "v": ([[0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 0]], [1.5, 2.5, 3.5, 7.5], [2, 2, 2]),
            "w": [[[1, 2], [3, 4]], [[9, 8], [0, 0]]],
        },
        {"w": [2, 1]},
    ),
    (
        [A, B],
        {"n": Ragged(tf.int64)},
        {"v": Ragged(tf.float32), "s": Ragged(tf.string)},
        {"n": [[2], [1]]},
        {"s": [[[b"p"], [b"q", b"r"]], []], "v": [[[1.5], [2.5, 3.5]], [[7.5]]]},
        {},
    ),
    ([A, B], {}, {"q": Steps([3], tf.int64, True)}, {}, {"q": [[], []]}, {"q": [0, 0]}),
    ([B], {"t": Fixed([], tf.string, "d")}, {}, {"t": [b"d"]}, {}, {}),
]


@pytest.mark.parametrize(("data", "context", "steps", "first", "second", "third"), MANY)
def test_many(
    data: list[bytes], context: Any, steps: Any, first: Any, second: Any, third: Any
) -> None:
    found = plain(tf.io.parse_sequence_example(data, context, steps))
    assert found == (first, second, third)
    assert [list(part) for part in found] == [list(first), list(second), list(third)]


MISTAKES = [
    (A, {"q": Fixed([], tf.int64)}, {}, Invalid),
    (A, {"n": Fixed([], tf.float32)}, {}, Invalid),
    (A, {"n": Fixed([2], tf.int64)}, {}, Invalid),
    (A, {}, {"q": Steps([], tf.int64)}, Invalid),
    (A, {}, {"w": Steps([3], tf.int64)}, Invalid),
    (A, {}, {"w": Steps([2], tf.float32)}, Invalid),
    (A, {}, {"w": Var(tf.float32)}, Invalid),
    (A, {}, {"w": Ragged(tf.float32)}, Invalid),
    (sequence(w=[[1], None]), {}, {"w": Steps([], tf.int64)}, Invalid),
    (b"abc", {"n": Fixed([], tf.int64)}, {}, Invalid),
    (A, None, None, ValueError),
    (A, {}, {"w": Fixed([2], tf.int64)}, ValueError),
    (A, {"n": Steps([], tf.int64, True)}, {}, ValueError),
    (A, {"n": Sparse("i", "v", tf.float32, 4)}, {}, ValueError),
    ([A], {"n": Fixed([], tf.int64)}, {}, ValueError),
]


@pytest.mark.parametrize(("data", "context", "steps", "error"), MISTAKES)
def test_mistakes(data: Any, context: Any, steps: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.io.parse_single_sequence_example(data, context, steps)


def test_static_shapes() -> None:
    seen: list[Any] = []

    @tf.function(input_signature=[tf.TensorSpec([3], tf.string)])
    def parse(serialized: Any) -> Any:
        found = tf.io.parse_sequence_example(
            serialized,
            {"i": Fixed([2], tf.int64), "r": Ragged(tf.int64)},
            {"q": Steps([3], tf.float32), "z": Var(tf.int64), "r": Ragged(tf.int64)},
        )
        seen.append([{name: x.shape.as_list() for name, x in part.items()} for part in found])
        return found[1]["q"]

    parse.get_concrete_function()
    assert seen == [
        [
            {"i": [3, 2], "r": [3, None]},
            {"z": [None, None, None], "q": [3, None, 3], "r": [3, None, None]},
            {"q": [3]},
        ]
    ]
