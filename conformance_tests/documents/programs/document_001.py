"""Document 001: tensors, a tape and an optimizer. It shows no outputs; these are TensorFlow's.

Its 10,000-epoch regression is in test_regression.py: what it converges to is compared as a number.
"""

# ruff: noqa: E501

# %% shape, type and value of a tensor
import tfcompat as tf

grid = tf.constant([[1.0, 2.0], [3.0, 4.0]])
print(grid.shape)
print(grid.dtype)
print(grid.numpy())
# > (2, 2)
# > <dtype: 'float32'>
# > [[1. 2.]
# >  [3. 4.]]

# %% sum and product of two matrices, and sums over axes
other = tf.constant([[5.0, 6.0], [7.0, 8.0]])
print(tf.add(grid, other))
print(tf.matmul(grid, other))
print(tf.reduce_sum(grid))
print(tf.reduce_sum(grid, 0))
# > tf.Tensor(
# > [[ 6.  8.]
# >  [10. 12.]], shape=(2, 2), dtype=float32)
# > tf.Tensor(
# > [[19. 22.]
# >  [43. 50.]], shape=(2, 2), dtype=float32)
# > tf.Tensor(10.0, shape=(), dtype=float32)
# > tf.Tensor([4. 6.], shape=(2,), dtype=float32)

# %% value and gradient in a list
point = tf.Variable(initial_value=3.0)
with tf.GradientTape() as record:
    height = tf.square(point)
steepness = record.gradient(height, point)
print([height, steepness])
# > [<tf.Tensor: shape=(), dtype=float32, numpy=9.0>, <tf.Tensor: shape=(), dtype=float32, numpy=6.0>]
