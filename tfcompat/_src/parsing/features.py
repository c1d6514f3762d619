"""What tf.io.parse_example is asked for: the shape and the type of each feature."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from tfcompat._src import dtypes
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.naming import public


@public("tfcompat.io")
class FixedLenFeature(NamedTuple):
    """A feature of one shape in all examples; without a default it must be there."""

    shape: Any
    dtype: Any
    default_value: Any = None


@public("tfcompat.io")
class VarLenFeature(NamedTuple):
    """A feature of any number of values, which becomes a tf.SparseTensor."""

    dtype: Any


@public("tfcompat.io")
class FixedLenSequenceFeature(NamedTuple):
    """A feature of any number of rows of one shape; shorter ones are filled up with the default.

    In examples `allow_missing` must be set: one that lacks the feature has no rows.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


@public("tfcompat.io")
class SparseFeature(NamedTuple):
    """A tf.SparseTensor of two features or more: its indices, along each axis, and its values.

    Indices are put in order unless they are `already_sorted`.
    """

    index_key: Any
    value_key: Any
    dtype: Any
    size: Any
    already_sorted: bool = False


class RowSplits(NamedTuple):
    """A feature that says where rows begin, and at last where the last one ends."""

    key: Any


class RowLengths(NamedTuple):
    """A feature that says how long each row is."""

    key: Any


class RowStarts(NamedTuple):
    """A feature that says where each row begins."""

    key: Any


class RowLimits(NamedTuple):
    """A feature that says where each row ends."""

    key: Any


class ValueRowIds(NamedTuple):
    """A feature that says in which row each value is."""

    key: Any


class UniformRowLength(NamedTuple):
    """Rows of one length."""

    length: Any


PARTITIONS = (RowSplits, RowLengths, RowStarts, RowLimits, ValueRowIds, UniformRowLength)


class _Ragged(NamedTuple):
    dtype: Any
    value_key: Any
    partitions: Any
    row_splits_dtype: Any
    validate: Any


@public("tfcompat.io")
class RaggedFeature(_Ragged):
    """A feature of any number of values, which becomes a tf.RaggedTensor.

    `value_key` is the feature with the values, if not the one of the result's name. `partitions`
    say, outermost first, how the values of one example are cut into rows.

    Raises:
      ValueError: a dtype that examples do not hold, or row splits that are no integers.
      TypeError: something else than partitions, or a `validate` that is no bool.
    """

    RowSplits: ClassVar[type[RowSplits]] = RowSplits
    RowLengths: ClassVar[type[RowLengths]] = RowLengths
    RowStarts: ClassVar[type[RowStarts]] = RowStarts
    RowLimits: ClassVar[type[RowLimits]] = RowLimits
    ValueRowIds: ClassVar[type[ValueRowIds]] = ValueRowIds
    UniformRowLength: ClassVar[type[UniformRowLength]] = UniformRowLength

    def __new__(
        cls,
        dtype: Any,
        value_key: Any = None,
        partitions: Any = (),
        row_splits_dtype: Any = dtypes.int32,
        validate: bool = False,
    ) -> RaggedFeature:
        if value_key is not None and not isinstance(value_key, str):
            raise ValueError(
                f"RaggedFeature: Argument `value_key` must be a string; got {value_key!r}"
            )
        kind = as_dtype(dtype)
        if kind not in (dtypes.int64, dtypes.float32, dtypes.string):
            raise ValueError(
                f"RaggedFeature: Argument `dtype` must be int64, float32, or bytes; got {kind!r}"
            )
        splits = as_dtype(row_splits_dtype)
        if splits not in (dtypes.int32, dtypes.int64):
            raise ValueError(
                f"RaggedFeature: Argument `row_splits_dtype` must be int32 or int64; got {splits!r}"
            )
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(
                "RaggedFeature: Argument `partitions` must be a list or tuple. Received "
                f"partitions={partitions!r} of type {type(partitions).__name__}."
            )
        if not isinstance(validate, bool):
            raise TypeError(f"RaggedFeature: Argument `validate` must be a bool; got {validate!r}")
        cuts = tuple([_partition(item) for item in partitions])
        return super().__new__(cls, kind, value_key, cuts, splits, validate)


def _partition(item: Any) -> Any:
    """A partition, or anything that says what a partition of the same name says."""
    for kind in PARTITIONS:
        if type(item).__name__ == kind.__name__ and isinstance(item, tuple) and len(item) == 1:
            return kind(item[0])
    names = ", ".join(kind.__name__ for kind in PARTITIONS)
    raise TypeError(
        "RaggedFeature: Argument `partitions` cannot be cast to any of the partition types "
        f"{names}; got: {item!r} with type {type(item)}"
    )
