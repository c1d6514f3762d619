"""tf.train's helpers beside checkpoints."""
