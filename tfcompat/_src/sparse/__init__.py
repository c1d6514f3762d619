"""The ops of tf.sparse, by concern. Coordinates are NumPy's affair; values stay differentiable."""
