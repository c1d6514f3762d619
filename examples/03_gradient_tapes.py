"""What a tape remembers: results in between, several answers, control flow, higher orders."""

import tfcompat as tf

# A tensor is not watched until it is asked for.
ones = tf.ones((2, 2))
with tf.GradientTape() as tape:
    tape.watch(ones)
    total = tf.reduce_sum(ones)
    squared = tf.multiply(total, total)
slope = tape.gradient(squared, ones)
for row in range(2):
    for column in range(2):
        print(slope[row][column].numpy())

# The derivative with respect to a result in between.
with tf.GradientTape() as tape:
    tape.watch(ones)
    total = tf.reduce_sum(ones)
    squared = tf.multiply(total, total)
print(tape.gradient(squared, total).numpy())

# A persistent tape answers more than once, and is dropped when no longer needed.
base = tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(base)
    square = base * base
    fourth_power = square * square
print(tape.gradient(fourth_power, base).numpy())
print(tape.gradient(square, base).numpy())
del tape


# What Python decides is simply not recorded: only the operations that ran are.
def product(factor, limit):
    result = 1.0
    for i in range(limit):
        if 1 < i < 5:
            result = tf.multiply(result, factor)
    return result


def slope_of_product(factor, limit):
    with tf.GradientTape() as tape:
        tape.watch(factor)
        result = product(factor, limit)
    return tape.gradient(result, factor)


two = tf.convert_to_tensor(2.0)
print(slope_of_product(two, 6).numpy())
print(slope_of_product(two, 5).numpy())
print(slope_of_product(two, 4).numpy())

# A gradient taken while another tape runs is recorded like any other computation.
edge = tf.Variable(1.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        volume = edge * edge * edge
    first = inner.gradient(volume, edge)
second = outer.gradient(first, edge)
print(first.numpy())
print(second.numpy())
