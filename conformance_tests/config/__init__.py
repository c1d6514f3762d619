"""tf.config, tf.DeviceSpec, tf.version, tf.profiler: switches and what they tell."""
