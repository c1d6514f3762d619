"""Longer programs: known algorithms, structures that loops carry, nestings of all statements."""

from __future__ import annotations

import collections
from typing import Any

from ..subject import tf
from .programs import Program, Programs

programs = Programs()

Pair = collections.namedtuple("Pair", "left right")


@programs.answers({(2, 10, 97): 54, (3, 5, 97): 49, (7, 0, 97): 1})
def power_of_remainders(base: Any, exponent: Any, modulus: Any) -> Any:
    result = 1
    while exponent > 0:
        if exponent % 2 == 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent //= 2
    return result


@programs.answers({((3, 1, 2),): [1, 2, 3], ((5, 4, 3, 2, 1),): [1, 2, 3, 4, 5]})
def bubble_sort(x: Any) -> Any:
    n = tf.shape(x)[0]
    for i in tf.range(n):
        for j in tf.range(n - 1 - i):
            if x[j] > x[j + 1]:
                a, b = x[j], x[j + 1]
                x = tf.tensor_scatter_nd_update(x, [[j], [j + 1]], [b, a])
    return x


@programs.answers({((1, 3, 5, 7, 9), 7): 3, ((1, 3, 5, 7, 9), 1): 0, ((1, 3, 5, 7, 9), 4): -1})
def binary_search(x: Any, wanted: Any) -> Any:
    low, high = tf.constant(0), len(x) - 1
    found = -1
    while low <= high and found < 0:
        middle = (low + high) // 2
        if x[middle] == wanted:
            found = middle
        elif x[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return found


@programs.answers({((1, 3, 2),): [1, 4, 6]})
def running_sums(x: Any) -> Any:
    out = tf.zeros([0], tf.int32)
    total = 0
    for v in x:
        tf.autograph.experimental.set_loop_options(shape_invariants=[(out, tf.TensorShape([None]))])
        total = total + v
        out = tf.concat([out, [total]], 0)
    return out


@programs.answers({((2, 4, 3),): (4, 1)})
def largest(x: Any) -> Any:
    best, where = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, where = x[i], i
    return best, where


@programs.answers({((1.0, 2.0, 3.0), 2.0): 17.0})
def horner(coefficients: Any, x: Any) -> Any:
    y = 0.0
    for c in tf.reverse(coefficients, [0]):
        y = y * x + c
    return y


@programs.answers({((1, 2), (3, 4)): 2})
def different_places(a: Any, b: Any) -> Any:
    count = 0
    for i in range(2):
        if a[i] != b[i]:
            count += 1
    return count


@programs.answers({3: Pair(0, 8)})
def named_tuples(x: Any) -> Any:
    s = Pair(x, 1)
    while s.left > 0:
        s = Pair(s.left - 1, s.right * 2)
    return s


@programs.answers({3: {"a": 6, "b": [2, 1]}})
def dictionaries(x: Any) -> Any:
    s = {"a": x, "b": [1, 2]}
    for i in tf.range(3):
        s = {"a": s["a"] + i, "b": [s["b"][1], s["b"][0]]}
    return s


@programs.answers({3: (1, 2, 3)})
def tuples_in_turn(x: Any) -> Any:
    a, (b, d) = 1, (2, x)
    for _ in tf.range(3):
        a, (b, d) = b, (d, a)
    return a, b, d


@programs.answers({11: 1, 7: 2, 3: 4, -1: 3})
def returns_at_all_depths(x: Any) -> Any:
    if x > 0:
        if x > 10:
            return 1
        else:
            if x > 5:
                return 2
            return 4
    else:
        return 3


@programs.answers({3: 3, -3: 3})
def returns_in_a_context(x: Any) -> Any:
    with tf.name_scope("a"):
        try:
            if x > 0:
                return x
            return -x
        finally:
            pass


@programs.answers({3: 31})
def three_loops(n: Any) -> Any:
    s = 0
    for i in tf.range(n):
        for j in tf.range(n):
            for k in tf.range(2):
                if i == j:
                    continue
                if k == 1 and j == 2:
                    break
                s += i + j * 2 + k
    return s


@programs.answers({((1, 1, 2),): 4, ((5, 1),): 6})
def while_in_for(x: Any) -> Any:
    s = 0
    for v in x:
        while v > 0:
            v -= 1
            s += 1
            if s > 4:
                break
    return s


@programs.answers({((1, 3, 2),): 10, ((8, 1),): 16})
def for_in_while(x: Any) -> Any:
    s = x[0] * 0
    while s < 10:
        for v in x:
            s += v
            if s > 7:
                break
    return s


@programs.answers({3: 12})
def functions_of_a_loop(n: Any) -> Any:
    s = 0
    for i in tf.range(n):

        def once_more(a: Any) -> Any:
            if a > 1:
                return a
            return a * 10

        s += once_more(i)
    return s


@programs.answers({3: 9})
def loop_variable_assigned(x: Any) -> Any:
    for i in tf.range(3):
        i = i * 2
        x = x + i
    return x


@programs.answers({((1, 3, 2),): 3})
def loop_variable_after_break(x: Any) -> Any:
    for v in x:
        if v > 2:
            break
        v += 1
    return v


@programs.answers({((1, 3, 2),): [6, 0]})
def items_of_a_list(x: Any) -> Any:
    totals = [0, 0]
    for v in x:
        totals[0] += v
    return totals


@programs.answers({((1, 3, 2),): 2})
def truths_as_numbers(x: Any) -> Any:
    n = 0
    for v in x:
        n += int(v > 1)
    return n


@programs.answers({((1, 3, 2),): 6})
def read_from_an_array(x: Any) -> Any:
    rows = tf.TensorArray(tf.int32, 3).unstack(x)
    s = 0
    for i in tf.range(rows.size()):
        s += rows.read(i)
    return s


@programs.answers({5: 4})
def until_a_tensor_is_true(x: Any) -> Any:
    done = tf.constant(False)
    i = 0
    while not done:
        i += 1
        done = tf.equal(i, x - 1)
    return i


@programs.answers({3: (1, 2), -3: (3, 3)})
def inside_of_cond(x: Any) -> Any:
    first = tf.cond(x > 0, lambda: 1 if x > 2 else 2, lambda: 3)
    second = tf.switch_case(tf.cast(x < 0, tf.int32), [lambda: 2, lambda: 3])
    return first, second


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)


def test_one_function_for_many_sizes() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def sorted_by_insertion(x: Any) -> Any:
        out = tf.zeros([0], tf.int32)
        for v in x:
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(out, tf.TensorShape([None]))]
            )
            at = tf.reduce_sum(tf.cast(out < v, tf.int32))
            out = tf.concat([out[:at], [v], out[at:]], 0)
        return out

    for numbers in ([], [3], [3, 1, 2], [5, 4, 4, 1]):
        found = sorted_by_insertion(tf.constant(numbers, tf.int32))
        assert found.numpy().tolist() == sorted(numbers)
    assert sorted_by_insertion.experimental_get_tracing_count() == 1
