"""A convolutional network of tf.nn functions: kernels as variables, dropout as an argument."""

import tensorflow as tf
from toy_data import digits

tf.random.set_seed(1)
x, y = digits(96, size=12, seed=4, classes=4)
x = tf.reshape(x, [-1, 12, 12, 1])
random_normal = tf.initializers.RandomNormal(stddev=0.2, seed=1)
weights = {
    "wc1": tf.Variable(random_normal([3, 3, 1, 8])),
    "wc2": tf.Variable(random_normal([3, 3, 8, 16]) * 0.5),
    "wd1": tf.Variable(random_normal([3 * 3 * 16, 32]) * 0.5),
    "out": tf.Variable(random_normal([32, 4])),
}
biases = {name: tf.Variable(tf.zeros([w.shape[-1]])) for name, w in weights.items()}


def conv2d(x, W, b, strides=1):
    x = tf.nn.conv2d(x, W, strides=[1, strides, strides, 1], padding="SAME")
    return tf.nn.relu(tf.nn.bias_add(x, b))


def maxpool2d(x, k=2):
    return tf.nn.max_pool(x, ksize=[1, k, k, 1], strides=[1, k, k, 1], padding="SAME")


def conv_net(x, rate=0.0):
    x = maxpool2d(conv2d(x, weights["wc1"], biases["wc1"]))
    x = maxpool2d(conv2d(x, weights["wc2"], biases["wc2"]))
    x = tf.reshape(x, [-1, weights["wd1"].shape[0]])
    x = tf.nn.relu(tf.matmul(x, weights["wd1"]) + biases["wd1"])
    x = tf.nn.dropout(x, rate=rate, seed=1) if rate else x
    return tf.matmul(x, weights["out"]) + biases["out"]


@tf.function
def loss_of(x, y, rate=0.0):
    logits = conv_net(x, rate)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))


variables = [*weights.values(), *biases.values()]
optimizer = tf.optimizers.Adam(0.01)
print("features:", conv2d(x[:1], weights["wc1"], biases["wc1"], strides=2).shape)
for step in range(1, 31):
    with tf.GradientTape() as g:
        loss = loss_of(x, y)
    optimizer.apply_gradients(zip(g.gradient(loss, variables), variables))
    if step in (1, 5):
        print("step: %i, loss: %.4f" % (step, loss))
print("the loss falls:", bool(loss_of(x, y) < 1.0))
print("with dropout it is finite:", bool(tf.math.is_finite(loss_of(x, y, rate=0.5))))
