"""tf.Variable: creation, assignment in all its forms, use as a tensor, printing."""
