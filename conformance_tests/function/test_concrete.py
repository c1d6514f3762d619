"""ConcreteFunction: calls, what it knows of itself, and how it prints."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

S = tf.TensorSpec


def with_defaults(x: Any, y: Any = 2, *, k: Any = None) -> Any:
    return x


def vector() -> Any:
    return tf.function(with_defaults).get_concrete_function(S([None], tf.float32))


def test_signature_with_defaults() -> None:
    c = vector()
    assert str(c) == (
        "ConcreteFunction Input Parameters:\n"
        "  x (POSITIONAL_OR_KEYWORD): TensorSpec(shape=(None,), dtype=tf.float32, name=None)\n"
        "  y (POSITIONAL_OR_KEYWORD): Literal[2]\n"
        "  k (KEYWORD_ONLY): Literal[None]\n"
        "Output Type:\n"
        "  TensorSpec(shape=(None,), dtype=tf.float32, name=None)\n"
        "Captures:\n"
        "  None"
    )
    assert c.pretty_printed_signature() == str(c)[len("ConcreteFunction ") :]
    assert re.fullmatch(
        r"<ConcreteFunction \(x: TensorSpec\(shape=\(None,\), dtype=tf.float32, name=None\), "
        r"y: Literal\[2\], \*, k: Literal\[None\]\) -> "
        r"TensorSpec\(shape=\(None,\), dtype=tf.float32, name=None\) at 0x[0-9A-F]+>",
        repr(c),
    )
    assert c.structured_input_signature == ((S([None], tf.float32, "x"), 2), {"k": None})
    assert isinstance(c.function_type, tf.types.experimental.FunctionType)


def test_calls_by_tensors_alone() -> None:
    c = vector()
    agree(c(tf.zeros(2)), [0.0, 0.0])
    agree(c(x=tf.zeros(3)), [0.0, 0.0, 0.0])
    agree(c(tf.zeros(2), 2, k=None), [0.0, 0.0])


@pytest.mark.parametrize(
    ("args", "kwargs", "told"),
    [
        ((2,), {}, "f(x) takes 1 positional arguments, got 2"),
        ((), {"y": 2}, "got unexpected keyword arguments: y"),
        ((2, 3), {}, "got 3"),
        ((2,), {"k": 4}, "got 2"),
    ],
)
def test_python_values_all_or_none(args: Any, kwargs: Any, told: str) -> None:
    c = vector()
    told = told.replace("f(x)", "with_defaults(x)")
    with refuses(TypeError, "Binding inputs to tf.function failed", told) as caught:
        c(tf.zeros(2), *args, **kwargs)
    text = str(caught.error)
    assert "Fallback to flat signature also failed due to: with_defaults(x)" in text
    agree(c(tf.zeros(1)), [0.0])


@pytest.mark.parametrize("given", [1.0, [1.0, 2.0], "a", None, (1.0,)])
def test_more_parameters_want_tensors(given: Any) -> None:
    with refuses(TypeError, "expected argument #0(zero-based) to be a Tensor"):
        vector()(given)


def test_missing_and_double() -> None:
    c = vector()
    with refuses(TypeError, "missing required arguments: x"):
        c()
    with refuses(TypeError, "missing required arguments: x"):
        c(z=1)
    with refuses(TypeError, "got two values for 'x'"):
        c(tf.zeros(2), x=tf.zeros(2))


def test_shapes_are_not_checked_but_dtypes_are() -> None:
    c = vector()
    agree(c(tf.zeros([2, 2])), np.zeros([2, 2], np.float32))
    with refuses(tf.errors.InvalidArgumentError, "float tensor", "int32", "#0"):
        c(tf.zeros(2, tf.int32))


def test_python_arguments() -> None:
    @tf.function
    def f(x: Any, n: Any, s: Any = "a") -> Any:
        return x * n

    c = f.get_concrete_function(tf.constant(1.0), 3)
    agree(c(tf.constant(2.0)), 6.0)
    agree(c(x=tf.constant(2.0)), 6.0)
    agree(c(tf.constant(2.0), 3, "a"), 6.0)
    with refuses(TypeError, "Can not cast 'b' to Literal['a']"):
        c(tf.constant(2.0), 3, "b")
    with refuses(TypeError, "missing a required argument: 's'"):
        c(tf.constant(2.0), 3)
    assert c.structured_input_signature == ((S([], name="x"), 3, "a"), {})
    assert f.get_concrete_function(S([], tf.float32), 3) is c


def test_values_for_the_only_parameter() -> None:
    c = tf.function(lambda x: x, autograph=False).get_concrete_function(tf.constant([1.0, 2.0]))
    agree(c([3.0, 4.0]), [3.0, 4.0])
    agree(c([1, 2]), [1.0, 2.0])
    agree(c(np.ones(2)), [1.0, 1.0], dtype=tf.float32)
    agree(c(tf.Variable([1.0, 2.0])), [1.0, 2.0])
    for wrong in ("a", None, [[1.0]]):
        with refuses(TypeError, "Binding inputs"):
            c(wrong)
    five = tf.function(lambda x: x, autograph=False).get_concrete_function(5)
    agree(five(), 5)
    agree(five(5), 5)
    agree(five(x=5), 5)
    with refuses(TypeError, "Can not cast 6 to Literal[5]"):
        five(6)


def test_nested_arguments() -> None:
    @tf.function
    def f(x: Any, y: Any) -> Any:
        return x[0] + x[1] * y["b"]

    one, two, four = tf.constant(1.0), tf.constant(2.0), tf.constant(4.0)
    c = f.get_concrete_function([one, two], {"b": four, "a": tf.constant(2)})
    agree(c([one, two], {"b": four, "a": tf.constant(2)}), 9.0)
    # Flat: dictionaries in the order of their keys.
    agree(c(one, two, tf.constant(2), four), 9.0)
    agree(c(x=one, x_1=two, y=tf.constant(2), y_1=four), 9.0)
    assert c.structured_input_signature == (
        ([S([], name="x_0"), S([], name="x_1")], {"b": S([], name="y_b"),
                                                  "a": S([], tf.int32, "y_a")}),
        {},
    )  # fmt: skip
    assert len(c.inputs) == 4
    with refuses(TypeError, "to list type", "missing required arguments: y, y_1"):
        c(one, two)
    with refuses(TypeError, "to list type"):
        c((one, two), {"b": four, "a": tf.constant(2)})


def test_any_number_of_arguments() -> None:
    @tf.function
    def f(x: Any, *a: Any, **k: Any) -> Any:
        return x + a[0] + k["z"]

    one, two, four = tf.constant(1.0), tf.constant(2.0), tf.constant(4.0)
    c = f.get_concrete_function(one, two, 3, z=four)
    agree(c(one, two, 3, z=four), 7.0)
    agree(c(one, two, z=four), 7.0)
    agree(c(one, two, four), 7.0)
    agree(c(one, a_0=two, z=four), 7.0)
    with refuses(TypeError, "Can not cast 4 to Literal[3]"):
        c(one, two, 4, z=four)
    assert c.structured_input_signature == (
        (S([], name="x"), S([], name="a_0"), 3),
        {"z": S([], name="z")},
    )


def test_named_specs() -> None:
    f = tf.function(lambda x, y: x - y, input_signature=[S([], name="aa"), S([], name="bb")],
                    autograph=False)  # fmt: skip
    c = f.get_concrete_function()
    agree(c(aa=tf.constant(3.0), bb=tf.constant(1.0)), 2.0)
    agree(c(x=tf.constant(3.0), y=tf.constant(1.0)), 2.0)
    assert [x.name for x in c.inputs] == ["aa:0", "bb:0"]
    assert c.structured_input_signature == ((S([], name="aa"), S([], name="bb")), {})


def test_no_arguments() -> None:
    c = tf.function(lambda: tf.constant(1), autograph=False).get_concrete_function()
    agree(c(), 1)
    assert c.structured_input_signature == ((), {})
    assert c.inputs == []
    assert "() -> TensorSpec(shape=(), dtype=tf.int32, name=None)" in repr(c)
    with refuses(TypeError, "takes 0 positional arguments, got 1"):
        c(1)
    with refuses(TypeError, "unexpected keyword arguments: x"):
        c(x=1)


@pytest.mark.parametrize(
    ("args", "kwargs", "told"),
    [
        ((), {}, "missing a required argument: 'x'"),
        ((1, 2), {}, "too many positional arguments"),
        ((), {"y": 2}, "missing a required argument: 'x'"),
    ],
)
def test_get_concrete_function_of_wrong_arguments(args: Any, kwargs: Any, told: str) -> None:
    with refuses(TypeError, told):
        tf.function(lambda x: x, autograph=False).get_concrete_function(*args, **kwargs)


def test_same_trace_for_specs_and_tensors() -> None:
    f = tf.function(lambda x: x, autograph=False)
    c = f.get_concrete_function(tf.constant(1.0))
    assert c is f.get_concrete_function(S([], tf.float32))
    f(tf.constant(2.0))
    assert f.experimental_get_tracing_count() == 1


def test_structures_of_results() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return {"o": x * 2.0, "p": (x, 3, None, [x])}

    c = f.get_concrete_function(S([None], tf.float32))
    shape, scalar = tf.TensorShape([None]), tf.TensorShape([])
    assert str(c.output_shapes) == str(
        {"o": shape, "p": (shape, scalar, tf.TensorShape(None), [shape])}
    )
    assert c.output_dtypes == {"o": tf.float32, "p": (tf.float32, tf.int32, None, [tf.float32])}
    assert len(c.outputs) == 4
    assert c.structured_outputs["p"][2] is None
    assert str(c.structured_outputs["o"]) == 'Tensor("Identity:0", shape=(None,), dtype=float32)'
    assert [x.name for x in c.outputs] == [
        "Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0"
    ]  # fmt: skip
    agree(c(tf.constant([1.0])), {"o": [2.0], "p": ([1.0], 3, None, [[1.0]])})
    none = tf.function(lambda: None, autograph=False).get_concrete_function()
    assert none.structured_outputs is None
    assert none.outputs == []
    assert "() -> Literal[None]" in repr(none)


def test_variables() -> None:
    v = tf.Variable(1.0, name="v")
    w = tf.Variable(2.0, trainable=False, name="w")
    unused = tf.Variable(3.0)

    @tf.function
    def f(x: Any) -> Any:
        w.assign_add(x)
        return x * v

    c = f.get_concrete_function(tf.constant(1.0))
    assert [x.name for x in c.variables] == ["w:0", "v:0"]
    assert [x.name for x in c.trainable_variables] == ["v:0"]
    assert len(c.captured_inputs) == 2
    assert unused.ref() not in [x.ref() for x in c.variables]
    assert float(w) == 2.0
    agree(c(tf.constant(2.0)), 2.0)
    assert float(w) == 4.0
    assert re.search(
        r"Captures:\n  \d+: TensorSpec\(shape=\(\), dtype=tf.resource, name=None\)\n  \d+: ", str(c)
    )


def test_variables_as_arguments() -> None:
    @tf.function
    def f(v: Any, x: Any) -> Any:
        return v + x

    v, w = tf.Variable(1.0), tf.Variable(2.0)
    c = f.get_concrete_function(v, tf.constant(1.0))
    agree(c(v, tf.constant(1.0)), 2.0)
    agree(c(w, tf.constant(1.0)), 3.0)
    assert c.variables == ()
    assert c.captured_inputs == []
    assert "v: VariableSpec(shape=(), dtype=tf.float32, trainable=True, alias_id=0)" in repr(c)
    with refuses(tf.errors.InvalidArgumentError, "resource tensor", "float"):
        c(tf.constant(2.0), tf.constant(1.0))
    with refuses(TypeError, "missing a required argument: 'x'"):
        c(tf.constant(1.0))


def test_names() -> None:
    def g(x: Any) -> Any:
        return x

    f = tf.function(g)
    c = f.get_concrete_function(1)
    assert re.fullmatch(rb"__inference_g_\d+", c.name)
    assert c.name != f.get_concrete_function(2).name
    assert (f.name, f.__name__) == ("g", "g")
    assert f.python_function is g
    assert f.__wrapped__ is g
    assert c.graph.name == "g"


def test_classes() -> None:
    types = tf.types.experimental
    f = tf.function(lambda x: x, autograph=False)
    assert isinstance(f, types.GenericFunction)
    assert isinstance(f, types.PolymorphicFunction)
    assert isinstance(f, types.Callable)
    c = f.get_concrete_function(1)
    assert isinstance(c, types.ConcreteFunction)
    assert isinstance(c, types.Callable)
    assert isinstance(c.inference_fn, types.AtomicFunction)
    assert not isinstance(f, types.ConcreteFunction)
    assert types.GenericFunction is types.PolymorphicFunction
    for kind in (types.PolymorphicFunction, types.ConcreteFunction, types.Callable):
        with refuses(TypeError, "abstract"):
            kind()


def test_gradients() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return x * x

    c = f.get_concrete_function(S([None], tf.float32))
    x = tf.constant([1.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = c(x)
    agree(tape.gradient(y, x), [2.0, 6.0])


def test_tensors_of_other_shapes() -> None:
    """TensorFlow compares no shapes where a concrete function is called: its ops do."""
    c = tf.function(lambda x, y: x + y, autograph=False).get_concrete_function(S([2]), S([2]))
    agree(c(tf.constant([1.0, 2.0, 3.0]), tf.constant([4.0, 5.0, 6.0])), [5.0, 7.0, 9.0])
    agree(c(tf.constant([[1.0, 2.0]]), tf.constant([4.0, 5.0])), [[5.0, 7.0]])
    with refuses(tf.errors.InvalidArgumentError, "[2]", "[3]"):
        c(tf.constant([1.0, 2.0]), tf.constant([4.0, 5.0, 6.0]))
    agree(c(tf.constant([1.0, 2.0]), tf.constant([4.0, 5.0])), [5.0, 7.0])


def test_extension_types() -> None:
    class Weighted(tf.experimental.ExtensionType):  # type: ignore[misc]
        x: tf.Tensor
        n: int

    f = tf.function(lambda w: w.x * w.n, autograph=False)
    c = f.get_concrete_function(Weighted.Spec(S([None]), 3))
    agree(f(Weighted([1.0, 2.0], 3)), [3.0, 6.0], dtype=tf.float32)
    agree(c(Weighted([1.0], 3)), [3.0], dtype=tf.float32)
    agree(c(tf.constant([2.0])), [6.0], dtype=tf.float32)
    assert f.experimental_get_tracing_count() == 1
    assert "Weighted.Spec(x=TensorSpec(shape=(None,), dtype=tf.float32, name=None), n=3)" in repr(c)


def test_graphs() -> None:
    f = tf.function(lambda x: tf.add(x, 1, name="sum"), autograph=False)
    graph = f.get_concrete_function(tf.constant(1)).graph
    assert isinstance(graph, tf.Graph)
    operations = graph.get_operations()
    assert all(isinstance(operation, tf.Operation) for operation in operations)
    assert [o.name for o in operations if o.type == "Placeholder"] == ["x"]
    assert "sum" in [operation.name for operation in operations]
    assert graph.get_tensor_by_name("x:0").op.name == "x"
    with refuses(KeyError, "nothing:0"):
        graph.get_tensor_by_name("nothing:0")
