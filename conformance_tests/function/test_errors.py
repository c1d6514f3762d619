"""Errors: in the Python function, of its tensors used outside, of arguments it must not change."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pytest

from ..helpers import agree, refuses
from ..subject import tf


class Own(Exception):
    """Not TensorFlow's."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__(a, b)
        self.a = a


@pytest.mark.parametrize(
    "error",
    [
        ValueError("told"),
        TypeError("told"),
        KeyError("told"),
        RuntimeError("told"),
        ZeroDivisionError("told"),
        AttributeError("told"),
        NotImplementedError("told"),
        StopIteration("told"),
        AssertionError("told"),
        Own(1, 2),
    ],
    ids=lambda e: type(e).__name__,
)
def test_errors_keep_their_class(error: Exception) -> None:
    fails = [True]

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        if fails:
            raise error
        return x

    for _ in range(2):
        with refuses(type(error)) as caught:
            f(1)
        assert caught.error is error
    assert f.experimental_get_tracing_count() == 0
    fails.clear()
    agree(f(1), 1)
    assert f.experimental_get_tracing_count() == 1


def test_errors_of_ops() -> None:
    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        return tf.matmul(x, x)

    with refuses(ValueError, "MatMul", "[2,3]"):
        f(tf.zeros([2, 3]))
    agree(f(tf.eye(2)), [[1.0, 0.0], [0.0, 1.0]])


def test_other_signatures_still_work() -> None:
    @tf.function
    def f(x: Any) -> Any:
        if x is None:
            return 1
        raise ValueError("no")

    agree(f(None), 1)
    with refuses(ValueError, "no"):
        f(2)
    agree(f(None), 1)
    assert f.experimental_get_tracing_count() == 1


def test_failed_first_call_leaves_variables_alone() -> None:
    v = tf.Variable(1.0)

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        v.assign(5.0)
        raise ValueError("no")

    with refuses(ValueError):
        f(1)
    assert float(v) == 1.0
    assert tf.executing_eagerly()


# ------------------------------------------------------------------------------- tensors that leak
def leaked() -> Any:
    kept = []

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        kept.append(x + 1)
        return x

    f(tf.constant(1.0))
    return kept[0]


@pytest.mark.parametrize(
    "use",
    [
        lambda x: x + 1.0,
        lambda x: 1.0 - x,
        lambda x: tf.add(x, 1.0),
        lambda x: tf.reduce_sum(x),
        lambda x: tf.function(lambda: x, autograph=False)(),
        lambda x: tf.function(lambda y: x + y, autograph=False)(tf.constant(1.0)),
        lambda x: tf.function(lambda y: y, autograph=False)(x),
    ],
    ids=["add", "subtract", "tf_add", "reduce", "returned", "captured", "argument"],
)
def test_out_of_scope(use: Any) -> None:
    with refuses(TypeError, "is out of scope and cannot be used here", "<tf.Tensor 'add:0'"):
        use(leaked())
    agree(tf.constant(1.0) + 1.0, 2.0)


def test_leaked_tensors_print() -> None:
    x = leaked()
    assert str(x) == 'Tensor("add:0", shape=(), dtype=float32)'
    assert repr(x) == "<tf.Tensor 'add:0' shape=() dtype=float32>"
    assert (x.shape, x.dtype) == (tf.TensorShape([]), tf.float32)
    with refuses(AttributeError, "numpy"):
        x.numpy()


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        (lambda x: 1 if x else 2, "bool"),
        (lambda x: list(x), "Iterating"),
        (lambda x: x and 1, "bool"),
    ],
)
def test_values_that_are_not_there(use: Any, kind: str) -> None:
    f = tf.function(use, autograph=False)
    with refuses(tf.errors.OperatorNotAllowedInGraphError, kind, "not allowed"):
        f(tf.constant([1.0]))


@pytest.mark.parametrize("use", [int, float, complex, len, hash], ids=lambda u: u.__name__)
def test_conversions_that_cannot_be(use: Any) -> None:
    f = tf.function(lambda x: use(x), autograph=False)
    with refuses(TypeError):
        f(tf.constant([1.0]))


# --------------------------------------------------------------------------------------- arguments
def append(x: Any) -> Any:
    x.append(3)
    return x


def add_key(x: Any) -> Any:
    x["z"] = 1
    return x


def replace(x: Any) -> Any:
    x[0] = 5
    return 1


def replace_inside(x: Any) -> Any:
    x[0][0] = 5
    return 1


@pytest.mark.parametrize(
    ("function", "make"),
    [
        (append, lambda: [1, tf.constant(1.0)]),
        (add_key, lambda: {"q": tf.constant(1)}),
        (replace, lambda: [tf.constant(1.0)]),
        (replace, lambda: [1]),
        (replace_inside, lambda: [[1]]),
    ],
)
def test_arguments_must_not_change(function: Any, make: Any) -> None:
    given = make()
    f = tf.function(function, autograph=False)
    with refuses(
        ValueError,
        f"{function.__name__}(x",
        "should not modify its Python input arguments",
        "parameter(s) were modified: x",
    ):
        f(given)
    assert str(given) == str(make())
    assert f.experimental_get_tracing_count() == 0


def test_the_rest_must_not_change() -> None:
    def f(x: Any, *rest: Any, **named: Any) -> Any:
        rest[0].pop()
        return x

    with refuses(ValueError, "f(x", "*rest", "were modified: rest"):
        tf.function(f, autograph=False)(1, [2, 3], z=4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: {1, 2},
        lambda: slice(1, 2),
        lambda: bytearray(b"a"),
        lambda: [type("U", (), {"__hash__": None})()],
    ],
)
def test_arguments_without_a_type(make: Any) -> None:
    f = tf.function(lambda x: 1, autograph=False)
    with refuses(TypeError, "Could not generate a generic TraceType for", "hashable"):
        f(make())


def test_keys_that_cannot_be_sorted() -> None:
    with refuses(TypeError, "<"):
        tf.function(lambda x: 1, autograph=False)({(1, 2): 1, "a": 3})


def test_specs_are_no_arguments() -> None:
    f = tf.function(lambda x: x, autograph=False)
    with refuses(ValueError, "TensorSpec", "unsupported type"):
        f(tf.TensorSpec([1]))


def test_arrays_of_objects() -> None:
    import numpy as np

    with refuses(ValueError, "Unsupported object type"):
        tf.function(lambda x: x, autograph=False)(np.array([object()], object))


# --------------------------------------------------------------------------------------- recursion
def test_recursion_that_ends() -> None:
    @tf.function(autograph=False)
    def f(n: int) -> Any:
        if n <= 0:
            return tf.constant(0)
        return f(n - 1) + 1

    agree(f(3), 3)
    assert f.experimental_get_tracing_count() == 4


def test_recursion_without_end() -> None:
    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        return f(x)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(600)
    try:
        with refuses(RecursionError):
            f(tf.constant(1.0))
    finally:
        sys.setrecursionlimit(limit)
    agree(tf.constant(1.0) + 1.0, 2.0)
    assert tf.executing_eagerly()


WRONG_VALUES = {
    "gather": lambda x: tf.gather(x, [5]),
    "gather of constants": lambda x: tf.gather([1.0, 2.0], [5]) + x,
    "gather_nd": lambda x: tf.gather_nd(x, [[7]]),
    "scatter": lambda x: tf.scatter_nd([[5]], [1.0], [2]) + x,
    "update": lambda x: tf.tensor_scatter_nd_update(x, [[7]], [1.0]),
    "lookup": lambda x: tf.nn.embedding_lookup(x, [3]),
    "segments": lambda x: tf.math.segment_sum(x, [1, 0]),
    "label": lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits([7], x[tf.newaxis]),
    "number": lambda x: tf.strings.to_number("a") + x,
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_wrong_values_are_found_by_the_run(name: str) -> None:
    wrong = WRONG_VALUES[name]
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.function(wrong)(tf.ones([2]))


def test_wrong_values_that_nobody_uses() -> None:
    @tf.function
    def unused(x: Any) -> Any:
        tf.gather(x, [1])
        return x

    agree(unused(tf.constant([3.0])), [3.0])


# ----------------------------------------------------------------------- errors that a run finds
def line_of(function: Any, text: str) -> str:
    """The line with a text in the function's source, as a traceback names it."""
    source, start = inspect.getsourcelines(function.python_function)
    (number,) = [start + i for i, line in enumerate(source) if text in line]
    return f'test_errors.py", line {number}, in '


def test_errors_of_a_run_tell_the_line() -> None:
    any_number = [tf.TensorSpec([None]), tf.TensorSpec([None])]

    @tf.function(input_signature=any_number)
    def sums(x: Any, y: Any) -> Any:
        z = x * 2.0
        return z + y  # here

    @tf.function(input_signature=any_number)
    def nested(x: Any, y: Any) -> Any:
        return -sums(x, y)

    @tf.function
    def at(x: Any, i: Any) -> Any:
        return tf.gather(x, i) * 2.0  # here

    @tf.function
    def chosen(x: Any, i: Any) -> Any:
        if i > 1:
            x = tf.reshape(x, [i, i])  # here
        return tf.reduce_sum(x)

    x, y = tf.ones([2]), tf.ones([3])
    told = "Graph execution error:"
    for function in (sums, nested):
        with refuses(tf.errors.InvalidArgumentError, told, line_of(sums, "# here"), "ncompatible"):
            function(x, y)
        agree(abs(function(x, x)), [3.0, 3.0])
    with refuses(tf.errors.InvalidArgumentError, told, line_of(at, "# here"), "[0, 2)"):
        at(x, [5])
    agree(at(x, [1]), [2.0])
    with refuses(tf.errors.InvalidArgumentError, told, line_of(chosen, "# here"), "4"):
        chosen(x, tf.constant(2))
    agree(chosen(x, tf.constant(1)), 2.0)


def test_errors_of_leaks_tell_the_line() -> None:
    kept: list[Any] = []

    @tf.function
    def leaks(x: Any) -> Any:
        kept.append(x * 2.0)  # here
        return x

    @tf.function
    def branches(x: Any) -> Any:
        if x > 0.0:
            kept.append(x * 3.0)  # here
        return kept.pop()

    leaks(tf.constant(1.0))
    with refuses(TypeError, "was defined here", line_of(leaks, "# here")):
        kept[0] + 1.0
    agree(leaks(tf.constant(2.0)), 2.0)
    with pytest.raises(Exception, match="was defined here") as caught:
        branches(tf.constant(1.0))
    assert type(caught.value).__name__ == "InaccessibleTensorError"
    assert line_of(branches, "# here") in str(caught.value)


def test_a_wrong_dtype_is_told_while_tracing() -> None:
    variable = tf.Variable(1.0)

    @tf.function
    def f(x: Any) -> Any:
        return variable.assign(x)  # here

    with refuses(ValueError, line_of(f, "# here"), "requested dtype float32", "dtype int32"):
        f(tf.constant(1))
    agree(f(tf.constant(2.0)), 2.0)
