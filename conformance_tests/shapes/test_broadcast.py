"""tf.broadcast_static_shape."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dims = list[int | None] | None

CASES: list[tuple[Dims, Dims, Dims]] = [
    ([2, 1], [3], [2, 3]),
    ([], [2, 3], [2, 3]),
    ([4, 1, 2], [3, 1], [4, 3, 2]),
    ([0], [1], [0]),
    ([2, 0], [1, 1], [2, 0]),
    (None, [2], None),
    ([2], None, None),
    ([None, 1], [3, 2], [3, 2]),
    ([None, 1], [1, None], [None, None]),
    ([None], [None], [None]),
    ([None], [2], [2]),
    ([None], [1], [None]),
    ([0], [None], [None]),
    ([2, None], [None], [2, None]),
]


@pytest.mark.parametrize(("a", "b", "expected"), CASES, ids=repr)
def test_broadcast(a: Dims, b: Dims, expected: Dims) -> None:
    for x, y in ((a, b), (b, a)):
        answer = tf.broadcast_static_shape(tf.TensorShape(x), tf.TensorShape(y))
        assert repr(answer) == repr(tf.TensorShape(expected))


@pytest.mark.parametrize(("a", "b"), [([2], [3]), ([2, 1], [3, 3]), ([0], [3])], ids=repr)
def test_refused(a: Dims, b: Dims) -> None:
    with pytest.raises(ValueError, match="Incompatible shapes"):
        tf.broadcast_static_shape(tf.TensorShape(a), tf.TensorShape(b))


def test_argument_names() -> None:
    one, two = tf.TensorShape([1]), tf.TensorShape([2])
    assert tf.broadcast_static_shape(shape_x=one, shape_y=two) == [2]


def test_agrees_with_numpy_on_known_shapes() -> None:
    sizes = [()] + [
        dims for rank in (1, 2, 3) for dims in itertools.product((0, 1, 2), repeat=rank)
    ]
    for a, b in itertools.product(sizes, sizes):
        expected: Any
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            expected = None
        if expected is None:
            with pytest.raises(ValueError):
                tf.broadcast_static_shape(tf.TensorShape(a), tf.TensorShape(b))
        else:
            assert tf.broadcast_static_shape(tf.TensorShape(a), tf.TensorShape(b)) == expected, (
                a,
                b,
            )
