"""tf.ragged.constant: nested Python lists as a ragged tensor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import constant as dense_constant
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.naming import public
from tfcompat._src.ragged.integers import index_dtype
from tfcompat._src.ragged.partition import of_array
from tfcompat._src.ragged.tensor import nested
from tfcompat._src.shapes import TensorShape


@public("tfcompat.ragged")
def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> Any:
    """A RaggedTensor of nested lists, tuples or arrays; a tensor if nothing is ragged.

    `ragged_rank` is the number of axes whose rows may differ in length, by default all but the
    first, and `inner_shape` the shape of the values, where they are no scalars.

    Raises:
      ValueError: scalars at different depths, or lists that contradict the other arguments.
    """
    found = as_dtype(row_splits_dtype)
    return built(pylist, dtype, ragged_rank, inner_shape, index_dtype(found))


def built(
    pylist: Any, dtype: Any, ragged_rank: int | None, inner_shape: Any, splits_dtype: Any
) -> Any:
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(
            f"Invalid argument: ragged_rank must be nonnegative. Received {ragged_rank}."
        )
    scalar, deepest = _depths(pylist)
    if scalar is not None:
        if deepest > scalar:
            raise ValueError(
                f"Invalid pylist={pylist}: empty list nesting is greater than scalar value nesting"
            )
        if ragged_rank is not None and deepest <= ragged_rank:
            raise ValueError(
                f"Invalid pylist={pylist}, `pylist` has scalar values depth {deepest}, but "
                f"ragged_rank={ragged_rank} requires scalar value depth greater than {ragged_rank}"
            )
    inner = None if inner_shape is None else _as_sizes(inner_shape)
    if scalar is None and not isinstance(pylist, (list, tuple, np.ndarray)):
        return dense_constant(pylist, dtype)
    if scalar == 0:
        if ragged_rank:
            raise ValueError(
                f"Invalid pylist={pylist}: incompatible with ragged_rank={ragged_rank}"
            )
        if inner:
            raise ValueError(f"Invalid pylist={pylist}: incompatible with dim(inner_shape)")
        return dense_constant(pylist, dtype)
    if ragged_rank is not None and inner is not None:
        found = len(inner) + ragged_rank
        if scalar is not None and found + 1 != scalar:
            raise ValueError(
                f"Invalid pylist={pylist}, `pylist` depth {scalar} is not compatible with "
                f"ragged_rank={ragged_rank} and inner_shape={inner}"
            )
    if ragged_rank is None:
        if inner is None:
            ragged_rank = max(1, deepest - 1) if deepest > 1 else deepest - 1
        elif scalar is None:
            if deepest - 1 <= len(inner):
                raise TypeError(
                    f"tf.ragged.constant: received pylist={pylist} without scalars and "
                    f"inner_shape={inner}; expected lists of more than {len(inner) + 1} levels"
                )
            ragged_rank = deepest - 1
        else:
            ragged_rank = max(0, deepest - 1 - len(inner))
    splits, level = [], pylist
    for _ in range(ragged_rank):
        lengths = [len(row) for row in level]
        splits.append(np.cumsum([0, *lengths]))
        level = list(chain.from_iterable(level))
    if inner is None:
        inner = _inner_shape(level, ragged_rank, deepest)
    flat = _values(level, dtype, inner)
    if not splits:
        return flat
    parts = [of_array(s, splits_dtype) for s in splits]
    return nested(flat, parts)


def _as_sizes(shape: Any) -> tuple[int, ...]:
    if isinstance(shape, TensorShape):
        return tuple(shape.as_list())  # type: ignore[arg-type]
    return tuple(shape) if isinstance(shape, (list, tuple)) else (shape,)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _depths(pylist: Any) -> tuple[int | None, int]:
    """The depth of the scalars, None where there are none, and the deepest nesting of lists."""
    depth, level = 0, [pylist]
    while True:
        lists = [item for item in level if _is_list(item)]
        if len(lists) < len(level):
            if lists:
                # Empty lists stand beside scalars only at a smaller depth.
                raise ValueError(
                    f"Invalid pylist={pylist}: all scalar values must have the same nesting depth"
                )
            return depth, depth
        depth += 1
        level = list(chain.from_iterable(lists))
        if not level:
            return None, depth


def _inner_shape(level: Sequence[Any], ragged_rank: int, deepest: int) -> tuple[int, ...]:
    """The shape of one value, of which `level` is the list."""
    if not level:
        return (0,) * max(0, deepest - 1 - ragged_rank)
    shape: list[int] = []
    while level and _is_list(level[0]):
        sizes = {len(item) if _is_list(item) else -1 for item in level}
        if len(sizes) > 1:
            raise ValueError("inner values have inconsistent shape")
        shape.append(sizes.pop())
        level = list(chain.from_iterable(level))
    return tuple(shape)


def _values(level: Any, dtype: Any, inner: tuple[int, ...]) -> Any:
    if len(level) == 0:
        return dense_constant([], dtype, shape=(0, *inner))
    return dense_constant(list(level), dtype, shape=(len(level), *inner))
