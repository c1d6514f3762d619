"""input_signature, and the parameters of a tf.function: casts, refusals, printed forms."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

S = tf.TensorSpec


def identity(x: Any) -> Any:
    return x


def vector_function() -> Any:
    return tf.function(identity, input_signature=[S([None], tf.float32)])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0]),
        ((1, 2), [1.0, 2.0]),
        (np.zeros(2, np.float32), [0.0, 0.0]),
        (np.ones(2), [1.0, 1.0]),
        (np.array([1, 2]), [1.0, 2.0]),
    ],
)
def test_python_values_are_cast(given: Any, expected: Any) -> None:
    agree(vector_function()(given), expected, dtype=tf.float32)


def test_one_trace_for_all_sizes() -> None:
    f = vector_function()
    for value in ([1.0], [1.0, 2.0], np.zeros(3), tf.zeros(4), (1,), tf.Variable([1.0])):
        f(value)
    assert f.experimental_get_tracing_count() == 1
    assert f.get_concrete_function() is f.get_concrete_function(S([3], tf.float32))
    assert f.experimental_get_tracing_count() == 1


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda f: f(tf.zeros([2, 2])), ["(2, 2)", "(None,)", "Binding inputs to tf.function"]),
        (lambda f: f(tf.zeros(3, tf.int32)), ["int32", "float32", "Can not cast"]),
        (lambda f: f(), ["missing a required argument", "'x'"]),
        (lambda f: f(1.0, 2.0), ["too many positional arguments", "(1.0, 2.0)"]),
        (lambda f: f(y=1), ["missing a required argument", "{'y': 1}"]),
        (lambda f: f("a"), ["'a'", "float32"]),
        (lambda f: f(None), ["None", "float32"]),
        (lambda f: f([[1.0]]), ["(1, 1)", "(None,)"]),
        (lambda f: f(object()), ["object object"]),
        (lambda f: f([[1], [2, 3]]), ["rectangular"]),
        (lambda f: f.get_concrete_function(S([3], tf.int32)), ["int32", "float32"]),
        (lambda f: f.get_concrete_function(S([3, 3])), ["(3, 3)", "(None,)"]),
    ],
    ids=lambda item: item[0] if isinstance(item, list) else None,
)
def test_what_does_not_fit(call: Any, told: list[str]) -> None:
    f = vector_function()
    with refuses(TypeError, "Received args", *told):
        call(f)
    agree(f([1.0]), [1.0])


@pytest.mark.parametrize(
    ("dtype", "given", "expected"),
    [
        ("int32", 1, 1),
        ("int32", True, 1),
        ("int32", np.int64(3), 3),
        ("int32", np.float64(3), 3),
        ("float32", 1, 1.0),
        ("float32", True, 1.0),
        ("float32", np.float64(3), 3.0),
        ("float32", np.int32(3), 3.0),
        ("string", "a", "a"),
    ],
)
def test_scalars_are_cast(dtype: str, given: Any, expected: Any) -> None:
    f = tf.function(identity, input_signature=[S([], tf.as_dtype(dtype))])
    agree(f(given), expected, dtype=tf.as_dtype(dtype))


def test_a_fraction_is_no_integer() -> None:
    f = tf.function(identity, input_signature=[S([], tf.int32)])
    with refuses(TypeError, "1.5", "int32"):
        f(1.5)
    with refuses(TypeError, "float32", "int32"):
        f(tf.constant(1.0))


def test_unknown_rank() -> None:
    seen = []

    @tf.function(input_signature=[S(None)])
    def f(x: Any) -> Any:
        seen.append((x.shape.rank, str(x.shape)))
        return x

    agree(f(2.0), 2.0)
    agree(f([[1, 2]]), [[1.0, 2.0]])
    assert seen == [(None, "<unknown>")]


def test_unknown_sizes() -> None:
    seen = []

    @tf.function(input_signature=[S([None, 2])])
    def f(x: Any) -> Any:
        seen.append((x.shape.as_list(), x.shape.rank, x.shape[0]))
        return tf.shape(x), tf.reduce_sum(x, 1)

    for size in (3, 0, 5):
        shape, total = f(tf.ones([size, 2]))
        agree(shape, [size, 2])
        agree(total, np.full(size, 2, np.float32))
    assert seen == [([None, 2], 2, None)]


# ------------------------------------------------------------------------------------- declaration
def two(x: Any, y: Any) -> Any:
    return x


def named(x: Any, *, k: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("function", "signature", "told"),
    [
        (two, lambda: [S([])], "input_signature missing type constraint for y"),
        (two, lambda: [S([])] * 3, "input_signature contains 1 extra type constraints"),
        (two, lambda: S([]), "must be either a tuple or a list"),
        (two, lambda: {"x": S([]), "y": S([])}, "must be either a tuple or a list"),
        (two, lambda: [1, 2], "possibly nested sequence of TensorSpec"),
        (two, lambda: [None, S([])], "possibly nested sequence of TensorSpec"),
        (two, lambda: [tf.float32, tf.float32], "possibly nested sequence of TensorSpec"),
        (two, lambda: [], "missing type constraint for x"),
        (named, lambda: [S([])], "keyword-only parameter `k` must have a default value"),
    ],
)
def test_signatures_that_cannot_be(function: Any, signature: Any, told: str) -> None:
    with refuses(TypeError, told):
        tf.function(function, input_signature=signature())


def test_defaults_are_part_of_it() -> None:
    def f(x: Any, y: Any = 1) -> Any:
        return x + y

    g = tf.function(f, input_signature=[S([])])
    agree(g(2.0), 3.0)
    agree(g(2.0, 1), 3.0)
    agree(g(2.0, y=1), 3.0)
    with refuses(TypeError, "Can not cast 2 to Literal[1]", "<captured_default_value>"):
        g(2.0, 2)
    assert g.experimental_get_tracing_count() == 1


def test_any_number_of_arguments() -> None:
    g = tf.function(lambda *a: a, input_signature=[S([None]), S([])], autograph=False)
    agree(g([1.0], 2.0), ([1.0], 2.0))
    with refuses(TypeError, "missing a required argument: 'a_1'"):
        g([1.0])
    with refuses(TypeError, "too many positional arguments"):
        g([1.0], 2.0, 3.0)
    assert str(g.function_type) == (
        "(a_0: TensorSpec(shape=(None,), dtype=tf.float32, name=None), "
        "a_1: TensorSpec(shape=(), dtype=tf.float32, name=None), /)"
    )


def test_named_rest_is_left_out() -> None:
    g = tf.function(lambda x, **k: x, input_signature=[S([])], autograph=False)
    agree(g(1.0), 1.0)
    with refuses(TypeError, "unexpected keyword argument 'a'"):
        g(1.0, a=2)


def test_structures() -> None:
    def f(x: Any, y: Any) -> Any:
        return x[0] + y["a"]

    g = tf.function(f, input_signature=[[S([]), S([])], {"a": S([], name="q")}])
    agree(g([1.0, 2.0], {"a": 3.0}), 4.0)
    agree(g(x=[1.0, 2.0], y={"a": tf.constant(3.0)}), 4.0)
    for wrong, told in (
        (((1.0, 2.0), {"a": 3.0}), "to list type"),
        (([1.0], {"a": 3.0}), "Received args"),
        (([1.0, 2.0], {"b": 3.0}), "different keys"),
        (([1.0, 2.0], {"a": 3.0, "b": 2.0}), "different keys"),
        ((1.0, {"a": 3.0}), "to list type"),
        (([1.0, "a"], {"a": 3.0}), "'a'"),
    ):
        with refuses(TypeError, told):
            g(*wrong)
    assert g.experimental_get_tracing_count() == 1
    assert g.get_concrete_function().structured_input_signature == (
        ([S([], name="x_0"), S([], name="x_1")], {"a": S([], name="q")}),
        {},
    )


def test_input_signature_is_kept() -> None:
    assert vector_function().input_signature == (S([None], tf.float32),)
    assert tf.function(identity).input_signature is None


# ------------------------------------------------------------------------------- without signature
def f_with_default(x: Any, y: Any = 2) -> Any:
    return tf.constant(0)


def f_of_kinds(x: Any, /, y: Any, *, z: Any) -> Any:
    return tf.constant(0)


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "told"),
    [
        (f_with_default, (), {}, "missing a required argument: 'x'"),
        (f_with_default, (1, 2, 3), {}, "too many positional arguments"),
        (f_with_default, (1,), {"z": 3}, "got an unexpected keyword argument 'z'"),
        (f_with_default, (1,), {"x": 3}, "multiple values for argument 'x'"),
        (f_of_kinds, (1, 2), {}, "missing a required argument: 'z'"),
        (f_of_kinds, (), {"x": 1, "y": 2, "z": 3}, "positional only"),
        (f_of_kinds, (1, 2, 3), {"z": 3}, "too many positional arguments"),
    ],
)
def test_wrong_arity(function: Any, args: Any, kwargs: Any, told: str) -> None:
    f = tf.function(function)
    with refuses(TypeError, "Binding inputs to tf.function failed due to", told) as caught:
        f(*args, **kwargs)
    assert f"Received args: {args} and kwargs: {kwargs}" in str(caught.error)
    assert f.experimental_get_tracing_count() == 0


def test_function_types_are_shown() -> None:
    assert str(tf.function(f_with_default).function_type) == "(x, y=<captured_default_value>)"
    assert str(tf.function(f_of_kinds).function_type) == "(x, /, y, *, z)"
    f = tf.function(f_with_default, input_signature=[S([])])
    assert str(f.function_type) == (
        "(x: TensorSpec(shape=(), dtype=tf.float32, name=None), "
        "y: Literal[2] = <captured_default_value>)"
    )
    assert repr(tf.function(identity).function_type) == (
        "Input Parameters:\n  x (POSITIONAL_OR_KEYWORD): None\nOutput Type:\n  None\n"
        "Captures:\n  None"
    )
    assert isinstance(f.function_type, tf.types.experimental.FunctionType)


def test_function_spec() -> None:
    def f(x: Any, y: Any = 2, *a: Any, k: Any = 3, **kw: Any) -> Any:
        return x

    spec = tf.function(f).function_spec
    assert spec.arg_names == ["x", "y"]
    assert spec.default_values == {"y": 2, "k": 3}
    assert spec.fullargspec.varargs == "a"
    assert spec.input_signature is None
    assert spec.is_pure is False
    assert spec.jit_compile is None
    assert spec.signature_summary(default_values=True) == (
        "Input Parameters:\n  x (POSITIONAL_OR_KEYWORD): None\n"
        "  y (POSITIONAL_OR_KEYWORD): None\n  a (VAR_POSITIONAL): None\n"
        "  k (KEYWORD_ONLY): None\n  kw (VAR_KEYWORD): None\nOutput Type:\n  None\n"
        "Captures:\n  None\nDefaults:\n  y: 2\n  k: 3"
    )
    given = tf.function(identity, input_signature=[S([None])], jit_compile=True).function_spec
    assert given.flat_input_signature == (S([None]),)
    assert given.jit_compile is True


PRETTY = """\
Input Parameters:
  x (POSITIONAL_OR_KEYWORD): TensorSpec(shape=(2,), dtype=tf.float32, name=None)
  n (POSITIONAL_OR_KEYWORD): Literal[3]
Output Type:
  TensorSpec(shape=(2,), dtype=tf.float32, name=None)
Captures:
  None

Input Parameters:
  x (POSITIONAL_OR_KEYWORD): Tuple[TensorSpec(shape=(), dtype=tf.int32, name=None), Literal['a']]
  n (POSITIONAL_OR_KEYWORD): List[Literal[None], Literal[True]]
Output Type:
  Tuple[TensorSpec(shape=(), dtype=tf.int32, name=None), TensorSpec(shape=(), dtype=tf.string, \
name=None)]
Captures:
  None"""


def test_pretty_printed_signatures() -> None:
    def f(x: Any, n: Any) -> Any:
        return x

    g = tf.function(f)
    assert g.pretty_printed_concrete_signatures() == ""
    g(tf.constant([1.0, 2.0]), 3)
    g((tf.constant(1), "a"), [None, True])
    assert g.pretty_printed_concrete_signatures() == PRETTY


def test_pretty_printed_rest() -> None:
    g = tf.function(lambda x, *a, y=(1, "s"), **k: x, autograph=False)
    g({"b": 1, "a": tf.constant(1.0)}, 2, tf.constant([1]), z=tf.constant("a"), q=1.5)
    assert g.pretty_printed_concrete_signatures() == (
        "Input Parameters:\n"
        "  x (POSITIONAL_ONLY): Dict[['b', Literal[1]], "
        "['a', TensorSpec(shape=(), dtype=tf.float32, name=None)]]\n"
        "  a_0 (POSITIONAL_ONLY): Literal[2]\n"
        "  a_1 (POSITIONAL_ONLY): TensorSpec(shape=(1,), dtype=tf.int32, name=None)\n"
        "  y (KEYWORD_ONLY): Tuple[Literal[1], Literal['s']]\n"
        "  q (KEYWORD_ONLY): Literal[1.5]\n"
        "  z (KEYWORD_ONLY): TensorSpec(shape=(), dtype=tf.string, name=None)\n"
        "Output Type:\n"
        "  Dict[['b', TensorSpec(shape=(), dtype=tf.int32, name=None)], "
        "['a', TensorSpec(shape=(), dtype=tf.float32, name=None)]]\n"
        "Captures:\n  None"
    )


def test_partial() -> None:
    seen = []

    def f(x: Any, y: Any, z: Any = 3) -> Any:
        seen.append((x, y, z))
        return tf.constant(0)

    tf.function(functools.partial(f, 1))(2)
    by_name = tf.function(functools.partial(f, y=5))
    by_name(2)
    tf.function(functools.partial(functools.partial(f, 1), 2), autograph=False)()
    assert seen == [(1, 2, 3), (2, 5, 3), (1, 2, 3)]
    assert str(by_name.function_type) == (
        "(x, *, y=<captured_default_value>, z=<captured_default_value>)"
    )
    with refuses(TypeError, "too many positional arguments"):
        by_name(2, 3)


def test_tensor_defaults_are_inputs() -> None:
    five = tf.constant(5.0)

    @tf.function
    def f(x: Any = five) -> Any:
        return x * 2.0

    agree(f(), 10.0)
    agree(f(tf.constant(6.0)), 12.0)
    agree(f(), 10.0)
    assert f.experimental_get_tracing_count() == 1


def test_objects_that_can_be_called() -> None:
    class Adds:
        def __call__(self, x: Any, y: Any = 1) -> Any:
            return x + y

    f = tf.function(Adds())
    agree(f(tf.constant(1)), 2)
    agree(f(tf.constant(1), 3), 4)
    agree(tf.function(tf.reduce_sum)([1, 2]), 3)
    agree(tf.function(tf.add)(tf.constant(1), tf.constant(2)), 3)


@pytest.mark.parametrize("given", [3, "a"])
def test_what_cannot_be_called(given: Any) -> None:
    with refuses(TypeError, f"{given!r} is not a callable object"):
        tf.function(given)
