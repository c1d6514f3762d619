"""tf.TensorShape, and the shape and axis rules that many operations share."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._src import errors
from tfcompat._src.dimension import Dimension, dimension_value
from tfcompat._src.naming import public

Dims = tuple[int | None, ...]


@public("tfcompat")
class TensorShape:
    """The shape of a tensor: fully known, partly known (None dimensions) or of unknown rank.

    `dims` is None for an unknown rank, an int for a vector, or an iterable of ints, Nones and
    objects with an `__index__` method. Instances are immutable and compare with anything that
    makes a shape.
    """

    __slots__ = ("_dims",)

    _dims: Dims | None

    def __init__(self, dims: Any) -> None:
        self._dims = _parse(dims)

    @property
    def rank(self) -> int | None:
        """The number of dimensions; None if unknown."""
        return None if self._dims is None else len(self._dims)

    @property
    def ndims(self) -> int | None:
        """Another name of `rank`."""
        return None if self._dims is None else len(self._dims)

    @property
    def dims(self) -> list[Dimension] | None:
        """The dimensions as Dimension objects; None if the rank is unknown."""
        return None if self._dims is None else [Dimension(dim) for dim in self._dims]

    def as_list(self) -> list[int | None]:
        """The dimensions as a list. Raises ValueError if the rank is unknown."""
        if self._dims is None:
            raise ValueError("TensorShape.as_list: the shape's rank is unknown.")
        return list(self._dims)

    def num_elements(self) -> int | None:
        """The number of elements; None unless every dimension is known."""
        dims = self._dims
        if dims is None or None in dims:
            return None
        return math.prod(dims)  # type: ignore[arg-type]

    def is_fully_defined(self) -> bool:
        """Whether every dimension is known."""
        return self._dims is not None and None not in self._dims

    def is_compatible_with(self, other: Any) -> bool:
        """Whether some fully known shape fits both this and `other`."""
        mine, theirs = self._dims, as_shape(other)._dims
        if mine is None or theirs is None:
            return True
        return len(mine) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(mine, theirs, strict=True)
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every shape that fits this one also fits the TensorShape `other`."""
        if type(other) is not TensorShape:
            return False
        mine, theirs = self._dims, other._dims
        if theirs is None:
            return True
        if mine is None or len(mine) != len(theirs):
            return False
        return all(b is None or a == b for a, b in zip(mine, theirs, strict=True))

    def merge_with(self, other: Any) -> TensorShape:
        """What is known from both. Raises ValueError where they contradict."""
        second = as_shape(other)
        if self._dims is None:
            return second
        if second._dims is None:
            return self
        if not self.is_compatible_with(second):
            raise ValueError(f"Shapes {self} and {second} are not compatible.")
        return make_shape(
            tuple(b if a is None else a for a, b in zip(self._dims, second._dims, strict=True))
        )

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by the dimensions of `other`."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return _UNKNOWN
        return make_shape(self._dims + other._dims)

    def with_rank(self, rank: int | None) -> TensorShape:
        """This shape with that rank. Raises ValueError if it has another one."""
        if rank is None:
            return self
        if self._dims is None:
            return unknown_shape(rank)
        self.assert_has_rank(rank)
        return self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError if its rank is known and smaller than `rank`."""
        if self._dims is not None and len(self._dims) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}.")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError if its rank is known and larger than `rank`."""
        if self._dims is not None and len(self._dims) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}.")
        return self

    def assert_has_rank(self, rank: int) -> None:
        """Raise ValueError if the rank is known and not `rank`."""
        if self._dims is not None and len(self._dims) != operator.index(rank):
            raise ValueError(f"Shape {self} must have rank {rank}.")

    def assert_same_rank(self, other: Any) -> None:
        """Raise ValueError if both ranks are known and differ."""
        other = as_shape(other)
        if self._dims is not None and other._dims is not None:
            if len(self._dims) != len(other._dims):
                raise ValueError(f"Shapes {self} and {other} must have the same rank.")

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise ValueError unless `is_compatible_with(other)`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible.")

    def assert_is_fully_defined(self) -> None:
        """Raise ValueError unless every dimension is known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined.")

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The narrowest shape that both fit: differing dimensions and ranks become unknown."""
        other = as_shape(other)
        mine, theirs = self._dims, other._dims
        if mine is None or theirs is None or len(mine) != len(theirs):
            return _UNKNOWN
        return make_shape(tuple(a if a == b else None for a, b in zip(mine, theirs, strict=True)))

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TensorShape | None:
        """The narrowest shape that this and all `others` fit; None if one is no TensorShape."""
        common = self
        for other in others:
            if type(other) is not TensorShape:
                return None
            common = common.most_specific_compatible_shape(other)
        return common

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("TensorShape: a shape of unknown rank has no length.")
        return len(self._dims)

    def __iter__(self) -> Iterator[int | None]:
        if self._dims is None:
            raise ValueError("TensorShape: cannot iterate over a shape of unknown rank.")
        return iter(self._dims)

    def __getitem__(self, key: Any) -> Any:
        if self._dims is None:
            return self._unknown_item(key)
        picked = self._dims[key]
        return make_shape(picked) if isinstance(key, slice) else picked

    @staticmethod
    def _unknown_item(key: Any) -> TensorShape | None:
        if not isinstance(key, slice):
            return None
        if key.step is not None:
            raise ValueError(
                f"TensorShape: received the step {key.step} for a shape of unknown rank; "
                "only slices without a step are accepted."
            )
        start = 0 if key.start is None else operator.index(key.start)
        # Only from two known ends of the same sign does the length follow.
        if key.stop is None or operator.index(key.stop) < 0 or start < 0:
            return _UNKNOWN
        return unknown_shape(max(operator.index(key.stop) - start, 0))

    def __bool__(self) -> bool:
        return self._dims is not None

    def __eq__(self, other: object) -> bool:
        if type(other) is TensorShape:
            return self._dims == other._dims
        try:
            return self._dims == _parse(other)
        except TypeError:
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._dims)

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._dims is None else list(self._dims)})"

    def __str__(self) -> str:
        return "<unknown>" if self._dims is None else str(self._dims)

    def __reduce__(self) -> tuple[Any, tuple[Any]]:
        return TensorShape, (self._dims,)

    def __copy__(self) -> TensorShape:
        return self

    def __deepcopy__(self, memo: object) -> TensorShape:
        return self


def _parse(dims: Any) -> Dims | None:
    if dims is None:
        return None
    if type(dims) is tuple or type(dims) is list:
        return tuple([dimension_value(dim) for dim in dims])
    if type(dims) is TensorShape:
        return dims._dims
    try:
        items = iter(dims)
    except TypeError:
        return (dimension_value(dims),)
    try:
        return tuple([dimension_value(dim) for dim in items])
    except TypeError as cause:
        raise TypeError(
            f"tf.TensorShape: cannot convert {dims!r} to a shape; expected an int or an "
            f"iterable of ints and Nones. {cause}"
        ) from None


# Shapes recur, and a lookup costs a third of a construction. Bounded, so memory stays flat.
_CACHE: dict[Dims, TensorShape] = {}
_CACHE_LIMIT = 4096


def make_shape(dims: Dims) -> TensorShape:
    """The TensorShape of a tuple that is already known to hold non-negative ints and Nones."""
    shape = _CACHE.get(dims)
    if shape is None:
        shape = TensorShape.__new__(TensorShape)
        shape._dims = dims
        if len(_CACHE) >= _CACHE_LIMIT:
            _CACHE.clear()
        _CACHE[dims] = shape
    return shape


def as_shape(shape: Any) -> TensorShape:
    """`shape` as a TensorShape; a TensorShape itself comes back unchanged."""
    return shape if type(shape) is TensorShape else TensorShape(shape)


def unknown_shape(rank: int | None = None) -> TensorShape:
    """A shape of which at most the rank is known."""
    return _UNKNOWN if rank is None else make_shape((None,) * rank)


_UNKNOWN = TensorShape(None)


@functools.lru_cache(maxsize=4096)
def _broadcast(a: Dims, b: Dims) -> Dims | None:
    """The shape that `a` and `b` broadcast to; None where they do not fit."""
    if a == b:
        return a
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    result = list(a[:lead])
    for mine, theirs in zip(a[lead:], b, strict=True):
        if mine == theirs or theirs == 1:
            result.append(mine)
        elif mine == 1:
            result.append(theirs)
        elif mine is None or theirs is None:
            known = theirs if mine is None else mine
            # TensorFlow leaves 0 against an unknown dimension open.
            result.append(known or None)
        else:
            return None
    return tuple(result)


def broadcast_shapes(a: tuple[int, ...], b: tuple[int, ...], op: str) -> tuple[int, ...]:
    """The shape that known shapes broadcast to; InvalidArgumentError where they do not fit."""
    result = _broadcast(a, b)
    if result is None:
        raise errors.invalid_argument(
            op,
            f"Incompatible shapes: {list(a)} vs. {list(b)}; each pair of dimensions, counted "
            "from the last, must be equal or contain a 1.",
        )
    return result  # type: ignore[return-value]


@public("tfcompat")
def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The shape that two shapes broadcast to, as far as it is known.

    Raises ValueError where they do not fit.
    """
    if shape_x._dims is None or shape_y._dims is None:
        return _UNKNOWN
    result = _broadcast(shape_x._dims, shape_y._dims)
    if result is None:
        raise ValueError(
            f"tf.broadcast_static_shape: Incompatible shapes {shape_x} and {shape_y}; each pair "
            "of dimensions, counted from the last, must be equal or contain a 1."
        )
    return make_shape(result)


def normalize_axis(axis: Any, rank: int, op: str) -> int:
    """One axis as a non-negative int; InvalidArgumentError outside [-rank, rank)."""
    if type(axis) is int:
        index = axis
    else:
        try:
            index = operator.index(axis)
        except TypeError:
            if isinstance(axis, str | bytes):
                # A string makes a tensor, but not one of axes.
                raise errors.invalid_argument(
                    op, f"received axis {axis!r}, expected an int."
                ) from None
            raise TypeError(f"{op}: received axis {axis!r}, expected an int.") from None
    if index < 0:
        index += rank
    if 0 <= index < rank:
        return index
    raise errors.invalid_argument(
        op, f"received axis {axis} for a tensor of rank {rank}, expected [{-rank}, {rank})."
    )


def normalize_axes(axes: Any, rank: int, op: str) -> tuple[int, ...]:
    """Axes as a sorted tuple of non-negative ints; None means all of them.

    `axes` is an int, an iterable of ints, or anything that counts as such (NumPy, tensors).
    Raises InvalidArgumentError for one outside [-rank, rank) and for one given twice.
    """
    if axes is None:
        return tuple(range(rank))
    if type(axes) is not list and type(axes) is not tuple:
        try:
            return (normalize_axis(axes, rank, op),)
        except TypeError:
            if not hasattr(axes, "__iter__"):
                raise
            axes = list(axes)
    result = sorted([normalize_axis(axis, rank, op) for axis in axes])
    if len(set(result)) != len(result):
        raise errors.invalid_argument(op, f"received axes {list(axes)}, expected each one once.")
    return tuple(result)
