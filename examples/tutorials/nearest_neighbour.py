"""Nearest neighbours by L1 distance, one and several, with votes."""

import numpy as np
import tensorflow as tf
from toy_data import digits

x_train, y_train = digits(500, size=9, seed=1, classes=5)
x_test, y_test = digits(40, size=9, seed=2, classes=5)
x_train = tf.reshape(x_train, [len(x_train), -1])
x_test = tf.reshape(x_test, [len(x_test), -1])


def nearest(sample):
    distance = tf.reduce_sum(tf.abs(x_train - sample), axis=1)
    return tf.argmin(distance, 0), tf.reduce_min(distance)


correct = 0
for i in range(40):
    index, distance = nearest(x_test[i])
    if i < 5:
        print("test", i, "prediction:", y_train[index], "true:", y_test[i],
              "distance: %.3f" % distance)  # fmt: skip
    correct += int(y_train[index] == y_test[i])
print("accuracy of the nearest:", correct / 40)

distances = tf.reduce_sum(tf.abs(x_test[:, None] - x_train[None]), axis=-1)
values, indices = tf.math.top_k(-distances, k=5)
votes = tf.reduce_sum(tf.one_hot(tf.gather(y_train, indices), 5), axis=1)
prediction = tf.argmax(votes, axis=1)
print("accuracy of five:", np.mean(prediction.numpy() == y_test))
print("first neighbours:", indices[0].numpy())
