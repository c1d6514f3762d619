"""Kernels on NumPy arrays, for backends where an op on few elements is dear."""

from . import arrays, elementwise, functions, matrices, reductions, signals, special
from .table import KERNELS as KERNELS, NumpyKernel as NumpyKernel

__all__ = ["arrays", "elementwise", "functions", "matrices", "reductions", "signals", "special"]
