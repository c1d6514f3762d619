"""tf.experimental.numpy: NumPy's functions on tensors, by TensorFlow's promotion rules."""
