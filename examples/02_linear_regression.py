"""A line through five points: the tape finds the slope of the error, SGD walks down it."""

import numpy as np

import tfcompat as tf

# The tape in one example.
side = tf.Variable(initial_value=3.0)
with tf.GradientTape() as tape:
    area = tf.square(side)
growth = tape.gradient(area, side)
print([area, growth])

# Flat prices of five years, both axes scaled to [0, 1].
years = np.array([2013, 2014, 2015, 2016, 2017], dtype=np.float32)
prices = np.array([12000, 14000, 15000, 16500, 17500], dtype=np.float32)
years = (years - years.min()) / (years.max() - years.min())
prices = (prices - prices.min()) / (prices.max() - prices.min())

when = tf.constant(years)
price = tf.constant(prices)
slope = tf.Variable(initial_value=0.0)
offset = tf.Variable(initial_value=0.0)
parameters = [slope, offset]

optimizer = tf.keras.optimizers.SGD(learning_rate=1e-3)
for _epoch in range(10_000):
    with tf.GradientTape() as tape:
        predicted = slope * when + offset
        error = 0.5 * tf.reduce_sum(tf.square(predicted - price))
    downhill = tape.gradient(error, parameters)
    optimizer.apply_gradients(grads_and_vars=zip(downhill, parameters, strict=True))

print(slope, offset)
