"""What tf.while_loop refuses in graphs."""

from __future__ import annotations

from typing import Any

import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .traced import traced

UNKNOWN_LENGTH = tf.TensorShape([None])
SCALAR = tf.TensorShape([])


class Pair(tf.experimental.ExtensionType):
    """Two tensors and a number."""

    a: tf.Tensor
    n: int


# ------------------------------------------------------------------------------------- refusals
def test_shapes_that_change() -> None:
    def loop(body: Any, invariants: Any = None) -> Any:
        def function(n: Any) -> Any:
            return tf.while_loop(
                lambda i, x: i < n, lambda i, x: [i + 1, body(x)], [0, tf.ones([2])],
                shape_invariants=invariants,
            )  # fmt: skip

        return lambda: traced(function, tf.constant(3))

    with refuses(ValueError, "enters the loop with shape (2,), but has shape (4,) after one"):
        loop(lambda x: tf.concat([x, x], 0))()
    with refuses(ValueError, "enters the loop with shape (4,), but has shape (8,)"):
        loop(lambda x: tf.concat([x, x], 0), [SCALAR, tf.TensorShape([4])])()
    with refuses(ValueError, "shape (None,), but has shape (1, None)"):
        loop(lambda x: tf.expand_dims(x, 0), [SCALAR, UNKNOWN_LENGTH])()
    with refuses(ValueError, "same nested structure"):
        loop(lambda x: x, [SCALAR])()
    agree(loop(lambda x: x, [SCALAR, tf.TensorShape([3])])(), [3, [1.0, 1.0]])


@pytest.mark.parametrize(
    ("first", "body", "kind", "name"),
    [
        (1.0, lambda x: tf.cast(x, tf.float64), TypeError, "but has type <dtype: 'float64'> after"),
        (1, lambda x: 0.5, TypeError, "enters the loop with type <dtype: 'int32'>"),
        (1.0, lambda x: 2, TypeError, "type should remain constant"),
        (1.0, lambda x: (x, x), ValueError, "same nested structure"),
        (1.0, lambda x: [x], ValueError, "same nested structure"),
        (None, lambda x: None, ValueError, "None"),
        (Pair(1.0, 2), lambda x: Pair(x.a, 3), ValueError, "same nested structure"),
    ],
)
def test_variables_that_change(first: Any, body: Any, kind: Any, name: str) -> None:
    def function(n: Any) -> Any:
        return tf.while_loop(lambda i, x: i < n, lambda i, x: [i + 1, body(x)], [0, first])

    with refuses(kind, name):
        traced(function, tf.constant(3))


@pytest.mark.parametrize(
    ("condition", "body", "kind", "name"),
    [
        (lambda i: i < 3, lambda i: [i, i], ValueError, "same nested structure"),
        (lambda i: i < 3, lambda i, j: [i], TypeError, "missing"),
        (lambda: True, lambda i: [i], TypeError, "takes 0"),
        (lambda i: tf.stack([i < 3, i < 2]), lambda i: [i], "InvalidArgumentError", "scalar"),
        (lambda i: [i < 3, i < 2], lambda i: [i], AssertionError, "cond_graph has 2 outputs"),
        (lambda i: None, lambda i: [i], AssertionError, "cond_graph has 0 outputs"),
        (lambda i: 3 - i, lambda i: [i + 1], "InvalidArgumentError", "bool"),
        (3, lambda i: [i], TypeError, "'cond' must be callable"),
        (lambda i: i < 3, 3, TypeError, "'body' must be callable"),
    ],
)
def test_functions_that_are_refused(condition: Any, body: Any, kind: Any, name: str) -> None:
    kind = getattr(tf.errors, kind) if isinstance(kind, str) else kind
    with refuses(kind, name):
        traced(lambda n: tf.while_loop(condition, body, [n]), tf.constant(0))


def test_maxima_that_are_refused() -> None:
    def function(most: Any, **more: Any) -> Any:
        return lambda n: tf.while_loop(
            lambda i: i < n, lambda i: [i + 1], [0], maximum_iterations=most, **more
        )

    n = tf.constant(3)
    for most in (2.5, "a"):
        with refuses(TypeError, "int32"):
            traced(function(most), n)
    with refuses(ValueError, "int64"):
        traced(lambda most: function(most)(most), tf.constant(2, tf.int64))
    with refuses(TypeError, "positive integer"):
        traced(function(None, parallel_iterations=0), n)
    agree(traced(function(-1), n), [0])


def test_conditions_that_are_fixed() -> None:
    n = tf.constant(3)
    agree(traced(lambda n: tf.while_loop(lambda i: False, lambda i: [i + 1], [n]), n), [3])
    found = traced(
        lambda n: tf.while_loop(lambda i: True, lambda i: [i + 1], [n], maximum_iterations=4), n
    )
    agree(found, [7])


def test_a_tensor_of_the_body_stays_in_it() -> None:
    def leaks(n: Any) -> Any:
        kept = []

        def body(i: Any) -> Any:
            kept.append(i + 1)
            return [i + 1]

        tf.while_loop(lambda i: i < n, body, [0])
        return kept[0] + 1

    with pytest.raises(ValueError, match="out of scope"):
        traced(leaks, tf.constant(3))
