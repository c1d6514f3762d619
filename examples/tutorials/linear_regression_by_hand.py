"""Linear regression with variables, a tape and an update rule of our own."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(7)
area = rng.uniform(3.0, 11.0, 40).astype("float32")
price = (0.35 * area + 0.7 + 0.1 * rng.randn(40)).astype("float32")

learning_rate = 0.01
W = tf.Variable(0.1, name="weight")
b = tf.Variable(-0.2, name="bias")


def linear_regression(x):
    return W * x + b


def mean_square(y_pred, y_true):
    return tf.reduce_mean(tf.square(y_pred - y_true))


optimizer = tf.optimizers.SGD(learning_rate)


def run_optimization():
    with tf.GradientTape() as g:
        pred = linear_regression(area)
        loss = mean_square(pred, price)
    gradients = g.gradient(loss, [W, b])
    optimizer.apply_gradients(zip(gradients, [W, b]))


for step in range(1, 201):
    run_optimization()
    if step % 50 == 0:
        loss = mean_square(linear_regression(area), price)
        print("step: %i, loss: %f, W: %f, b: %f" % (step, loss, W.numpy(), b.numpy()))

# The solution in closed form, for comparison.
X = tf.stack([tf.constant(area), tf.ones_like(area)], axis=1)
solution = tf.linalg.lstsq(X, tf.constant(price)[:, tf.newaxis], fast=False)
print("closed form: W: %.4f, b: %.4f" % tuple(solution.numpy().ravel()))
