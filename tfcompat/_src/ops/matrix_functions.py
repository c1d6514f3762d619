"""Functions of matrices, and what is computed from their LU factors: sqrtm, logm, lu_solve, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.matrices import schur
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import beside, check_dtype
from tfcompat._src.ops.creation import eye, ones
from tfcompat._src.ops.diagonals import band_part, set_diag
from tfcompat._src.ops.linalg import adjoint, matmul, matrix_transpose
from tfcompat._src.ops.linear_systems import solve, triangular_solve
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import gather
from tfcompat._src.ops.sorting import argsort, invert_permutation
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

_ROOTED = frozenset({dtypes.float32, dtypes.float64}) | dtypes.COMPLEX


# ------------------------------------------------------------------------ functions of matrices
def _square(op: str, value: Any, accepted: frozenset[dtypes.DType]) -> Tensor:
    x = to_tensor(value)
    if x._dtype is dtypes.float16 and dtypes.float32 in accepted:
        raise not_found(op, "received float16; no kernel computes it, cast to float32 first")
    check_dtype(op, x, accepted)
    shape = tuple(x._shape)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise invalid_argument(op, f"received the shape {shape}; expected square matrices")
    return x


@public("tfcompat.linalg")
def sqrtm(input: Any, name: str | None = None) -> Tensor:
    """The principal square root of each square matrix.

    It is NaN where a real matrix has negative eigenvalues, and for a singular one. Computed on
    the host.
    """
    return _sqrtm(_square("MatrixSquareRoot", input, _ROOTED))


@custom_gradient
def _sqrtm(x: Tensor) -> Any:
    def grad(upstream: Tensor) -> Tensor:
        # With R the root, the derivative Z solves R^H Z + Z R^H = upstream.
        root, n = adjoint(_sqrtm(x)), x._shape[-1]
        one = eye(n, dtype=x._dtype)
        left = root[..., :, None, :, None] * one[:, None, :]
        right = one[:, None, :, None] * matrix_transpose(root)[..., None, :, None, :]
        outer = tuple(x._shape[:-2])
        system = reshape(left + right, (*outer, n * n, n * n))
        found = solve(system, reshape(upstream, (*outer, n * n, 1)))
        return reshape(found, tuple(x._shape))

    return from_numpy(schur.sqrtm(x._numpy()), x._dtype), grad


@public("tfcompat.linalg")
def logm(input: Any, name: str | None = None) -> Tensor:
    """The principal logarithm of each complex square matrix, NaN for a singular one.

    Computed on the host. As in TensorFlow it has no derivative: asking for it is a LookupError.
    """
    return _logm(_square("MatrixLogarithm", input, dtypes.COMPLEX))


@custom_gradient
def _logm(x: Tensor) -> Any:
    def grad(upstream: Tensor) -> Tensor:
        raise LookupError("gradient registry has no entry for: MatrixLogarithm")

    return from_numpy(schur.logm(x._numpy()), x._dtype), grad


# ------------------------------------------------------------------------------------ LU factors
def _factors(op: str, lower_upper: Any, perm: Any) -> tuple[Tensor, Tensor]:
    packed, order = beside(lower_upper, dtypes.float32), to_tensor(perm)
    shape = tuple(packed._shape)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(f"{op}: received lower_upper of shape {shape}; expected square matrices")
    if len(order._shape) + 1 != len(shape):
        raise ValueError(
            f"{op}: received perm of shape {tuple(order._shape)} and lower_upper of shape {shape}; "
            "expected one axis less"
        )
    return packed, order


def _lower_factor(packed: Tensor) -> Tensor:
    return set_diag(band_part(packed, -1, 0), ones(tuple(packed._shape[:-1]), packed._dtype))


def _rows(x: Tensor, order: Tensor) -> Tensor:
    """The rows of each matrix in the order of the vector that belongs to it."""
    return gather(x, order, axis=-2, batch_dims=len(order._shape) - 1) if 0 not in x._shape else x


@public("tfcompat.linalg")
def lu_reconstruct(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The matrices of which `tf.linalg.lu` gave these factors and permutations.

    Shapes are checked whether or not `validate_args` is set.

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: `perm` is no permutation.
    """
    packed, order = _factors("lu_reconstruct", lower_upper, perm)
    if order._shape[-1] != packed._shape[-1]:
        raise invalid_argument(
            "lu_reconstruct",
            f"received {order._shape[-1]} places in perm for {packed._shape[-1]} rows",
        )
    product = matmul(_lower_factor(packed), band_part(packed, 0, -1))
    if len(order._shape) == 1:
        return gather(product, invert_permutation(order))
    return _rows(product, argsort(order))


@public("tfcompat.linalg")
def lu_solve(
    lower_upper: Any, perm: Any, rhs: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The solutions of systems of which `tf.linalg.lu` gave the factors; outer axes broadcast.

    Shapes are checked whether or not `validate_args` is set. Raises ValueError where they do not
    fit.
    """
    packed, order = _factors("lu_solve", lower_upper, perm)
    right = beside(rhs, packed._dtype)
    shape = tuple(right._shape)
    if len(shape) < 2 or shape[-2] != packed._shape[-1]:
        raise ValueError(
            f"lu_solve: received rhs of shape {shape}; expected matrices of "
            f"{packed._shape[-1]} rows"
        )
    if len(order._shape) > 1 or len(shape) > 2:
        outer = broadcast_shapes(tuple(order._shape[:-1]), shape[:-2], "lu_solve")
        right = broadcast_to(right, outer + shape[-2:])
        order = broadcast_to(order, (*outer, order._shape[-1]))
    solved = triangular_solve(_lower_factor(packed), _rows(right, order))
    return triangular_solve(packed, solved, lower=False)


@public("tfcompat.linalg")
def lu_matrix_inverse(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The inverses of the matrices of which `tf.linalg.lu` gave the factors.

    Shapes are checked whether or not `validate_args` is set. Raises ValueError where they do not
    fit.
    """
    packed, order = _factors("lu_matrix_inverse", lower_upper, perm)
    return lu_solve(packed, order, eye(packed._shape[-1], dtype=packed._dtype))


matrix_square_root = sqrtm
