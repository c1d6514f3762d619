"""Tricks with tapes: persistent, watched, stopped, second order, Jacobians, custom gradients."""

import numpy as np
import tensorflow as tf

x = tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = x * x
    z = y * y
print("dz/dx, dy/dx:", tape.gradient(z, x).numpy(), tape.gradient(y, x).numpy())
del tape

v = tf.Variable([1.0, 2.0])
with tf.GradientTape(watch_accessed_variables=False) as tape:
    loss = tf.reduce_sum(v**2)
print("not watched:", tape.gradient(loss, v))
with tf.GradientTape() as tape:
    a = tf.reduce_sum(v)
    with tape.stop_recording():
        b = tf.reduce_sum(v * 100.0)
    loss = a * tf.stop_gradient(a) + b
print("stopped:", tape.gradient(loss, v).numpy())

with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = tf.reduce_sum(v**3)
    gradient = inner.gradient(y, v)
print("Hessian:\n", outer.jacobian(gradient, v).numpy())

with tf.GradientTape() as tape:
    tape.watch(inputs := tf.reshape(tf.range(6.0), [2, 3]))
    rows = tf.tanh(inputs / 5.0)
print("diagonals:", np.round(tf.linalg.diag_part(tape.batch_jacobian(rows, inputs)).numpy(), 4))


@tf.custom_gradient
def clip_gradients(y):
    def backward(dy):
        return tf.clip_by_norm(dy, 0.5)

    return y, backward


with tf.GradientTape() as tape:
    output = clip_gradients(v * v)
print("clipped:", tape.gradient(output, v).numpy().round(4))


@tf.custom_gradient
def log1pexp(x):
    e = tf.exp(x)
    return tf.math.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))


with tf.GradientTape() as tape:
    tape.watch(large := tf.constant(100.0))
    y = log1pexp(large)
print("stable:", tape.gradient(y, large).numpy())

table = tf.Variable(tf.ones([5, 2]))
with tf.GradientTape() as tape:
    picked = tf.reduce_sum(tf.gather(table, [1, 3, 3]) * 2.0)
slices = tape.gradient(picked, table)
print("slices:", type(slices).__name__, slices.indices.numpy())
print("dense:", tf.convert_to_tensor(slices).numpy()[:, 0])

with tf.GradientTape() as tape:
    tape.watch(x)
    y = tf.constant(2.0)
print("as zero:", tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO).numpy())

with tf.autodiff.ForwardAccumulator(primals=v, tangents=tf.constant([1.0, 0.0])) as acc:
    y = tf.reduce_sum(v**3)
print("forward:", acc.jvp(y).numpy())
accumulated = [tf.zeros_like(v)]
for value in (1.0, 2.0, 3.0):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(v * value)
    accumulated = [a + g for a, g in zip(accumulated, tape.gradient(loss, [v]))]
print("accumulated:", accumulated[0].numpy())
