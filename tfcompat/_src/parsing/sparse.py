"""Sparse tensors as strings: each as the TensorProtos of its three parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.data.files import codec
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, typed
from tfcompat._src.parsing.told import told
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

Array = np.ndarray[Any, Any]


def _parts(value: Any, out_type: Any, op: str) -> list[Tensor]:
    if not isinstance(value, SparseTensor):
        raise TypeError(f"{op}: Input must be a SparseTensor.")
    kind = as_dtype(out_type)
    if kind is dtypes.variant:
        raise NotImplementedError(
            f"{op}: out_type=tf.variant is not supported; use tf.string, or the tensor itself"
        )
    if kind is not dtypes.string:
        raise invalid_argument(op, f"received out_type={kind.name}; expected one of: string")
    return [value.indices, value.values, value.dense_shape]


def _bytes(array: Array, like: Tensor) -> bytes:
    return codec.encoded(TensorSpec(None, like._dtype), array)[0]


def _one(indices: Tensor, values: Tensor, shape: Tensor) -> list[Tensor]:
    return [filled([_bytes(x._numpy(), x) for x in (indices, values, shape)], (3,))]


def _many(indices: Tensor, values: Tensor, shape: Tensor) -> list[Tensor]:
    op = "SerializeManySparse"
    at, elements, sizes = indices._numpy(), values._numpy(), shape._numpy()
    if len(sizes) < 2:
        raise invalid_argument(
            op, f"Rank of input SparseTensor should be > 1, but saw rank: {len(sizes)}"
        )
    for place in range(1, len(at)):
        if tuple(at[place]) <= tuple(at[place - 1]):
            raise invalid_argument(
                op,
                f"indices[{place}] = {at[place].tolist()} is out of order. Many sparse ops require "
                "sorted indices. Use `tf.sparse.reorder` to create a correctly ordered copy.",
            )
    if len(at) and not 0 <= at[0, 0] <= at[-1, 0] < sizes[0]:
        raise invalid_argument(op, f"received an index outside of the dense_shape {sizes.tolist()}")
    rows: list[bytes] = []
    cuts = np.searchsorted(at[:, 0], np.arange(int(sizes[0]) + 1))
    rest = _bytes(sizes[1:], shape)
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        rows += [_bytes(at[first:last, 1:], indices), _bytes(elements[first:last], values), rest]
    return [filled(rows, (int(sizes[0]), 3))]


@public("tfcompat.io")
def serialize_sparse(sp_input: Any, out_type: Any = dtypes.string, name: str | None = None) -> Any:
    """A sparse tensor as a vector of three strings: its indices, values and shape.

    Raises TypeError for what is no SparseTensor.
    """
    parts = _parts(sp_input, out_type, "SerializeSparse")
    return told(_one, parts, [TensorSpec([3], dtypes.string)], "serialize_sparse")[0]


@public("tfcompat.io")
def serialize_many_sparse(
    sp_input: Any, out_type: Any = dtypes.string, name: str | None = None
) -> Any:
    """The rows of a sparse tensor, each as three strings: its indices, values and shape.

    Raises:
      TypeError: no SparseTensor.
      InvalidArgumentError: fewer than two axes, or indices that are not in order.
    """
    parts = _parts(sp_input, out_type, "SerializeManySparse")
    rows = sp_input.shape[0] if sp_input.shape.rank else None
    specs = [TensorSpec([rows, 3], dtypes.string)]
    return told(_many, parts, specs, "serialize_many_sparse")[0]


@public("tfcompat.io")
def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The sparse tensor whose rows are those that strings hold, three of them for each.

    `rank` is that of the result, if it is known.

    Raises:
      InvalidArgumentError: strings that hold something else, or rows of another dtype or rank.
    """
    op = "DeserializeManySparse"
    wanted = as_dtype(dtype)
    serialized = typed(to_tensor(serialized_sparse), dtypes.string, op)

    def read(strings: Tensor) -> list[Tensor]:
        return _read(strings._numpy(), wanted)

    specs = [
        TensorSpec([None, rank], dtypes.int64),
        TensorSpec([None], wanted),
        TensorSpec([rank], dtypes.int64),
    ]
    parts = told(read, [serialized], specs, "deserialize_many_sparse")
    width = parts[0].shape.as_list()[1]
    if rank is not None and width not in (None, rank):
        raise ValueError(
            f"{op}: Tensor's shape {parts[0].shape} is not compatible with supplied shape "
            f"{TensorShape([None, rank])}."
        )
    return SparseTensor(*parts)


def _read(strings: Array, wanted: dtypes.DType) -> list[Tensor]:
    op = "DeserializeManySparse"
    if strings.ndim < 1 or strings.shape[-1] != 3:
        raise invalid_argument(
            op, f"Serialized sparse should have 3 as the last dimension {strings.shape}"
        )
    rows = strings.reshape(-1, 3).tolist()
    if not rows:
        raise invalid_argument(
            op, f"Serialized sparse should have at least 1 serialized tensor {strings.shape}"
        )
    found = [_row(row, number, wanted) for number, row in enumerate(rows)]
    ranks = [len(shape) for _, _, shape in found]
    for number, count in enumerate(ranks):
        if count != ranks[0]:
            raise invalid_argument(
                op,
                f"Inconsistent shape across SparseTensors: rank prior to SparseTensor[{number}] "
                f"was: {ranks[0]} but rank of SparseTensor[{number}] is: {count}",
            )
    lead = strings.ndim - 1
    places = np.indices(strings.shape[:-1]).reshape(lead, len(rows)).T
    indices = [
        np.concatenate([np.broadcast_to(place, (len(at), lead)), at], 1)
        for place, (at, _, _) in zip(places, found, strict=True)
    ]
    most = np.max([shape for _, _, shape in found], axis=0)
    return [
        from_numpy(np.concatenate(indices).astype(np.int64), dtypes.int64),
        _values([values for _, values, _ in found], wanted),
        from_numpy(np.concatenate([strings.shape[:-1], most]).astype(np.int64), dtypes.int64),
    ]


def _values(parts: list[Array], wanted: dtypes.DType) -> Tensor:
    whole = np.concatenate(parts)
    return (
        filled(whole.tolist(), whole.shape)
        if wanted is dtypes.string
        else from_numpy(whole, wanted)
    )


def _row(row: list[bytes], number: int, wanted: dtypes.DType) -> tuple[Array, Array, Array]:
    op = "DeserializeManySparse"
    try:
        tensors = [codec.read_tensor(item) for item in row]
    except DataLossError:
        raise invalid_argument(op, "Could not parse serialized proto") from None
    kinds = [as_dtype(kind) if kind else None for kind, _, _ in tensors]
    if kinds[1] is not wanted:
        found = getattr(kinds[1], "name", "nothing")
        raise invalid_argument(
            op,
            f"Requested SparseTensor of type {wanted.name} but SparseTensor[{number}].values."
            f"dtype() == {found}",
        )
    at, values, shape = [array for _, _, array in tensors]
    fits = at.ndim == 2 and shape.ndim == 1 and len(at) == len(values)
    if not fits or kinds[0] is not dtypes.int64 or at.shape[1] != len(shape):
        raise invalid_argument(op, f"SparseTensor[{number}] is not made of fitting parts")
    return at, values, shape
