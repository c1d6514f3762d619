"""tf.Tensor as a Python object: conversions, operators, indexing, printing; dtypes and shapes."""
