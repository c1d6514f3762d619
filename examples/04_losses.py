"""Gradients of the two losses of a classifier, after a look at what is watched and what is not."""

import tfcompat as tf

quarters = tf.fill([4], 0.25)
twos = tf.fill([4], 2.0)
print(repr(quarters * twos))

weight = tf.constant(1.0)
signal = tf.constant(2.0)
before = signal * weight  # no tape runs yet

with tf.GradientTape() as tape:
    tape.watch([weight])
    inside = signal * weight
print(tape.gradient(inside, [weight]))

# A result from before the tape is unknown to it: its gradient is None.
with tf.GradientTape(persistent=True) as tape:
    tape.watch([weight])
    inside = signal * weight
from_before = tape.gradient(before, [weight])
from_inside = tape.gradient(inside, [weight])
print((from_before, from_inside))

# Second order. The slope along the weight does not depend on the weight: None again.
signal = tf.Variable(signal)
weight = tf.Variable(weight)
bias = tf.Variable(0.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        output = signal * weight + bias
    along_weight, along_bias = inner.gradient(output, [weight, bias])
bend = outer.gradient(along_weight, weight)
print(along_weight, along_bias, bend)
print(signal)
print(weight)
print(bias)

# Mean squared error on probabilities. The numbers are random, their form is not.
samples = tf.random.normal([2, 4])
weights = tf.random.normal([4, 3])
biases = tf.zeros([3])
classes = tf.constant([2, 0])
with tf.GradientTape() as tape:
    tape.watch([weights, biases])
    chances = tf.nn.softmax(samples @ weights + biases, axis=1)
    loss = tf.reduce_mean(tf.losses.MSE(tf.one_hot(classes, depth=3), chances))
gradients = tape.gradient(loss, [weights, biases])
print(repr(gradients[0]))
print(repr(gradients[1]))

# Cross-entropy straight from the logits, which is stable where softmax and log are not.
samples = tf.random.normal([2, 4])
weights = tf.random.normal([4, 3])
biases = tf.zeros([3])
with tf.GradientTape() as tape:
    tape.watch([weights, biases])
    logits = samples @ weights + biases
    losses = tf.losses.categorical_crossentropy(
        tf.one_hot(classes, depth=3), logits, from_logits=True
    )
    loss = tf.reduce_mean(losses)
gradients = tape.gradient(loss, [weights, biases])
print(repr(gradients[0]))
print(repr(gradients[1]))

# The chain rule: slope of the second layer times slope of the first.
entry = tf.constant(1.0)
w1, b1 = tf.constant(2.0), tf.constant(1.0)
w2, b2 = tf.constant(2.0), tf.constant(1.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch([w1, b1, w2, b2])
    first_layer = entry * w1 + b1
    second_layer = first_layer * w2 + b2
second_by_first = tape.gradient(second_layer, [first_layer])[0]
first_by_weight = tape.gradient(first_layer, [w1])[0]
second_by_weight = tape.gradient(second_layer, [w1])[0]
print(second_by_first * first_by_weight, "\n", second_by_weight)
