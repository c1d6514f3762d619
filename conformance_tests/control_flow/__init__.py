"""Branches, loops, tf.TensorArray, tf.print and Python functions among the ops."""
