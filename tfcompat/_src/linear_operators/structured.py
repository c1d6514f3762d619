"""Operators with a pattern: LinearOperatorHouseholder, Permutation, Toeplitz, Tridiag."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype, float32, int64
from tfcompat._src.errors import invalid_argument
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reverse
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.comparisons import equal
from tfcompat._src.ops.complex import conj, real
from tfcompat._src.ops.creation import ones, zeros
from tfcompat._src.ops.diagonals import diag, diag_part
from tfcompat._src.ops.fourier import fft, ifft
from tfcompat._src.ops.joining import concat, stack
from tfcompat._src.ops.linalg import adjoint as adjoint_of, matmul, matrix_transpose
from tfcompat._src.ops.norms import norm
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import gather
from tfcompat._src.ops.sorting import argsort
from tfcompat._src.ops.tridiagonal import tridiagonal_matmul, tridiagonal_solve
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor


def _turned(x: Tensor, adjoint_arg: bool) -> Tensor:
    return adjoint_of(x) if adjoint_arg else x


# ----------------------------------------------------------------------------------- reflections
@public("tfcompat.linalg")
class LinearOperatorHouseholder(LinearOperator, axes={"reflection_axis": 1}):
    """The reflection at the hyperplane that is perpendicular to a vector."""

    def __init__(
        self,
        reflection_axis: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorHouseholder",
    ) -> None:
        parameters = pieces.given(locals())
        self._axis = pieces.at_least(pieces.held(reflection_axis), 1, "reflection_axis")
        if is_self_adjoint is False:
            raise ValueError("A Householder operator is always self adjoint.")
        if is_positive_definite:
            raise ValueError("A Householder operator is always non-positive definite.")
        if is_square is False:
            raise ValueError("A Householder operator is always square.")
        certain = {"is_self_adjoint": True, "is_positive_definite": False, "is_square": True}
        self._set_up(self._axis.dtype, parameters, **certain)

    @property
    def reflection_axis(self) -> Any:
        """The vectors, of any length."""
        return self._axis

    def _shape(self) -> Any:
        shape = self._axis.shape
        return shape.concatenate(shape[-1:])

    def _direction(self) -> Tensor:
        axis = to_tensor(self._axis)
        return axis / cast(norm(axis, axis=-1, keepdims=True), self.dtype)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x, column = _turned(x, adjoint_arg), self._direction()[..., None]
        return x - 2 * matmul(column, matmul(column, x, adjoint_a=True))

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _diag_part(self) -> Tensor:
        direction = self._direction()
        return 1.0 - 2 * direction * conj(direction)

    def _trace(self) -> Tensor:
        return ones(self._sizes[:-2], self.dtype) * (self._sizes[-1] - 2)

    def _determinant(self) -> Tensor:
        return -ones(self._sizes[:-2], self.dtype)

    def _log_abs_determinant(self) -> Tensor:
        return zeros(self._sizes[:-2], self.dtype)

    def _eigvals(self) -> Tensor:
        every = ones(self._sizes[:-1], self.dtype)
        return concat([-every[..., :1], every[..., 1:]], axis=-1)

    def _cond(self) -> Tensor:
        return ones(self._sizes[:-2], self.dtype)

    def _linop_inverse(self) -> LinearOperator:
        return self

    def _assert_non_singular(self) -> None:
        pass

    def _assert_positive_definite(self) -> None:
        raise invalid_argument(self.name, "Householder operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> None:
        pass


# ---------------------------------------------------------------------------------- permutations
@public("tfcompat.linalg")
class LinearOperatorPermutation(LinearOperator, axes={"perm": 1}):
    """The operator that puts element `perm[i]` of a vector in place i."""

    def __init__(
        self,
        perm: Any,
        dtype: Any = float32,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorPermutation",
    ) -> None:
        parameters = pieces.given(locals())
        for hint in ("is_non_singular", "is_square"):
            if parameters[hint] is False:
                raise ValueError(
                    f"A Permutation operator is always {hint[3:].replace('_', '-')}. Expected "
                    f"argument `{hint}` to be True. Received: False."
                )
        self._perm = pieces.at_least(pieces.held(perm), 1, "`perm`")
        if not self._perm.dtype.is_integer:
            raise TypeError(f"Argument `perm` must be integer dtype. Received: {self._perm}.")
        values = to_tensor(self._perm)._numpy()
        if np.any(np.sort(values, axis=-1) != np.arange(values.shape[-1])):
            raise ValueError(
                "Argument `perm` must be a vector of unique integers from 0 to "
                f"{values.shape[-1] - 1}."
            )
        self._set_up(as_dtype(dtype), parameters, is_square=True)

    @property
    def perm(self) -> Any:
        """The permutations."""
        return self._perm

    def _shape(self) -> Any:
        shape = self._perm.shape
        return shape.concatenate(shape[-1:])

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x, order = _turned(x, adjoint_arg), to_tensor(self._perm)
        order = argsort(order, axis=-1) if adjoint else order
        if len(order._shape) == 1:
            return gather(x, order, axis=-2)
        outer = broadcast_shapes(tuple(x._shape[:-2]), tuple(order._shape[:-1]), self.name)
        x = broadcast_to(x, (*outer, *x._shape[-2:]))
        order = broadcast_to(order, (*outer, order._shape[-1]))
        return gather(x, order, axis=-2, batch_dims=len(outer))

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._matmul(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _fixed(self) -> Tensor:
        count = self._sizes[-1]
        return equal(self._perm, cast(from_numpy(np.arange(count), int64), self._perm.dtype))

    def _to_dense(self) -> Tensor:
        order = to_tensor(self._perm)
        columns = cast(from_numpy(np.arange(self._sizes[-1]), int64), order._dtype)
        return cast(equal(order[..., None], columns), self.dtype)

    def _diag_part(self) -> Tensor:
        return cast(self._fixed(), self.dtype)

    def _determinant(self) -> Tensor:
        values = to_tensor(self._perm)._numpy().astype(np.int64)
        # The sign tells whether the number of pairs out of order is even.
        wrong = np.triu(values[..., :, None] > values[..., None, :], 1).sum((-2, -1))
        return self._real(from_numpy(np.asarray(1 - 2 * (wrong % 2)), int64))

    def _log_abs_determinant(self) -> Tensor:
        return zeros(self._sizes[:-2], self.dtype)

    def _cond(self) -> Tensor:
        return ones(self._sizes[:-2], self.dtype)

    def _assert_non_singular(self) -> None:
        pass


# ------------------------------------------------------------------------------ constant diagonals
@public("tfcompat.linalg")
class LinearOperatorToeplitz(LinearOperator, axes={"col": 1, "row": 1}):
    """The operator of matrices with constant diagonals, which begin in the first column and row.

    The first element of `row` does not count. Products go by way of Fourier transforms.
    """

    def __init__(
        self,
        col: Any,
        row: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorToeplitz",
    ) -> None:
        parameters = pieces.given(locals())
        self._col = pieces.at_least(pieces.held(col), 1, "col")
        self._row = pieces.at_least(pieces.held(row), 1, "row")
        if is_square is False:
            raise ValueError("Only square Toeplitz operators currently supported.")
        self._set_up(self._row.dtype, parameters, is_square=True)

    @property
    def col(self) -> Any:
        """The first columns."""
        return self._col

    @property
    def row(self) -> Any:
        """The first rows."""
        return self._row

    def _shape(self) -> Any:
        sizes = [tuple(x.shape.as_list()) for x in (self._col, self._row)]
        if sizes[0][-1] != sizes[1][-1]:
            raise ValueError(
                "Expected square matrix, got row and col with mismatched dimensions: "
                f"{sizes[1][-1]} and {sizes[0][-1]}."
            )
        shape = pieces.static_broadcast(*sizes)
        return (*shape, shape[-1])

    def _band(self, adjoint: bool) -> Tensor:
        """The diagonals, from the upper right corner to the lower left one."""
        col, row = to_tensor(self._col), to_tensor(self._row)
        outer = self._sizes[:-1]
        col, row = broadcast_to(col, outer), broadcast_to(row, outer)
        band = concat([reverse(row[..., 1:], [-1]), col], axis=-1)
        return conj(reverse(band, [-1])) if adjoint else band

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = _turned(x, adjoint_arg)
        count = self._sizes[-1]
        band = self._band(adjoint)
        # The columns' first elements come first: the diagonals of a larger circulant matrix.
        kernel = concat([band[..., count - 1 :], band[..., : count - 1]], axis=-1)
        rows = matrix_transpose(x)
        padding = zeros((*rows._shape[:-1], count - 1), self.dtype)
        wide = "complex128" if self.dtype.name in ("float64", "complex128") else "complex64"
        spectrum = fft(cast(kernel, wide))[..., None, :]
        product = ifft(spectrum * fft(cast(concat([rows, padding], axis=-1), wide)))[..., :count]
        product = product if self.dtype.is_complex else real(product)
        return matrix_transpose(cast(product, self.dtype))

    def _to_dense(self) -> Tensor:
        count = self._sizes[-1]
        i, j = np.indices((count, count))
        return gather(self._band(False), from_numpy(i - j + count - 1, int64), axis=-1)

    # For the batches of the columns alone, as TensorFlow answers.
    def _diag_part(self) -> Tensor:
        col = to_tensor(self._col)
        return broadcast_to(col[..., :1], col._shape)

    def _trace(self) -> Tensor:
        return to_tensor(self._col)[..., 0] * self._sizes[-1]

    def _assert_self_adjoint(self) -> None:
        col, row = to_tensor(self._col)._numpy(), to_tensor(self._row)._numpy()
        same = (row[..., 1:] == np.conj(col[..., 1:])).all() and (np.imag(col[..., 0]) == 0).all()
        pieces.check(self, same, "row and col are not the same.", row)


# ------------------------------------------------------------------------------- three diagonals
@public("tfcompat.linalg")
class LinearOperatorTridiag(LinearOperator, axes={"diagonals": 2}):
    """The operator of tridiagonal matrices; the formats are those of `tf.linalg.tridiagonal_solve`.

    As a tensor, matrices of the format "matrix" are what was given, other diagonals included.
    """

    def __init__(
        self,
        diagonals: Any,
        diagonals_format: str = "compact",
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorTridiag",
    ) -> None:
        parameters = pieces.given(locals())
        if diagonals_format not in ("compact", "matrix", "sequence"):
            raise ValueError(
                "Argument `diagonals_format` must be one of compact, matrix, or sequence. "
                f"Received : {diagonals_format}."
            )
        self._format = diagonals_format
        if diagonals_format == "sequence":
            self._diagonals: Any = [pieces.held(one) for one in diagonals]
            dtype = self._diagonals[0].dtype
        else:
            self._diagonals = pieces.held(diagonals)
            dtype = self._diagonals.dtype
        self._set_up(dtype, parameters)

    @property
    def diagonals(self) -> Any:
        """The diagonals as given."""
        return self._diagonals

    @property
    def diagonals_format(self) -> str:
        """The format as given."""
        return self._format

    def _shape(self) -> Any:
        if self._format == "sequence":
            sizes = [tuple(one.shape.as_list()) for one in self._diagonals]
            outer = pieces.static_broadcast(*[one[:-1] for one in sizes])
            return (*outer, sizes[1][-1], sizes[1][-1])
        shape = tuple(self._diagonals.shape.as_list())
        return (*shape[:-2], shape[-1], shape[-1])

    def _compact(self) -> Tensor:
        if self._format == "compact":
            return to_tensor(self._diagonals)
        if self._format == "sequence":
            outer = self._sizes[:-2]
            parts = [to_tensor(one) for one in self._diagonals]
            return stack([broadcast_to(x, (*outer, x._shape[-1])) for x in parts], axis=-2)
        matrix = to_tensor(self._diagonals)
        if matrix._shape[-1] < 2:
            return stack([diag_part(matrix)] * 3, axis=-2)
        return diag_part(matrix, k=(-1, 1), align="LEFT_RIGHT")

    def _turned_diagonals(self, adjoint: bool) -> list[Tensor]:
        packed = self._compact()
        upper, main, lower = [packed[..., k, :] for k in range(3)]
        if not adjoint:
            return [upper, main, lower]
        end = zeros((*main._shape[:-1], 1), self.dtype)
        above = concat([lower[..., 1:], end], axis=-1)
        below = concat([end, upper[..., :-1]], axis=-1)
        return [conj(above), conj(main), conj(below)]

    def _aligned(self, x: Tensor, adjoint: bool) -> tuple[Tensor, Tensor]:
        """Diagonals and argument with the same batch."""
        packed = stack(self._turned_diagonals(adjoint), axis=-2)
        packed, x = pieces.common_batch([packed, x])
        return packed, x

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return tridiagonal_matmul(*self._aligned(_turned(x, adjoint_arg), adjoint))

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return tridiagonal_solve(*self._aligned(_turned(rhs, adjoint_arg), adjoint))

    def _diag_part(self) -> Tensor:
        if self._format == "matrix":
            return diag_part(self._diagonals)
        if self._format == "sequence":
            main = to_tensor(self._diagonals[1])
            return broadcast_to(main, self._sizes[:-1])
        return self._compact()[..., 1, :]

    def _to_dense(self) -> Tensor:
        if self._format == "matrix":
            return to_tensor(self._diagonals)
        packed = self._compact()
        count = packed._shape[-1]
        if count < 2:
            return packed[..., 1, :, None]
        return diag(packed, k=(-1, 1), num_rows=count, num_cols=count, align="LEFT_RIGHT")
