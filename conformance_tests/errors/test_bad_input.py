"""Bad input, case by case: TensorFlow's class; op, received and accepted in tfcompat's message."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

Invalid = tf.errors.InvalidArgumentError
ONE, TWO = [[1.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]]


def f32(value: Any) -> Any:
    return tf.constant(value, tf.float32)


def f64(value: Any) -> Any:
    return tf.constant(value, tf.float64)


def i32(value: Any) -> Any:
    return tf.constant(value, tf.int32)


MIXED_DTYPES: dict[str, tuple[Any, ...]] = {
    "add": (lambda: tf.add(f32(1), i32(1)), Invalid, "add", "float32", "int32"),
    "multiply": (lambda: tf.multiply(f32(1), f64(1)), Invalid, "mul", "float32", "float64"),
    "maximum": (lambda: tf.maximum(f32(1), f64(1)), Invalid, "maximum", "float32", "float64"),
    "pow": (lambda: tf.pow(f32(1), i32(2)), Invalid, "pow", "float32", "int32"),
    "matmul": (lambda: tf.matmul(f32(TWO), f64(TWO)), Invalid, "matmul", "float32", "float64"),
    "concat": (lambda: tf.concat([f32([1]), f64([1])], 0), Invalid, "concat", "float64"),
    "stack": (lambda: tf.stack([i32(1), f32(1)]), Invalid, "stack|pack", "int32", "float32"),
    "where": (
        lambda: tf.where([True], i32(1), f32(1)),
        Invalid,
        "where|select",
        "int32",
        "float32",
    ),
    "tensordot": (lambda: tf.tensordot(f32(TWO), f64(TWO), 1), Invalid, "float32", "float64"),
    "einsum": (lambda: tf.einsum("ij,jk", f32(TWO), f64(TWO)), Invalid, "einsum", "float64"),
    "equal": (lambda: tf.equal(f32(1), i32(1)), Invalid, "equal", "float32", "int32"),
    "convert": (lambda: tf.convert_to_tensor(f32(1), tf.float64), ValueError, "float64", "float32"),
    "string": (lambda: tf.add(i32(1), "a"), Invalid, "add", "int32", "string"),
    "fraction": (lambda: tf.constant(1.5, tf.int32), TypeError, "1.5", "int32"),
    "assign": (lambda: tf.Variable(1.0).assign(f64(1)), ValueError, "float64", "float32"),
}

WRONG_DTYPE: dict[str, tuple[Any, ...]] = {
    "sqrt": (lambda: tf.sqrt(i32(4)), Invalid, "sqrt", "int32", "float32"),
    "exp": (lambda: tf.exp(i32(1)), Invalid, "exp", "int32"),
    "logical_and": (lambda: tf.logical_and(f32(1), f32(1)), Invalid, "logical_and", "float32"),
    "logical_not": (lambda: tf.logical_not(i32(1)), Invalid, "logical_not", "int32"),
    "softmax": (lambda: tf.nn.softmax(i32([1, 2])), Invalid, "softmax", "int32"),
    "sigmoid": (lambda: tf.sigmoid(i32(1)), Invalid, "sigmoid", "int32"),
    "reduce_any": (lambda: tf.reduce_any(f32([1])), Invalid, "any", "float32", "bool"),
    "reduce_sum of strings": (lambda: tf.reduce_sum(tf.constant(["a"])), Invalid, "sum", "string"),
    "reduce_sum of bool": (lambda: tf.reduce_sum(tf.constant([True])), Invalid, "sum", "bool"),
    "matmul of bool": (
        lambda: tf.matmul(tf.constant([[True]]), tf.constant([[True]])), Invalid, "matmul", "bool"),
    "one_hot": (lambda: tf.one_hot(f32([1]), 3), Invalid, "one_hot", "float32"),
    "gather": (lambda: tf.gather(f32([1]), f32([0])), Invalid, "gather", "float32"),
    "where": (lambda: tf.where(i32(1), 1, 2), Invalid, "where|select", "int32", "bool"),
    "reshape": (lambda: tf.reshape(f32([1]), f32([1])), Invalid, "reshape", "float32"),
    "cast of a string": (
        lambda: tf.cast("a", tf.int32), tf.errors.UnimplementedError, "cast", "string", "int32"),
}  # fmt: skip

SHAPES: dict[str, tuple[Any, ...]] = {
    "add": (lambda: tf.add(f32([1, 2]), f32([1, 2, 3])), Invalid, "add", "(2,)", "(3,)"),
    "matmul inner": (lambda: tf.matmul(f32(ONE), f32(ONE)), Invalid, "matmul", "(1, 2)"),
    "matmul rank": (lambda: tf.matmul(f32([1]), f32([1])), Invalid, "matmul", "(1,)"),
    "matmul batch": (
        lambda: tf.matmul(tf.ones([2, 1, 1]), tf.ones([3, 1, 1])), Invalid, "matmul", "shapes"),
    "reshape": (lambda: tf.reshape(f32([1, 2, 3]), [2, 2]), Invalid, "reshape", "(3,)", "(2, 2)"),
    "reshape twice -1": (lambda: tf.reshape(f32([1]), [-1, -1]), Invalid, "reshape", "-1"),
    "concat": (lambda: tf.concat([f32(ONE), f32([[1]])], 0), Invalid, "concat", "(1, 2)", "(1, 1)"),
    "concat rank": (lambda: tf.concat([f32([1]), f32(ONE)], 0), Invalid, "concat", "(1,)"),
    "stack": (lambda: tf.stack([f32([1]), f32([1, 2])]), Invalid, "stack|pack", "(1,)", "(2,)"),
    "split": (lambda: tf.split(f32([1, 2, 3]), 2), Invalid, "split", "3", "2"),
    "broadcast_to": (lambda: tf.broadcast_to(f32([1, 2]), [3]), Invalid, "broadcast_to", "(2,)"),
    "squeeze": (lambda: tf.squeeze(f32(ONE), [1]), Invalid, "squeeze", "1", "2"),
    "tile": (lambda: tf.tile(f32([1]), [1, 2]), Invalid, "tile", "multiples"),
    "where": (
        lambda: tf.where([True, False], [1, 2, 3], [1, 2, 3]),
        Invalid, "where|select", "(2,)", "(3,)"),
    "cross entropy": (
        lambda: tf.nn.softmax_cross_entropy_with_logits(labels=f32(ONE), logits=f32([[1, 2, 3]])),
        Invalid, "softmax_cross_entropy_with_logits", "(1, 2)", "(1, 3)"),
    "sigmoid cross entropy": (
        lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=f32([1]), logits=f32([1, 2])),
        ValueError, "sigmoid_cross_entropy_with_logits", "(1,)", "(2,)"),
    "einsum": (lambda: tf.einsum("ij,jk", f32(ONE), f32(ONE)), Invalid, "einsum"),
    "negative size": (lambda: tf.zeros([-1]), Invalid, "zeros|fill", "-1"),
}  # fmt: skip

AXES: dict[str, tuple[Any, ...]] = {
    "reduce_sum": (lambda: tf.reduce_sum(f32([1]), axis=1), Invalid, "sum", "1", "[-1, 1)"),
    "reduce_sum twice": (lambda: tf.reduce_sum(f32([1]), axis=[0, 0]), Invalid, "sum", "0"),
    "argmax": (lambda: tf.argmax(f32([1]), axis=2), Invalid, "argmax", "2", "[-1, 1)"),
    "concat": (lambda: tf.concat([[1], [2]], 1), Invalid, "concat", "1", "[-1, 1)"),
    "stack": (lambda: tf.stack([[1], [2]], axis=3), ValueError, "stack", "3", "[-2, 2)"),
    "unstack": (lambda: tf.unstack([[1]], axis=2), ValueError, "unstack", "2", "[-2, 2)"),
    "expand_dims": (lambda: tf.expand_dims([1], 3), Invalid, "expand_dims", "3"),
    "softmax": (lambda: tf.nn.softmax(f32([1]), axis=2), Invalid, "softmax", "2"),
    "cumsum": (lambda: tf.cumsum(f32([1]), axis=2), Invalid, "cumsum", "2", "[-1, 1)"),
    "transpose": (lambda: tf.transpose([[1]], [0, 0]), Invalid, "transpose", "[0, 0]"),
    "reverse": (lambda: tf.reverse([1], [1]), Invalid, "reverse", "axis", "1"),
    "gather": (lambda: tf.gather(f32([1]), [0], axis=1), Invalid, "gather", "1"),
}

VALUES: dict[str, tuple[Any, ...]] = {
    "gather": (lambda: tf.gather(f32([1, 2]), [2]), Invalid, "gather", "2", "[0, 2)"),
    "gather negative": (lambda: tf.gather(f32([1, 2]), [-1]), Invalid, "gather", "-1", "[0, 2)"),
    "gather_nd": (lambda: tf.gather_nd(f32([1, 2]), [[5]]), Invalid, "gather_nd", "5"),
    "labels": (
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[3], logits=f32([[1, 2]])),
        Invalid, "sparse_softmax_cross_entropy_with_logits", "3", "[0, 2)"),
    "division": (lambda: tf.math.floordiv(i32(1), i32(0)), Invalid, "floordiv", "zero"),
    "range": (lambda: tf.range(0, 5, 0), Invalid, "range", "0"),
    "pad mode": (lambda: tf.pad([1], [[1, 1]], "NOPE"), ValueError, "pad", "NOPE", "REFLECT"),
    "top_k": (lambda: tf.math.top_k(f32([1]), k=2), Invalid, "top_k", "2", "1"),
    "dtype name": (lambda: tf.cast(1, "nope"), TypeError, "nope"),
}  # fmt: skip

LITERALS: dict[str, tuple[Any, ...]] = {
    "ragged": (lambda: tf.constant([[1, 2], [3]]), ValueError, "non-rectangular"),
    "ragged deeper": (lambda: tf.constant([[[1], [2, 3]]]), ValueError, "non-rectangular"),
    "list and number": (lambda: tf.constant([1, [2]]), ValueError),
    "number and string": (lambda: tf.constant([1, "a"]), ValueError),
    "None": (lambda: tf.constant(None), ValueError, "None"),
    "None in a list": (lambda: tf.constant([1.0, None]), ValueError),
    "object": (lambda: tf.constant(object()), ValueError, "object"),
    "dictionary": (lambda: tf.convert_to_tensor({"a": 1}), ValueError, "dict"),
    "too large": (lambda: tf.constant(2**70), ValueError),
    "shape": (lambda: tf.constant([1, 2], shape=[3]), TypeError, "constant", "2 elements", "(3,)"),
    "string as float": (lambda: tf.constant("a", tf.float32), TypeError, "a", "float"),
    "number as string": (lambda: tf.constant(1, tf.string), TypeError, "1", "string"),
    "number as bool": (lambda: tf.constant(1, tf.bool), TypeError, "1", "bool"),
    "ragged argument": (lambda: tf.reduce_sum([[1.0], [2.0, 3.0]]), ValueError, "non-rectangular"),
}

ALL = {
    f"{group}: {name}": case
    for group, cases in [
        ("mixed dtypes", MIXED_DTYPES),
        ("wrong dtype", WRONG_DTYPE),
        ("shapes", SHAPES),
        ("axes", AXES),
        ("values", VALUES),
        ("literals", LITERALS),
    ]
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", ALL)
def test_refused(name: str) -> None:
    function, kind, *says = ALL[name]
    with refuses(kind, *says):
        function()


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_different_afterwards(name: str) -> None:
    x, constant = tf.Variable([1.0, 2.0]), tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        y = x * constant
        with pytest.raises(Exception):  # noqa: B017  which one is the other test's business
            ALL[name][0]()
        z = y * y
    agree([x.value(), constant, z], [[1.0, 2.0], [3.0, 4.0], [9.0, 64.0]])
    agree(tape.gradient(z, x), [18.0, 64.0])


def test_a_tape_used_twice() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    agree(tape.gradient(y, x), 6.0)
    for ask in (tape.gradient, tape.jacobian):
        with refuses(RuntimeError, "A non-persistent GradientTape can only be used to compute one"):
            ask(y, x)


def test_gradient_of_a_string_is_none() -> None:
    text = tf.constant("a")
    with tf.GradientTape() as tape:
        tape.watch(text)
        y = text + "b"
    assert tape.gradient(y, text) is None


def test_gradient_of_what_happened_outside_is_none() -> None:
    x = tf.Variable(3.0)
    y = x * x
    with tf.GradientTape() as tape:
        pass
    assert tape.gradient(y, x) is None


def test_assignment_of_a_wrong_shape_under_a_tape() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
        with refuses(ValueError, "assign", "(3,)", "(2,)"):
            x.assign([1.0, 2.0, 3.0])
        z = y * x
    agree([x.value(), tape.gradient(z, x)], [[1.0, 2.0], [3.0, 12.0]])


def test_errors_carry_op_and_message() -> None:
    with refuses(Invalid) as caught:
        tf.reshape([1, 2, 3], [2, 2])
    assert isinstance(caught.error, tf.errors.OpError)
    assert isinstance(caught.error.message, str) and caught.error.message in str(caught.error)


def test_optimizer_with_a_gradient_of_another_shape() -> None:
    v = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)
    with pytest.raises((ValueError, Invalid)):
        optimizer.apply_gradients([(tf.constant([1.0, 2.0, 3.0]), v)])
    agree(v.value(), [1.0, 2.0])


def test_an_error_in_a_numpy_value_is_seen_at_the_call() -> None:
    with refuses(Invalid, "gather", "7"):
        tf.gather(f32([1, 2]), np.array([7]))
