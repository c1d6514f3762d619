"""The programs of examples/tutorials, unchanged, beside what they print on TensorFlow."""
