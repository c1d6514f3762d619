"""tf.summary: events for TensorBoard. The messages are those of the package tensorboard."""
