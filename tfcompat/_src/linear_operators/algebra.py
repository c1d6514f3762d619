"""Products of operators that are operators of a simpler kind than a composition."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.linear_operators.blocks import LinearOperatorBlockDiag
from tfcompat._src.linear_operators.circulant import circulants_product, is_circulant
from tfcompat._src.linear_operators.dense import LinearOperatorLowerTriangular
from tfcompat._src.linear_operators.diagonal import (
    LinearOperatorDiag,
    LinearOperatorIdentity,
    LinearOperatorScaledIdentity,
    LinearOperatorZeros,
)
from tfcompat._src.linear_operators.products import LinearOperatorComposition
from tfcompat._src.linear_operators.wrapped import LinearOperatorInversion


def _non_singular(left: LinearOperator, right: LinearOperator) -> bool | None:
    """Whether a product has an inverse: both do, or one does not."""
    known = left.is_non_singular, right.is_non_singular
    return False if False in known else True if all(known) else None


def _commuting(left: LinearOperator, right: LinearOperator) -> dict[str, Any]:
    """The hints of a product of operators that commute."""
    symmetric = True if left.is_self_adjoint and right.is_self_adjoint else None
    positive = left.is_positive_definite and right.is_positive_definite
    return {
        "is_non_singular": _non_singular(left, right),
        "is_self_adjoint": symmetric,
        "is_positive_definite": True if symmetric and positive else None,
        "is_square": True,
    }


def _diagonal(operator: Any) -> Any:
    """The number or numbers on the diagonal, so that they broadcast to a diagonal."""
    if isinstance(operator, LinearOperatorScaledIdentity):
        return to_tensor(operator.multiplier)[..., None]
    return to_tensor(operator.diag)


def product(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    """The operator left @ right; the sizes fit."""
    if isinstance(left, LinearOperatorIdentity):
        return right
    if isinstance(right, LinearOperatorIdentity):
        return left
    for one in (left, right):
        if isinstance(one, LinearOperatorZeros):
            if not (left.is_square and right.is_square):
                raise ValueError(
                    "Matmul with non-square `LinearOperator`s or non-square `LinearOperatorZeros` "
                    "not supported at this time."
                )
            return one
    scaled = LinearOperatorScaledIdentity
    if isinstance(left, scaled) and isinstance(right, scaled):
        factor = to_tensor(left.multiplier) * to_tensor(right.multiplier)
        return scaled(left._rows, factor, **_commuting(left, right))
    diagonals = (LinearOperatorDiag, scaled)
    if isinstance(left, diagonals) and isinstance(right, diagonals):
        return LinearOperatorDiag(_diagonal(left) * _diagonal(right), **_commuting(left, right))
    if isinstance(left, LinearOperatorDiag) and isinstance(right, LinearOperatorLowerTriangular):
        tril = to_tensor(left.diag)[..., None] * right.to_dense()
        return LinearOperatorLowerTriangular(tril, **_triangular(left, right))
    if isinstance(left, LinearOperatorLowerTriangular) and isinstance(right, LinearOperatorDiag):
        tril = left.to_dense() * to_tensor(right.diag)[..., None, :]
        return LinearOperatorLowerTriangular(tril, **_triangular(left, right))
    if isinstance(left, LinearOperatorBlockDiag) and isinstance(right, LinearOperatorBlockDiag):
        if left._columns() == right._rows():
            pairs = zip(left.operators, right.operators, strict=True)
            return LinearOperatorBlockDiag([x.matmul(y) for x, y in pairs], is_square=None)
        raise ValueError(
            f"Blocks are incompatible. Expected `x` to have blocks of the sizes {left._columns()} "
            f"but got {right._rows()}."
        )
    if is_circulant(left) and type(left) is type(right):
        return circulants_product(left, right, _commuting(left, right))
    return _composition(left, right)


def quotient(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    """The operator left^-1 @ right; the sizes fit and left is not known to be singular."""
    diagonals = LinearOperatorDiag, LinearOperatorScaledIdentity
    triangular = LinearOperatorLowerTriangular
    if (
        isinstance(left, (LinearOperatorIdentity, LinearOperatorInversion))
        or isinstance(right, LinearOperatorIdentity)
        or (isinstance(left, diagonals) and isinstance(right, diagonals))
        or (is_circulant(left) and type(left) is type(right))
        or (isinstance(left, LinearOperatorDiag) and isinstance(right, triangular))
        or all(isinstance(one, LinearOperatorBlockDiag) for one in (left, right))
    ):
        return left.inverse().matmul(right)
    return _composition(LinearOperatorInversion(left), right)


def _composition(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    square = left.is_square and right.is_square
    return LinearOperatorComposition(
        [left, right],
        is_non_singular=_non_singular(left, right) if square else None,
        is_square=True if square else None,
    )


def _triangular(left: LinearOperator, right: LinearOperator) -> dict[str, Any]:
    return {"is_non_singular": _non_singular(left, right), "is_square": True}
