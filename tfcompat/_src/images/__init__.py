"""Image files, between bytes and NumPy arrays."""
