"""tf.lookup: tables."""
