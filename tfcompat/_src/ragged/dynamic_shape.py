"""tf.experimental.DynamicRaggedShape: the shape of a tensor, ragged or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor, register_composite
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape as dense_reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.repeating import broadcast_to as dense_broadcast
from tfcompat._src.ops.sizes import shape as dense_shape
from tfcompat._src.ragged import host
from tfcompat._src.ragged.broadcasting import elementwise
from tfcompat._src.ragged.partition import RowPartition, of_splits, uniform
from tfcompat._src.ragged.splits import splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, nested, values_of
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import CompositeTensor, TypeSpec, register_spec


@public("tfcompat.experimental")
class DynamicRaggedShape(CompositeTensor):
    """The shape of a tensor: how its rows are partitioned, and the shape of the values within.

    `shape[i]` is the size of an axis whose rows have one length, a scalar tensor.
    """

    Spec: type[TypeSpec]

    def __init__(
        self,
        row_partitions: Sequence[RowPartition],
        inner_shape: Any,
        dtype: Any = None,
        validate: bool = False,
        static_inner_shape: Any = None,
    ) -> None:
        parts = tuple(row_partitions)
        inner = convert_to_tensor(inner_shape, dtype_hint=dtypes.int64)
        wanted = (
            as_dtype(dtype) if dtype is not None else (parts[0].dtype if parts else inner.dtype)
        )
        if wanted not in dtypes.INDEX:
            raise ValueError(f"dtype must be tf.int32 or tf.int64: received {wanted!r}")
        self._parts = tuple([part.with_dtype(wanted) for part in parts])
        self._inner = inner if inner.dtype is wanted else cast(inner, wanted)
        self._dtype = wanted
        found = host.known(self._inner)
        self._static = TensorShape(
            static_inner_shape
            if static_inner_shape is not None
            else [None] * (inner.shape[0] or 0)
            if found is None
            else found.tolist()
        )

    # --------------------------------------------------------------------------------------- making
    @classmethod
    def from_tensor(cls, t: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of a tensor or a ragged tensor."""
        value = values_of(t)
        flat = value.flat_values if isinstance(value, RaggedTensor) else value
        parts = value._nested_row_partitions if isinstance(value, RaggedTensor) else ()
        wanted = (
            as_dtype(dtype) if dtype is not None else (parts[0].dtype if parts else dtypes.int64)
        )
        static = flat.shape if flat.shape.rank is not None else None
        return cls(parts, dense_shape(flat, wanted), wanted, static_inner_shape=static)

    @classmethod
    def from_row_partitions(
        cls, row_partitions: Sequence[RowPartition], dtype: Any = None
    ) -> DynamicRaggedShape:
        """The shape of ragged tensors of these partitions, outermost first, of scalars.

        Raises ValueError without any.
        """
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty")
        count = row_partitions[-1].nvals()
        return cls(row_partitions, dense_reshape(count, [1]), dtype)

    @classmethod
    def from_lengths(
        cls, lengths: Any, num_row_partitions: int | None = None, dtype: Any = dtypes.int64
    ) -> DynamicRaggedShape:
        """The shape with these sizes: an int for all rows of an axis, or the length of each.

        Raises ValueError for lengths that contradict each other.
        """
        sizes = list(lengths)
        if not all(isinstance(n, int) or isinstance(n, (list, tuple)) for n in sizes):
            raise ValueError("lengths should be a sequence of ints or of lists of ints")
        if sizes and not isinstance(sizes[0], int):
            raise ValueError("First item in lengths must be an int")
        ragged = [i for i, n in enumerate(sizes) if not isinstance(n, int)]
        least = ragged[-1] if ragged else 0
        levels = least if num_row_partitions is None else num_row_partitions
        if levels < least or levels >= max(len(sizes), 1):
            raise ValueError(f"num_row_partitions should be at least {least}; received {levels}")
        wanted = as_dtype(dtype)
        parts = []
        count = sizes[0] if sizes else 1
        for size in sizes[1 : levels + 1]:
            if isinstance(size, int):
                parts.append(uniform(size, count, wanted))
                count *= size
                continue
            if len(size) != count:
                raise ValueError(f"lengths: received {len(size)} lengths for {count} rows")
            parts.append(of_splits(splits_of_lengths(np.asarray(size, np.int64)), wanted))
            count = sum(size)
        inner = [count, *sizes[levels + 1 :]] if sizes else []
        return cls(parts, host.tensor(np.asarray(inner, np.int64), wanted), wanted)

    # ---------------------------------------------------------------------------------- what it is
    @property
    def dtype(self) -> DType:
        """The dtype of the sizes: int32 or int64."""
        return self._dtype

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """The partitions into rows, outermost first."""
        return self._parts

    @property
    def num_row_partitions(self) -> int:
        """How many partitions there are."""
        return len(self._parts)

    @property
    def inner_shape(self) -> Tensor:
        """The shape of the flat values, a vector."""
        return self._inner

    @property
    def inner_rank(self) -> int | None:
        """The rank of the flat values."""
        return self._static.rank

    @property
    def rank(self) -> int | None:
        """The number of axes."""
        inner = self._static.rank
        return None if inner is None else inner + len(self._parts)

    def is_uniform(self, axis: Any) -> bool:
        """Whether all rows along an axis have one length.

        Raises IndexError for an axis that there is not.
        """
        rank = self.rank
        if axis < 0 or (rank is not None and axis >= rank):
            raise IndexError(f"Expected axis >= 0 and < rank={rank}: received {axis}")
        return not 0 < axis <= len(self._parts) or self._parts[axis - 1].is_uniform()

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The sizes as `from_lengths` takes them, None for what is not known.

        Without `ragged_lengths` an axis whose rows differ is None, too.
        """
        if self.num_row_partitions == 0:
            return [] if self._static.rank is None else self._static.as_list()
        found: list[Any] = [self._parts[0].static_nrows]
        for part in self._parts:
            array = part.array
            if part.is_uniform():
                found.append(part.static_uniform_row_length)
            elif ragged_lengths and array is not None:
                found.append(tuple(np.diff(array).tolist()))
            else:
                found.append(None)
        if self._static.rank is None:
            return [*found, ...]
        return found + self._static.as_list()[1:]

    def with_dtype(self, dtype: Any) -> DynamicRaggedShape:
        """The same shape with sizes of another dtype."""
        return DynamicRaggedShape(self._parts, self._inner, dtype, static_inner_shape=self._static)

    def _to_tensor_shape(self) -> TensorShape:
        return TensorShape([n if isinstance(n, int) else None for n in self.static_lengths()])

    def _num_elements(self) -> Any:
        from tfcompat._src.ops.reductions import reduce_prod

        return reduce_prod(self._inner)

    def _dimension(self, axis: int) -> Tensor:
        if not self.is_uniform(axis):
            raise ValueError(
                f"Index {axis} is not uniform; the sizes of its rows are in `row_partitions`"
            )
        levels = len(self._parts)
        if levels and axis == 0:
            return self._parts[0].nrows()
        if 0 < axis <= levels:
            found = self._parts[axis - 1].uniform_row_length()
            return host.tensor(0, self._dtype) if found is None else found
        return self._inner[axis - levels]

    @property
    def _type_spec(self) -> DynamicRaggedShapeSpec:
        return _spec_of(self)

    def __getitem__(self, index: Any) -> Any:
        rank = self.rank
        if isinstance(index, slice):
            if rank is None:
                raise ValueError("Rank must be known to use __getitem__ with a slice")
            start, stop, step = index.indices(rank)
            if step != 1:
                raise IndexError("Cannot stride through a shape")
            if start == 0:
                return self._leading(max(0, stop))
            sizes = [self._dimension(i) for i in _span(start, stop)]
            return DynamicRaggedShape((), _vector(sizes, self._dtype), self._dtype)
        if not isinstance(index, (int, np.integer)):
            raise TypeError("index must be an int or a slice")
        number = int(index)
        if number < 0:
            if rank is None:
                raise ValueError("Rank must be known to use __getitem__ with a negative index.")
            number += rank
        if number < 0 or (rank is not None and number >= rank):
            raise IndexError(f"Index must be an int in [-{rank}, {rank}): received {index}")
        return self._dimension(number)

    def _leading(self, stop: int) -> DynamicRaggedShape:
        levels = len(self._parts)
        if stop > levels:
            inner = self._inner[: stop - levels]
            return DynamicRaggedShape(self._parts, inner, self._dtype)
        if stop == 0:
            return DynamicRaggedShape((), _vector([], self._dtype), self._dtype)
        if stop == 1:
            return DynamicRaggedShape((), _vector([self[0]], self._dtype), self._dtype)
        return DynamicRaggedShape.from_row_partitions(self._parts[: stop - 1], self._dtype)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DynamicRaggedShape):
            return NotImplemented
        return self.static_lengths() == other.static_lengths() and len(self._parts) == len(
            other._parts
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join([repr(n) if n is not ... else "..." for n in self.static_lengths()])
        return f"<DynamicRaggedShape lengths=[{shown}] num_row_partitions={len(self._parts)}>"


def _span(start: int, stop: int) -> range:
    return range(start, max(start, stop))


def _vector(sizes: Sequence[Any], dtype: DType) -> Tensor:
    if not sizes:
        return host.tensor(np.zeros(0, np.int64), dtype)
    return concat([dense_reshape(n, [1]) for n in sizes], 0)


class DynamicRaggedShapeSpec(TypeSpec):
    """The partitions of a DynamicRaggedShape, and what is known of its inner shape."""

    __slots__ = ("_dtype", "_parts", "_static")

    def __init__(self, row_partitions: Any, static_inner_shape: Any, dtype: Any) -> None:
        self._parts = tuple(row_partitions)
        self._static = TensorShape(static_inner_shape)
        self._dtype = as_dtype(dtype)

    @property
    def value_type(self) -> type[DynamicRaggedShape]:
        """The class of the values."""
        return DynamicRaggedShape

    @property
    def dtype(self) -> DType:
        """The dtype of the sizes."""
        return self._dtype

    def _serialize(self) -> Any:
        return self._parts, self._static, self._dtype

    def __repr__(self) -> str:
        return (
            f"DynamicRaggedShape.Spec(row_partitions={self._parts}, "
            f"static_inner_shape={self._static!r}, dtype={self._dtype!r})"
        )

    @property
    def _component_specs(self) -> Any:
        inner = TensorSpec([self._static.rank], self._dtype)
        return [inner, *[part._component_specs for part in self._parts]]

    def _to_components(self, value: Any) -> Any:
        return [value._inner, *[part.row_splits() for part in value._parts]]

    def _from_components(self, components: Any) -> DynamicRaggedShape:
        found: DynamicRaggedShape = object.__new__(DynamicRaggedShape)
        pairs = zip(self._parts, components[1:], strict=True)
        found._parts = tuple([spec._from_components(splits) for spec, splits in pairs])
        found._inner, found._dtype, found._static = components[0], self._dtype, self._static
        return found


def _spec_of(shape: DynamicRaggedShape) -> DynamicRaggedShapeSpec:
    parts = [part._type_spec for part in shape._parts]
    return DynamicRaggedShapeSpec(parts, shape._static, shape._dtype)


DynamicRaggedShape.Spec = DynamicRaggedShapeSpec
DynamicRaggedShapeSpec.__name__ = DynamicRaggedShapeSpec.__qualname__ = "DynamicRaggedShape.Spec"
register_spec(DynamicRaggedShape, _spec_of)
register_composite(DynamicRaggedShape)


# ------------------------------------------------------------------------------- ops that take one
def shape_of(
    function: Callable[..., Any], input: Any, out_type: Any = dtypes.int32, name: str | None = None
) -> DynamicRaggedShape:
    """tf.shape of a ragged tensor."""
    return DynamicRaggedShape.from_tensor(input, dtypes.int32 if out_type is None else out_type)


def reshape(function: Callable[..., Any], tensor: Any, shape: Any, name: str | None = None) -> Any:
    """tf.reshape of the values in their order, to a dense or a ragged shape."""
    flat = tensor.flat_values if isinstance(tensor, RaggedTensor) else tensor
    if not isinstance(shape, DynamicRaggedShape):
        return dense_reshape(flat, shape)
    return nested(dense_reshape(flat, shape.inner_shape), shape.row_partitions)


def broadcast_to(
    function: Callable[..., Any], input: Any, shape: Any, name: str | None = None
) -> Any:
    """tf.broadcast_to a ragged shape."""
    if not isinstance(shape, DynamicRaggedShape):
        raise TypeError(
            f"tf.broadcast_to: received the shape {shape!r} for a ragged tensor; expected a "
            "tf.experimental.DynamicRaggedShape"
        )
    value = values_of(input)
    if not shape.row_partitions:
        return dense_broadcast(value, shape.inner_shape)
    like = nested(zeros(shape.inner_shape, dtypes.int8), shape.row_partitions)
    if not isinstance(value, RaggedTensor) and value.shape.rank == 0:
        return nested(dense_broadcast(value, shape.inner_shape), shape.row_partitions)
    return elementwise(lambda a, b: dense_broadcast(a, dense_shape(b)), [value, like])


def filled(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """tf.zeros, tf.ones and tf.fill of a ragged shape."""
    if args:
        shape, rest = args[0], args[1:]
        return nested(function(shape.inner_shape, *rest, **kwargs), shape.row_partitions)
    name = "dims" if "dims" in kwargs else "shape"
    shape = kwargs.pop(name)
    return nested(function(**{name: shape.inner_shape}, **kwargs), shape.row_partitions)
