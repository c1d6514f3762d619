"""Raw ops of linear algebra and Fourier transforms."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.ops import (
    casting,
    decompositions,
    einsum,
    fourier,
    linalg,
    linear_systems,
    matrix_functions,
    tridiagonal,
)
from tfcompat._src.ops.creation import zeros
from tfcompat._src.raw.common import check_result, gradient
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _matmul(a: Any, b: Any, transpose_a: bool, transpose_b: bool, *_: Any) -> Tensor:
    # Either factor takes the other's dtype here, not only the second the first's.
    return linalg.matmul(*operands(a, b), transpose_a, transpose_b)


def _batch_matmul(x: Any, y: Any, adj_x: bool, adj_y: bool, *_: Any) -> Tensor:
    return linalg.matmul(*operands(x, y), adjoint_a=adj_x, adjoint_b=adj_y)


def _batch_matmul_v3(x: Any, y: Any, wanted: Any, adj_x: bool, adj_y: bool, *_: Any) -> Tensor:
    found = as_dtype(wanted)
    return linalg.matmul(*operands(x, y), adjoint_a=adj_x, adjoint_b=adj_y, output_type=found)


def _einsum(inputs: Any, equation: str) -> Tensor:
    return einsum.einsum(equation, *inputs)


def _nothing(like: Tensor) -> Tensor:
    return zeros((), like._dtype)


def _svd(input: Any, compute_uv: bool, full_matrices: bool) -> tuple[Any, Any, Any]:
    found = decompositions.svd(input, full_matrices, compute_uv)
    return found if compute_uv else (found, _nothing(found), _nothing(found))


def _self_adjoint_eig(input: Any, compute_v: bool) -> tuple[Any, Any]:
    if compute_v:
        return decompositions.eigh(input)
    values = decompositions.eigvalsh(input)
    return values, _nothing(values)


def _eig(input: Any, wanted: Any, compute_v: bool) -> tuple[Any, Any]:
    if compute_v:
        values, vectors = decompositions.eig(input)
    else:
        values = decompositions.eigvals(input)
        vectors = _nothing(values)
    check_result("Eig", values._dtype, wanted)
    return values, vectors


def _cholesky_grad(l: Any, grad: Any) -> Tensor:  # noqa: E741
    factor = to_tensor(l)
    product = linalg.matmul(factor, factor, adjoint_b=True)
    return gradient(decompositions.cholesky, (product,), grad)


def _solve_ls(matrix: Any, rhs: Any, l2_regularizer: Any, fast: bool) -> Tensor:
    weight = float(casting.cast(l2_regularizer, dtypes.float64))
    return linear_systems.lstsq(matrix, rhs, weight, fast)


def _real_transform(function: Any, op: str) -> Any:
    def call(input: Any, fft_length: Any, wanted: Any) -> Tensor:
        result: Tensor = function(input, fft_length)
        check_result(op, result._dtype, wanted)
        return result

    call.__name__ = function.__name__
    return call


def _real_nd_transform(function: Any, op: str) -> Any:
    def call(input: Any, fft_length: Any, axes: Any, wanted: Any) -> Tensor:
        result: Tensor = function(input, fft_length, axes)
        check_result(op, result._dtype, wanted)
        return result

    call.__name__ = function.__name__
    return call


def _tridiagonal_matmul(superdiag: Any, maindiag: Any, subdiag: Any, rhs: Any) -> Tensor:
    given = [to_tensor(d)[..., 0, :] for d in (superdiag, maindiag, subdiag)]
    return tridiagonal.tridiagonal_matmul(given, rhs, "sequence")


def _tridiagonal_solve(diagonals: Any, rhs: Any, pivoting: bool, perturb: bool) -> Tensor:
    return tridiagonal.tridiagonal_solve(
        diagonals, rhs, partial_pivoting=pivoting, perturb_singular=perturb
    )


TABLE: Table = {
    "BandedTriangularSolve matrix rhs lower=True adjoint=False": (
        tridiagonal.banded_triangular_solve
    ),
    "BatchMatMul x y adj_x=False adj_y=False grad_x=False grad_y=False": _batch_matmul,
    "BatchMatMulV2 x y adj_x=False adj_y=False grad_x=False grad_y=False": _batch_matmul,
    "BatchMatMulV3 x y Tout adj_x=False adj_y=False grad_x=False grad_y=False": _batch_matmul_v3,
    "Cholesky input": decompositions.cholesky,
    "CholeskyGrad l grad": _cholesky_grad,
    "Eig input Tout compute_v=True -> e v": _eig,
    "Einsum inputs equation": _einsum,
    "LogMatrixDeterminant input -> sign log_abs_determinant": decompositions.slogdet,
    "Lu input output_idx_type=int32 -> lu p": decompositions.lu,
    "MatMul a b transpose_a=False transpose_b=False grad_a=False grad_b=False": _matmul,
    "MatrixDeterminant input": decompositions.det,
    "MatrixInverse input adjoint=False": decompositions.inv,
    "MatrixLogarithm input": matrix_functions.logm,
    "MatrixSolve matrix rhs adjoint=False": linear_systems.solve,
    "MatrixSolveLs matrix rhs l2_regularizer fast=True": _solve_ls,
    "MatrixSquareRoot input": matrix_functions.sqrtm,
    "MatrixTriangularSolve matrix rhs lower=True adjoint=False": linear_systems.triangular_solve,
    "Qr input full_matrices=False -> q r": decompositions.qr,
    "SelfAdjointEigV2 input compute_v=True -> e v": _self_adjoint_eig,
    "SparseMatMul a b transpose_a=False transpose_b=False a_is_sparse=False b_is_sparse=False": (
        _matmul
    ),
    "Svd input compute_uv=True full_matrices=False -> s u v": _svd,
    "TridiagonalMatMul superdiag maindiag subdiag rhs": _tridiagonal_matmul,
    "TridiagonalSolve diagonals rhs partial_pivoting=True perturb_singular=False": (
        _tridiagonal_solve
    ),
    "FFT input": fourier.fft,
    "FFT2D input": fourier.fft2d,
    "FFT3D input": fourier.fft3d,
    "FFTND input fft_length axes": fourier.fftnd,
    "IFFT input": fourier.ifft,
    "IFFT2D input": fourier.ifft2d,
    "IFFT3D input": fourier.ifft3d,
    "IFFTND input fft_length axes": fourier.ifftnd,
    "IRFFT input fft_length Treal=float32": _real_transform(fourier.irfft, "IRFFT"),
    "IRFFT2D input fft_length Treal=float32": _real_transform(fourier.irfft2d, "IRFFT2D"),
    "IRFFT3D input fft_length Treal=float32": _real_transform(fourier.irfft3d, "IRFFT3D"),
    "IRFFTND input fft_length axes Treal=float32": _real_nd_transform(fourier.irfftnd, "IRFFTND"),
    "RFFT input fft_length Tcomplex=complex64": _real_transform(fourier.rfft, "RFFT"),
    "RFFT2D input fft_length Tcomplex=complex64": _real_transform(fourier.rfft2d, "RFFT2D"),
    "RFFT3D input fft_length Tcomplex=complex64": _real_transform(fourier.rfft3d, "RFFT3D"),
    "RFFTND input fft_length axes Tcomplex=complex64": _real_nd_transform(fourier.rfftnd, "RFFTND"),
}
