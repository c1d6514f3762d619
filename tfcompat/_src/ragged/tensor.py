"""tf.RaggedTensor: a tensor whose rows may have different lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor, register_composite
from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public
from tfcompat._src.ragged import host
from tfcompat._src.ragged.making import Making
from tfcompat._src.ragged.partition import RowPartition
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import CompositeTensor

if TYPE_CHECKING:
    from tfcompat._src.ragged.spec import RaggedTensorSpec


@public("tfcompat")
class RaggedTensor(Making, CompositeTensor):
    """A tensor with one or more axes along which its rows have different lengths.

    It is a sequence of values and a partition of it into rows; the values of nested rows are ragged
    themselves. Made by `tf.ragged.constant` and by the methods `from_*`, whose argument `validate`
    says whether the parts are looked at for mistakes.
    """

    _values: Any
    _partition: RowPartition

    def __init__(self, values: Any, row_partition: Any, internal: bool = False) -> None:
        raise ValueError(
            "RaggedTensor constructor is private; please use one of the factory methods instead "
            "(e.g., RaggedTensor.from_row_lengths())"
        )

    # --------------------------------------------------------------------------------- what it is
    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._values.dtype

    @property
    def _dtype(self) -> DType:
        return self._values._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape; None for axes whose rows have different lengths."""
        part = self._partition
        length = part.static_uniform_row_length
        return TensorShape([part.static_nrows, length]).concatenate(self._values.shape[1:])

    def get_shape(self) -> TensorShape:
        """The shape, as the attribute `shape`."""
        return self.shape

    @property
    def ragged_rank(self) -> int:
        """How many axes are partitioned into rows."""
        inner = self._values
        return 1 + (inner.ragged_rank if isinstance(inner, RaggedTensor) else 0)

    @property
    def values(self) -> Any:
        """The rows one after the other: one axis less."""
        return self._values

    @property
    def flat_values(self) -> Tensor:
        """The values without any partition."""
        found = self._values
        while isinstance(found, RaggedTensor):
            found = found._values
        return found

    @property
    def row_splits(self) -> Tensor:
        """Where each row begins among the values, and where the last one ends."""
        return self._partition.row_splits()

    @property
    def uniform_row_length(self) -> Tensor | None:
        """The length of all rows, if the tensor was made with one."""
        return self._partition.uniform_row_length()

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The row splits of every ragged axis, outermost first."""
        return tuple([part.row_splits() for part in self._nested_row_partitions])

    @property
    def _row_partition(self) -> RowPartition:
        return self._partition

    @property
    def _nested_row_partitions(self) -> tuple[RowPartition, ...]:
        inner = self._values
        rest = inner._nested_row_partitions if isinstance(inner, RaggedTensor) else ()
        return (self._partition, *rest)

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The row lengths of every ragged axis, outermost first."""
        return tuple([part.row_lengths() for part in self._nested_row_partitions])

    def nested_value_rowids(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The rows of the values of every ragged axis, outermost first."""
        return tuple([part.value_rowids() for part in self._nested_row_partitions])

    def value_rowids(self, name: str | None = None) -> Tensor:
        """The row of each value."""
        return self._partition.value_rowids()

    def nrows(self, out_type: Any = None, name: str | None = None) -> Tensor:
        """The number of rows, as a scalar of `out_type`: that of the row splits by default."""
        found = self._partition.nrows()
        if out_type is None:
            return found
        from tfcompat._src.ops.casting import cast

        return cast(found, out_type)

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where each row begins among the values."""
        return self._partition.row_starts()

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where each row ends among the values."""
        return self._partition.row_limits()

    def row_lengths(self, axis: Any = 1, name: str | None = None) -> Any:
        """The lengths of the rows along an axis, ragged for an axis after the first two.

        Raises ValueError for an axis that the tensor does not have.
        """
        from tfcompat._src.ragged.conversions import row_lengths

        return row_lengths(self, axis)

    def bounding_shape(
        self, axis: Any = None, name: str | None = None, out_type: Any = None
    ) -> Tensor:
        """The smallest shape that holds all rows, or one or some of its sizes."""
        from tfcompat._src.ragged.conversions import bounding_shape

        return bounding_shape(self, axis, out_type)

    # --------------------------------------------------------------------------- other parts of it
    def with_values(self, new_values: Any) -> RaggedTensor:
        """Other values in the same rows. Raises ValueError where there are more or fewer."""
        found = values_of(new_values)
        if found.shape.rank == 0:
            raise ValueError(f"RaggedTensor.with_values: Shape {found.shape} must have rank at "
                             "least 1")  # fmt: skip
        same_count(self._values.shape[:1], found.shape[:1])
        part = self._partition
        if isinstance(found, RaggedTensor) and found._partition._dtype is not part._dtype:
            part = part.with_dtype(dtypes.int64)
            found = found.with_row_splits_dtype(dtypes.int64)
        return make(found, part)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """Other innermost values. Raises ValueError where there are more or fewer."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same tensor with row splits of int32 or int64. Raises ValueError for others."""
        part = self._partition.with_dtype(dtype)
        if part is self._partition:
            return self
        inner = self._values
        if isinstance(inner, RaggedTensor):
            inner = inner.with_row_splits_dtype(dtype)
        return make(inner, part)

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """The axes from `outer_axis` to `inner_axis` as one.

        Raises ValueError for axes out of order or out of range.
        """
        from tfcompat._src.ragged.conversions import merge_dims

        return merge_dims(self, outer_axis, inner_axis)

    def to_tensor(
        self, default_value: Any = None, name: str | None = None, shape: Any = None
    ) -> Any:
        """A dense tensor, short rows filled up with `default_value` (0, or an empty string).

        `shape` has a size for each axis, or None for what the longest row needs; what is beyond is
        cut off.

        Raises InvalidArgumentError for a shape that does not fit.
        """
        from tfcompat._src.ragged.dense import to_tensor

        return to_tensor(self, default_value, shape)

    def to_sparse(self, name: str | None = None) -> Any:
        """A SparseTensor with all the values."""
        from tfcompat._src.ragged.conversions import to_sparse

        return to_sparse(self)

    # --------------------------------------------------------------------------------- its contents
    def to_list(self) -> list[Any]:
        """Nested Python lists of the values. Raises ValueError in a graph."""
        values, splits = self._contents("to_list can only be used in eager mode.")
        found = values.tolist()
        for bounds in reversed(splits):
            found = [found[a:b] for a, b in pairwise(bounds.tolist())]
        return found

    def numpy(self) -> np.ndarray[Any, Any]:
        """An array of the rows, which are arrays: a plain array where all have one length.

        Raises ValueError in a graph.
        """
        from tfcompat._src.ragged.printing import nested_array

        values, splits = self._contents("RaggedTensor.numpy() is only supported in eager mode.")
        return nested_array(values, splits)

    def _contents(self, complaint: str) -> tuple[np.ndarray[Any, Any], list[Any]]:
        values = host.known(self.flat_values)
        splits = [part.array for part in self._nested_row_partitions]
        if values is None or any(s is None for s in splits):
            raise ValueError(complaint)
        return values, splits

    def _is_eager(self) -> bool:
        parts = [part.array for part in self._nested_row_partitions]
        return host.known(self.flat_values) is not None and not any(p is None for p in parts)

    def consumers(self) -> list[Any]:
        """The ops that use the tensor; nobody keeps account of them."""
        return []

    @property
    def _type_spec(self) -> RaggedTensorSpec:
        from tfcompat._src.ragged.spec import RaggedTensorSpec

        return RaggedTensorSpec.from_value(self)

    def _shape_invariant_to_type_spec(self, shape: Any) -> RaggedTensorSpec:
        from tfcompat._src.ragged.spec import RaggedTensorSpec

        return RaggedTensorSpec(shape, self.dtype, self.ragged_rank, self._partition.dtype)

    def __tf_tensor__(self, dtype: DType | None = None, name: str | None = None) -> Tensor:
        from tfcompat._src.ops.random_seeds import drawn_later as program_is_made

        wrong = TypeError if program_is_made() else ValueError
        raise wrong(
            "received a tf.RaggedTensor; expected a tensor: use its method `to_tensor`, or an op "
            "that takes ragged tensors"
        )

    def __bool__(self) -> bool:
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __len__(self) -> int:
        raise TypeError("object of type 'RaggedTensor' has no len()")

    def __hash__(self) -> int:
        raise TypeError("RaggedTensor is unhashable.")

    def __iter__(self) -> Iterator[Any]:
        rows = self._partition.static_nrows
        if rows is None:
            raise TypeError("RaggedTensor: cannot iterate over rows whose number is not known")
        return iter([self[i] for i in range(rows)])

    def __getitem__(self, key: Any) -> Any:
        from tfcompat._src.ragged.indexing import getitem

        return getitem(self, key)

    def __repr__(self) -> str:
        from tfcompat._src.ragged.printing import text

        return text(self)


# ------------------------------------------------------------------------------------------ making
_installed = False


def _install() -> None:
    """With the first ragged tensor the public ops learn of them."""
    global _installed
    _installed = True
    from tfcompat._src.ragged import handlers

    handlers.install()


def make(values: Any, partition: RowPartition) -> RaggedTensor:
    """The ragged tensor of values and a partition that fit."""
    if not _installed:
        _install()
    found: RaggedTensor = object.__new__(RaggedTensor)
    found._values = values
    found._partition = partition
    return found


def nested(flat_values: Any, parts: Sequence[RowPartition]) -> Any:
    """The ragged tensor of partitions, outermost first; the values themselves without any."""
    found = flat_values
    for part in reversed(parts):
        found = make(found, part)
    return found


def same_count(ours: TensorShape, theirs: TensorShape) -> None:
    if not ours.is_compatible_with(theirs):
        raise ValueError(f"RaggedTensor: Shapes {ours} and {theirs} are incompatible")


def values_of(values: Any) -> Any:
    """Values as a tensor or a ragged tensor."""
    return values if isinstance(values, RaggedTensor) else convert_to_tensor(values)


register_composite(RaggedTensor)
