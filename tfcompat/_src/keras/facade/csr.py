"""Keras multiplies two sparse matrices by way of another format, which is that of neither here."""

from __future__ import annotations

from typing import Any

from tfcompat._src.sparse.products import sparse_product
from tfcompat._src.sparse_tensor import SparseTensor


def sparse_tensor_to_csr_sparse_matrix(indices: Any, values: Any, dense_shape: Any) -> SparseTensor:
    """The matrix of coordinates, elements and a shape."""
    return SparseTensor(indices, values, dense_shape)


def sparse_matrix_sparse_mat_mul(a: SparseTensor, b: SparseTensor, dtype: Any) -> SparseTensor:
    """The product of two sparse matrices."""
    return sparse_product(a, b)


def csr_sparse_matrix_to_sparse_tensor(matrix: SparseTensor, dtype: Any) -> SparseTensor:
    """The matrix itself."""
    return matrix
