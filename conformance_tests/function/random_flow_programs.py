"""Programs with random ops in branches, loops and datasets of functions."""

from __future__ import annotations

from ..subject import tf
from .random_programs import CASES as CASES, U, case


@case
def in_cond():
    tf.random.set_seed(5)

    @tf.function
    def f(p):
        return U([2]), tf.cond(p, lambda: U([2]), lambda: -U([2])), U([2])

    t, e = tf.constant(True), tf.constant(False)
    return (f(t), f(e), f(t))


@case
def in_while():
    tf.random.set_seed(5)

    @tf.function
    def f(n):
        a = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2])
        for i in tf.range(n):
            a = a.write(i, U([2]))
        return a.stack(), U([2])

    return (f(tf.constant(3)), f(tf.constant(2)))


@case
def while_v2_nested_cond():
    tf.random.set_seed(5)

    @tf.function
    def f(n):
        s = tf.zeros([2])
        for i in tf.range(n):
            if i % 2 == 0:
                s += U([2])
            else:
                s -= U([2])
        return s

    return (f(tf.constant(1)), f(tf.constant(2)), f(tf.constant(3)))


@case
def outer_tape():
    tf.random.set_seed(5)
    x = tf.Variable(2.0)

    @tf.function
    def f():
        return x * U([]) * U([])

    out = []
    for _ in range(3):
        with tf.GradientTape() as t:
            y = f()
        out.append((y, t.gradient(y, x)))
    return (out, f(), f())


@case
def custom_gradient():
    tf.random.set_seed(5)

    @tf.custom_gradient
    def c(x):
        n = U([])
        return x * n, lambda g: g * n

    @tf.function
    def f(x):
        return c(x), U([])

    return (f(tf.constant(1.0)), f(tf.constant(1.0)))


@case
def data_in_function():
    tf.random.set_seed(5)

    @tf.function
    def f():
        s = tf.zeros([], tf.int64)
        for x in tf.data.Dataset.range(6).shuffle(6):
            s = s * 10 + x
        return s

    return (f(), f())


@case
def data_random_in_function():
    tf.random.set_seed(5)

    @tf.function
    def f():
        s = tf.zeros([], tf.int64)
        for x in tf.data.Dataset.random().take(1):
            s = x
        for x in tf.data.Dataset.random(seed=3).take(1):
            s = s * 3 + x
        for x in tf.data.Dataset.range(6).shuffle(6, seed=2):
            s = s * 10 + x
        return s

    return (f(), f())


@case
def data_outside_function():
    tf.random.set_seed(5)
    d = tf.data.Dataset.range(6).shuffle(6).map(lambda x: tf.cast(x, tf.float32) + U([]))

    @tf.function
    def f():
        s = tf.zeros([])
        for x in d:
            s = s * 10 + x
        return s

    return (f(), f())


@case
def switch_case():
    tf.random.set_seed(5)

    @tf.function
    def f(i):
        return tf.switch_case(
            i, [lambda: U([1]), lambda: U([1]) + 1, lambda: tf.random.normal([1])]
        ), U([1])

    return (f(tf.constant(0)), f(tf.constant(1)), f(tf.constant(2)))


@case
def while_nested_function():
    tf.random.set_seed(5)

    @tf.function
    def g():
        return U([])

    @tf.function
    def f(n):
        s = 0.0
        for _ in tf.range(n):
            s += g()
        return s

    return (f(tf.constant(1)), f(tf.constant(2)), f(tf.constant(1)))
