"""tf.linalg.LinearOperator: what every operator can do, by way of its dense matrix if need be."""

from __future__ import annotations

import abc
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype, int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.linear_operators import pieces
from tfcompat._src.module import Module
from tfcompat._src.naming import public
from tfcompat._src.ops import decompositions, diagonals, linalg
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import eye
from tfcompat._src.ops.math import abs as absolute
from tfcompat._src.ops.reductions import reduce_max, reduce_min, reduce_sum
from tfcompat._src.ops.transcendental import exp, log
from tfcompat._src.scopes import name_scope
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor


@public("tfcompat.linalg")
class LinearOperator(Module, metaclass=abc.ABCMeta):
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

    _TF_MODULE_IGNORED_PROPERTIES = Module._TF_MODULE_IGNORED_PROPERTIES | {"_parameters"}
    _parameters: dict[str, Any]
    #: How many axes of each tensor among the parameters belong to one matrix; None: no slicing.
    _parameter_axes: dict[str, int] | None = None

    def __init_subclass__(cls, axes: dict[str, int] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if axes is not None:
            cls._parameter_axes = axes
        nest.register_composite(cls, pieces.tensors_of, pieces.with_tensors)

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        object.__setattr__(self, "_parameters", dict(parameters or {}))
        self._dtype = as_dtype(dtype) if dtype else dtype
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._square_by_hints = is_square
        self._name = name or type(self).__name__

    def _set_up(self, dtype: Any, parameters: dict[str, Any], **changed: Any) -> None:
        """`__init__` for a subclass of which these are the arguments, with other hints or name."""
        given = {key: parameters[key] for key in (*pieces.HINTS, "name")}
        LinearOperator.__init__(self, dtype, parameters=parameters, **{**given, **changed})

    # ----------------------------------------------------------------------------- what it is
    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments it was made with, by name."""
        return dict(self._parameters)

    @property
    def dtype(self) -> DType:
        """The dtype of the matrices."""
        return self._dtype

    @property
    def name(self) -> str:
        """The name as given, or made from those of the class and the operators inside."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """A name scope of the operator's name, to be used as a context."""
        return name_scope(self._name)

    @property
    def graph_parents(self) -> list[Any]:
        """Nothing: there is no graph."""
        return []

    @property
    def is_non_singular(self) -> bool | None:
        """Whether the matrices are known to be invertible."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether the matrices are known to equal their conjugate transposes."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether x^H A x is known to have a positive real part for every x but 0."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool:
        """Whether the matrices are square. Raises ValueError if they are and were said not to."""
        square = bool(self.domain_dimension == self.range_dimension)
        if self._square_by_hints is False and square:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return square if self._square_by_hints is None else self._square_by_hints

    def _hints(self, **changed: Any) -> dict[str, Any]:
        """The hints as arguments, for an operator that shares them."""
        return {
            "is_non_singular": self.is_non_singular,
            "is_self_adjoint": self.is_self_adjoint,
            "is_positive_definite": self.is_positive_definite,
            "is_square": True,
            **changed,
        }

    # ---------------------------------------------------------------------------------- shape
    @abc.abstractmethod
    def _shape(self) -> Any:
        """The shape of the batch of matrices."""

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError("_shape_tensor is not implemented.")

    @property
    def shape(self) -> TensorShape:
        """The batch's axes, then rows and columns."""
        found = self._shape()
        return found if isinstance(found, TensorShape) else TensorShape(found)

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape as an int32 vector."""
        shape = self.shape
        if not shape.is_fully_defined():
            return self._shape_tensor()
        return _ints(shape.as_list())

    @property
    def batch_shape(self) -> TensorShape:
        """The axes before the last two."""
        return self.shape[:-2]  # type: ignore[no-any-return]

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The axes before the last two, as an int32 vector."""
        return self.shape_tensor()[:-2]  # type: ignore[no-any-return]

    @property
    def tensor_rank(self) -> int | None:
        """The number of axes."""
        return self.shape.ndims

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """The number of axes, as an int32 scalar."""
        return _ints(len(self.shape))

    @property
    def domain_dimension(self) -> Any:
        """The number of columns, a Dimension."""
        return self.shape.dims[-1]  # type: ignore[index]

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """The number of columns, as an int32 scalar."""
        return self.shape_tensor()[-1]  # type: ignore[no-any-return]

    @property
    def range_dimension(self) -> Any:
        """The number of rows, a Dimension."""
        return self.shape.dims[-2]  # type: ignore[index]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """The number of rows, as an int32 scalar."""
        return self.shape_tensor()[-2]  # type: ignore[no-any-return]

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(self.shape.as_list())  # type: ignore[arg-type]

    # --------------------------------------------------------------------------------- checks
    def _operand(self, x: Any, axis: int, adjoint: bool, of_solve: bool = False) -> Tensor:
        """A tensor of the operator's dtype with as many elements in `axis` as it needs."""
        tensor = to_tensor(x)
        self._check_dtype(tensor)
        if len(tensor._shape) < -axis:
            raise IndexError(
                f"{self.name}: received a tensor of shape {tuple(tensor._shape)}; expected "
                f"{-axis} axes or more"
            )
        wanted = self._sizes[-2 if adjoint is not of_solve else -1]
        self._check_size(wanted, tensor._shape[axis])
        return tensor

    def _check_dtype(self, x: Tensor) -> None:
        if x._dtype is not self.dtype:
            raise TypeError(
                f"{self.name}: received a tensor of {x._dtype.name}; expected {self.dtype.name}, "
                "the dtype of the operator"
            )

    def _check_size(self, wanted: int, received: int) -> None:
        if wanted != received:
            raise ValueError(
                f"Dimensions {wanted} and {received} are not compatible: that of {self.name}, of "
                f"shape {self.shape}, and that of its argument"
            )

    def _expect_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(
                f"{what} not implemented for an operator that is expected to not be square."
            )

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
            half = decompositions.triangular_solve(factor, right)
            return decompositions.triangular_solve(factor, half, adjoint=True)
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
        return self.matmul(one)  # type: ignore[no-any-return]

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
        return pieces.sliced(self, key)  # type: ignore[no-any-return]

    # ---------------------------------------------------------------------------- for subclasses
    def _real(self, x: Tensor) -> Tensor:
        """A real number as one of the operator's dtype."""
        return cast(x, self.dtype)  # type: ignore[no-any-return]


def _ints(values: Any) -> Tensor:
    return from_numpy(np.array(values, np.int32), int32)
