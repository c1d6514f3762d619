"""tf.test: its TestCase, compute_gradient and what it tells of the machine."""
