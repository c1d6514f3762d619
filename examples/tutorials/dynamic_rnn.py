"""Sequences of different lengths: masks for Keras, and an LSTM in a loop of our own."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(2)
rng = np.random.default_rng(2)
lengths = rng.integers(2, 9, 60)
values = np.zeros((60, 8, 1), "float32")
for row, length in enumerate(lengths):
    values[row, :length, 0] = rng.uniform(0.1, 1.0, length)
targets = values.sum(axis=1)

model = tf.keras.Sequential(
    [layers.Input((8, 1)), layers.Masking(mask_value=0.0), layers.LSTM(12), layers.Dense(1)]
)
model.compile(tf.keras.optimizers.Adam(0.02), "mse")
history = model.fit(values, targets, epochs=4, batch_size=20, verbose=0, shuffle=False)
print("keras: %.2f -> %.2f" % (history.history["loss"][0], history.history["loss"][-1]))
short = model.predict(values[:1, : max(2, lengths[0])], verbose=0)
print("padding changes nothing:", np.allclose(short, model.predict(values[:1], verbose=0), 1e-4))


class DynamicLSTM(tf.Module):
    """One LSTM layer that stops each sequence at its own end."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.w = tf.Variable(tf.random.stateless_normal([1 + units, 4 * units], [1, 2]) * 0.3)
        self.b = tf.Variable(tf.zeros([4 * units]))
        self.out = tf.Variable(tf.random.stateless_normal([units, 1], [3, 4]) * 0.3)

    @tf.function
    def __call__(self, x, lengths):
        batch = tf.shape(x)[0]
        h = tf.zeros([batch, self.units])
        c = tf.zeros([batch, self.units])
        for t in tf.range(tf.reduce_max(lengths)):
            gates = tf.concat([x[:, t], h], axis=1) @ self.w + self.b
            i, f, o, g = tf.split(gates, 4, axis=1)
            new_c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
            new_h = tf.sigmoid(o) * tf.tanh(new_c)
            alive = (t < lengths)[:, None]
            c = tf.where(alive, new_c, c)
            h = tf.where(alive, new_h, h)
        return h @ self.out


network = DynamicLSTM(8)
optimizer = tf.keras.optimizers.Adam(0.02)
x, n = tf.constant(values), tf.constant(lengths, tf.int32)
for step in range(1, 11):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((network(x, n) - targets) ** 2)
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradients, network.trainable_variables))
    if step % 5 == 0:
        print("by hand, step %d: %.3f" % (step, loss))
