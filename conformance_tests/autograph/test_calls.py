"""What converted functions call: functions, methods, objects, lambdas, built-in functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..subject import tf
from .programs import Program, Programs

programs = Programs()


def size(x: Any) -> Any:
    if x > 0:
        return x
    return -x


def plus_one(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) + 1

    return call


@plus_one
def decorated(x: Any) -> Any:
    if x > 0:
        return x
    return -x


class Scale:
    """An object that is called, with methods of all kinds."""

    def __init__(self, by: int) -> None:
        self.by = by

    def __call__(self, x: Any) -> Any:
        if x > 0:
            return x * self.by
        return -x

    def up(self, x: Any) -> Any:
        while x < 10:
            x += self.by
        return x

    @classmethod
    def is_positive(cls, x: Any) -> Any:
        if x > 0:
            return 1
        return 0

    @staticmethod
    def is_negative(x: Any) -> Any:
        if x < 0:
            return 1
        return 0

    @property
    def twice(self) -> int:
        return self.by * 2


class Larger(Scale):
    def up(self, x: Any) -> Any:
        if x > 100:
            return x
        return super().up(x) + 1

    def up_by_name(self, x: Any) -> Any:
        return super().up(x) + 2


class Layer(tf.Module):  # type: ignore[misc]
    def __call__(self, x: Any) -> Any:
        if x > 0:
            return x + 1
        return x - 1


@programs.answers({3: 3, -3: 3})
def a_function(x: Any) -> Any:
    return size(x)


@programs.answers({3: 4, -3: 4})
def a_decorated_function(x: Any) -> Any:
    return decorated(x)


@programs.answers({1: (3, 10, 1, 0, 4, 11, 12), -1: (1, 11, 0, 1, 4, 12, 13)})
def objects(x: Any) -> Any:
    scale = Scale(3)
    larger = Larger(3)
    return (
        scale(x),
        scale.up(x),
        Scale.is_positive(x),
        Scale.is_negative(x),
        Scale(2).twice,
        larger.up(x),
        larger.up_by_name(x),
    )


@programs.answers({3: 4, -3: -4})
def a_module(x: Any) -> Any:
    return Layer()(x)


@programs.answers({1: 20, 5: 50})
def a_partial_function(x: Any) -> Any:
    def larger(a: Any, b: Any, by: Any = 1) -> Any:
        if a > b:
            return a * by
        return b * by

    return functools.partial(larger, 2, by=10)(x)


@programs.answers({3: (1, [4, 6]), -3: (2, [-3, -3])})
def lambdas(x: Any) -> Any:
    sign = lambda t: 1 if t > 0 else 2  # noqa: E731
    both = [lambda a: a + 1 if a > 0 else a, lambda b: b * 2 if b > 0 else b]
    return sign(x), [function(x) for function in both]  # type: ignore[no-untyped-call]


@programs.answers({3: 6, -3: -3})
def an_inner_function(x: Any) -> Any:
    def inner(a: Any) -> Any:
        if a > 0:
            return a * 2
        return a

    return inner(x)


@programs.answers({3: 360})
def recursion_that_python_ends(x: Any) -> Any:
    def factorial(n: int) -> Any:
        if n <= 1:
            return 1
        return n * factorial(n - 1)

    return factorial(5) * x


@programs.answers({3: 6})
def a_generator(x: Any) -> Any:
    def numbers() -> Iterator[int]:
        yield 1
        yield 2

    s = x
    for i in numbers():
        s += i
    return s


@programs.answers({((3, -1),): [3, 1]})
def a_function_that_an_op_calls(x: Any) -> Any:
    return tf.map_fn(size, x)


@programs.answers({3: 4, -3: 3})
def a_branch_of_cond(x: Any) -> Any:
    return tf.cond(x > 0, lambda: size(x) + 1, lambda: 3)


@programs.answers({3: 6, -3: -3})
def defaults(x: Any, *, by: Any = 3, **rest: Any) -> Any:
    if x > 0:
        return x + by + len(rest)
    return x


@programs.answers({3: 2.0, -3: 1.0})
def imports(x: Any) -> Any:
    import math

    if x > 0:
        return math.sqrt(4.0)
    return 1.0


@programs.answers({3: 3, -3: 1})
def a_class(x: Any) -> Any:
    class Constants:
        three = 3

    if x > 0:
        return Constants.three
    return 1


@programs.answers({3: 5, -3: 6})
def an_attribute(x: Any) -> Any:
    scale = Scale(3)
    if x > 0:
        scale.by = 5
    else:
        scale.by = 6
    return scale.by


@programs.answers({3: 5, -3: 1})
def an_item(x: Any) -> Any:
    d = {"a": 1}
    if x > 0:
        d["a"] = 5
    return d["a"]


@programs.answers({3: [5, 2], -3: [1, 2]})
def an_item_of_a_list(x: Any) -> Any:
    items = [1, 2]
    if x > 0:
        items[0] = 5
    return items


@programs.answers({1: {"a": 13}})
def an_item_in_a_loop(x: Any) -> Any:
    d = {"a": 1}
    while d["a"] < x + 10:
        d["a"] += 3
    return d


@programs.answers({4: 9})
def an_attribute_in_a_loop(n: Any) -> Any:
    scale = Scale(3)
    for i in tf.range(n):
        scale.by += i
    return scale.by


@programs.answers({4: 3}, eager=False)
def an_attribute_that_a_loop_makes(n: Any) -> Any:
    scale = Scale(3)
    for i in tf.range(n):
        scale.last = i  # type: ignore[attr-defined]
    return scale.last  # type: ignore[attr-defined]


@programs.answers({3: 6})
def deleted(x: Any) -> Any:
    y = x
    if y > 0:
        y = y * 2
    z = y
    del y
    return z


@programs.answers({3: 3, -3: 3})
def another_function(x: Any) -> Any:
    return tf.function(size)(x)


@programs.answers({3: 6, -3: -3})
def called_by_python(x: Any) -> Any:
    def double(t: Any) -> Any:
        return t * 2 if t > 0 else t

    return tf.py_function(double, [x], tf.int32)


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)


def test_methods_are_functions() -> None:
    class Counter(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.count = tf.Variable(0)

        @tf.function
        def add(self, x: Any) -> Any:
            if x > 0:
                self.count.assign_add(x)
            return self.count.read_value()

    first, second = Counter(), Counter()
    assert [first.add(tf.constant(x)).numpy() for x in (3, -1, 4)] == [3, 3, 7]
    assert second.add(tf.constant(1)).numpy() == 1


def test_globals() -> None:
    @tf.function
    def assign(x: Any) -> Any:
        global _shared
        if x > 0:
            _shared = 1
        else:
            _shared = 2
        return _shared

    assert assign(tf.constant(1)).numpy() == 1


_shared: Any = 0


def test_not_converted() -> None:
    @tf.autograph.experimental.do_not_convert
    def plain(x: Any) -> Any:
        return 1 if isinstance(x, int) and x > 0 else 2

    @tf.function
    def call(x: Any) -> Any:
        return plain(3), plain(x)

    one, two = call(tf.constant(1))
    assert (one.numpy(), two.numpy()) == (1, 2)
    assert plain.__name__ == "plain"
    assert tf.autograph.experimental.do_not_convert()(size)(-3) == 3
    assert tf.autograph.experimental.do_not_convert(abs)(-3) == 3


def test_a_function_without_conversion_of_what_it_calls() -> None:
    @tf.function(autograph=False)
    def call(x: Any) -> Any:
        return tf.function(size)(x) + 1

    assert call(tf.constant(-3)).numpy() == 4
    plain = tf.function(size, autograph=False)
    with pytest.raises(TypeError, match="as a Python `bool` is not allowed"):
        plain(tf.constant(1))


@pytest.mark.tfcompat_only
def test_nonlocal_variables() -> None:
    @tf.function
    def sum_of_sizes(x: Any, y: Any) -> Any:
        total = 0

        def add(v: Any) -> None:
            nonlocal total
            if v > 0:
                total = total + v
            else:
                total = total - v

        add(x)
        add(y)
        return total

    for x, y in ((1, 3), (-1, 3), (-1, -3)):
        assert sum_of_sizes(tf.constant(x), tf.constant(y)).numpy() == 4
