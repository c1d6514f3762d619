"""Systems of linear equations: tf.linalg.solve, triangular_solve, cholesky_solve, lstsq."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operand, operands
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import is_operator, mismatch
from tfcompat._src.ops.creation import eye
from tfcompat._src.ops.decompositions import _matrices, _pinv, _run, _square, cholesky
from tfcompat._src.ops.linalg import matmul
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("decompositions")


def _system(op: str, matrix: Any, rhs: Any) -> tuple[Tensor, Tensor]:
    a, b = operands(matrix, rhs)
    if a._dtype is not b._dtype:
        raise mismatch(op, a, b)
    return a, _matrices(op, b)


def _rows_fit(op: str, a: Tensor, b: Tensor) -> None:
    if a._shape[-2] != b._shape[-2]:
        raise invalid_argument(
            op,
            f"received matrices of shape {tuple(a._shape)} and right-hand sides of shape "
            f"{tuple(b._shape)}; expected as many rows in both",
        )


# ---------------------------------------------------------------------------- systems of equations
@public("tfcompat.linalg")
def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The solutions of square systems: matrix @ result = rhs, of which neither broadcasts.

    `adjoint` takes the matrices' conjugate transposes. For singular ones see `inv`.

    Raises InvalidArgumentError for shapes that do not fit.
    """
    if is_operator(matrix):
        return matrix.solve(rhs, adjoint=adjoint)
    op = "MatrixSolve"
    a, b = _system(op, matrix, rhs)
    a = _square(op, a)
    x, y = a._shape, b._shape
    if len(x) != len(y) or (len(x) > 2 and x[:-2] != y[:-2]):
        raise invalid_argument(
            op,
            f"received shapes {tuple(x)} and {tuple(y)}; expected the same axes before the last "
            "two",
        )
    _rows_fit(op, a, b)
    return _run(op, kernels.solve, (a, b), (bool(adjoint),))


@public("tfcompat.linalg")
def triangular_solve(
    matrix: Any,
    rhs: Any,
    lower: bool = True,
    adjoint: bool = False,
    name: str | None = None,
) -> Tensor:
    """The solutions of triangular systems, whose outer axes broadcast.

    Only the triangle that `lower` names is read; `adjoint` takes its conjugate transpose.
    """
    op = "MatrixTriangularSolve"
    a, b = _system(op, matrix, rhs)
    a = _square(op, a)
    _rows_fit(op, a, b)
    broadcast_shapes(tuple(a._shape[:-2]), tuple(b._shape[:-2]), op)
    attrs = (bool(lower), bool(adjoint))
    return dispatch.execute(kernels.triangular_solve, (a, b), attrs, a._dtype)


@public("tfcompat.linalg")
def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """The solutions of systems of which the Cholesky factors are given."""
    a, b = _system("cholesky_solve", chol, rhs)
    return triangular_solve(a, triangular_solve(a, b), adjoint=True)


@public("tfcompat.linalg")
def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """The solutions of least squares, or of least norm where there are several.

    Args:
      matrix: the coefficients, [..., m, n].
      rhs: the right-hand sides, [..., m, k].
      l2_regularizer: how much the square of the solution's norm counts.
      fast: by the normal equations; otherwise by singular values, without regularizer.
      name: ignored.
    """
    a, b = operands(matrix, rhs)
    if a._dtype is dtypes.bool_ and len(a._shape) == len(b._shape):
        raise TypeError("lstsq: received bool; expected floating or complex numbers")
    # There are products of int16 for stacks only.
    whole = dtypes.INDEX | {dtypes.int16} if len(a._shape) > 2 else dtypes.INDEX
    if l2_regularizer and a._dtype in whole:
        operand(l2_regularizer, a._dtype)
    a, b = _system("lstsq", a, b)
    a = _matrices("lstsq", a)
    _rows_fit("lstsq", a, b)
    if not fast:
        return matmul(_pinv(a), b)
    tall = a._shape[-2] >= a._shape[-1]
    gram = matmul(a, a, adjoint_a=tall, adjoint_b=not tall)
    if l2_regularizer:
        gram = gram + operand(l2_regularizer, a._dtype) * eye(min(a._shape[-2:]), dtype=a._dtype)
    factor = cholesky(gram)
    if tall:
        return cholesky_solve(factor, matmul(a, b, adjoint_a=True))
    return matmul(a, cholesky_solve(factor, b), adjoint_a=True)
