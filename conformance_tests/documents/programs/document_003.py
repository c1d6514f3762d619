"""Document 003: a notebook about gradients of losses.

Its random examples are in test_losses.py: their values are checked by mathematics.
"""

# %% element-wise product
import tfcompat as tf

quarters = tf.fill([4], 0.25)
twos = tf.fill([4], 2.0)
print(repr(quarters * twos))
# > <tf.Tensor: shape=(4,), dtype=float32, numpy=array([0.5, 0.5, 0.5, 0.5], dtype=float32)>

# %% a watched constant
weight = tf.constant(1.0)
signal = tf.constant(2.0)
before = signal * weight
with tf.GradientTape() as record:
    record.watch([weight])
    inside = signal * weight
print(record.gradient(inside, [weight]))
# > [<tf.Tensor: shape=(), dtype=float32, numpy=2.0>]

# %% what was computed before the tape has no gradient
with tf.GradientTape(persistent=True) as record:
    record.watch([weight])
    inside = signal * weight
print((record.gradient(before, [weight]), record.gradient(inside, [weight])))
# > ([None], [<tf.Tensor: shape=(), dtype=float32, numpy=2.0>])

# %% second derivative of something linear
signal = tf.Variable(signal)
weight = tf.Variable(weight)
offset = tf.Variable(0.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        line = signal * weight + offset
    by_weight, by_offset = inner.gradient(line, [weight, offset])
twice = outer.gradient(by_weight, weight)
print(by_weight, by_offset, twice)
# > tf.Tensor(2.0, shape=(), dtype=float32) tf.Tensor(1.0, shape=(), dtype=float32) None

# %% variables as a notebook shows them
for variable in (signal, weight, offset):
    print(repr(variable))
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=2.0>
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=1.0>
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=0.0>

# %% the chain rule
start = tf.constant(1.0)
weight_1 = tf.constant(2.0)
offset_1 = tf.constant(1.0)
weight_2 = tf.constant(2.0)
offset_2 = tf.constant(1.0)
with tf.GradientTape(persistent=True) as record:
    record.watch([weight_1, offset_1, weight_2, offset_2])
    hidden = start * weight_1 + offset_1
    final = hidden * weight_2 + offset_2
final_by_hidden = record.gradient(final, [hidden])[0]
hidden_by_weight = record.gradient(hidden, [weight_1])[0]
final_by_weight = record.gradient(final, [weight_1])[0]
print(final_by_hidden * hidden_by_weight, "\n", final_by_weight)
# > tf.Tensor(2.0, shape=(), dtype=float32) \
# >  tf.Tensor(2.0, shape=(), dtype=float32)
