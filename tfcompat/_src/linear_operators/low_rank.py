"""LinearOperatorLowRankUpdate: an operator and a matrix of small rank together."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.linear_operators.diagonal import LinearOperatorDiag, LinearOperatorIdentity
from tfcompat._src.naming import public
from tfcompat._src.ops import decompositions, linear_systems
from tfcompat._src.ops.complex import conj
from tfcompat._src.ops.diagonals import diag_part
from tfcompat._src.ops.linalg import matmul
from tfcompat._src.ops.reductions import reduce_prod, reduce_sum
from tfcompat._src.tensor import Tensor

_CERTAIN = "Arguments imply this is self-adjoint positive-definite operator."


@public("tfcompat.linalg")
class LinearOperatorLowRankUpdate(LinearOperator, axes={"u": 2, "diag_update": 1, "v": 2}):
    """L + U D V^H, where U and V have few columns; solved by Woodbury's identity.

    Args:
      base_operator: L.
      u: [..., M, K].
      diag_update: the diagonal of D, [..., K]; ones if None.
      v: [..., N, K]; u if None.
      is_diag_update_positive: whether the diagonal is known to be positive.
      is_non_singular: a hint as for any operator.
      is_self_adjoint: likewise.
      is_positive_definite: likewise.
      is_square: likewise.
      name: by default that of the class.

    Raises ValueError for sizes that do not fit, and for hints that the arguments contradict.
    """

    def __init__(
        self,
        base_operator: Any,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        parameters = pieces.given(locals())
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError(
                    "Default diagonal is the identity, which is positive. However, user set "
                    "'is_diag_update_positive' to False."
                )
            is_diag_update_positive = True
        dtype = base_operator.dtype
        self._base_operator = base_operator
        self._u = pieces.held(u)
        self._v = self._u if v is None else pieces.held(v)
        self._diag_update = None if diag_update is None else pieces.held(diag_update)
        self._is_diag_update_positive = is_diag_update_positive
        self._check_sizes()
        rank = self._u.shape[-1]
        if self._diag_update is None:
            self._diag_operator: Any = LinearOperatorIdentity(rank, dtype=dtype)
        else:
            self._diag_operator = LinearOperatorDiag(
                self._diag_update, is_positive_definite=is_diag_update_positive
            )
        symmetric = base_operator.is_self_adjoint and self._diag_operator.is_self_adjoint
        hints = {hint: parameters[hint] for hint in pieces.HINTS}
        if symmetric and v is None:
            hints["is_self_adjoint"] = pieces.all_hint(
                [True],
                is_self_adjoint,
                "A = L + UDU^H, with L self-adjoint and D real diagonal. Since UDU^H is "
                "self-adjoint, this must be a self-adjoint operator.",
            )
            if base_operator.is_positive_definite and is_diag_update_positive:
                for hint in ("is_positive_definite", "is_non_singular"):
                    hints[hint] = pieces.all_hint([True], hints[hint], _CERTAIN)
        self._set_up(dtype, parameters, **hints)

    def _check_sizes(self) -> None:
        base = self._base_operator
        for part, size in ((self._u, base._sizes[-2]), (self._v, base._sizes[-1])):
            if len(part.shape) < 2:
                raise IndexError(f"u and v must be matrices. Received shape: {part.shape}")
            if part.shape[-2] != size:
                raise ValueError(
                    f"Dimensions {size} and {part.shape[-2]} are not compatible: that of the base "
                    f"operator, of shape {base.shape}, and that of u or v, of shape {part.shape}"
                )
        if self._diag_update is not None and self._diag_update.shape[-1] != self._u.shape[-1]:
            raise ValueError(
                f"Dimensions {self._u.shape[-1]} and {self._diag_update.shape[-1]} are not "
                "compatible: the columns of u and the elements of diag_update"
            )

    @property
    def base_operator(self) -> LinearOperator:
        """L."""
        return self._base_operator

    @property
    def u(self) -> Any:
        """U."""
        return self._u

    @property
    def v(self) -> Any:
        """V."""
        return self._v

    @property
    def diag_update(self) -> Any:
        """The diagonal of D, or None."""
        return self._diag_update

    @property
    def diag_operator(self) -> LinearOperator:
        """D."""
        return self._diag_operator

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether the diagonal of D is known to be positive."""
        return self._is_diag_update_positive

    def _shape(self) -> Any:
        tensors = [self._u, self._v]
        outer = [tuple(x.shape.as_list()[:-2]) for x in tensors]
        outer += [self._base_operator._sizes[:-2], self._diag_operator._sizes[:-2]]
        return (*pieces.static_broadcast(*outer), *self._base_operator._sizes[-2:])

    # --------------------------------------------------------------------------------- products
    def _parts(self, adjoint: bool) -> tuple[Tensor, Tensor]:
        """The update's factors on the left and on the right."""
        u, v = to_tensor(self._u), to_tensor(self._v)
        return (v, u) if adjoint else (u, v)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        left, right = self._parts(adjoint)
        inner = matmul(right, x, adjoint_a=True, adjoint_b=adjoint_arg)
        update = matmul(left, self._diag_operator.matmul(inner, adjoint=adjoint))
        return self._base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg) + update

    def _scaled_u(self) -> Tensor:
        u = to_tensor(self._u)
        return u if self._diag_update is None else u * to_tensor(self._diag_update)[..., None, :]

    def _to_dense(self) -> Tensor:
        return self._base_operator.to_dense() + matmul(self._scaled_u(), self._v, adjoint_b=True)

    def _diag_part(self) -> Tensor:
        if self._base_operator.is_square is False:
            return super()._diag_part()
        update = reduce_sum(self._scaled_u() * conj(to_tensor(self._v)), axis=-1)
        return self._base_operator.diag_part() + update

    # -------------------------------------------------------------------------------- solutions
    def _core(self) -> Tensor:
        """D^-1 + V^H L^-1 U, which is small."""
        inner = matmul(self._v, self._base_operator.solve(self._u), adjoint_a=True)
        return self._diag_operator.inverse().add_to_tensor(*_batched(self._diag_operator, inner))

    def _core_has_cholesky(self) -> bool:
        return bool(self._is_diag_update_positive and self.is_self_adjoint and self._v is self._u)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        base = self._base_operator
        left, right = self._parts(adjoint)
        plain = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(right, plain, adjoint_a=True)
        core = self._core()
        if self._core_has_cholesky() and base._has_cholesky():
            factor, inner = pieces.common_batch([decompositions.cholesky(core), inner])
            small = linear_systems.cholesky_solve(factor, inner)
        else:
            small = pieces.solve(core, inner, adjoint)
        return plain - base.solve(matmul(left, small), adjoint=adjoint)

    def _determinant(self) -> Tensor:
        if self._core_has_cholesky() and self._base_operator._has_cholesky():
            roots = diag_part(decompositions.cholesky(self._core()))
            core = reduce_prod(roots, axis=-1) ** 2
        else:
            core = decompositions.det(self._core())
        return core * self._diag_operator.determinant() * self._base_operator.determinant()

    def _log_abs_determinant(self) -> Tensor:
        core = decompositions.slogdet(self._core()).log_abs_determinant
        diagonal = self._diag_operator.log_abs_determinant()
        return pieces.total(self, [core, diagonal, self._base_operator.log_abs_determinant()])


def _batched(operator: LinearOperator, x: Tensor) -> tuple[Tensor]:
    """x with the axes of the operator's batch, which adding a diagonal does not give it."""
    from tfcompat._src.ops.repeating import broadcast_to

    outer = pieces.static_broadcast(tuple(x._shape[:-2]), operator._sizes[:-2])
    return (broadcast_to(x, outer + tuple(x._shape[-2:])),)
