"""Tensors of strings: what a table of values cannot say about tf.strings."""
