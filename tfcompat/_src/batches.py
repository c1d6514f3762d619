"""Batches of values: taken apart into rows, and rows put together again.

What is made of several tensors has a spec, or an encoder beside it, that knows how.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import nest
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import stack, unstack
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import is_composite, type_spec_from_value


def rows_of(value: Any, op: str) -> list[Any]:
    """The rows of a tensor, or of a composite value that can be taken apart."""
    if not is_composite(value):
        return list(unstack(value)) if value._shape[0] else []
    spec: Any = type_spec_from_value(value)
    inner = _inner_spec(value, spec, op)
    encoder = getattr(spec, "__batch_encoder__", None)
    encoded = spec.to_tensors(value) if encoder is None else encoder.encode(spec, value, 1)
    columns = [unstack(part) if part._shape[0] else [] for part in nest.flatten(encoded)]
    rows = [nest.pack_sequence_as(encoded, list(row)) for row in zip(*columns, strict=True)]
    if encoder is None:
        return [inner._from_tensor_list(row) for row in rows]
    return [encoder.decode(inner, row) for row in rows]


def _inner_spec(value: Any, spec: Any, op: str) -> Any:
    if not hasattr(spec, "_unbatch"):
        raise TypeError(
            f"{op}: received {type(value).__name__}; expected tensors, or values that can be taken "
            "apart into rows, as a tf.experimental.BatchableExtensionType"
        )
    return spec._unbatch()


def encoded(value: Any, op: str) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The tensors whose rows a value's rows are made of, and what makes a row of those."""
    if not is_composite(value):
        if value.shape.rank == 0:
            raise ValueError(
                f"{op}: received a scalar; Elements in elems must be 1+ dimensional Tensors, not "
                "scalars"
            )
        return [value], lambda row: row[0]
    spec: Any = type_spec_from_value(value)
    inner = _inner_spec(value, spec, op)
    encoder = getattr(spec, "__batch_encoder__", None)
    if encoder is None:
        return spec.to_tensors(value), inner._from_tensor_list
    encoded = encoder.encode(spec, value, 1)
    return nest.flatten(encoded), lambda row: encoder.decode(
        inner, nest.pack_sequence_as(encoded, row)
    )


def adapted(item: Any, spec: Any) -> Any:
    """The item, its row splits of the dtype that a spec of ragged tensors wants."""
    change = getattr(item, "with_row_splits_dtype", None)
    wanted = getattr(spec, "row_splits_dtype", None)
    return item if change is None or wanted is None else change(wanted)


def taken_apart(item: Any, spec: Any) -> list[Any]:
    item = adapted(item, spec)
    if not spec.is_compatible_with(item):
        raise ValueError(f"map_fn: received the result {item!r}; expected one of {spec!r}")
    encoder = getattr(spec, "__batch_encoder__", None)
    encoded = spec.to_tensors(item) if encoder is None else encoder.encode(spec, item, 0)
    return nest.flatten(encoded)


def like(spec: Any) -> Any:
    """The structure of the specs of the tensors that a composite value is made of."""
    if not hasattr(spec, "_batch"):
        raise NotImplementedError(
            f"map_fn: received the signature {spec!r}; expected dtypes, tf.TensorSpecs or specs of "
            "values that can be stacked"
        )
    encoder = getattr(spec, "__batch_encoder__", None)
    return spec.flatten() if encoder is None else encoder.encoding_specs(spec)


def put_together(tensors: list[Any], spec: Any) -> Any:
    encoder = getattr(spec, "__batch_encoder__", None)
    whole = spec._batch(tensors[0].shape[0])
    packed = nest.pack_sequence_as(like(spec), tensors)
    return whole._from_tensor_list(packed) if encoder is None else encoder.decode(whole, packed)


def batched(column: list[Any], spec: Any) -> Any:
    if isinstance(spec, TensorSpec):
        return stack(column) if column else zeros(_empty(spec.shape), spec.dtype)
    specs = like(spec)
    encoder = getattr(spec, "__batch_encoder__", None)
    if encoder is None:
        encoded = [spec.to_tensors(item) for item in column]
    else:
        encoded = [encoder.encode(spec, item, 0) for item in column]
    if encoded:
        groups = zip(*[nest.flatten(item) for item in encoded], strict=True)
        tensors = [stack(list(group)) for group in groups]
    else:
        tensors = [zeros(_empty(part.shape), part.dtype) for part in nest.flatten(specs)]
    whole = spec._batch(len(column))
    packed = nest.pack_sequence_as(specs, tensors)
    return whole._from_tensor_list(packed) if encoder is None else encoder.decode(whole, packed)


def _empty(shape: TensorShape) -> list[int]:
    return [0] if shape.rank is None else [0, *(n or 0 for n in shape)]
