"""GradientTape.jacobian and batch_jacobian: all rows in one sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfcompat._src import nest
from tfcompat._src.dtypes import DType
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.tape import GradientTape


def _unit_rows(count: int, dtype: DType) -> Tensor:
    from tfcompat._src.ops.creation import eye

    return eye(count, dtype=dtype)


def _size(shape: tuple[int, ...]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def _rows(
    tape: GradientTape, target: Tensor, flat: list[Any], cotangents: Tensor
) -> list[Tensor | None]:
    """One gradient per cotangent, by each source; a variable's versions add up."""
    from tfcompat._src.ops.math import add

    versions = [tape._versions(item) for item in flat]
    if not cotangents._shape[0]:
        return [
            _zeros((0,), item) if group else None
            for item, group in zip(flat, versions, strict=True)
        ]
    by = [t for group in versions for t in group]
    found = tape._asked(tape._engine.vectorized_gradient, target, by, cotangents)
    result: list[Tensor | None] = []
    at = 0
    for group in versions:
        total = None
        for g in found[at : at + len(group)]:
            total = g if total is None else total if g is None else add(total, g)
        result.append(total)
        at += len(group)
    return result


def jacobian(tape: GradientTape, target: Any, sources: Any, unconnected_gradients: Any) -> Any:
    """See tf.GradientTape.jacobian."""
    from tfcompat._src.ops.array import reshape

    zero, y, flat = tape._begin_jacobian(target, sources, unconnected_gradients)
    count = _size(y._shape)
    cotangents = reshape(_unit_rows(count, y._dtype), (count, *y._shape))
    result = []
    for item, rows in zip(flat, _rows(tape, y, flat, cotangents), strict=True):
        if rows is None:
            result.append(_zeros(y._shape, item) if zero else None)
        else:
            result.append(reshape(rows, (*y._shape, *rows._shape[1:])))
    tape._end_jacobian()
    return nest.pack_sequence_as(sources, result)


def _zeros(shape: tuple[int, ...], item: Any) -> Tensor:
    from tfcompat._src.ops.creation import zeros

    return zeros((*shape, *item._shape), item._dtype)


def batch_jacobian(tape: GradientTape, target: Any, source: Any, unconnected_gradients: Any) -> Any:
    """See tf.GradientTape.batch_jacobian."""
    from tfcompat._src.ops.array import expand_dims, reshape, transpose
    from tfcompat._src.ops.repeating import broadcast_to

    _, y, (x,) = tape._begin_jacobian(target, source, unconnected_gradients)
    if not y._shape or not x._shape or y._shape[0] != x._shape[0]:
        raise ValueError(
            f"GradientTape.batch_jacobian: received a target of shape {tuple(y._shape)} and a "
            f"source of shape {tuple(x._shape)}; expected the same first dimension"
        )
    batch, inner = y._shape[0], tuple(y._shape[1:])
    count = _size(inner)
    units = reshape(_unit_rows(count, y._dtype), (count, *inner))
    cotangents = broadcast_to(expand_dims(units, 1), (count, batch, *inner))
    (rows,) = _rows(tape, y, [x], cotangents)
    if rows is None:
        # Unlike jacobian, TensorFlow answers zeros here whatever unconnected_gradients says.
        result = _zeros(tuple(y._shape), _Row(x))
    else:
        # [rows, batch, ...] -> [batch, rows, ...]
        order = (1, 0, *range(2, len(rows._shape)))
        result = reshape(transpose(rows, order), (batch, *inner, *x._shape[1:]))
    tape._end_jacobian()
    return result


class _Row:
    """The shape and dtype of one row of a source."""

    def __init__(self, x: Any) -> None:
        self._shape = tuple(x._shape[1:])
        self._dtype = x._dtype
