"""Checks of ranks, shapes and dtypes: tf.debugging.assert_rank, assert_shapes, assert_type, ..."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.naming import public
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor, TensorBase


def _start(message: Any) -> str:
    return f"{message}.  " if message else ""


def _array(x: Any) -> Tensor | SparseTensor:
    return x if isinstance(x, SparseTensor) else to_tensor(x)


def _rank(value: Any) -> int:
    rank = to_tensor(value)
    assert_type(rank, dtypes.int32)
    if rank._shape:
        raise ValueError(f"Rank must be a scalar. Received {value!r}")
    return int(rank)


def _sizes(x: Tensor | SparseTensor) -> tuple[int, ...]:
    if isinstance(x, SparseTensor):
        return tuple(x._dense_shape._numpy().tolist())
    return tuple(x._shape)


def _check_rank(x: Any, holds: Any, wanted: str, message: Any) -> None:
    shape = _sizes(_array(x))
    if not holds(len(shape)):
        raise ValueError(
            f"{_start(message)}Tensor  must have rank {wanted}.  Received rank {len(shape)}, "
            f"shape {shape}"
        )


@public("tfcompat.debugging")
def assert_rank(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Raises ValueError unless a tensor has that rank, an int32 scalar."""
    wanted = _rank(rank)
    _check_rank(x, lambda found: found == wanted, f"{wanted}", message)


@public("tfcompat.debugging")
def assert_rank_at_least(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Raises ValueError unless a tensor has at least that rank, an int32 scalar."""
    wanted = _rank(rank)
    _check_rank(x, lambda found: found >= wanted, f"at least {wanted}", message)


@public("tfcompat.debugging")
def assert_rank_in(x: Any, ranks: Any, message: Any = None, name: str | None = None) -> None:
    """Raises ValueError unless the rank of a tensor is one of `ranks`, int32 scalars."""
    wanted = tuple([_rank(rank) for rank in ranks])
    _check_rank(x, lambda found: found in wanted, f"in {wanted}", message)


@public("tfcompat.debugging")
def assert_scalar(tensor: Any, message: Any = None, name: str | None = None) -> None:
    """Raises ValueError unless a tensor has rank 0."""
    shape = tuple(to_tensor(tensor)._shape)
    if shape:
        raise ValueError(f"{_start(message)}Expected scalar shape, saw shape: {shape}.")


# ---------------------------------------------------------------------------------------- dtypes
@public("tfcompat.debugging")
def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: str | None = None) -> None:
    """Raises TypeError unless a tensor has that dtype."""
    wanted, found = as_dtype(tf_type), _array(tensor).dtype
    if found is not wanted:
        raise TypeError(f"{_start(message)}tensor must be of type {wanted!r}; got {found!r}")


@public("tfcompat.debugging")
def assert_integer(x: Any, message: Any = None, name: str | None = None) -> None:
    """Raises TypeError unless a tensor has an integer dtype; quantized ones are not."""
    dtype = to_tensor(x)._dtype
    if not dtype.is_integer:
        raise TypeError(
            f'{_start(message)}Expected "x" to be integer type.  Found: tensor of dtype {dtype!s}'
        )


@public("tfcompat.debugging")
def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """The floating dtype that all the tensors have, float32 if there is none; None is passed over.

    Raises ValueError where two differ, one is not `dtype`, or it is no floating type.
    """
    first: Any = None
    for tensor in tensors or ():
        if tensor is None:
            continue
        if dtype is None:
            first, dtype = tensor, tensor.dtype
        elif tensor.dtype is not dtype:
            like = "" if first is None else f" as {first!s}"
            raise ValueError(
                f"{tensor!s}, type={tensor.dtype!s}, must be of the same type ({dtype!s}){like}."
            )
    found: DType = dtypes.float32 if dtype is None else dtype
    if not found.is_floating:
        raise ValueError(f"Expected floating point type, got {found!s}.")
    return found


@public("tfcompat.debugging")
def is_numeric_tensor(tensor: Any) -> bool:
    """Whether this is a tensor of numbers; variables, bools and strings are not."""
    return isinstance(tensor, Tensor) and (
        tensor._dtype in dtypes.NUMERIC or tensor._dtype in dtypes.QUANTIZED_DTYPES
    )


@public("tfcompat.debugging")
def assert_proper_iterable(values: Any) -> None:
    """Raises TypeError for what is no list-like: tensors, arrays and strings iterate by chance."""
    by_chance = (TensorBase, SparseTensor, np.ndarray, str, bytes)
    if isinstance(values, by_chance):
        raise TypeError(
            f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}'
        )
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


# ---------------------------------------------------------------------------------------- shapes
def _is_any_number(size: Any) -> bool:
    return size is Ellipsis or (isinstance(size, str) and size == "*")


def _specification(shape: Any, said: str, message: Any) -> tuple[bool, list[Any]]:
    """Whether any number of axes may come first, and the sizes of those that follow."""
    if not (hasattr(shape, "__iter__") or hasattr(shape, "__getitem__")):
        raise ValueError(
            f"{_start(message)}{said}.  Specified shape must be an iterable.  An iterable has the "
            f"attribute `__iter__` or `__getitem__`.  Received specified shape: {shape}"
        )
    sizes = list(shape)
    free = bool(sizes) and _is_any_number(sizes[0])
    return free, sizes[1:] if free else sizes


@public("tfcompat.debugging")
def assert_shapes(
    shapes: Any,
    data: Any = None,
    summarize: int | None = None,
    message: Any = None,
    name: str | None = None,
) -> None:
    """Raises ValueError unless tensors have the given shapes, in which names stand for sizes.

    `shapes` pairs tensors with shapes: a list of pairs or a dictionary. A size is a number, a
    name that means the same size wherever it stands, or None or "." for any. Ellipsis or "*" at the
    start means any number of axes. A scalar passes for a vector of one element.
    """
    pairs: Iterable[Any] = shapes.items() if isinstance(shapes, Mapping) else shapes
    known: dict[Any, tuple[int, str]] = {}
    prepared = []
    for tensor, shape in pairs:
        if shape is None:
            continue
        x = _array(tensor)
        found = _sizes(x)
        said = f"Tensor shape={found} dtype={x.dtype.name}"
        free, wanted = _specification(shape, said, message)
        for i, size in enumerate(wanted):
            if _is_any_number(size) and len(found) > len(wanted):
                raise ValueError(
                    f"{_start(message)}{said} specified shape index {i + free}.  Symbol `...` or "
                    "`*` for a variable number of unspecified dimensions is only allowed as the "
                    "first entry"
                )
        _check_length(found, free, wanted, message)
        prepared.append((found, said, free, wanted))
    for found, said, free, wanted in prepared:
        _check_sizes(found, said, free, wanted, known, message)


def _check_length(found: tuple[int, ...], free: bool, wanted: list[Any], message: Any) -> None:
    rank = len(found)
    # A scalar and a vector of one element pass for each other.
    if not wanted or (rank == 0 and len(wanted) == 1):
        fits = free or rank < 2
    else:
        fits = rank >= len(wanted) if free else rank == len(wanted)
    if not fits:
        raise ValueError(
            f"{_start(message)}Tensor  must have rank {'at least ' if free else ''}{len(wanted)}."
            f"  Received rank {rank}, shape {found}"
        )


def _check_sizes(
    found: tuple[int, ...],
    said: str,
    free: bool,
    wanted: list[Any],
    known: dict[Any, tuple[int, str]],
    message: Any,
) -> None:
    sizes = found or (1,)
    for place, size in enumerate(wanted or [1]):
        if size is None or size == ".":
            continue
        at = place - len(wanted or [1]) if free else place
        have = sizes[at]
        if isinstance(size, str):
            where = f"Specified by {said[0].lower()}{said[1:]} dimension {at}"
            expected, because = known.setdefault(size, (have, where))
        else:
            expected, because = size, "Specified explicitly"
        if have != expected:
            raise ValueError(
                f"{_start(message)}{because}.  {said} dimension {at} must have size {expected}.  "
                f"Received size {have}, shape {found}"
            )
