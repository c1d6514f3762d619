"""Operators made of others: LinearOperatorComposition, LinearOperatorKronecker."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape, transpose
from tfcompat._src.ops.linalg import adjoint as adjoint_of
from tfcompat._src.tensor import Tensor


def _operators(operators: Any) -> list[Any]:
    found = list(operators)
    if not found:
        raise ValueError(f"Expected a non-empty list of operators. Found: {found}")
    return found


class _Many(LinearOperator, axes={}):
    """Operators made of several."""

    _operators: Any

    @property
    def operators(self) -> Any:
        """The operators it was made from."""
        return self._operators

    def _of(self, method: str) -> list[Any]:
        return [getattr(one, method)() for one in self._operators]

    def _assert_non_singular(self) -> None:
        if all(one.is_square for one in self._operators):
            self._of("assert_non_singular")
        else:
            super()._assert_non_singular()


# --------------------------------------------------------------------------- one after the other
def _adjoint_pair(x: LinearOperator, y: LinearOperator) -> bool:
    if x is y and x.is_self_adjoint is not None:
        return x.is_self_adjoint
    return x.H is y or y.H is x


def _is_own_square(operators: Sequence[LinearOperator]) -> bool:
    """Whether the operators have the form A A^H."""
    half, odd = divmod(len(operators), 2)
    pairs = zip(operators[:half], reversed(operators[half:]), strict=not odd)
    return not odd and all(_adjoint_pair(x, y) for x, y in pairs)


@public("tfcompat.linalg")
class LinearOperatorComposition(_Many):
    """The product of operators, of which the last is applied first."""

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = pieces.given(locals())
        self._operators = _operators(operators)
        parts: list[Any] = self._operators
        dtype = pieces.one_dtype(parts)
        is_non_singular = pieces.all_hint(
            [one.is_non_singular for one in parts],
            is_non_singular,
            "The composition of non-singular operators is always non-singular.",
        )
        if _is_own_square(parts):
            is_self_adjoint = pieces.all_hint(
                [True],
                is_self_adjoint,
                "The composition was determined to be self-adjoint but user provided incorrect "
                "`False` hint.",
            )
            is_positive_definite = pieces.all_hint(
                [is_non_singular],
                is_positive_definite,
                "The composition was determined to be non-singular and have the form A @ A.H, "
                "hence it must be positive-definite. The user provided an incorrect `False` hint.",
            )
        self._set_up(
            dtype,
            parameters,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            name=name or "_o_".join(one.name for one in parts),
        )

    def _shape(self) -> Any:
        parts = self._operators
        for left, right in itertools.pairwise(parts):
            left._check_size(left._sizes[-1], right._sizes[-2])
        outer = pieces.static_broadcast(*[one._sizes[:-2] for one in parts])
        return (*outer, parts[0]._sizes[-2], parts[-1]._sizes[-1])

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        parts = list(self._operators) if adjoint else list(reversed(self._operators))
        result = parts[0].matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for one in parts[1:]:
            result = one.matmul(result, adjoint=adjoint)
        return result

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        parts = list(reversed(self._operators)) if adjoint else list(self._operators)
        result = parts[0].solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for one in parts[1:]:
            result = one.solve(result, adjoint=adjoint)
        return result

    def _determinant(self) -> Tensor:
        return math.prod(self._of("determinant")[1:], start=self._operators[0].determinant())

    def _log_abs_determinant(self) -> Tensor:
        return pieces.total(self, self._of("log_abs_determinant"))


# ------------------------------------------------------------------------------ Kronecker products
@public("tfcompat.linalg")
class LinearOperatorKronecker(_Many):
    """The Kronecker product of operators: blocks that are multiples of the next one's matrix."""

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = pieces.given(locals())
        self._operators = _operators(operators)
        parts: list[Any] = self._operators
        hints = {
            hint: pieces.all_hint(
                [getattr(one, hint) for one in parts],
                parameters[hint],
                f"The Kronecker product of {word} operators is always {word}. Expected argument "
                f"`{hint}` to be True. Received: False.",
            )
            for hint, word in (
                ("is_non_singular", "non-singular"),
                ("is_self_adjoint", "self-adjoint"),
                ("is_positive_definite", "positive-definite"),
                ("is_square", "square"),
            )
        }
        name = name or "_x_".join(one.name for one in parts)
        self._set_up(pieces.one_dtype(parts), parameters, **hints, name=name)

    def _shape(self) -> Any:
        sizes = [one._sizes for one in self._operators]
        outer = pieces.static_broadcast(*[one[:-2] for one in sizes])
        return (*outer, math.prod(one[-2] for one in sizes), math.prod(one[-1] for one in sizes))

    def _along(self, method: str, x: Tensor, widths: list[int], adjoint: bool) -> Tensor:
        """Applies each operator along its own axis of the rows, taken apart."""
        rank = len(widths)
        count = x._shape[-1]
        x = reshape(x, (*x._shape[:-2], *widths, count))
        for number, one in enumerate(self._operators):
            before = len(x._shape) - rank - 1
            axes = list(range(before, len(x._shape)))
            moved = [axes.pop(number), *axes]
            x = transpose(x, [*range(before), *moved])
            inner = tuple(x._shape[before + 1 :])
            x = reshape(x, (*x._shape[: before + 1], math.prod(inner)))
            x = getattr(one, method)(x, adjoint=adjoint)
            x = reshape(x, (*x._shape[:-1], *inner))
            before = len(x._shape) - rank - 1
            back = list(range(before + 1, len(x._shape)))
            back.insert(number, before)
            x = transpose(x, [*range(before), *back])
        rows = math.prod(x._shape[-rank - 1 : -1])
        return reshape(x, (*x._shape[: -rank - 1], rows, count))

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        widths = [one._sizes[-2 if adjoint else -1] for one in self._operators]
        return self._along("matmul", x, widths, adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        widths = [one._sizes[-1 if adjoint else -2] for one in self._operators]
        return self._along("solve", rhs, widths, adjoint)

    def _outer(self, vectors: list[Tensor]) -> Tensor:
        result, *rest = vectors
        for one in rest:
            result = result[..., :, None] * one[..., None, :]
            result = reshape(result, (*result._shape[:-2], math.prod(result._shape[-2:])))
        return result

    def _to_dense(self) -> Tensor:
        result, *rest = self._of("to_dense")
        for one in rest:
            result = result[..., :, None, :, None] * one[..., None, :, None, :]
            a, b, c, d = result._shape[-4:]
            result = reshape(result, (*result._shape[:-4], a * b, c * d))
        return result

    def _diag_part(self) -> Tensor:
        if all(one.is_square for one in self._operators):
            return self._outer(self._of("diag_part"))
        return super()._diag_part()

    def _trace(self) -> Tensor:
        if all(one.is_square for one in self._operators):
            return math.prod(self._of("trace")[1:], start=self._operators[0].trace())
        return super()._trace()

    def _determinant(self) -> Tensor:
        total = self._sizes[-1]
        powers = [
            determinant ** (total // one._sizes[-1])
            for one, determinant in zip(self._operators, self._of("determinant"), strict=True)
        ]
        return math.prod(powers[1:], start=powers[0])

    def _log_abs_determinant(self) -> Tensor:
        total = self._sizes[-1]
        terms = [
            logarithm * (total // one._sizes[-1])
            for one, logarithm in zip(self._operators, self._of("log_abs_determinant"), strict=True)
        ]
        return pieces.total(self, terms)

    def _eigvals(self) -> Tensor:
        return self._outer(self._of("eigvals"))

    def _linop_adjoint(self) -> LinearOperator:
        return LinearOperatorKronecker(self._of("adjoint"), **self._hints(is_square=None))

    def _linop_inverse(self) -> LinearOperator:
        return LinearOperatorKronecker(self._of("inverse"), **self._hints())

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorKronecker(
            self._of("cholesky"), is_non_singular=True, is_self_adjoint=None, is_square=True
        )
