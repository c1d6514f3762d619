"""Keras multiplies two sparse matrices by way of another format, which is that of neither here."""

from __future__ import annotations

from typing import Any

from tfcompat._src.ops.joining import stack, unstack
from tfcompat._src.sparse.products import sparse_product
from tfcompat._src.sparse_tensor import SparseTensor


def sparse_tensor_to_csr_sparse_matrix(indices: Any, values: Any, dense_shape: Any) -> SparseTensor:
    """The matrix, or the batch of some, of coordinates, elements and a shape."""
    return SparseTensor(indices, values, dense_shape)


def sparse_matrix_sparse_mat_mul(a: SparseTensor, b: SparseTensor, dtype: Any) -> SparseTensor:
    """The product of two sparse matrices, or of two batches of them."""
    if a.shape.rank != 3:
        return sparse_product(a, b)
    batch, rows, _ = unstack(a.dense_shape, 3)
    columns = b.dense_shape[2]
    product = sparse_product(_diagonal(a), _diagonal(b))
    row, column = unstack(product.indices, 2, axis=1)
    which = row // rows
    indices = stack([which, row - which * rows, column - which * columns], axis=1)
    return SparseTensor(indices, product.values, stack([batch, rows, columns]))


def _diagonal(x: SparseTensor) -> SparseTensor:
    """The matrices of a batch along the diagonal of one."""
    batch, rows, columns = unstack(x.dense_shape, 3)
    which, row, column = unstack(x.indices, 3, axis=1)
    indices = stack([which * rows + row, which * columns + column], axis=1)
    return SparseTensor(indices, x.values, stack([batch * rows, batch * columns]))


def csr_sparse_matrix_to_sparse_tensor(matrix: SparseTensor, dtype: Any) -> SparseTensor:
    """The matrix itself."""
    return matrix
