"""Derivatives of simple functions: one variable, two variables, second order, vectors."""

import tfcompat as tf

# 1. The slope of u² at 3. A variable is watched by every tape without being asked.
u = tf.Variable(3.0)
with tf.GradientTape() as tape:
    area = tf.square(u)
slope = tape.gradient(area, u)
print(area)
print(slope)

# An integer has no derivative: the tape warns, and the answer is None.
n = tf.Variable(3)
with tf.GradientTape() as tape:
    area = tf.square(n)
slope = tape.gradient(area, n)
print(area)
print(slope)

# 2. Partial derivatives of u² + 2v² + 1, both from one pass.
v = tf.Variable(4.0)
with tf.GradientTape() as tape:
    bowl = tf.square(u) + 2 * tf.square(v) + 1
along_u, along_v = tape.gradient(bowl, [u, v])
print("f=", bowl)
print("df_dx=", along_u)
print("df_dy=", along_v)

# 3. Second derivatives: the outer tape sees how the inner one computes its answer.
with tf.GradientTape() as outer:
    with tf.GradientTape(persistent=True) as inner:
        bowl = tf.square(u) + 2 * tf.square(v) + 1
    slopes = inner.gradient(bowl, [u, v])
bends = [outer.gradient(slopes, [u, v])]
print("f=", bowl)
print("first_grads=", slopes)
print("second_grads=", bends)

# 4. With vectors, each entry has its own derivative.
u = tf.Variable([1.0, 2.0, 3.0])
v = tf.Variable([4.0, 5.0, 6.0])
with tf.GradientTape() as tape:
    bowl = tf.square(u) + 2 * tf.square(v) + 1
along_u, along_v = tape.gradient(bowl, [u, v])
print("f=", bowl)
print("df_dx=", along_u)
print("df_dy=", along_v)
