"""tf.linalg.LinearOperator: what every operator can do, by way of its dense matrix if need be."""

from __future__ import annotations

import abc
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.description import Described
from tfcompat._src.naming import public
from tfcompat._src.ops import decompositions, diagonals, linalg, linear_systems
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import eye
from tfcompat._src.ops.math import abs as absolute
from tfcompat._src.ops.reductions import reduce_max, reduce_min, reduce_sum
from tfcompat._src.ops.transcendental import exp, log
from tfcompat._src.tensor import Tensor


@public("tfcompat.linalg")
class LinearOperator(Described):
    """The base of linear operators: batches of matrices known by what they do.

    A subclass supplies `_shape()` and `_matmul(x, adjoint, adjoint_arg)`; any other public method
    has a counterpart with an underscore, which stands on these two until overridden.

    Args:
      dtype: the dtype of the matrices.
      graph_parents: ignored.
      is_non_singular: True for a promise that is not checked, False for its opposite, else None.
      is_self_adjoint: likewise; implies that the matrices are square.
      is_positive_definite: likewise; implies that they are not singular.
      is_square: likewise.
      name: by default the name of the class.
      parameters: the arguments of the subclass, by name.

    Raises ValueError for hints that contradict each other.
    """

    # ------------------------------------------------------------------------------- products
    @abc.abstractmethod
    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        """The product with a matrix."""

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product A x, a tensor; an operator if x is one.

        Args:
          x: [..., N, R], of the operator's dtype, or an operator.
          adjoint: use the conjugate transpose of A.
          adjoint_arg: use that of x.
          name: ignored.

        Raises:
          ValueError: sizes that do not fit.
          TypeError: another dtype.
        """
        if isinstance(x, LinearOperator):
            from tfcompat._src.linear_operators.algebra import product

            left = self.adjoint() if adjoint else self
            right = x.adjoint() if adjoint_arg else x
            if left.domain_dimension != right.range_dimension:
                raise ValueError(
                    "Operators are incompatible. Expected `x` to have dimension "
                    f"{left.domain_dimension} but got {right.range_dimension}."
                )
            return product(left, right)
        x = self._operand(x, -1 if adjoint_arg else -2, adjoint)
        return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def __rmatmul__(self, other: Any) -> Any:
        return linalg.matmul(other, self)

    # NumPy leaves `array @ operator` to the operator.
    __array_ufunc__ = None

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Any:
        return self.matmul(x[..., None], adjoint=adjoint)[..., 0]

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with the vectors [..., N]; refuses what `matmul` does."""
        return self._matvec(self._operand(x, -1, adjoint), adjoint=adjoint)

    # ------------------------------------------------------------------------------ solutions
    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        right = linalg.adjoint(rhs) if adjoint_arg else rhs
        if self._has_cholesky():
            factor = decompositions.cholesky(self.to_dense())
            half = linear_systems.triangular_solve(factor, right)
            return linear_systems.triangular_solve(factor, half, adjoint=True)
        return pieces.solve(self.to_dense(), right, adjoint)

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """What A has to be multiplied with for `rhs`; an operator if `rhs` is one.

        Args:
          rhs: [..., M, R], of the operator's dtype, or an operator.
          adjoint: use the conjugate transpose of A.
          adjoint_arg: use that of `rhs`.
          name: ignored.

        Raises:
          NotImplementedError: hints say that A is singular or not square.
          ValueError: sizes that do not fit.
          TypeError: another dtype.
        """
        self._expect_solvable()
        if isinstance(rhs, LinearOperator):
            from tfcompat._src.linear_operators.algebra import quotient

            left = self.adjoint() if adjoint else self
            right = rhs.adjoint() if adjoint_arg else rhs
            if left.range_dimension != right.range_dimension:
                raise ValueError(
                    "Operators are incompatible. Expected `rhs` to have dimension "
                    f"{left.range_dimension} but got {right.range_dimension}."
                )
            return quotient(left, right)
        rhs = self._operand(rhs, -1 if adjoint_arg else -2, adjoint, of_solve=True)
        return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _expect_solvable(self) -> None:
        if self.is_non_singular is False:
            raise NotImplementedError(
                "Exact solve not implemented for an operator that is expected to be singular."
            )
        self._expect_square("Exact solve")

    def _solvevec(self, rhs: Tensor, adjoint: bool = False) -> Any:
        return self.solve(rhs[..., None], adjoint=adjoint)[..., 0]

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """The solution for the vectors [..., M]; refuses what `solve` does."""
        self._expect_solvable()
        return self._solvevec(self._operand(rhs, -1, adjoint, of_solve=True), adjoint=adjoint)

    # -------------------------------------------------------------------------- other operators
    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator of the conjugate transposes."""
        return self if self.is_self_adjoint is True else self._linop_adjoint()

    @property
    def H(self) -> LinearOperator:
        """The operator of the conjugate transposes."""
        return self.adjoint()

    def _linop_adjoint(self) -> LinearOperator:
        from tfcompat._src.linear_operators.wrapped import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator of the inverses. Raises ValueError if hints say that there are none."""
        if self.is_square is False:
            raise ValueError(
                "Cannot take the Inverse: This operator represents a non square matrix."
            )
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        return self._linop_inverse()

    def _linop_inverse(self) -> LinearOperator:
        from tfcompat._src.linear_operators.wrapped import LinearOperatorInversion

        return LinearOperatorInversion(self)

    def _has_cholesky(self) -> bool:
        return bool(self.is_self_adjoint and self.is_positive_definite)

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The operator of the Cholesky factors.

        Raises ValueError unless hints say that A is self-adjoint and positive definite.
        """
        if not self._has_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: Not a positive definite self adjoint "
                "matrix."
            )
        return self._linop_cholesky()

    def _linop_cholesky(self) -> LinearOperator:
        from tfcompat._src.linear_operators.dense import LinearOperatorLowerTriangular

        return LinearOperatorLowerTriangular(
            decompositions.cholesky(self.to_dense()),
            is_non_singular=True,
            is_self_adjoint=False,
            is_square=True,
        )

    # --------------------------------------------------------------------------------- numbers
    def _to_dense(self) -> Tensor:
        one = eye(self._sizes[-1], batch_shape=self._sizes[:-2], dtype=self.dtype)
        return self.matmul(one)

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """The matrices as a tensor."""
        return self._to_dense()

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return self.to_dense() + x

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Tensor:
        """A + x, a tensor. Raises TypeError for another dtype."""
        x = to_tensor(x)
        self._check_dtype(x)
        return self._add_to_tensor(x)

    def _diag_part(self) -> Tensor:
        return diagonals.diag_part(self.to_dense())

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The main diagonals."""
        return self._diag_part()

    def _trace(self) -> Tensor:
        return reduce_sum(self.diag_part(), axis=-1)

    def trace(self, name: str = "trace") -> Tensor:
        """The sums of the main diagonals."""
        return self._trace()

    def _determinant(self) -> Tensor:
        if self._has_cholesky():
            return exp(self.log_abs_determinant())
        return decompositions.det(self.to_dense())

    def determinant(self, name: str = "det") -> Tensor:
        """The determinants. Raises NotImplementedError if A is not square."""
        self._expect_square("Determinant")
        return self._determinant()

    def _log_abs_determinant(self) -> Tensor:
        if self._has_cholesky():
            factor = decompositions.cholesky(self.to_dense())
            return 2 * reduce_sum(log(diagonals.diag_part(factor)), axis=-1)
        return decompositions.slogdet(self.to_dense()).log_abs_determinant

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithms of the determinants' absolute values.

        Raises NotImplementedError if A is not square.
        """
        self._expect_square("Determinant")
        return self._log_abs_determinant()

    def _eigvals(self) -> Tensor:
        return decompositions.eigvalsh(self.to_dense())

    def eigvals(self, name: str = "eigvals") -> Tensor:
        """The eigenvalues. Raises NotImplementedError unless hinted to be self-adjoint."""
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        return self._eigvals()

    def _cond(self) -> Tensor:
        if self.is_self_adjoint:
            values = absolute(self.eigvals())
        else:
            values = decompositions.svd(self.to_dense(), compute_uv=False)
        return reduce_max(values, axis=-1) / reduce_min(values, axis=-1)

    def cond(self, name: str = "cond") -> Tensor:
        """The condition numbers: the largest singular value by the smallest."""
        return self._cond()

    # ------------------------------------------------------------------------------ assertions
    def _assert_non_singular(self) -> None:
        precision = float(np.finfo(self.dtype.as_numpy_dtype).eps)
        bound = 1 / (max(100.0, *map(float, self._sizes[-2:])) * precision)
        condition = np.abs(self.cond()._numpy())
        pieces.check(self, condition < bound, "Singular matrix up to precision epsilon.", condition)

    def assert_non_singular(self, name: str = "assert_non_singular") -> None:
        """Raises InvalidArgumentError if a condition number is too large to invert the matrix."""
        self._assert_non_singular()

    def _assert_positive_definite(self) -> None:
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        factor = decompositions.cholesky(self.to_dense())
        diagonal = np.real(diagonals.diag_part(factor)._numpy())
        pieces.check(self, diagonal > 0, "Matrix was not positive definite.", diagonal)

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> None:
        """Raises InvalidArgumentError unless A is positive definite.

        NotImplementedError where only self-adjoint ones can be examined.
        """
        self._assert_positive_definite()

    def _assert_self_adjoint(self) -> None:
        dense = self.to_dense()._numpy()
        turned = np.conj(np.swapaxes(dense, -1, -2))
        if dense.shape != turned.shape:
            raise invalid_argument(self.name, f"received matrices of shape {dense.shape[-2:]}")
        pieces.check(self, dense == turned, "Matrix was not equal to its adjoint.", dense)

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> None:
        """Raises InvalidArgumentError unless A equals its conjugate transpose exactly."""
        self._assert_self_adjoint()

    # --------------------------------------------------------------------------------- slicing
    # Indices of a batch are no reason to iterate over it.
    __iter__ = None

    def __getitem__(self, key: Any) -> LinearOperator:
        return pieces.sliced(self, key)

    # ---------------------------------------------------------------------------- for subclasses
    def _real(self, x: Tensor) -> Tensor:
        """A real number as one of the operator's dtype."""
        return cast(x, self.dtype)
