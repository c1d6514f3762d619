"""tf.queue."""
