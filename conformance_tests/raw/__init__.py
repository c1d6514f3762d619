"""tf.raw_ops: how its functions are called."""
