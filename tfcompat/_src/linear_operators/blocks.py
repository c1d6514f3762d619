"""Operators made of blocks: LinearOperatorBlockDiag, LinearOperatorBlockLowerTriangular.

Their arguments may be given, and come back, block by block in a list.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.linear_operators.diagonal import LinearOperatorScaledIdentity
from tfcompat._src.linear_operators.products import LinearOperatorComposition
from tfcompat._src.naming import public
from tfcompat._src.ops.creation import ones, zeros
from tfcompat._src.ops.joining import concat, split
from tfcompat._src.ops.linalg import adjoint as adjoint_of
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.tensor import Tensor, TensorBase


class _Blocks(LinearOperator, axes={}):
    """A matrix in blocks, of which subclasses know the diagonal ones."""

    def _diagonal(self) -> Sequence[LinearOperator]:
        raise NotImplementedError

    def _multiplied(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        raise NotImplementedError

    def _solved(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        raise NotImplementedError

    def _rows(self) -> list[int]:
        return [one._sizes[-2] for one in self._diagonal()]

    def _columns(self) -> list[int]:
        return [one._sizes[-1] for one in self._diagonal()]

    # ------------------------------------------------------------------------ arguments in blocks
    def _in_blocks(self, x: Any, sizes: list[int], axis: int) -> list[Tensor] | None:
        """The argument's blocks, if it is a list of them."""
        if not isinstance(x, (list, tuple)) or len(x) != len(sizes):
            return None
        blocks = [to_tensor(one) for one in x]
        fits = [
            len(one._shape) >= -axis and one._shape[axis] == size
            for one, size in zip(blocks, sizes, strict=True)
        ]
        if all(fits):
            for one in blocks:
                self._check_dtype(one)
            return blocks
        if all(isinstance(one, TensorBase) for one in x):
            raise ValueError(
                f"{self.name}: received blocks of shapes {[tuple(b._shape) for b in blocks]}; "
                f"expected the sizes {sizes}"
            )
        return None

    def _apply(
        self,
        method: Callable[[list[Tensor], bool], list[Tensor]],
        x: Any,
        sizes: list[int],
        adjoint: bool,
        adjoint_arg: bool,
    ) -> Any:
        """A method of blocks for blocks, or for a tensor, which is taken apart and put together."""
        blocks = self._in_blocks(x, sizes, -1 if adjoint_arg else -2)
        whole = blocks is None
        if blocks is None:
            axis = -1 if adjoint_arg else -2
            x = to_tensor(x)
            self._check_dtype(x)
            if len(x._shape) < 2:
                raise IndexError(f"{self.name}: received the shape {tuple(x._shape)}")
            self._check_size(sum(sizes), x._shape[axis])
            blocks = split(x, sizes, axis=axis)
        found = method([adjoint_of(b) for b in blocks] if adjoint_arg else blocks, adjoint)
        return concat(pieces.common_batch(found), axis=-2) if whole else found

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product A x as for any operator; for a list of blocks a list of blocks."""
        if isinstance(x, LinearOperator):
            return super().matmul(x, adjoint, adjoint_arg)
        return self._matmul(x, adjoint, adjoint_arg)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        sizes = self._rows() if adjoint else self._columns()
        return self._apply(self._multiplied, x, sizes, adjoint, adjoint_arg)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors as for any operator; for a list of blocks a list of blocks."""
        blocks = self._in_blocks(x, self._rows() if adjoint else self._columns(), -1)
        if blocks is None:
            return super().matvec(x, adjoint)
        found = self.matmul([b[..., None] for b in blocks], adjoint=adjoint)
        return [b[..., 0] for b in found]

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The solution as for any operator; for a list of blocks a list of blocks."""
        if isinstance(rhs, LinearOperator):
            return super().solve(rhs, adjoint, adjoint_arg)
        self._expect_solvable()
        return self._solve(rhs, adjoint, adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        sizes = self._columns() if adjoint else self._rows()
        return self._apply(self._solved, rhs, sizes, adjoint, adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """The solution for vectors as for any operator; for a list of blocks a list of blocks."""
        blocks = self._in_blocks(rhs, self._columns() if adjoint else self._rows(), -1)
        if blocks is None:
            return super().solvevec(rhs, adjoint)
        found = self.solve([b[..., None] for b in blocks], adjoint=adjoint)
        return [b[..., 0] for b in found]

    # ------------------------------------------------------------------------ what blocks decide
    def _of(self, method: str) -> list[Any]:
        return [getattr(one, method)() for one in self._diagonal()]

    def _batch(self) -> tuple[int, ...]:
        return self._sizes[:-2]

    def _in_row(self, vectors: list[Tensor]) -> Tensor:
        outer = self._batch()
        return concat([broadcast_to(one, (*outer, one._shape[-1])) for one in vectors], axis=-1)

    def _grid(self, block: Callable[[int, int], Tensor | None]) -> Tensor:
        """The dense matrix of blocks, of which None is zeros."""
        outer, rows = self._batch(), []
        for i, height in enumerate(self._rows()):
            row = []
            for j, width in enumerate(self._columns()):
                found = block(i, j)
                shape = (*outer, height, width)
                dense = zeros(shape, self.dtype) if found is None else broadcast_to(found, shape)
                row.append(dense)
            rows.append(concat(row, axis=-1))
        return concat(rows, axis=-2)

    def _diag_part(self) -> Tensor:
        if not all(one.is_square for one in self._diagonal()):
            raise NotImplementedError(
                "`diag_part` not implemented for an operator whose blocks are not square."
            )
        return self._in_row(self._of("diag_part"))

    def _spread(self, x: Tensor) -> Tensor:
        return broadcast_to(x, self._batch())

    def _trace(self) -> Tensor:
        if not all(one.is_square for one in self._diagonal()):
            return super()._trace()
        first, *rest = self._of("trace")
        return self._spread(sum(rest, first))

    def _determinant(self) -> Tensor:
        first, *rest = self._of("determinant")
        return self._spread(math.prod(rest, start=first))

    def _log_abs_determinant(self) -> Tensor:
        return self._spread(pieces.total(self, self._of("log_abs_determinant")))

    def _eigvals(self) -> Tensor:
        return self._in_row(self._of("eigvals"))

    def _assert_non_singular(self) -> None:
        self._of("assert_non_singular")


@public("tfcompat.linalg")
class LinearOperatorBlockDiag(_Blocks):
    """Operators one after another along the diagonal, zeros elsewhere."""

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        parameters = pieces.given(locals())
        operators = list(operators)
        if not operators:
            raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
        self._operators = operators
        hints = {
            hint: pieces.all_hint(
                [getattr(one, hint) for one in operators],
                parameters[hint],
                f"The direct sum of {word} operators is always {word}.",
            )
            for hint, word in (
                ("is_non_singular", "non-singular"),
                ("is_self_adjoint", "self-adjoint"),
                ("is_positive_definite", "positive definite"),
                ("is_square", "square"),
            )
        }
        name = name or "_ds_".join(one.name for one in operators)
        self._set_up(pieces.one_dtype(operators), parameters, **hints, name=name)

    @property
    def operators(self) -> Any:
        """The blocks."""
        return self._operators

    def _diagonal(self) -> Sequence[LinearOperator]:
        return self._operators

    def _shape(self) -> Any:
        outer = pieces.static_broadcast(*[one._sizes[:-2] for one in self._operators])
        return (*outer, sum(self._rows()), sum(self._columns()))

    def _multiplied(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        pairs = zip(self._operators, blocks, strict=True)
        return [one.matmul(b, adjoint=adjoint) for one, b in pairs]

    def _solved(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        pairs = zip(self._operators, blocks, strict=True)
        return [one.solve(b, adjoint=adjoint) for one, b in pairs]

    def _to_dense(self) -> Tensor:
        return self._grid(lambda i, j: self._operators[i].to_dense() if i == j else None)

    def _linop_adjoint(self) -> LinearOperator:
        return LinearOperatorBlockDiag(self._of("adjoint"), **self._hints())

    def _linop_inverse(self) -> LinearOperator:
        return LinearOperatorBlockDiag(self._of("inverse"), **self._hints())

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorBlockDiag(
            self._of("cholesky"), is_non_singular=True, is_self_adjoint=None, is_square=True
        )

    def _assert_positive_definite(self) -> None:
        self._of("assert_positive_definite")

    def _assert_self_adjoint(self) -> None:
        self._of("assert_self_adjoint")


@public("tfcompat.linalg")
class LinearOperatorBlockLowerTriangular(_Blocks):
    """Rows of operators up to the diagonal, whose blocks are square; zeros above it."""

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorBlockLowerTriangular",
    ) -> None:
        parameters = pieces.given(locals())
        operators = [list(row) for row in operators]
        if not operators:
            raise ValueError(
                f"Argument `operators` must be a list of >=1 operators. Received: {operators}."
            )
        for number, row in enumerate(operators):
            if len(row) != number + 1:
                raise ValueError(
                    f"Argument `operators[{number}]` must contain `{number + 1}` blocks. Received: "
                    f"{len(row)} blocks."
                )
        if is_square is False:
            raise ValueError(
                "`LinearOperatorBlockLowerTriangular` must be square. Expected argument "
                "`is_square` to be True. Received: False."
            )
        diagonal = [row[-1] for row in operators]
        known = [one.is_non_singular for one in diagonal]
        if all(known):
            is_non_singular = pieces.all_hint(
                known,
                is_non_singular,
                "A blockwise lower-triangular operator with non-singular operators on the main "
                "diagonal is always non-singular. Expected argument `is_non_singular` to be True. "
                "Received: False.",
            )
        elif any(one is False for one in known):
            if is_non_singular:
                raise ValueError(
                    "A blockwise lower-triangular operator with a singular operator on the main "
                    "diagonal is always singular. Expected argument `is_non_singular` to be "
                    "False. Received: True."
                )
            is_non_singular = False
        self._operators = operators
        dtype = pieces.one_dtype([one for row in operators for one in row])
        self._check_blocks()
        self._set_up(dtype, parameters, is_non_singular=is_non_singular, is_square=True)

    def _check_blocks(self) -> None:
        diagonal = self._diagonal()
        for one in diagonal:
            if not one.is_square:
                raise ValueError(
                    f"Argument `operators` must have square operators on the diagonal. Received "
                    f"{one.name} of shape {one.shape}."
                )
        for i, row in enumerate(self._operators):
            for j, one in enumerate(row):
                wanted = diagonal[i]._sizes[-1], diagonal[j]._sizes[-1]
                if one._sizes[-2:] != wanted:
                    raise ValueError(
                        f"Argument `operators[{i}][{j}]` must have the shape {wanted}. Received "
                        f"{one._sizes[-2:]}."
                    )

    @property
    def operators(self) -> Any:
        """The rows of blocks."""
        return self._operators

    def _diagonal(self) -> Sequence[LinearOperator]:
        return [row[-1] for row in self._operators]

    def _shape(self) -> Any:
        every = [one._sizes[:-2] for row in self._operators for one in row]
        return (*pieces.static_broadcast(*every), sum(self._rows()), sum(self._columns()))

    def _below(self, number: int) -> list[tuple[int, Any]]:
        """The blocks beneath one on the diagonal, each with the number of its row."""
        return [(i, self._operators[i][number]) for i in range(number + 1, len(self._operators))]

    def _beside(self, number: int, adjoint: bool) -> list[tuple[int, Any]]:
        """The blocks next to one on the diagonal in its row, or in that of the adjoint."""
        return self._below(number) if adjoint else list(enumerate(self._operators[number][:-1]))

    def _multiplied(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        found = []
        for number, one in enumerate(self._diagonal()):
            total = one.matmul(blocks[number], adjoint=adjoint)
            for k, other in self._beside(number, adjoint):
                total = total + other.matmul(blocks[k], adjoint=adjoint)
            found.append(total)
        return found

    def _solved(self, blocks: list[Tensor], adjoint: bool) -> list[Tensor]:
        found: dict[int, Tensor] = {}
        order = range(len(self._operators))
        for number in reversed(order) if adjoint else order:
            left = blocks[number]
            for k, other in self._beside(number, adjoint):
                left = left - other.matmul(found[k], adjoint=adjoint)
            found[number] = self._operators[number][-1].solve(left, adjoint=adjoint)
        return [found[number] for number in order]

    def _to_dense(self) -> Tensor:
        return self._grid(lambda i, j: self._operators[i][j].to_dense() if j <= i else None)

    def _linop_inverse(self) -> LinearOperator:
        """Row by row: a block below the diagonal undoes what those above it have left."""
        rows: list[list[LinearOperator]] = []
        for i, row in enumerate(self._operators):
            own = row[-1].inverse()
            minus = LinearOperatorScaledIdentity(own._sizes[-1], -ones((), self.dtype))
            made = []
            for j in range(i):
                terms = [row[k].matmul(rows[k][j]) for k in range(j, i)]
                made.append(LinearOperatorComposition([minus, own.matmul(_sum(terms))]))
            rows.append([*made, own])
        return LinearOperatorBlockLowerTriangular(rows, **self._hints(is_square=None))


def _sum(operators: list[LinearOperator]) -> LinearOperator:
    if len(operators) == 1:
        return operators[0]
    from tfcompat._src.linear_operators.dense import LinearOperatorFullMatrix

    first, *rest = [one.to_dense() for one in operators]
    return LinearOperatorFullMatrix(sum(rest, first))
