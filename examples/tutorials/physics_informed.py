"""A physics-informed network: u'' = -u with u(0) = 0, u'(0) = 1, by nested tapes."""

import math

import tensorflow as tf

tf.keras.utils.set_random_seed(27)
model = tf.keras.Sequential(
    [
        tf.keras.Input((1,)),
        tf.keras.layers.Dense(16, activation="tanh"),
        tf.keras.layers.Dense(16, activation="tanh"),
        tf.keras.layers.Dense(1),
    ]
)
x = tf.reshape(tf.linspace(0.0, math.pi / 2, 24), [-1, 1])
optimizer = tf.keras.optimizers.Adam(0.01)


def derivatives(x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            u = model(x)
        du = inner.gradient(u, x)
    return u, du, outer.gradient(du, x)


@tf.function
def loss_of(x):
    u, du, ddu = derivatives(x)
    equation = tf.reduce_mean(tf.square(ddu + u))
    return equation + tf.square(u[0, 0]) + tf.square(du[0, 0] - 1.0)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = loss_of(x)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


losses = [float(train_step()) for _ in range(100)]
print("losses: %.4f %.4f %.4f" % tuple(losses[:3]))
print("falls tenfold:", losses[-1] < losses[0] / 10)
error = tf.reduce_max(tf.abs(model(x) - tf.sin(x)))
print("close to the sine:", bool(error < 0.3))
