"""Operators with nothing off the diagonal: LinearOperatorDiag, Identity, ScaledIdentity, Zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import as_dtype, float32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.complex import conj
from tfcompat._src.ops.creation import ones, zeros
from tfcompat._src.ops.diagonals import diag as matrix_of, diag_part, set_diag
from tfcompat._src.ops.linalg import adjoint as adjoint_of
from tfcompat._src.ops.math import abs as absolute, pow as power
from tfcompat._src.ops.reductions import reduce_max, reduce_min, reduce_prod, reduce_sum
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.transcendental import log, sqrt
from tfcompat._src.tensor import Tensor


def _turned(x: Tensor, adjoint_arg: bool) -> Tensor:
    return adjoint_of(x) if adjoint_arg else x


def _real_is_self_adjoint(dtype: Any, given: bool | None) -> bool | None:
    if dtype.is_complex:
        return given
    if given is False:
        raise ValueError("A real diagonal operator is always self adjoint.")
    return True


@public("tfcompat.linalg")
class LinearOperatorDiag(LinearOperator, axes={"diag": 1}):
    """The operator of the diagonal matrices whose diagonals are the last axis of a tensor."""

    def __init__(
        self,
        diag: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        parameters = pieces.given(locals())
        self._diag = pieces.at_least(pieces.held(diag), 1, "diag")
        if is_square is False:
            raise ValueError("Only square diagonal operators currently supported.")
        dtype = self._diag.dtype
        symmetric = _real_is_self_adjoint(dtype, is_self_adjoint)
        self._set_up(dtype, parameters, is_self_adjoint=symmetric, is_square=True)

    @property
    def diag(self) -> Any:
        """The diagonals."""
        return self._diag

    def _shape(self) -> Any:
        shape = self._diag.shape
        return shape.concatenate(shape[-1:])

    def _factor(self, adjoint: bool) -> Tensor:
        values = to_tensor(self._diag)
        return (conj(values) if adjoint else values)[..., None]

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._factor(adjoint) * _turned(x, adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return _turned(rhs, adjoint_arg) / self._factor(adjoint)

    def _to_dense(self) -> Tensor:
        return matrix_of(self._diag)

    def _diag_part(self) -> Tensor:
        return to_tensor(self._diag)

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return set_diag(x, diag_part(x) + self._diag)

    def _determinant(self) -> Tensor:
        return reduce_prod(self._diag, axis=-1)

    def _log_abs_determinant(self) -> Tensor:
        return self._real(reduce_sum(log(absolute(self._diag)), axis=-1))

    def _eigvals(self) -> Tensor:
        return to_tensor(self._diag)

    def _cond(self) -> Tensor:
        sizes = absolute(self._diag)
        return reduce_max(sizes, axis=-1) / reduce_min(sizes, axis=-1)

    def _linop_adjoint(self) -> LinearOperator:
        return LinearOperatorDiag(conj(to_tensor(self._diag)), **self._hints())

    def _linop_inverse(self) -> LinearOperator:
        return LinearOperatorDiag(1.0 / to_tensor(self._diag), **self._hints())

    def _linop_cholesky(self) -> LinearOperator:
        hints = self._hints(is_non_singular=True, is_self_adjoint=True, is_positive_definite=True)
        return LinearOperatorDiag(sqrt(to_tensor(self._diag)), **hints)

    def _assert_non_singular(self) -> None:
        sizes = np.abs(to_tensor(self._diag)._numpy())
        pieces.check(self, sizes > 0, "Singular operator: Diagonal contained zero values.", sizes)

    def _assert_positive_definite(self) -> None:
        values = np.real(to_tensor(self._diag)._numpy())
        pieces.check(self, values > 0, "Entries with non-positive real part.", values)

    def _assert_self_adjoint(self) -> None:
        values = np.imag(to_tensor(self._diag)._numpy())
        pieces.check(self, values == 0, "The diagonal had entries with an imaginary part.", values)


class _ManyIdentities(LinearOperator):
    """What multiples of the identity share: the number of rows, and no more than one number."""

    _rows: int

    def _check_rows(self, is_square: bool | None) -> None:
        if is_square is False:
            raise ValueError("An identity operator is always square.")

    def _scale(self) -> Any:
        """The factors with the batch's shape, or nothing for 1."""
        raise NotImplementedError

    def _diag_part(self) -> Tensor:
        return ones(self._sizes[:-1], self.dtype) * self._column(1)

    def _column(self, axes: int) -> Any:
        scale = self._scale()
        return 1 if scale is None else scale[(..., *[None] * axes)]

    def _trace(self) -> Tensor:
        return reduce_sum(self._diag_part(), axis=-1)

    def _to_dense(self) -> Tensor:
        return matrix_of(self._diag_part())

    def _eigvals(self) -> Tensor:
        return self._diag_part()

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        diagonal = diag_part(x)
        return set_diag(x, diagonal + self._real(to_tensor(1)) * self._column(1))

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Tensor:
        """A + mat, a tensor of the shape of mat. Raises TypeError for another dtype."""
        return super().add_to_tensor(mat)


@public("tfcompat.linalg")
class LinearOperatorIdentity(_ManyIdentities, axes={}):
    """The identity on vectors of `num_rows` elements, as often as `batch_shape` says."""

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = True,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = True,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        parameters = pieces.given(locals())
        for hint, word in (
            (is_self_adjoint, "self adjoint"),
            (is_non_singular, "non-singular"),
            (is_positive_definite, "positive-definite"),
            (is_square, "square"),
        ):
            if not hint:
                raise ValueError(f"An identity operator is always {word}.")
        self._rows = pieces.size_of(num_rows, "num_rows")
        self._batch = pieces.batch_of(batch_shape)
        self._set_up(as_dtype(dtype) if dtype else float32, parameters)

    def _shape(self) -> Any:
        return (*self._batch, self._rows, self._rows)

    def _scale(self) -> Any:
        return None

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = _turned(x, adjoint_arg)
        outer = pieces.static_broadcast(tuple(x._shape[:-2]), self._batch)
        return x if outer == tuple(x._shape[:-2]) else broadcast_to(x, outer + tuple(x._shape[-2:]))

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Tensor:
        return ones(self._batch, self.dtype)

    def _log_abs_determinant(self) -> Tensor:
        return zeros(self._batch, self.dtype)

    def _cond(self) -> Tensor:
        return ones(self._batch, self.dtype)

    def _linop_adjoint(self) -> LinearOperator:
        return self

    def _linop_inverse(self) -> LinearOperator:
        return self

    def _linop_cholesky(self) -> LinearOperator:
        return self

    def _assert_non_singular(self) -> None:
        pass

    def _assert_positive_definite(self) -> None:
        pass

    def _assert_self_adjoint(self) -> None:
        pass


@public("tfcompat.linalg")
class LinearOperatorScaledIdentity(_ManyIdentities, axes={"multiplier": 0}):
    """Multiples of the identity; the batch has the shape of `multiplier`."""

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        parameters = pieces.given(locals())
        self._multiplier = pieces.held(multiplier)
        if not is_square:
            raise ValueError("A ScaledIdentity operator is always square.")
        dtype = self._multiplier.dtype
        symmetric = _real_is_self_adjoint(dtype, is_self_adjoint)
        self._rows = pieces.size_of(num_rows, "num_rows")
        self._set_up(dtype, parameters, is_self_adjoint=symmetric)

    @property
    def multiplier(self) -> Any:
        """The factors."""
        return self._multiplier

    def _shape(self) -> Any:
        return (*self._multiplier.shape.as_list(), self._rows, self._rows)

    def _scale(self) -> Tensor:
        return to_tensor(self._multiplier)

    def _factor(self, adjoint: bool) -> Tensor:
        scale = self._scale()
        return (conj(scale) if adjoint else scale)[..., None, None]

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return _turned(x, adjoint_arg) * self._factor(adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return _turned(rhs, adjoint_arg) / self._factor(adjoint)

    def _determinant(self) -> Tensor:
        return power(self._scale(), self._real(to_tensor(self._rows)))

    def _log_abs_determinant(self) -> Tensor:
        return self._rows * log(absolute(self._scale()))

    def _cond(self) -> Tensor:
        return self._scale() / self._scale()

    def _other(self, multiplier: Tensor, **changed: Any) -> LinearOperator:
        return LinearOperatorScaledIdentity(self._rows, multiplier, **self._hints(**changed))

    def _linop_adjoint(self) -> LinearOperator:
        return self._other(conj(self._scale()))

    def _linop_inverse(self) -> LinearOperator:
        return self._other(1.0 / self._scale(), is_self_adjoint=True)

    def _linop_cholesky(self) -> LinearOperator:
        return self._other(sqrt(self._scale()))

    def _assert_non_singular(self) -> None:
        sizes = np.abs(self._scale()._numpy())
        pieces.check(self, sizes > 0, "LinearOperator was singular.", sizes)

    def _assert_positive_definite(self) -> None:
        values = np.real(self._scale()._numpy())
        pieces.check(self, values > 0, "LinearOperator was not positive definite.", values)

    def _assert_self_adjoint(self) -> None:
        values = np.imag(self._scale()._numpy())
        pieces.check(self, values == 0, "LinearOperator was not self-adjoint.", values)


@public("tfcompat.linalg")
class LinearOperatorZeros(LinearOperator, axes={}):
    """The operator that maps vectors of `num_columns` elements to `num_rows` zeros."""

    def __init__(
        self,
        num_rows: Any,
        num_columns: Any = None,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = False,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = False,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ) -> None:
        parameters = pieces.given(locals())
        if not is_self_adjoint and is_square:
            raise ValueError("A zero operator is always self adjoint.")
        if is_non_singular:
            raise ValueError("A zero operator is always singular.")
        if is_positive_definite:
            raise ValueError("A zero operator is always not positive-definite.")
        self._rows = pieces.size_of(num_rows, "num_rows")
        self._columns = (
            self._rows if num_columns is None else pieces.size_of(num_columns, "num_columns")
        )
        self._batch = pieces.batch_of(batch_shape)
        self._set_up(as_dtype(dtype) if dtype else float32, parameters)
        if is_square and self._rows != self._columns:
            raise ValueError(
                f"LinearOperatorZeros initialized as is_square=True, but got num_rows({self._rows})"
                f" != num_columns({self._columns})"
            )

    def _shape(self) -> Any:
        return (*self._batch, self._rows, self._columns)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        outer = pieces.static_broadcast(tuple(x._shape[:-2]), self._batch)
        rows = self._columns if adjoint else self._rows
        return zeros((*outer, rows, x._shape[-2 if adjoint_arg else -1]), self.dtype)

    def _to_dense(self) -> Tensor:
        return zeros(self._sizes, self.dtype)

    def _diag_part(self) -> Tensor:
        return zeros((*self._batch, min(self._rows, self._columns)), self.dtype)

    def _determinant(self) -> Tensor:
        return zeros(self._batch, self.dtype)

    def _log_abs_determinant(self) -> Tensor:
        return self._determinant() - float("inf")

    def _eigvals(self) -> Tensor:
        return self._diag_part()

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return x + zeros((*self._batch, 1, 1), self.dtype) if self._batch else x

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Tensor:
        """`mat`, a tensor, as often as there are operators. Raises TypeError for another dtype."""
        return super().add_to_tensor(mat)

    def _linop_adjoint(self) -> LinearOperator:
        return self if self.is_square else super()._linop_adjoint()

    def _assert_non_singular(self) -> None:
        raise invalid_argument(self.name, "Zero operators are always non-invertible.")

    def _assert_positive_definite(self) -> None:
        raise invalid_argument(self.name, "Zero operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> None:
        pass
