"""Document 002: the gradient tape in more depth. It states its results in assertions."""

# %% gradient of a square of a sum
from __future__ import absolute_import, division, print_function, unicode_literals  # noqa: UP010

import tfcompat as tf

block = tf.ones((2, 2))
with tf.GradientTape() as record:
    record.watch(block)
    total = tf.reduce_sum(block)
    product = tf.multiply(total, total)
slope = record.gradient(product, block)
print([slope[row][column].numpy() == 8.0 for row in [0, 1] for column in [0, 1]])
# > [np.True_, np.True_, np.True_, np.True_]

# %% gradient with respect to a value computed on the way
with tf.GradientTape() as record:
    record.watch(block)
    total = tf.reduce_sum(block)
    product = tf.multiply(total, total)
print(record.gradient(product, total).numpy())
# > 8.0

# %% a persistent tape answers more than once
base = tf.constant(3.0)
with tf.GradientTape(persistent=True) as record:
    record.watch(base)
    squared = base * base
    fourth = squared * squared
print(record.gradient(fourth, base))
print(record.gradient(squared, base))
del record
# > tf.Tensor(108.0, shape=(), dtype=float32)
# > tf.Tensor(6.0, shape=(), dtype=float32)


# %% control flow is recorded as it runs
def partial_power(value, rounds):
    result = 1.0
    for turn in range(rounds):
        if turn > 1 and turn < 5:
            result = tf.multiply(result, value)
    return result


def its_slope(value, rounds):
    with tf.GradientTape() as record:
        record.watch(value)
        result = partial_power(value, rounds)
    return record.gradient(result, value)


two = tf.convert_to_tensor(2.0)
for rounds in (6, 5, 4):
    print(its_slope(two, rounds).numpy())
# > 12.0
# > 12.0
# > 4.0

# %% a gradient taken inside another tape is differentiable
unit = tf.Variable(1.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        cube = unit * unit * unit
    first = inner.gradient(cube, unit)
second = outer.gradient(first, unit)
print(first.numpy(), second.numpy())
# > 3.0 6.0
