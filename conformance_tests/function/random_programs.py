"""Programs with random ops in functions: what gives the results that are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..subject import tf

U = tf.random.uniform
CASES: dict[str, Callable[[], Any]] = {}


def case(make: Callable[[], Any]) -> Callable[[], Any]:
    """Adds what gives the results to compare to the table."""
    CASES[make.__name__] = make
    return make


@case
def one_unseeded():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    return (f(), f(), f())


@case
def three_unseeded():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2]), tf.random.normal([2]), U([2])

    return (f(), f())


@case
def both():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2], seed=3), U([2], seed=3), U([2])

    return (f(), f())


@case
def reset_between():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    a = f()
    b = f()
    tf.random.set_seed(5)
    c = f()
    d = f()
    return (a, b, c, d)


@case
def other_seed_no_retrace():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    a = f()
    tf.random.set_seed(6)
    b = f()
    c = f()
    return (a, b, c)


@case
def two_functions():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    @tf.function
    def g():
        return U([2])

    return (f(), g(), f(), g())


@case
def eager_between():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    return (U([2]), f(), U([2]), f(), U([2]))


@case
def retrace():
    tf.random.set_seed(5)

    @tf.function
    def f(x):
        return U([2]) + tf.cast(tf.reduce_sum(x) * 0, tf.float32)

    return (f(tf.zeros([1])), f(tf.zeros([2])), f(tf.zeros([1])), f(tf.zeros([2])))


@case
def nested_once():
    tf.random.set_seed(5)

    @tf.function
    def g():
        return U([2])

    @tf.function
    def f():
        return U([2]), g(), U([2])

    return (f(), f())


@case
def nested_twice():
    tf.random.set_seed(5)

    @tf.function
    def g():
        return U([2])

    @tf.function
    def f():
        return g(), g(), U([2])

    return (f(), f())


@case
def nested_and_outside():
    tf.random.set_seed(5)

    @tf.function
    def g():
        return U([2])

    @tf.function
    def f():
        return g()

    return (g(), f(), g(), f())


@case
def nested_seeded_twice():
    tf.random.set_seed(5)

    @tf.function
    def g():
        return U([2], seed=9)

    @tf.function
    def f():
        return g(), g(), U([2], seed=9)

    return (f(), f(), g())


@case
def eager_seeded_then_function():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2], seed=9)

    return (U([2], seed=9), f(), U([2], seed=9), f())


@case
def kinds():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return (
            tf.random.normal([3]),
            tf.random.truncated_normal([3]),
            U([3], 0, 10, tf.int32),
            tf.random.shuffle(tf.range(5)),
            tf.random.gamma([2], 2.0),
            tf.random.poisson([3], 4.0),
            tf.random.categorical([[0.0, 1.0, 2.0]], 4),
            tf.random.normal([3], dtype=tf.float64),
        )

    return (f(), f())


@case
def image_ops():
    tf.random.set_seed(5)
    img = tf.reshape(tf.range(75.0), [5, 5, 3]) / 75

    @tf.function
    def f():
        return (
            tf.image.random_flip_left_right(img),
            tf.image.random_brightness(img, 0.2),
            tf.image.random_crop(img, [2, 2, 3]),
            tf.image.random_contrast(img, 0.2, 0.5),
            U([1]),
        )

    return (f(), f())


@case
def dropout():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return (
            tf.nn.dropout(tf.ones([6]), 0.5),
            tf.nn.dropout(tf.ones([6]), 0.5, seed=4),
            tf.nn.experimental.stateless_dropout(tf.ones([6]), 0.5, seed=[1, 2]),
        )

    return (f(), f())


@case
def set_seed_inside():
    tf.random.set_seed(1)

    @tf.function
    def f():
        tf.random.set_seed(5)
        return U([2]), U([2])

    return (f(), f(), U([2]))


@case
def pruned():
    tf.random.set_seed(5)

    @tf.function
    def f():
        U([2])
        tf.random.normal([3], seed=2)
        return U([2])

    return (f(), f())


@case
def init_in_function():
    tf.random.set_seed(5)

    class M(tf.Module):
        w = None

        @tf.function
        def __call__(self):
            if self.w is None:
                self.w = tf.Variable(tf.random.normal([3]))
            return self.w + 0, U([2])

    m = M()
    return (m(), m())


@case
def concrete():
    tf.random.set_seed(5)

    @tf.function
    def f():
        return U([2])

    c = f.get_concrete_function()
    return (c(), f(), c(), U([2]))


@case
def trace_before_seed():
    @tf.function
    def f():
        return U([2], seed=4)

    tf.random.set_seed(1)
    f()
    tf.random.set_seed(2)
    return (f(), f())


@case
def seed_zero():
    tf.random.set_seed(0)

    @tf.function
    def f():
        return U([2]), U([2]), U([2], seed=0)

    return (f(), f())


@case
def seed_big():
    tf.random.set_seed(2**40 + 3)

    @tf.function
    def f():
        return U([2]), U([2], seed=2**35 + 1)

    return (f(), f())


@case
def nested_args():
    tf.random.set_seed(5)

    @tf.function
    def noise(x):
        return x + tf.random.normal(tf.shape(x))

    @tf.function
    def f(x):
        for _ in range(3):
            x = noise(x)
        return x

    return (f(tf.zeros([2])), f(tf.zeros([2])), noise(tf.zeros([2])))


@case
def dynamic_shape_two():
    tf.random.set_seed(5)

    @tf.function(input_signature=[tf.TensorSpec([None, None])])
    def f(x):
        return x + U(tf.shape(x)), tf.random.normal([tf.shape(x)[0]]), U([1])

    return (f(tf.zeros([2, 1])), f(tf.zeros([3, 2])), f(tf.zeros([2, 1])))


@case
def print_graph():
    tf.random.set_seed(5)

    @tf.function
    def f(s):
        tf.debugging.assert_equal(tf.size(s), 1)
        tf.strings.length(s)
        return U([2]), U([2])

    return (f(tf.constant(["a"])), f(tf.constant(["b"])))


@case
def exp_numpy():
    tf.random.set_seed(5)
    tnp = tf.experimental.numpy
    tnp.random.seed(5)

    @tf.function
    def f():
        return tnp.random.rand(2), tnp.random.randn(2)

    return (f(), f())


@case
def reset_then_retrace():
    tf.random.set_seed(5)

    @tf.function
    def f(x):
        return U([2]) + tf.reduce_sum(x) * 0

    a = f(tf.zeros([1]))
    tf.random.set_seed(6)
    b = f(tf.zeros([2]))
    c = f(tf.zeros([1]))
    return (a, b, c)


@case
def candidates():
    tf.random.set_seed(5)
    sampler = tf.random.learned_unigram_candidate_sampler

    @tf.function
    def f():
        return U([1]), sampler([[1]], 1, 4, True, 20)[0]

    return f(), f()


@case
def all_rows_at_once():
    tf.random.set_seed(5)

    @tf.function
    def f(x):
        return tf.vectorized_map(lambda row: row * tf.random.normal([2]), x), U([])

    eager = tf.vectorized_map(lambda row: row + U([2], seed=3), tf.zeros([2, 2]))
    return f(tf.ones([20, 2])), f(tf.ones([3, 2])), eager
