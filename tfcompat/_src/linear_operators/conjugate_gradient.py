"""tf.linalg.experimental.conjugate_gradient: systems solved by products alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import int32
from tfcompat._src.naming import public
from tfcompat._src.ops.complex import conj
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.norms import norm
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor


class CGState(NamedTuple):
    """What `conjugate_gradient` returns: steps made, solution, residual, direction, its square."""

    i: Tensor
    x: Tensor
    r: Tensor
    p: Tensor
    gamma: Tensor


def _dot(x: Tensor, y: Tensor) -> Tensor:
    return reduce_sum(conj(x) * y, axis=-1)


@public("tfcompat.linalg.experimental")
def conjugate_gradient(
    operator: Any,
    rhs: Any,
    preconditioner: Any = None,
    x: Any = None,
    tol: float = 1e-5,
    max_iter: int = 20,
    name: str = "conjugate_gradient",
) -> CGState:
    """Solves systems with a self-adjoint, positive definite operator by conjugate gradients.

    Args:
      operator: a LinearOperator.
      rhs: vectors, [..., N].
      preconditioner: a LinearOperator near the inverse of `operator`.
      x: where to start; 0 by default.
      tol: how small the residual has to become, compared with `rhs`.
      max_iter: the largest number of steps.
      name: ignored.

    Raises ValueError unless hints say that the operator is self-adjoint and positive definite.
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError("Expected a self-adjoint, positive definite operator.")
    right = to_tensor(rhs)
    outer = broadcast_shapes(
        tuple(right._shape[:-1]), tuple(operator.batch_shape.as_list()), "conjugate_gradient"
    )
    shape = (*outer, *right._shape[-1:])
    if x is None:
        found, residual = zeros(shape, right._dtype), right
    else:
        start = to_tensor(x)
        found = zeros(shape, right._dtype) + start
        residual = right - operator.matvec(start)
    residual = residual + zeros(shape, right._dtype)
    step = residual if preconditioner is None else preconditioner.matvec(residual)
    gamma = _dot(residual, step)
    enough = tol * np.abs(norm(right, axis=-1)._numpy())
    count = 0
    while count < max_iter and np.any(np.abs(norm(residual, axis=-1)._numpy()) > enough):
        turned = operator.matvec(step)
        length = (gamma / _dot(step, turned))[..., None]
        found, residual = found + length * step, residual - length * turned
        ahead = residual if preconditioner is None else preconditioner.matvec(residual)
        square = _dot(residual, ahead)
        step, gamma = ahead + (square / gamma)[..., None] * step, square
        count += 1
    return CGState(from_numpy(np.array(count, np.int32), int32), found, residual, step, gamma)
