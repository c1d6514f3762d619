"""AutoGraph: programs with Python's control flow, as they are and under tf.function."""
