"""Logistic regression on pictures of digits: softmax, cross entropy and SGD by hand."""

import numpy as np
import tensorflow as tf
from toy_data import digits

num_classes = 10
num_features = 196
learning_rate = 0.5
batch_size = 64

x_train, y_train = digits(640, seed=1)
x_test, y_test = digits(200, seed=2)
x_train = x_train.reshape([-1, num_features])
x_test = x_test.reshape([-1, num_features])

W = tf.Variable(tf.zeros([num_features, num_classes]), name="weight")
b = tf.Variable(tf.zeros([num_classes]), name="bias")


def logistic_regression(x):
    return tf.nn.softmax(tf.matmul(x, W) + b)


def cross_entropy(y_pred, y_true):
    y_true = tf.one_hot(y_true, depth=num_classes)
    y_pred = tf.clip_by_value(y_pred, 1e-9, 1.0)
    return tf.reduce_mean(-tf.reduce_sum(y_true * tf.math.log(y_pred), 1))


def accuracy(y_pred, y_true):
    correct = tf.equal(tf.argmax(y_pred, 1), tf.cast(y_true, tf.int64))
    return tf.reduce_mean(tf.cast(correct, tf.float32))


def run_optimization(x, y):
    with tf.GradientTape() as g:
        loss = cross_entropy(logistic_regression(x), y)
    dW, db = g.gradient(loss, [W, b])
    W.assign_sub(learning_rate * dW)
    b.assign_sub(learning_rate * db)


for step in range(60):
    start = step * batch_size % len(x_train)
    batch = slice(start, start + batch_size)
    run_optimization(x_train[batch], y_train[batch])
    if (step + 1) % 20 == 0:
        pred = logistic_regression(x_train)
        loss, acc = cross_entropy(pred, y_train), accuracy(pred, y_train)
        print("step: %i, loss: %.3f, accuracy: %.2f" % (step + 1, loss, acc))

print("test accuracy: %.2f" % accuracy(logistic_regression(x_test), y_test))
print("shapes:", W.shape, b.shape, np.shape(x_test))
