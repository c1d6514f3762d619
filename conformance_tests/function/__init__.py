"""tf.function: when it traces, what a trace takes and gives, variables, methods, errors."""
