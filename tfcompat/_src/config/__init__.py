"""tf.config: devices, the backend, and switches."""
