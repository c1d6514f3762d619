"""`if`, conditional expressions, `and`, `or`, `not` and chains of comparisons."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf
from .programs import Program, Programs

programs = Programs()


@programs.answers({3: 6, -3: 3})
def returns_in_both(x: Any) -> Any:
    if x > 0:
        return x * 2
    return -x


@programs.answers({3: 4, -3: -3})
def one_branch(x: Any) -> Any:
    if x > 0:
        x += 1
    return x


@programs.answers({3: 1, 0: 0, -3: -1})
def sign(x: Any) -> Any:
    if x > 0:
        y = 1
    elif x == 0:
        y = 0
    else:
        y = -1
    return y


@programs.answers({5: 10, 3: 9, 1: 2, -4: -4})
def many_returns(x: Any) -> Any:
    if x > 3:
        return x * 2
    if x > 2:
        return x * 3
    x += 1
    if x > 1:
        return x
    return x - 1


@programs.answers({(3, 4): 12, (3, -4): 7, (-3, 4): -7, (-3, -4): 12})
def nested(x: Any, y: Any) -> Any:
    if x > 0:
        if y > 0:
            z = x * y
        else:
            z = x - y
    elif y > 0:
        z = x - y
    else:
        z = x * y
    return z


@programs.answers({3: (4, 5), -3: (-4, -5)})
def two_variables(x: Any) -> Any:
    if x > 0:
        a, b = x + 1, x + 2
    else:
        a, b = x - 1, x - 2
    return a, b


@programs.answers({3: 1.5, -3: 2.5})
def numbers_of_python(x: Any) -> Any:
    y = 1.5 if x > 0 else 2.5
    return y


@programs.answers({3: "a", -3: "b"})
def strings(x: Any) -> Any:
    if x > 0:
        y = "a"
    else:
        y = "b"
    return y


@programs.answers({3: (1, 3), -3: (2, -2)})
def structures_of_expressions(x: Any) -> Any:
    return (1, x) if x > 0 else (2, x + 1)


@programs.answers({3: {"a": 1, "b": [3, 2]}, -3: {"a": 5, "b": [-3, 3]}})
def dictionaries(x: Any) -> Any:
    if x > 0:
        y = {"a": 1, "b": [x, 2]}
    else:
        y = {"b": [x, 3], "a": 5}
    return y


@programs.answers({5: True, 0: False, 12: False})
def chain(x: Any) -> Any:
    return 0 < x < 10


@programs.answers({(3, 3): False, (4, 4): True, (4, 5): False})
def chain_of_equals(x: Any, y: Any) -> Any:
    return x == y != 3


@programs.answers({3: (True, True, False), 1: (False, True, False), -1: (True, False, True)})
def logic(x: Any) -> Any:
    a = x > 0
    b = x > 1
    return (a and b) or not a, a or b, not (a or b)


@programs.answers({(1, 20): True, (1, 3): False, (-1, 20): False})
def both(x: Any, y: Any) -> Any:
    return x > 0 and y > 10


@programs.answers({(1, 20): 1, (1, 3): 1, (-1, 20): 1, (-1, 3): 0})
def either(x: Any, y: Any) -> Any:
    if x > 0 or y > 10:
        return 1
    return 0


@programs.answers({3: True, -3: False})
def with_what_python_knows(x: Any) -> Any:
    known = 3
    return known == 3 and x > 0 and (known == 4 or x > 2)


@programs.answers({3: (3, 0, "a", 3)})
def values_of_python(x: Any) -> Any:
    return [] or 3, 0 and x, 1 and "a", None or x  # type: ignore[unreachable]


@programs.answers({3: (True, False, True)})
def not_of_python(x: Any) -> Any:
    return not [], not [1], not None


@programs.answers({(0, (1, 2)): 0, (1, (1, 2)): 2, (2, (1, 2)): 0})
def second_part_only_if_needed(i: Any, x: Any) -> Any:
    if i < 2 and x[i] > 1:
        return x[i]
    return 0


@programs.answers({3: 1, -3: 0})
def none_is_known(x: Any) -> Any:
    if x is not None and x > 0:
        return 1
    return 0


@programs.answers({3: 3, -3: 3})
def unused_variable(x: Any) -> Any:
    if x > 0:
        y = 1  # noqa: F841
    return tf.abs(x)


@programs.answers({(3.0, True): 3.0, (3.0, False): 0.0})
def boolean_argument(x: Any, flag: Any) -> Any:
    if flag:
        y = x
    else:
        y = tf.zeros_like(x)
    return y


@programs.answers({((1.0, 2.0),): [2.0, 4.0], ((-1.0, 0.5),): [1.0, -0.5]})
def on_a_reduction(x: Any) -> Any:
    if tf.reduce_sum(x) > 0:
        x = x * 2
    else:
        x = -x
    return x


@programs.answers({3: 1, -3: 2})
def one_element(x: Any) -> Any:
    if tf.reshape(x, [1]) > 0:
        return 1
    return 2


@programs.answers({3: 103, -3: -3})
def in_a_context(x: Any) -> Any:
    with tf.name_scope("a"):
        if x > 0:
            x += 100
    return x


@programs.answers({3: 2, -3: 3})
def in_try(x: Any) -> Any:
    try:
        if x > 0:
            y = 1
        else:
            y = 2
    finally:
        z = 1
    return y + z


@programs.answers({3: 5})
def handler(x: Any) -> Any:
    try:
        y = tf.matmul(x, x)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        y = 5 if str(error) else 6
    return y


@programs.answers({3: 1, 4: 2})
def modulo(x: Any) -> Any:
    if x % 2 == 1:
        return 1
    return 2


@programs.answers({3: [4, 1, 2], -3: [-3, 1, 2]})
def starred(x: Any) -> Any:
    first, *rest = [x, 1, 2]
    if first > 0:
        first += 1
    return [first, *rest]


@programs.answers({3: [0.0, 2.0], -3: [1.0, 1.0]}, eager=False)
def numpy_arrays(x: Any) -> Any:
    import numpy as np

    if x > 0:
        y = np.array([0, 2], np.float32)
    else:
        y = np.ones(2, np.float32)
    return y


@programs.answers({3: [1, 2], -3: [3, 4]})
def tensor_arrays(x: Any) -> Any:
    if x > 0:
        y = tf.TensorArray(tf.int32, 2).write(0, 1).write(1, 2)
    else:
        y = tf.TensorArray(tf.int32, 2).write(0, 3).write(1, 4)
    return y.stack()


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)


def test_variables() -> None:
    first, second, flag = tf.Variable(3), tf.Variable(4), tf.Variable(True)

    @tf.function
    def chosen(x: Any) -> Any:
        if x > 0:
            y = first
        else:
            y = second
        return y + 1

    @tf.function
    def by_flag() -> Any:
        if flag:
            return 1
        return 2

    assert chosen(tf.constant(1)).numpy() == 4
    assert chosen(tf.constant(-1)).numpy() == 5
    assert by_flag().numpy() == 1
    flag.assign(False)
    assert by_flag().numpy() == 2


def test_assignments_of_variables() -> None:
    total = tf.Variable(0)

    @tf.function
    def add(x: Any) -> None:
        if x > 0:
            total.assign_add(x)
        else:
            total.assign_sub(1)

    for x in (3, 4, -2):
        add(tf.constant(x))
    assert total.numpy() == 6


def test_gradients() -> None:
    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            if x > 0.0:
                y = x * x
            else:
                y = -x
        return tape.gradient(y, x)

    assert slope(tf.constant(3.0)).numpy() == 6.0
    assert slope(tf.constant(-3.0)).numpy() == -1.0


@pytest.mark.tfcompat_only
def test_conditional_expressions_within_others() -> None:
    @tf.function
    def size(x: Any) -> Any:
        return x if x > 0 else -x if x < 0 else 0

    assert [size(tf.constant(x)).numpy() for x in (3, -3, 0)] == [3, 3, 0]
