"""Operators around one other: LinearOperatorAdjoint, LinearOperatorInversion."""

from __future__ import annotations

from typing import Any

from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.complex import conj
from tfcompat._src.ops.linalg import adjoint as adjoint_of
from tfcompat._src.tensor import Tensor

_WORDS = {
    "is_non_singular": "non-singular",
    "is_self_adjoint": "self-adjoint",
    "is_positive_definite": "positive-definite",
    "is_square": "square",
}


def _shared(operator: LinearOperator, parameters: dict[str, Any], relative: str) -> dict[str, Any]:
    """The hints, which the operator and its relative have in common."""
    return {
        hint: pieces.shared_hint(
            getattr(operator, hint),
            parameters[hint],
            f"An operator is {word} if and only if its {relative} is {word}.",
        )
        for hint, word in _WORDS.items()
    }


class _Wrapped(LinearOperator, axes={}):
    _operator: LinearOperator

    @property
    def operator(self) -> LinearOperator:
        """The operator it was made from."""
        return self._operator

    def _assert_non_singular(self) -> None:
        self._operator.assert_non_singular()


@public("tfcompat.linalg")
class LinearOperatorAdjoint(_Wrapped):
    """The conjugate transpose of another operator."""

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = pieces.given(locals())
        self._operator = operator
        hints = _shared(operator, parameters, "adjoint")
        self._set_up(operator.dtype, parameters, **hints, name=name or operator.name + "_adjoint")

    def _shape(self) -> Any:
        *batch, rows, columns = self._operator._sizes
        return (*batch, columns, rows)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _to_dense(self) -> Tensor:
        return adjoint_of(self._operator.to_dense())

    def _diag_part(self) -> Tensor:
        return conj(self._operator.diag_part())

    def _trace(self) -> Tensor:
        return conj(self._operator.trace())

    def _determinant(self) -> Tensor:
        return conj(self._operator.determinant())

    def _log_abs_determinant(self) -> Tensor:
        return self._operator.log_abs_determinant()

    def _eigvals(self) -> Tensor:
        return conj(self._operator.eigvals())

    def _cond(self) -> Tensor:
        return self._operator.cond()

    def _linop_adjoint(self) -> LinearOperator:
        return self._operator

    def _assert_self_adjoint(self) -> None:
        self._operator.assert_self_adjoint()


@public("tfcompat.linalg")
class LinearOperatorInversion(_Wrapped):
    """The inverse of another operator, which is never computed: it solves instead."""

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = pieces.given(locals())
        self._operator = operator
        for hint in ("is_square", "is_non_singular"):
            own, given = getattr(operator, hint), parameters[hint]
            if own is False or given is False:
                raise ValueError(
                    f"Argument `{hint}` or argument `operator` must have supplied hint `{hint}` "
                    f"equal to `True` or `None`. Found `operator.{hint}`: {own}, `{hint}`: {given}."
                )
        hints = _shared(operator, parameters, "inverse")
        self._set_up(operator.dtype, parameters, **hints, name=name or operator.name + "_inv")

    def _shape(self) -> Any:
        return self._operator.shape

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Tensor:
        return 1.0 / self._operator.determinant()

    def _log_abs_determinant(self) -> Tensor:
        return -self._operator.log_abs_determinant()

    def _eigvals(self) -> Tensor:
        return 1.0 / self._operator.eigvals()

    def _cond(self) -> Tensor:
        return self._operator.cond()

    def _linop_inverse(self) -> LinearOperator:
        return self._operator
