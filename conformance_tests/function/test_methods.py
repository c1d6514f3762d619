"""Functions as methods: a cache for each object, which does not keep it alive."""

from __future__ import annotations

import functools
import gc
import inspect
import weakref
from typing import Any

from ..helpers import agree, refuses
from ..subject import tf


class Scaled:
    """Counts the traces of its method."""

    def __init__(self, factor: int) -> None:
        self.factor = factor
        self.traces = 0

    @tf.function
    def scale(self, x: Any) -> Any:
        """Times the factor."""
        self.traces += 1
        return x * self.factor


def test_a_cache_for_each_object() -> None:
    a, b = Scaled(2), Scaled(3)
    agree(a.scale(tf.constant(5)), 10)
    agree(b.scale(tf.constant(5)), 15)
    # What the Python code reads is read while tracing.
    a.factor = 7
    agree(a.scale(tf.constant(5)), 10)
    agree(a.scale(tf.constant([5])), [35])
    assert (a.traces, b.traces) == (2, 1)
    assert a.scale.experimental_get_tracing_count() == 2
    assert b.scale.experimental_get_tracing_count() == 1
    assert Scaled.scale.experimental_get_tracing_count() == 0
    assert a.scale is a.scale
    assert a.scale is not b.scale


def test_self_is_no_argument() -> None:
    a = Scaled(2)
    c = a.scale.get_concrete_function(tf.TensorSpec([], tf.int32))
    agree(c(tf.constant(4)), 8)
    assert c.structured_input_signature == ((tf.TensorSpec([], tf.int32, "x"),), {})
    assert str(a.scale.function_type) == "(x)"
    assert str(Scaled.scale.function_type) == "(self, x)"
    with refuses(TypeError, "missing a required argument: 'x'", "(x)"):
        a.scale()
    with refuses(TypeError, "too many positional arguments"):
        a.scale(1, 2)


def test_called_on_the_class() -> None:
    a = Scaled(2)
    agree(Scaled.scale(a, tf.constant(5)), 10)
    agree(Scaled.scale(a, tf.constant(6)), 12)
    assert a.traces == 1
    assert Scaled.scale.experimental_get_tracing_count() >= 1


def test_names_and_text() -> None:
    assert Scaled.scale.__name__ == "scale"
    assert Scaled.scale.__doc__ == "Times the factor."
    assert Scaled(2).scale.name == "scale"


def test_objects_go_away() -> None:
    class Holder:
        def __init__(self) -> None:
            self.v = tf.Variable(1.0)

        @tf.function
        def read(self, x: Any) -> Any:
            return self.v + x

    a = Holder()
    agree(a.read(2.0), 3.0)
    reference = weakref.ref(a)
    del a
    gc.collect()
    assert reference() is None


def test_input_signature() -> None:
    class Fixed:
        traces = 0

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def same(self, x: Any) -> Any:
            Fixed.traces += 1
            return x

    a = Fixed()
    agree(a.same([1.0, 2.0]), [1.0, 2.0])
    agree(a.same([1]), [1.0])
    assert Fixed.traces == 1
    with refuses(TypeError, "Can not cast", "(1, 1)"):
        a.same([[1.0]])
    assert a.same.get_concrete_function() is a.same.get_concrete_function()


def test_input_signature_with_too_much() -> None:
    with refuses(TypeError, "contains 1 extra type constraints"):

        class Wrong:
            @tf.function(input_signature=[tf.TensorSpec([])] * 2)
            def same(self, x: Any) -> Any:
                return x


def test_objects_without_weak_references() -> None:
    class Slotted:
        __slots__ = ("n",)

        @tf.function
        def same(self, x: Any) -> Any:
            return x

    with refuses(TypeError, "weak reference"):
        Slotted().same(1)

    class Better:
        __slots__ = ("__weakref__", "n")

        @tf.function
        def same(self, x: Any) -> Any:
            return x

    agree(Better().same(1), 1)


def test_objects_that_cannot_be_hashed() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        @tf.function
        def same(self, x: Any) -> Any:
            return x

    with refuses(TypeError, "unhashable type: 'Unhashable'"):
        Unhashable().same(1)


def test_static_class_and_property() -> None:
    seen = []

    class Several:
        @staticmethod
        @tf.function
        def static(x: Any) -> Any:
            seen.append("static")
            return x

        @classmethod
        @tf.function
        def of_class(cls, x: Any) -> Any:
            seen.append(cls.__name__)
            return x

        @property
        @tf.function
        def value(self) -> Any:
            seen.append("value")
            return tf.constant(1)

    thing = Several()
    agree([Several.static(1), thing.static(1)], [1, 1])
    agree([Several.of_class(2), thing.of_class(2)], [2, 2])
    agree([thing.value, thing.value], [1, 1])
    assert seen == ["static", "Several", "value"]


def test_bound_methods_can_be_wrapped() -> None:
    class Plain:
        traces = 0

        def add(self, x: Any) -> Any:
            self.traces += 1
            return x + 1

    thing = Plain()
    f = tf.function(thing.add)
    agree(f(tf.constant(1)), 2)
    agree(f(tf.constant(2)), 3)
    assert thing.traces == 1
    assert str(f.function_type) == "(x)"
    with refuses(TypeError, "missing a required argument: 'x'"):
        f()


def test_modules() -> None:
    class Linear(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.w: Any = None
            self.made = 0

        @tf.function
        def __call__(self, x: Any) -> Any:
            self.made += 1
            if self.w is None:
                self.w = tf.Variable(2.0, name="w")
            return self.w * x

    a, b = Linear(), Linear()
    agree(a(tf.constant(3.0)), 6.0)
    agree(a(tf.constant(4.0)), 8.0)
    agree(b(tf.constant(5.0)), 10.0)
    # The call that makes a variable is traced again, without making one.
    assert (a.made, b.made) == (2, 2)
    assert len(a.variables) == 1
    assert a.trainable_variables[0] is a.w
    a.w.assign(10.0)
    agree(a(tf.constant(4.0)), 40.0)
    agree(b(tf.constant(4.0)), 8.0)


def test_functions_are_no_submodules() -> None:
    module = tf.Module()
    module.f = tf.function(lambda x: x)
    module.v = tf.Variable(1.0)
    assert module.submodules == ()
    assert len(module.variables) == 1
    assert set(module._trackable_children()) == {"f", "v"}


def test_lambdas_as_attributes() -> None:
    class Holds:
        add = tf.function(lambda self, x: x + 1, autograph=False)

    agree(Holds().add(tf.constant(1)), 2)


def test_wrapped_functions_keep_their_parameters() -> None:
    def inner(x: Any) -> Any:
        return x

    @functools.wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    f = tf.function(outer)
    agree(f(1), 1)
    assert str(f.function_type) == "(x)"
    with refuses(TypeError, "too many positional arguments"):
        f(1, 2)


def test_decorator_forms() -> None:
    def g(x: Any) -> Any:
        return x

    for f in (
        tf.function(g),
        tf.function()(g),
        tf.function(autograph=False)(g),
        tf.function(func=g, jit_compile=False),
        tf.function(tf.function(g)),
    ):
        agree(f(tf.constant(1)), 1)
    with refuses(TypeError, "unexpected keyword argument 'bogus'"):
        tf.function(g, bogus=True)
    with refuses(ValueError, "is not supported by tf.function as an attribute"):
        tf.function(g, experimental_attributes={"a": 1})(1)


def test_a_bound_method_tells_its_parameters_without_self() -> None:
    class Scale:
        @tf.function
        def by(self, x: Any, factor: Any = 2.0) -> Any:
            return x * factor

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def twice(self, x: Any) -> Any:
            return x + x

    scale = Scale()
    for method, names in ((scale.by, ["x", "factor"]), (scale.twice, ["x"])):
        assert list(inspect.signature(method).parameters) == names
        assert inspect.getfullargspec(method).args == names
    assert list(inspect.signature(Scale.by).parameters) == ["self", "x", "factor"]
