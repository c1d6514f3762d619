"""Document 004: derivatives by differences, by tapes, and gradient descent."""

# ruff: noqa: E501

# %% central differences in plain Python
from typing import Any

import tfcompat as tf

keras: Any = tf.keras


def parabola(u):
    return 3.0 * u**2 + 2.0 * u - 1


def by_differences(function, u, step=1e-4):
    return (function(u + step) - function(u - step)) / (2.0 * step)


print(by_differences(parabola, 1.0))
# > 7.999999999994678


# %% partial derivatives by differences
def saddle(u, w):
    return (u + 5) * (w**2)


def gradient_by_differences(function, u, w, step=1e-3):
    along_u = by_differences(lambda moved: function(moved, w), u, step)
    along_w = by_differences(lambda moved: function(u, moved), w, step)
    return along_u, along_w


print(gradient_by_differences(saddle, 2, 3))
# > (8.999999999993236, 41.999999999994486)

# %% a tape can be asked once
u = tf.Variable(2.0)
w = tf.Variable(3.0)
with tf.GradientTape() as record:
    height = saddle(u, w)
print(record.gradient(height, [u, w]))
print("-" * 50)
print(u)
print("-" * 50)
try:
    record.gradient(height, w)
except RuntimeError as error:
    print(error)
# > [<tf.Tensor: shape=(), dtype=float32, numpy=9.0>, <tf.Tensor: shape=(), dtype=float32, numpy=42.0>]
# > --------------------------------------------------
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=2.0>
# > --------------------------------------------------
# > A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)

# %% a persistent tape can be asked often
u = tf.Variable(2.0)
w = tf.Variable(3.0)
with tf.GradientTape(persistent=True) as record:
    height = saddle(u, w)
print(record.gradient(height, u), record.gradient(height, w))
print("-" * 50)
both = record.gradient(height, [u, w])
print(both)
print("-" * 50)
print(type(both))
del record
# > tf.Tensor(9.0, shape=(), dtype=float32) tf.Tensor(42.0, shape=(), dtype=float32)
# > --------------------------------------------------
# > [<tf.Tensor: shape=(), dtype=float32, numpy=9.0>, <tf.Tensor: shape=(), dtype=float32, numpy=42.0>]
# > --------------------------------------------------
# > <class 'list'>

# %% several formulas under one tape
with tf.GradientTape() as record:
    height = saddle(u, w)
    squared = height * height
print(record.gradient(squared, u))
# > tf.Tensor(1134.0, shape=(), dtype=float32)

# %% constants are not watched
fixed_u = tf.constant(2.0)
fixed_w = tf.constant(3.0)
with tf.GradientTape() as record:
    height = saddle(fixed_u, fixed_w)
print(record.gradient(height, [fixed_u, fixed_w]))
# > [None, None]

# %% unless the tape is told to
with tf.GradientTape() as record:
    record.watch(fixed_u)
    record.watch(fixed_w)
    height = saddle(fixed_u, fixed_w)
print(record.gradient(height, [fixed_u, fixed_w]))
# > [<tf.Tensor: shape=(), dtype=float32, numpy=9.0>, <tf.Tensor: shape=(), dtype=float32, numpy=42.0>]

# %% gradients of several targets add up
five = tf.Variable(5.0)
with tf.GradientTape() as record:
    triple = 3 * five
    square = five**2
    cube = five**3
print(record.gradient([triple, square, cube], five))
# > tf.Tensor(88.0, shape=(), dtype=float32)

# %% all four second derivatives
u = tf.Variable(2.0)
w = tf.Variable(3.0)
with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        height = saddle(u, w)
    firsts = inner.gradient(height, [u, w])
print([outer.gradient(first, [u, w]) for first in firsts])
del inner
del outer
# > [[None, <tf.Tensor: shape=(), dtype=float32, numpy=6.0>], [<tf.Tensor: shape=(), dtype=float32, numpy=6.0>, <tf.Tensor: shape=(), dtype=float32, numpy=14.0>]]

# %% gradient descent by hand
rate = 0.1
place = tf.Variable(-1.0)
for _ in range(100):
    with tf.GradientTape() as record:
        depth = parabola(place)
    slope = record.gradient(depth, place)
    place.assign_sub(rate * slope)
print(place)
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=-0.33333334>
# tf> <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=-0.3333333432674408>

# %% gradient descent with the optimizer's argument of then
place = tf.Variable(2.0)
optimizer = keras.optimizers.SGD(lr=rate)
for _ in range(100):
    with tf.GradientTape() as record:
        depth = parabola(place)
    slope = record.gradient(depth, place)
    optimizer.apply_gradients([(slope, place)])
print(place)
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=-0.3333333>
# tf! ValueError: Argument(s) not recognized: {'lr': 0.1}

# %% gradient descent with the optimizer's argument of today
place = tf.Variable(2.0)
optimizer = keras.optimizers.SGD(learning_rate=rate)
for _ in range(100):
    with tf.GradientTape() as record:
        depth = parabola(place)
    slope = record.gradient(depth, place)
    optimizer.apply_gradients([(slope, place)])
print(place)
# > <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=-0.3333333>
# tf> <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=-0.3333333134651184>
