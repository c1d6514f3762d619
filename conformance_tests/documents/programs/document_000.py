"""Document 000: a first look at automatic differentiation."""

# ruff: noqa: E501

# %% slope of a square
import tfcompat as tf

side = tf.Variable(3.0)
with tf.GradientTape() as record:
    area = tf.square(side)
slope = record.gradient(area, side)
print(area)
print(slope)
# > tf.Tensor(9.0, shape=(), dtype=float32)
# > tf.Tensor(6.0, shape=(), dtype=float32)

# %% an integer variable has no gradient, and a warning says so
side = tf.Variable(3)
with tf.GradientTape() as record:
    area = tf.square(side)
slope = record.gradient(area, side)
print(area)
print(slope)
# > tf.Tensor(9, shape=(), dtype=int32)
# > None
# ! WARNING:tensorflow:The dtype of the target tensor must be floating (e.g. tf.float32) when calling GradientTape.gradient, got tf.int32
# tf> tf.Tensor(9, shape=(), dtype=int32)
# tf> None

# %% two partial derivatives in one call
p = tf.Variable(3.0)
q = tf.Variable(4.0)
with tf.GradientTape() as record:
    surface = tf.square(p) + 2 * tf.square(q) + 1
by_p, by_q = record.gradient(surface, [p, q])
print("surface=", surface)
print("by_p=", by_p)
print("by_q=", by_q)
# > surface= tf.Tensor(42.0, shape=(), dtype=float32)
# > by_p= tf.Tensor(6.0, shape=(), dtype=float32)
# > by_q= tf.Tensor(16.0, shape=(), dtype=float32)

# %% second derivatives from a tape around a tape
p = tf.Variable(3.0)
q = tf.Variable(4.0)
with tf.GradientTape() as outer:
    with tf.GradientTape(persistent=True) as inner:
        surface = tf.square(p) + 2 * tf.square(q) + 1
    first = inner.gradient(surface, [p, q])
second = [outer.gradient(first, [p, q])]
print("surface=", surface)
print("first=", first)
print("second=", second)
del inner
del outer
# > surface= tf.Tensor(42.0, shape=(), dtype=float32)
# > first= [<tf.Tensor: shape=(), dtype=float32, numpy=6.0>, <tf.Tensor: shape=(), dtype=float32, numpy=16.0>]
# > second= [[<tf.Tensor: shape=(), dtype=float32, numpy=2.0>, <tf.Tensor: shape=(), dtype=float32, numpy=4.0>]]

# %% derivatives element by element
p = tf.Variable([1.0, 2.0, 3.0])
q = tf.Variable([4.0, 5.0, 6.0])
with tf.GradientTape() as record:
    surface = tf.square(p) + 2 * tf.square(q) + 1
by_p, by_q = record.gradient(surface, [p, q])
print("surface=", surface)
print("by_p=", by_p)
print("by_q=", by_q)
# > surface= tf.Tensor([34. 55. 82.], shape=(3,), dtype=float32)
# > by_p= tf.Tensor([2. 4. 6.], shape=(3,), dtype=float32)
# > by_q= tf.Tensor([16. 20. 24.], shape=(3,), dtype=float32)
