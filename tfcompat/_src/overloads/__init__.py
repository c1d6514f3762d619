"""Public functions that take values of other classes than tensors."""
