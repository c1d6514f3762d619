"""tf.function: tracing Python functions into graphs, and running those."""
