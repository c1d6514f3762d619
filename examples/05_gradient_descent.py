"""From difference quotients to tapes to gradient descent, by hand and with an optimizer."""

import tfcompat as tf
from tfcompat import keras


def parabola(x):
    return 3.0 * x**2 + 2.0 * x - 1


def surface(x, y):
    return (x + 5) * (y**2)


def difference_quotient(function, x, step=1e-4):
    return (function(x + step) - function(x - step)) / (2.0 * step)


def difference_gradient(function, x, y, step=1e-3):
    along_x = difference_quotient(lambda moved: function(moved, y), x, step)
    along_y = difference_quotient(lambda moved: function(x, moved), y, step)
    return along_x, along_y


line = "-" * 50
print(difference_quotient(parabola, 1.0))
print(difference_gradient(surface, 2, 3))

# The same by tape, exactly. A tape answers once ...
east, north = tf.Variable(2.0), tf.Variable(3.0)
with tf.GradientTape() as tape:
    height = surface(east, north)
print(tape.gradient(height, [east, north]))
print(line)
print(east)
print(line)
try:
    tape.gradient(height, north)
except RuntimeError as refusal:
    print(refusal)

# ... unless it is persistent.
with tf.GradientTape(persistent=True) as tape:
    height = surface(east, north)
print(tape.gradient(height, east), tape.gradient(height, north))
print(line)
both = tape.gradient(height, [east, north])
print(both)
print(line)
print(type(both))
del tape

# Through a function of a function.
with tf.GradientTape() as tape:
    height = surface(east, north)
    squared = height * height
print(tape.gradient(squared, east))

# Constants have to be watched.
east, north = tf.constant(2.0), tf.constant(3.0)
with tf.GradientTape() as tape:
    height = surface(east, north)
print(tape.gradient(height, [east, north]))
with tf.GradientTape() as tape:
    tape.watch(east)
    tape.watch(north)
    height = surface(east, north)
print(tape.gradient(height, [east, north]))

# Several targets: the derivatives add up, here 3 + 10 + 75.
x = tf.Variable(5.0)
with tf.GradientTape() as tape:
    linear = 3 * x
    square = x**2
    cube = x**3
print(tape.gradient([linear, square, cube], x))

# All second derivatives of the surface. East alone bends nothing, hence the None.
east, north = tf.Variable(2.0), tf.Variable(3.0)
with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        height = surface(east, north)
    slopes = inner.gradient(height, [east, north])
print([outer.gradient(slope, [east, north]) for slope in slopes])
del inner, outer

# Gradient descent by hand ...
rate = 0.1
x = tf.Variable(-1.0)
for _ in range(100):
    with tf.GradientTape() as tape:
        depth = parabola(x)
    x.assign_sub(rate * tape.gradient(depth, x))
print(x)

# ... and with an optimizer, its rate under the name that it had before TensorFlow 2.11.
x = tf.Variable(2.0)
optimizer = keras.optimizers.SGD(lr=rate)
for _ in range(100):
    with tf.GradientTape() as tape:
        depth = parabola(x)
    optimizer.apply_gradients([(tape.gradient(depth, x), x)])
print(x)
