"""Algorithms for matrices on the host, which neither NumPy nor SciPy has in TensorFlow's form."""
