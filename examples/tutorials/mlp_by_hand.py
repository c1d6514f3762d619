"""A neural network for two moons: weights in a dict, Adam written out, a decision boundary."""

import numpy as np
import tensorflow as tf
from toy_data import moons

tf.random.set_seed(2)
x, y = moons(200, seed=2)
initializer = tf.initializers.GlorotUniform(seed=4)
weights = {
    "h1": tf.Variable(initializer([2, 16])),
    "h2": tf.Variable(initializer([16, 16])),
    "out": tf.Variable(initializer([16, 2])),
}
biases = {name: tf.Variable(tf.zeros(w.shape[1])) for name, w in weights.items()}
variables = list(weights.values()) + list(biases.values())


def neural_net(x):
    layer_1 = tf.nn.relu(tf.add(tf.matmul(x, weights["h1"]), biases["h1"]))
    layer_2 = tf.sigmoid(tf.add(tf.matmul(layer_1, weights["h2"]), biases["h2"]))
    return tf.matmul(layer_2, weights["out"]) + biases["out"]


class Adam:
    def __init__(self, rate=0.03, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.rate, self.beta_1, self.beta_2, self.epsilon = rate, beta_1, beta_2, epsilon
        self.t = tf.Variable(0.0)
        self.m = [tf.Variable(tf.zeros_like(v)) for v in variables]
        self.v = [tf.Variable(tf.zeros_like(v)) for v in variables]

    @tf.function
    def step(self, gradients):
        self.t.assign_add(1.0)
        for var, grad, m, v in zip(variables, gradients, self.m, self.v):
            m.assign(self.beta_1 * m + (1.0 - self.beta_1) * grad)
            v.assign(self.beta_2 * v + (1.0 - self.beta_2) * grad**2)
            m_hat = m / (1.0 - self.beta_1**self.t)
            v_hat = v / (1.0 - self.beta_2**self.t)
            var.assign_sub(self.rate * m_hat / (tf.sqrt(v_hat) + self.epsilon))


adam = Adam()
for step in range(61):
    with tf.GradientTape() as tape:
        logits = neural_net(x)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        )
    if step % 25 == 0 and step <= 50:
        print("step %d, loss %.3f" % (step, loss))
    adam.step(tape.gradient(loss, variables))

accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
print("accuracy above 0.85:", bool(accuracy > 0.85))
axis = np.linspace(-1.0, 2.0, 5, dtype="float32")
grid = tf.reshape(tf.stack(tf.meshgrid(axis, axis), axis=-1), [-1, 2])
print("boundary grid:", tf.reshape(tf.argmax(neural_net(grid), 1), [5, 5]).shape)
