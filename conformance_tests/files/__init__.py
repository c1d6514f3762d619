"""Files: reading and writing them, records, serialised tensors, event files for TensorBoard."""
