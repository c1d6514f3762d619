"""Operators that are given as matrices: LinearOperatorFullMatrix, LinearOperatorLowerTriangular."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.diagonals import band_part, diag_part
from tfcompat._src.ops.linalg import adjoint as adjoint_of, matmul
from tfcompat._src.ops.linear_systems import triangular_solve
from tfcompat._src.ops.math import abs as absolute
from tfcompat._src.ops.reductions import reduce_prod, reduce_sum
from tfcompat._src.ops.transcendental import log
from tfcompat._src.tensor import Tensor

_ACCEPTED = ("float16", "float32", "float64", "complex64", "complex128")


@public("tfcompat.linalg")
class LinearOperatorFullMatrix(LinearOperator, axes={"matrix": 2}):
    """The operator of the matrices in a tensor of any floating or complex dtype but bfloat16."""

    def __init__(
        self,
        matrix: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        parameters = pieces.given(locals())
        self._matrix = pieces.at_least(pieces.held(matrix), 2, "`matrix`")
        if self._matrix.dtype.name not in _ACCEPTED:
            raise TypeError(
                f"Argument `matrix` must have dtype in {_ACCEPTED}. Received: "
                f"{self._matrix.dtype.name}"
            )
        self._set_up(self._matrix.dtype, parameters)

    @property
    def matrix(self) -> Any:
        """The matrices."""
        return self._matrix

    def _shape(self) -> Any:
        return self._matrix.shape

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self) -> Tensor:
        return to_tensor(self._matrix)


@public("tfcompat.linalg")
class LinearOperatorLowerTriangular(LinearOperator, axes={"tril": 2}):
    """The operator of the lower triangles of the matrices in a tensor."""

    def __init__(
        self,
        tril: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        parameters = pieces.given(locals())
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        self._tril = pieces.at_least(pieces.held(tril), 2, "tril")
        self._set_up(self._tril.dtype, parameters, is_square=True)

    @property
    def tril(self) -> Any:
        """The matrices as given, with what stands above the diagonal."""
        return self._tril

    def _shape(self) -> Any:
        return self._tril.shape

    def _to_dense(self) -> Tensor:
        return band_part(self._tril, -1, 0)

    def _diag_part(self) -> Tensor:
        return diag_part(self._tril)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return matmul(self.to_dense(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        right = adjoint_of(rhs) if adjoint_arg else rhs
        return triangular_solve(self._tril, right, adjoint=adjoint)

    def _determinant(self) -> Tensor:
        return reduce_prod(self.diag_part(), axis=-1)

    def _log_abs_determinant(self) -> Tensor:
        return reduce_sum(log(absolute(self.diag_part())), axis=-1)

    def _eigvals(self) -> Tensor:
        return self.diag_part()

    def _assert_non_singular(self) -> None:
        diagonal = np.abs(self.diag_part()._numpy())
        pieces.check(self, diagonal > 0, "Singular: Diagonal contained zero values.", diagonal)
