"""Bad input: TensorFlow's exception class, a message that helps, nothing changed."""
