"""TensorFlow's rules for its ops, one file per family; the backends hold the kernels."""
