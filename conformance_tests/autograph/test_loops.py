"""`while` and `for`, over tensors, ranges and what Python knows."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf
from .programs import Program, Programs

programs = Programs()


@programs.answers({6: 8, 1: 0, 7: 16})
def collatz(n: Any) -> Any:
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@programs.answers({10: (4, 8), 1: (1, 1)})
def two_conditions(x: Any) -> Any:
    s = 0
    i = 0
    while i < x and s < 5:
        i += 1
        if i == 2:
            continue
        s += i
    return i, s


@programs.answers({5: 10, 0: 0})
def over_a_range(n: Any) -> Any:
    s = 0
    for i in tf.range(n):
        s += i
    return s


@programs.answers({5: 10})
def over_a_range_of_python(n: Any) -> Any:
    s = 0
    for i in range(n):
        s += i
    return s


@programs.answers({5: 54321, 0: 0})
def backwards(n: Any) -> Any:
    s = 0
    for i in range(n, 0, -1):
        s = s * 10 + i
    return s


@programs.answers({-3: (10741, 1)})
def steps(x: Any) -> Any:
    s = 0
    for i in tf.range(10, 0, x):
        s = s * 10 + i
    return s, i


@programs.answers({1: (1.5, 0.75)})
def range_of_floats(x: Any) -> Any:
    s = 0.0
    for i in tf.range(0.0, tf.cast(x, tf.float32), 0.25):
        s += i
    return s, i


@programs.answers({1: 3.0})
def range_of_a_dtype(x: Any) -> Any:
    s = 0.0
    for i in tf.range(3, dtype=tf.float32):
        s += i
    return s


@programs.answers({1: 0})
def empty_range(x: Any) -> Any:
    s = 0
    for _ in tf.range(0):
        s += x
    return s


@programs.answers({((1, 2, 3),): 6, ((),): 0.0})
def over_a_vector(x: Any) -> Any:
    s = tf.zeros([], x.dtype)
    for v in x:
        s += v
    return s


@programs.answers({(((1, 2), (3, 4)),): 7, (((1, 1), (0, 5)),): 5})
def over_a_matrix(x: Any) -> Any:
    s = 0
    for row in x:
        for v in row:
            if v > 2:
                s += v
    return s


@programs.answers({(((1.0, 2.0), (3.0, 4.0)),): [4.0, 6.0]})
def sum_of_rows(x: Any) -> Any:
    s = tf.zeros([2])
    for row in x:
        s += row
    return s


@programs.answers({(("a", "b"),): "ab"})
def over_strings(x: Any) -> Any:
    s = tf.constant("")
    for v in x:
        s = tf.strings.join([s, v])
    return s


@programs.answers({3: "abbb"}, eager=False)
def text_of_python(x: Any) -> Any:
    y = "a"
    while x > 0:
        y = y + "b"
        x -= 1
    return y


@programs.answers({4: 15})
def tensors_in_python(x: Any) -> Any:
    s = 0
    for i in range(3):
        for j in tf.range(x):
            if j == i:
                continue
            s += j
    return s


@programs.answers({4: 12})
def python_in_tensors(x: Any) -> Any:
    s = 0
    for j in tf.range(x):
        for i in range(3):
            if i == 1:
                continue
            s += j * i
    return s


@programs.answers({3: 12})
def over_a_list_of_tensors(x: Any) -> Any:
    s = 0
    for a in [x, x + 1, x + 2]:
        s += a
    return s


@programs.answers({3: 17})
def over_pairs(x: Any) -> Any:
    s = 0
    for a, b in [(1, 2), (3, 4)]:
        s += a * b
    return s + x


@programs.answers({3: 7})
def over_a_dictionary(x: Any) -> Any:
    d = {"a": x, "b": x + 1}
    s = 0
    for key in d:
        s += d[key]
    return s


@programs.answers({3: [4, (16.0, 1)]})
def structures(x: Any) -> Any:
    y = [1, (2.0, x)]
    while x > 0:
        y = [y[0] + 1, (y[1][0] * 2.0, x)]  # type: ignore[operator, index]
        x -= 1
    return y


@programs.answers({4: [0, 2, 4, 6]})
def tensor_array(n: Any) -> Any:
    t = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(n):
        t = t.write(i, i * 2)
    return t.stack()


@programs.answers({((1.0, 2.0, 3.0),): [1.0, 3.0, 6.0]})
def running_sum(x: Any) -> Any:
    t = tf.TensorArray(tf.float32, size=3)
    s = 0.0
    for i in tf.range(tf.shape(x)[0]):
        s = s + x[i]
        t = t.write(i, s)
    return t.stack()


@programs.answers({12: [2, 3, 5, 7, 11]})
def primes(n: Any) -> Any:
    found = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(2, n):
        is_prime = True
        for j in tf.range(2, i):
            if i % j == 0:
                is_prime = False
                break
        if is_prime:
            found = found.write(found.size(), i)
    return found.stack()


@programs.answers({(48, 36): 12, (7, 3): 1})
def greatest_common_divisor(a: Any, b: Any) -> Any:
    while b != 0:
        a, b = b, a % b
    return a


@programs.answers({10: 55, 1: 1})
def fibonacci(n: Any) -> Any:
    a, b = 0, 1
    for _ in tf.range(n):
        a, b = b, a + b
    return a


@programs.answers({2.0: 1.41421354})
def newton(x: Any) -> Any:
    y = x
    error = tf.abs(y * y - x)
    while error > 1e-6:
        y = (y + x / y) / 2.0
        error = tf.abs(y * y - x)
    return y


@programs.each
def test_program(program: Program, mode: str) -> None:
    program.check(mode)


def test_a_variable_in_a_loop() -> None:
    count = tf.Variable(5)

    @tf.function
    def down() -> Any:
        n = 0
        while count > 0:
            count.assign_sub(2)
            n += 1
        return n, count.read_value()

    n, left = down()
    assert (n.numpy(), left.numpy()) == (3, -1)


def test_gradients() -> None:
    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            while y < 100.0:
                y = y * x
        return tape.gradient(y, x)

    assert slope(tf.constant(3.0)).numpy() == 405.0


@pytest.mark.parametrize("n", [0, 3])
def test_unknown_sizes(n: int) -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def total(x: Any) -> Any:
        s = tf.zeros([2])
        for row in x:
            s += row
        return s, len(x)

    s, size = total(tf.ones([n, 2]))
    assert s.numpy().tolist() == [n, n]
    assert size.numpy() == n
