"""From ragged tensors to dense ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.array import expand_dims, reshape
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.moving import gather, joined, laid_out, spread
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def bounds(splits: tuple[Array, ...]) -> list[int]:
    """The number of rows, and the length of the longest one along each ragged axis."""
    longest = [int(np.diff(s).max()) if s.shape[0] > 1 else 0 for s in splits]
    return [splits[0].shape[0] - 1, *longest]


def places(sizes: tuple[int, ...], splits: tuple[Array, ...]) -> Array:
    """Which flat value stands at each place of a dense block; -1 where none does.

    sizes: those of the axes of the block, -1 for what the longest row needs.
    """
    found = bounds(splits)
    block = [have if want < 0 else want for want, have in zip(sizes, found, strict=True)]
    at = np.arange(block[0])
    at[found[0] :] = -1
    for bound, size in zip(splits, block[1:], strict=True):
        if bound.shape[0] < 2:
            at = np.full((*at.shape, size), -1)
            continue
        # A row that is not there is one without values.
        lengths = np.where(at < 0, 0, np.diff(bound)[at])[..., None]
        columns = np.arange(size)
        at = np.where(columns < lengths, bound[:-1][at][..., None] + columns, -1)
    return at.astype(np.int64, copy=False)


def to_tensor(ragged: Any, default_value: Any, shape: Any) -> Tensor:
    """RaggedTensor.to_tensor."""
    flat = ragged.flat_values
    levels = ragged.ragged_rank
    sizes, inner = _sizes(shape, levels, flat)
    rows = ragged.shape[0] if sizes[0] < 0 else sizes[0]
    spec = TensorSpec([rows, *[n if n >= 0 else None for n in sizes[1:]]], dtypes.int64)
    parts = [part._splits for part in ragged._nested_row_partitions]

    if levels == 1:
        found = _rows(ragged, sizes, _default(default_value, flat, inner))
        if found is not None:
            return found

    def block(*splits: Array) -> Array:
        return places(sizes, splits)

    at = host.compute(block, parts, spec)
    return taken(flat, at, _default(default_value, flat, inner), inner)


def _rows(ragged: Any, sizes: tuple[int, ...], default: Tensor) -> Tensor | None:
    """The commonest case, in which nothing is cut off; None where it is another."""
    splits = ragged._partition.array
    if splits is None or sizes[0] not in (-1, splits.shape[0] - 1):
        return None
    lengths = np.diff(splits)
    longest = int(lengths.max()) if lengths.size else 0
    width = longest if sizes[1] < 0 else sizes[1]
    if width < longest:
        return None
    inside = np.arange(width) < lengths[:, None]
    return laid_out(ragged.flat_values, inside, default)


def taken(flat: Tensor, at: Any, default: Tensor, inner: TensorShape) -> Tensor:
    """The values at some places, the default value where the place is -1."""
    if isinstance(at, np.ndarray):
        last = flat.shape[0]
        filled = spread(flat, at, default)
        if filled is not None:
            return filled
        if last is not None:
            at = np.where(at < 0, last, at)
            if not (at == last).any():
                return gather(flat, at)
            return gather(joined([flat, reshape(default, [1, *default.shape])]), at)
    # The default value goes first, where its place does not depend on the number of values.
    return gather(concat([expand_dims(default, 0), flat], 0), at + 1)


def _sizes(shape: Any, levels: int, flat: Tensor) -> tuple[tuple[int, ...], TensorShape]:
    inner = flat.shape[1:]
    wanted = _as_shape(shape)
    if wanted.rank is None:
        return (-1,) * (levels + 1), inner
    rank = levels + 1 + (inner.rank or 0)
    if wanted.rank != rank:
        raise _unfit(wanted, f"rt_input.rank = {rank} but shape.rank = {wanted.rank}")
    rest = wanted[levels + 1 :]
    if not rest.is_compatible_with(inner):
        raise _unfit(wanted, f"the inner values have the shape {inner}")
    return tuple([-1 if n is None else n for n in wanted[: levels + 1].as_list()]), inner


def _as_shape(shape: Any) -> TensorShape:
    if isinstance(shape, Tensor):
        found = host.known(shape)
        if found is None:
            raise NotImplementedError(
                "RaggedTensor.to_tensor: received a shape that is not known while the function is "
                "traced; give Python's ints, or None for what is not known"
            )
        shape = [None if n < 0 else int(n) for n in found.reshape(-1)]
    elif isinstance(shape, (list, tuple)):
        shape = [None if n is None else int(n) for n in shape]
    elif isinstance(shape, int):
        shape = [shape]
    return TensorShape(shape)


def _unfit(shape: TensorShape, what: str) -> Exception:
    return invalid_argument(
        "RaggedTensorToTensor", f"rt_input.shape and shape={shape} are incompatible: {what}"
    )


def _default(value: Any, flat: Tensor, inner: TensorShape) -> Tensor:
    sizes = [n if n is not None else 1 for n in inner.as_list()]
    if value is None:
        return zeros(sizes, flat.dtype)
    found = convert_to_tensor(value, flat.dtype)
    if found.shape.rank is not None and found.shape.rank > len(sizes):
        raise invalid_argument(
            "RaggedTensorToTensor",
            f"default_value.shape={found.shape} and rt_input.flat_values.shape={flat.shape} "
            "are incompatible",
        )
    return found if list(found.shape) == sizes else broadcast_to(found, sizes)
