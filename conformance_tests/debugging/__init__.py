"""tf.debugging: what its assertions raise and say, and the checks of numerics."""
