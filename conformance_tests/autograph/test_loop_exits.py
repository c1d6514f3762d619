"""Ways out of loops, and variables that loops give a value."""

from __future__ import annotations

from typing import Any

from ..subject import tf
from .programs import Program, Programs

programs = Programs()


@programs.answers({6: (24, 4, 5)})
def inner_and_outer_break(x: Any) -> Any:
    s = 0
    for i in tf.range(x):
        for j in tf.range(x):
            if j > i:
                break
            if (i + j) % 2 == 0:
                continue
            s += i * j
        if s > 20:
            break
    return s, i, j


@programs.answers({3: 4})
def break_of_python(x: Any) -> Any:
    s = 0
    for a in [1, 2, 3]:
        if a == 2:
            break
        s += a
    return s + x


@programs.answers({3: 3})
def continue_of_python(x: Any) -> Any:
    s = 0
    for i in [1, 2, 3]:
        if x > i:
            continue
        s += i
    return s


@programs.answers({5: 3, 2: 1})
def break_on_a_tensor(n: Any) -> Any:
    s = 0
    for i in tf.range(n):
        if i == 3:
            break
        s += i
    return s


@programs.answers({3: -1})
def while_true(x: Any) -> Any:
    while tf.constant(True):
        x -= 1
        if x < 0:
            break
    return x


@programs.answers({5: 0})
def return_at_once(n: Any) -> Any:
    for i in tf.range(n):
        return i


@programs.answers({5: 1, 1: 1})
def return_in_both_branches(n: Any) -> Any:
    for i in tf.range(n):
        if i == 3:
            return i
        else:
            return i + 1
    return -1


@programs.answers({4: 300, 3: 2})
def return_of_while(x: Any) -> Any:
    while x > 0:
        x -= 1
        if x == 2:
            return x
        else:
            return x * 100
    return x


@programs.answers({4: 10, -4: 4})
def return_after_a_loop(x: Any) -> Any:
    if x > 0:
        for i in tf.range(x):
            x += i
        return x
    else:
        return -x


@programs.answers({3: 1})
def defined_in_the_loop(x: Any) -> Any:
    while x > 0:
        y = x
        x -= 1
    return y


@programs.answers({3: 2})
def loop_variable_afterwards(n: Any) -> Any:
    for i in tf.range(n):
        y = i
    return y


@programs.answers({3: 3})
def defined_in_an_inner_branch(x: Any) -> Any:
    for i in tf.range(x):
        if i > 0:
            y = i
        else:
            y = -i
        for j in tf.range(i):
            z = j  # noqa: F841
        y += 1
    return y


@programs.answers({3: 1}, eager=False)
def none_before(x: Any) -> Any:
    y = None
    while x > 0:
        y = x
        x -= 1
    return y


@programs.answers({3: 0})
def none_all_along(x: Any) -> Any:
    y = None
    while x > 0:
        x -= 1
        y = None  # noqa: F841
    return x


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)
