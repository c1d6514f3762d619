"""tf.experimental.StructuredTensor: tensors of dictionaries, kept as a dictionary of tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public
from tfcompat._src.ragged import host
from tfcompat._src.ragged.conversions import axis_of, merged
from tfcompat._src.ragged.dynamic_shape import DynamicRaggedShape, DynamicRaggedShapeSpec
from tfcompat._src.ragged.partition import RowPartition, of_array
from tfcompat._src.ragged.splits import splits_of_lengths
from tfcompat._src.ragged.structured_values import constant, has_dicts, python, zipped
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested, values_of
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import CompositeTensor, TypeSpec, register_spec, type_spec_from_value

Path = tuple[str, ...]


@public("tfcompat.experimental")
class StructuredTensor(CompositeTensor):
    """A tensor each of whose elements has the same fields, which are tensors or structured again.

    The first axes of every field are those of the whole. Made by its methods `from_*`.
    """

    Spec: type[TypeSpec]
    _fields: dict[str, Any]
    _whole: DynamicRaggedShape

    def __init__(self, fields: Mapping[str, Any], ragged_shape: DynamicRaggedShape) -> None:
        self._fields = dict(fields)
        self._whole = ragged_shape

    # ------------------------------------------------------------------------------------- making
    @classmethod
    def from_fields(
        cls,
        fields: Mapping[str, Any],
        shape: Any = (),
        nrows: Any = None,
        row_partitions: Any = None,
        validate: bool = False,
    ) -> StructuredTensor:
        """A structure of fields; `shape` says how many of their axes are those of the whole.

        Raises ValueError for a field whose shape does not begin with it.
        """
        wanted = TensorShape(shape)
        rank = wanted.rank
        if rank is None:
            raise ValueError("StructuredTensor's shape must have known rank.")
        values = {name: _field(value) for name, value in fields.items()}
        for value in values.values():
            found = value.shape[:rank]
            if not wanted.is_compatible_with(found):
                raise ValueError(f"Shapes {wanted} and {found} are not compatible")
        if row_partitions is not None:
            whole = DynamicRaggedShape.from_row_partitions(list(row_partitions))
            return cls(values, whole)
        if values:
            return cls(values, _whole_of(values, rank))
        if not wanted.is_fully_defined() and nrows is None:
            raise ValueError("nrows must be specified if there are no fields and the shape is open")
        sizes = [n if n is not None else int(nrows) for n in wanted.as_list()]
        return cls(values, DynamicRaggedShape.from_lengths(sizes))

    @classmethod
    def from_fields_and_rank(
        cls,
        fields: Mapping[str, Any],
        rank: int,
        validate: bool = False,
        dtype: DType | None = None,
    ) -> StructuredTensor:
        """As `from_fields`, with the number of axes of the whole. Raises ValueError without any."""
        if not fields:
            raise ValueError("Must provide at least one field")
        if rank < 0:
            raise ValueError("rank must be nonnegative")
        found = cls.from_fields(fields, TensorShape([None] * rank))
        return found if dtype is None else found.with_shape_dtype(dtype)

    @classmethod
    def from_shape(cls, ragged_shape: DynamicRaggedShape) -> StructuredTensor:
        """A structure without fields."""
        return cls({}, ragged_shape)

    @classmethod
    def from_pyval(cls, pyval: Any, typespec: Any = None) -> Any:
        """The structure of dictionaries, or of lists of them; other values become tensors.

        Raises ValueError for dictionaries beside other values, and KeyError for other keys.
        """
        if isinstance(pyval, dict):
            return cls.from_fields({k: cls.from_pyval(v) for k, v in pyval.items()})
        if not isinstance(pyval, (list, tuple)) or not has_dicts(pyval):
            return constant(pyval)
        splits, level = [], list(pyval)
        while level and not isinstance(level[0], dict):
            if not all(isinstance(item, (list, tuple)) for item in level):
                raise ValueError("Expected dict or nested list/tuple of dict")
            lengths = np.array([len(item) for item in level], np.int64)
            splits.append(splits_of_lengths(lengths))
            level = list(chain.from_iterable(level))
        if not all(isinstance(item, dict) for item in level):
            raise ValueError("Expected dict or nested list/tuple of dict")
        parts = [of_array(s) for s in splits]
        keys: list[str] = list(dict.fromkeys(chain.from_iterable(level)))
        fields = {}
        for key in keys:
            flat = cls.from_pyval([item[key] for item in level])
            fields[key] = partitioned(flat, parts)
        if fields:
            return cls.from_fields(fields, TensorShape([len(pyval)] + [None] * len(parts)))
        if parts:
            return cls({}, DynamicRaggedShape.from_row_partitions(parts))
        return cls({}, DynamicRaggedShape.from_lengths([len(pyval)]))

    # --------------------------------------------------------------------------------- what it is
    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return self._whole._to_tensor_shape()

    @property
    def rank(self) -> int:
        """The number of axes of the whole."""
        return int(self._whole.rank or 0)

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """How the elements are partitioned into rows: one less than there are axes."""
        if self.rank < 2:
            return ()
        parts = self._whole.row_partitions
        if len(parts) == self.rank - 1:
            return parts
        from tfcompat._src.ops.creation import zeros
        from tfcompat._src.ragged.joining import with_rank

        like = nested(zeros(self._whole.inner_shape, dtypes.int8), parts)
        wide = with_rank(like, self.rank - 1, self._whole.dtype)
        return wide._nested_row_partitions

    def nrows(self) -> Tensor | None:
        """The number of rows; None for a scalar."""
        return None if self.rank == 0 else self._whole[0]

    def field_names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(self._fields)

    def field_value(self, field_name: Any) -> Any:
        """The field of a name, or of a path of names. Raises KeyError where there is none."""
        if isinstance(field_name, (list, tuple)):
            value: Any = self
            for name in field_name:
                if not isinstance(value, StructuredTensor):
                    raise KeyError(f"Field path {field_name} not found in {self}")
                value = value.field_value(name)
            return value
        return self._fields[field_name]

    # --------------------------------------------------------------------------- other parts of it
    def with_updates(self, updates: Mapping[Any, Any], validate: bool = False) -> StructuredTensor:
        """Fields set, changed by a function of the old value, or, for None, left out.

        Raises ValueError for a path whose beginning does not exist, or a function of no field.
        """
        found = self
        for path, value in updates.items():
            names = (path,) if isinstance(path, str) else tuple(path)
            if not names:
                raise ValueError("`StructuredTensor.with_updates`: received an empty path")
            found = found._updated(names, value, names)
        return found

    def _updated(self, names: Path, value: Any, whole: Path) -> StructuredTensor:
        first, rest = names[0], names[1:]
        fields = dict(self._fields)
        if rest:
            inner = fields.get(first)
            if not isinstance(inner, StructuredTensor):
                raise ValueError(
                    f"`StructuredTensor.with_updates` cannot create new sub-field {whole} if "
                    f"parent field {whole[: len(whole) - len(rest)]} is not set."
                )
            fields[first] = inner._updated(rest, value, whole)
        elif callable(value):
            if first not in fields:
                raise ValueError(
                    f"`StructuredTensor.with_updates` cannot update the field {whole} because a "
                    "transforming function was given, but that field does not already exist."
                )
            fields[first] = value(fields[first])
        elif value is None:
            if first not in fields:
                raise ValueError(
                    f"`StructuredTensor.with_updates` cannot delete the field {whole}, which does "
                    "not exist."
                )
            del fields[first]
            return StructuredTensor(fields, self._whole)
        else:
            fields[first] = value
        return StructuredTensor.from_fields(fields, self.shape)

    def promote(self, source_path: Sequence[str], new_name: str) -> StructuredTensor:
        """A field of a nested structure as one of its parent, too.

        Raises ValueError for a path of one name.
        """
        path = tuple(source_path)
        if len(path) < 2:
            raise ValueError("source_path must have length at least two")
        parent = path[:-2]
        outer = self.field_value(parent) if parent else self
        levels = outer.rank
        value = self.field_value(path)
        inner = outer.field_value(path[-2])
        for _ in range(inner.rank - levels):
            value = merged(value, levels, levels + 1)
        return self.with_updates({(*parent, new_name): value})

    def merge_dims(self, outer_axis: int, inner_axis: int) -> StructuredTensor:
        """The axes from `outer_axis` to `inner_axis` as one. Raises ValueError out of range."""
        outer = axis_of(outer_axis, self.rank, "outer_axis")
        inner = axis_of(inner_axis, self.rank, "inner_axis")
        if outer > inner:
            raise ValueError(
                f"Expected outer_axis ({outer_axis}) to be less than or equal to inner_axis "
                f"({inner_axis})"
            )
        fields = {
            name: value.merge_dims(outer, inner)
            if isinstance(value, StructuredTensor)
            else merged(value, outer, inner)
            for name, value in self._fields.items()
        }
        return StructuredTensor.from_fields(
            fields, TensorShape([None] * (self.rank - inner + outer))
        )

    def partition_outer_dimension(self, row_partition: RowPartition) -> StructuredTensor:
        """The rows partitioned into rows of a new first axis. Raises ValueError for a scalar."""
        if self.rank == 0:
            raise ValueError("Shape () must have rank at least 1")
        fields = {n: partitioned(v, [row_partition]) for n, v in self._fields.items()}
        return StructuredTensor.from_fields(fields, TensorShape([None] * (self.rank + 1)))

    def with_shape_dtype(self, dtype: Any) -> StructuredTensor:
        """The same structure, row partitions and shape of int32 or int64."""

        def changed(value: Any) -> Any:
            if isinstance(value, StructuredTensor):
                return value.with_shape_dtype(dtype)
            return value.with_row_splits_dtype(dtype) if isinstance(value, RaggedTensor) else value

        fields = {name: changed(value) for name, value in self._fields.items()}
        return StructuredTensor(fields, self._whole.with_dtype(dtype))

    def to_pyval(self) -> Any:
        """Dictionaries of Python's values, in lists. Raises ValueError in a graph."""
        if not self._fields:
            lengths = self._whole.static_lengths()
            if not lengths:
                return {}
            values = nested(
                host.tensor(np.zeros(self._whole.inner_shape.numpy()), dtypes.int8),
                self._whole.row_partitions,
            )
            return zipped({"": python(values)}, self.rank, lambda found: {})
        fields = {name: python(value) for name, value in self._fields.items()}
        return zipped(fields, self.rank, dict)

    def __getitem__(self, key: Any) -> Any:
        keys = list(key) if isinstance(key, (list, tuple)) else [key]
        return self._taken(keys)

    def _taken(self, keys: list[Any]) -> Any:
        rank = self.rank
        if not keys:
            return self
        if rank == 0:
            value = self.field_value(keys[0])
            rest = keys[1:]
            if not rest:
                return value
            return value._taken(rest) if isinstance(value, StructuredTensor) else value[tuple(rest)]
        axes, rest = keys[:rank], keys[rank:]
        for k in axes:
            if isinstance(k, str) or k is None or k is ...:
                raise TypeError(
                    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
                    f"tf.int32/tf.int64 tensors are valid indices, got {k!r}"
                )
        if rest:
            value = self.field_value(rest[0])
            inner = [*axes, *rest[1:]]
            if isinstance(value, StructuredTensor):
                return value._taken(inner)
            return value[tuple(inner)]
        fields = {
            name: value._taken(axes) if isinstance(value, StructuredTensor) else value[tuple(axes)]
            for name, value in self._fields.items()
        }
        left = rank - sum([not isinstance(k, slice) for k in axes])
        if not fields:
            raise NotImplementedError("StructuredTensor: cannot index a structure without fields")
        return StructuredTensor.from_fields(fields, TensorShape([None] * left))

    @property
    def _type_spec(self) -> StructuredTensorSpec:
        specs = {name: type_spec_from_value(value) for name, value in self._fields.items()}
        return StructuredTensorSpec(specs, self._whole._type_spec)

    def __repr__(self) -> str:
        fields = sorted(self._fields.items())
        lines = [f'"{name}": {_indented(value)}' for name, value in fields]
        inner = ",\n        ".join(lines)
        return f"<StructuredTensor(\n    fields={{\n        {inner}}},\n    shape={self.shape})>"


def _indented(value: Any) -> str:
    if isinstance(value, StructuredTensor):
        return repr(value).replace("\n", "\n            ")
    text = str(value)
    if "\n" not in text:
        return text
    return text.replace("\n", "\n" + " " * 12)


def _field(value: Any) -> Any:
    return value if isinstance(value, StructuredTensor) else values_of(value)


def _whole_of(fields: Mapping[str, Any], rank: int) -> DynamicRaggedShape:
    """The shape that the first axes of all fields have: what the most telling one says."""
    shapes = [
        v._whole if isinstance(v, StructuredTensor) else DynamicRaggedShape.from_tensor(v)
        for v in fields.values()
    ]
    return max(shapes, key=lambda shape: shape.num_row_partitions)[:rank]


def partitioned(value: Any, parts: Sequence[RowPartition]) -> Any:
    """A value whose rows fall into the rows of partitions, outermost first."""
    found = value
    for part in reversed(parts):
        if isinstance(found, StructuredTensor):
            found = found.partition_outer_dimension(part)
        else:
            found = make(found, part)
    return found


class StructuredTensorSpec(TypeSpec):
    """The specs of the fields, and the shape of the whole."""

    __slots__ = ("_fields", "_whole")

    def __init__(self, _fields: Mapping[str, Any], _ragged_shape: DynamicRaggedShapeSpec) -> None:
        self._fields = dict(_fields)
        self._whole = _ragged_shape

    @property
    def value_type(self) -> type[StructuredTensor]:
        """The class of the values."""
        return StructuredTensor

    def _serialize(self) -> Any:
        return self._fields, self._whole

    @property
    def _component_specs(self) -> Any:
        return [self._fields, self._whole]

    def _to_components(self, value: Any) -> Any:
        return [value._fields, value._whole]

    def _from_components(self, components: Any) -> StructuredTensor:
        return StructuredTensor(components[0], components[1])


register_spec(StructuredTensor, lambda value: value._type_spec)
StructuredTensor.Spec = StructuredTensorSpec
