"""tf.experimental.ExtensionType."""
