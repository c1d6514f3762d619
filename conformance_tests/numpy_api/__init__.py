"""tf.experimental.numpy: what a table of answers cannot say."""
