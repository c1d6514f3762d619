"""tf.linalg: matrices."""

from tfcompat._src.ops.linalg import matmul as matmul
