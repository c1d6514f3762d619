"""Inverses, systems of equations and factorizations: tf.linalg.inv, solve, svd, ..."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.function import tracing
from tfcompat._src.matrices.singular import FEW_ROWS, any_singular
from tfcompat._src.naming import public
from tfcompat._src.ops.array import stop_gradient
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import concrete, is_operator, wrong_dtype
from tfcompat._src.ops.creation import eye, zeros, zeros_like
from tfcompat._src.ops.diagonals import diag_part
from tfcompat._src.ops.linalg import matmul, matrix_transpose
from tfcompat._src.ops.reductions import reduce_max, reduce_sum
from tfcompat._src.ops.selection import where
from tfcompat._src.ops.transcendental import log
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("decompositions")

_SINGLE_UP = frozenset({dtypes.float32, dtypes.float64}) | dtypes.COMPLEX


class LogMatrixDeterminant(NamedTuple):
    """What `tf.linalg.slogdet` returns."""

    sign: Tensor
    log_abs_determinant: Tensor


class Qr(NamedTuple):
    """What `tf.linalg.qr` returns."""

    q: Tensor
    r: Tensor


class Lu(NamedTuple):
    """What `tf.linalg.lu` returns."""

    lu: Tensor
    p: Tensor


# ---------------------------------------------------------------------------------------- checks
def _matrices(op: str, value: Any) -> Tensor:
    x = to_tensor(value)
    dtype = x._dtype
    if dtype is dtypes.float16:
        raise not_found(op, "received float16; no kernel computes it, cast to float32 first")
    if dtype not in _SINGLE_UP:
        raise wrong_dtype(op, dtype, _SINGLE_UP)
    if len(x._shape) < 2:
        raise invalid_argument(
            op, f"received the shape {tuple(x._shape)}; expected a matrix or a stack of them"
        )
    return x


def _of_floats(op: str, value: Any) -> Tensor:
    """Matrices for functions that TensorFlow composes, and checks beforehand."""
    x = to_tensor(value)
    if not x._dtype.is_floating:
        raise TypeError(f"{op}: received {x._dtype.name}; expected a floating dtype")
    if len(x._shape) < 2:
        raise ValueError(f"{op}: received the shape {tuple(x._shape)}; expected 2 axes or more")
    return _matrices(op, x)


def _square(op: str, value: Any) -> Tensor:
    x = _matrices(op, value)
    shape = x._shape
    if shape[-1] != shape[-2]:
        raise invalid_argument(
            op, f"received matrices of shape {tuple(shape)}; expected square ones"
        )
    return x


def _run(op: str, kernel: Any, inputs: tuple[Tensor, ...], attrs: tuple[Any, ...] = ()) -> Any:
    """Shapes and dtypes are checked, so what the framework still refuses is a singular matrix."""
    try:
        found = dispatch.execute(kernel, inputs, attrs)
    except RuntimeError as error:
        raise invalid_argument(op, f"Input is not invertible. {error}") from error
    if not kernels.refuses_singular(found):
        _check_regular(op, inputs[0])
    _check_first(op, inputs[0])
    return found


def _check_regular(op: str, x: Tensor) -> None:
    """Raises for singular matrices where their values are at hand, and nothing else looks."""
    values = concrete(x)
    if values is None:
        return
    if values.shape[-1] <= FEW_ROWS or not dispatch.has("decompositions", "singular"):
        singular = any_singular(values)
    else:
        # Of what has just been asked the factorization is a part, and done once.
        singular = bool(
            dispatch.execute_constant(kernels.singular, (x,), (), dtypes.bool_)._numpy()
        )
    if singular:
        raise invalid_argument(op, "Input is not invertible.")


def _check_first(op: str, x: Tensor) -> None:
    """Raises for NaN as the first pivot, where TensorFlow's elimination stops; later it goes on."""
    values = concrete(x)
    if values is None or not values.size:
        return
    # Of a single matrix without a call of NumPy's, for speed: NaN alone differs from itself.
    one = values.item(0) if values.ndim == 2 else 0.0
    if one != one or (values.ndim > 2 and np.isnan(values[..., 0, 0]).any()):
        raise invalid_argument(op, "Input is not invertible: received NaN.")


def _check_finite(op: str, x: Tensor, read: Any = np.asarray) -> None:
    """Raises for matrices, if their values are at hand, that have no eigenvalues.

    read: what of a matrix counts.
    """
    values = concrete(x)
    if values is None or values.shape[-1] < 2 or np.isfinite(values).all():
        return
    if not np.isfinite(read(values)).all():
        raise invalid_argument(
            op, "Input has no eigenvalues: received infinities or NaN; expected finite numbers"
        )


# ---------------------------------------------------------------------- determinants and inverses
@public("tfcompat.linalg")
def det(input: Any, name: str | None = None) -> Tensor:
    """The determinant of each square matrix."""
    if is_operator(input):
        return input.determinant()
    x = _square("MatrixDeterminant", input)
    return dispatch.execute1(kernels.det, x, x._dtype)


@public("tfcompat.linalg")
def slogdet(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """The sign of each determinant, and the logarithm of its absolute value."""
    x = _square("LogMatrixDeterminant", input)
    sign, logarithm = dispatch.execute(kernels.slogdet, (x,))
    if not (recording.anybody() or tracing.current()):
        return LogMatrixDeterminant(sign, logarithm)
    return LogMatrixDeterminant(_without_slope(stop_gradient(sign), x), logarithm)


@custom_gradient
def _without_slope(value: Tensor, x: Tensor) -> Any:
    """The value as a function of x with the derivative 0, which is not the same as none."""
    return value, lambda upstream: (None, zeros_like(x))


@public("tfcompat.linalg")
def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of each Hermitian positive definite matrix."""
    if is_operator(matrix):
        if not (matrix.is_positive_definite and matrix.is_self_adjoint):
            raise ValueError("Expected matrix to be self-adjoint positive definite.")
        return _real(matrix.log_abs_determinant())
    return 2.0 * reduce_sum(log(_real(diag_part(cholesky(matrix)))), axis=-1)


def _real(x: Tensor) -> Tensor:
    if not x._dtype.is_complex:
        return x
    from tfcompat._src.ops.complex import real

    return real(x)


@public("tfcompat.linalg")
def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse of each square matrix, or of its conjugate transpose.

    float16 is computed as float32. A singular matrix raises InvalidArgumentError; on JAX only one
    whose values are at hand, and the inverse of another is not finite.
    """
    if is_operator(input):
        return input.inverse()
    x = to_tensor(input)
    if x._dtype is dtypes.float16:
        return cast(inv(cast(x, dtypes.float32), adjoint), dtypes.float16)
    x = _square("MatrixInverse", x)
    return _run("MatrixInverse", kernels.inv, (x,), (bool(adjoint),))


@public("tfcompat.linalg")
def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The Moore-Penrose inverse of each matrix.

    Singular values up to `rcond` times the largest count as 0; by default 10 times the larger
    size times the precision of the dtype.

    Raises ValueError for bfloat16 without `rcond`.
    """
    x = to_tensor(a)
    if rcond is None and x._dtype is dtypes.bfloat16 and len(x._shape) > 1:
        raise ValueError("pinv: received bfloat16; expected a dtype of known precision")
    x = _of_floats("pinv", x)
    if not (recording.anybody() or tracing.current()):
        return _pinv(x, rcond)
    return _differentiable_pinv(x, rcond)


@custom_gradient
def _differentiable_pinv(x: Tensor, rcond: Any) -> Any:
    """With a derivative that exists where that of singular vectors does not: equal values."""

    def grad(upstream: Tensor) -> tuple[Tensor, None]:
        inverse = _differentiable_pinv(x, rcond)
        rows, columns = (eye(size, dtype=x._dtype) for size in x._shape[-2:])
        turned = matrix_transpose(upstream)
        squared = matmul(inverse, inverse, transpose_b=True)
        outside = matmul(matmul(rows - matmul(x, inverse), turned), squared)
        squared = matmul(inverse, inverse, transpose_a=True)
        within = matmul(squared, matmul(turned, columns - matmul(inverse, x)))
        both = matmul(matmul(inverse, upstream, transpose_a=True), inverse, transpose_b=True)
        return outside + within - both, None

    return _pinv(x, rcond), grad


def _pinv(x: Tensor, rcond: Any = None) -> Tensor:
    s, u, v = svd(x)
    if rcond is None:
        rcond = 10.0 * max(x._shape[-2:]) * _precision(s._dtype)
    cut = operand(rcond, s._dtype)[..., None] * reduce_max(s, axis=-1, keepdims=True)
    kept = s > cut
    inverse = where(kept, 1.0 / where(kept, s, operand(1.0, s._dtype)), operand(0.0, s._dtype))
    return matmul(v * cast(inverse, x._dtype)[..., None, :], u, adjoint_b=True)


def _precision(dtype: DType) -> float:
    return float(np.finfo(dtype.as_numpy_dtype).eps)


# -------------------------------------------------------------------------------- factorizations
@public("tfcompat.linalg")
def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangular factor of each positive definite matrix, NaN for any other.

    Only the lower triangles are read.
    """
    if is_operator(input):
        return input.cholesky()
    x = _square("Cholesky", input)
    return dispatch.execute1(kernels.cholesky, x, x._dtype)


@public("tfcompat.linalg")
def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """Each matrix as a product of one with orthonormal columns and an upper triangular one.

    `full_matrices` completes the first to a square matrix. float16 is computed as float32.
    """
    x = to_tensor(input)
    if x._dtype is dtypes.float16:
        q, r = qr(cast(x, dtypes.float32), full_matrices)
        return Qr(cast(q, dtypes.float16), cast(r, dtypes.float16))
    x = _matrices("Qr", x)
    return Qr(*dispatch.execute(kernels.qr, (x,), (bool(full_matrices),)))


@public("tfcompat.linalg")
def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """Singular values s, largest first, and singular vectors: u @ diag(s) @ adjoint(v).

    Args:
      tensor: one or more matrices.
      full_matrices: whether u and v are square.
      compute_uv: False for s alone.
      name: ignored.

    Returns:
      (s, u, v), or s. The signs of the vectors are the framework's.
    """
    x = _matrices("Svd", tensor)
    if not compute_uv:
        return dispatch.execute(kernels.svdvals, (x,))
    return dispatch.execute(kernels.svd, (x,), (bool(full_matrices),))


@public("tfcompat.linalg")
def eigh(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues, smallest first, and eigenvectors, as columns, of Hermitian matrices.

    Only the lower triangles are read. The eigenvalues have the matrices' dtype.
    """
    x = _square("SelfAdjointEigV2", tensor)
    _check_finite("SelfAdjointEigV2", x, np.tril)
    values, vectors = dispatch.execute(kernels.eigh, (x,))
    return cast(values, x._dtype), vectors


@public("tfcompat.linalg")
def eigvalsh(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of Hermitian matrices, smallest first."""
    return eigh(tensor)[0]


@public("tfcompat.linalg")
def eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors, as columns, of square matrices; both complex."""
    x = _square("Eig", tensor)
    _check_finite("Eig", x)
    try:
        return dispatch.execute(kernels.eig, (x,))
    except RuntimeError as error:
        raise invalid_argument("Eig", f"Input has no eigenvalues. {error}") from error


@public("tfcompat.linalg")
def eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of square matrices, complex."""
    return eig(tensor)[0]


@public("tfcompat.linalg")
def lu(input: Any, output_idx_type: Any = dtypes.int32, name: str | None = None) -> Lu:
    """Each square matrix, its rows permuted, as a product of triangular matrices.

    Returns:
      Both factors in one matrix, but for the first one's diagonal of ones, and the permutation.

    Raises InvalidArgumentError for a singular matrix; on JAX only where the values are at hand.
    """
    wanted = as_dtype(output_idx_type)
    if wanted not in (dtypes.int32, dtypes.int64):
        raise invalid_argument(
            "Lu", f"received output_idx_type={wanted.name}; accepted are int32 and int64"
        )
    x = _square("Lu", input)
    if not x._shape[-1]:
        return Lu(x, zeros(tuple(x._shape[:-1]), wanted))
    packed, order = dispatch.execute(kernels.lu, (x,))
    if kernels.refuses_singular(packed):
        factors = concrete(packed)
    elif x._shape[-1] > FEW_ROWS and concrete(x) is not None:
        factors = packed._numpy()
    else:
        factors = None
        _check_regular("Lu", x)
    if factors is not None:
        pivots = factors.diagonal(0, -2, -1)
        if np.count_nonzero(pivots) < pivots.size:
            raise invalid_argument("Lu", "Input is not invertible.")
    _check_first("Lu", x)
    return Lu(packed, order if order._dtype is wanted else cast(order, wanted))


@public("tfcompat.linalg")
def matrix_rank(
    a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """How many singular values of each matrix are above `tol`, an int32.

    By default `tol` is the largest one times the larger size times the precision of the dtype.
    """
    x = _of_floats("matrix_rank", a)
    s = svd(x, compute_uv=False)
    if tol is None:
        tol = max(x._shape[-2:]) * _precision(s._dtype) * reduce_max(s, axis=-1, keepdims=True)
    return reduce_sum(cast(s > tol, dtypes.int32), axis=-1)


@public("tfcompat.linalg")
def expm(input: Any, name: str | None = None) -> Tensor:
    """The matrix exponential of each square matrix.

    Raises ValueError for integers and bfloat16.
    """
    x = to_tensor(input)
    unlike = dtypes.BOOL | dtypes.UNSIGNED_INTEGERS | {dtypes.string}
    if x._dtype in unlike:
        raise wrong_dtype("expm", x._dtype, _SINGLE_UP)
    if x._dtype is dtypes.bfloat16 or not x._dtype.is_inexact:
        if x._shape == (0, 0):
            return x
        raise ValueError(f"expm: received {x._dtype.name}; expected a floating or complex dtype")
    x = _square("expm", x)
    return dispatch.execute1(kernels.expm, x, x._dtype)
