"""tf.sparse: from dense tensors to sparse ones and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes, recording
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import concrete
from tfcompat._src.ops.creation import fill
from tfcompat._src.ops.division import truediv as dense_divide
from tfcompat._src.ops.math import multiply as dense_multiply
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.scatter import tensor_scatter_nd_update
from tfcompat._src.ops.selection import gather, gather_nd
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def as_sparse(sp_input: Any) -> SparseTensor:
    """A SparseTensor, also of its three arrays. Raises TypeError for what is none."""
    if isinstance(sp_input, SparseTensor):
        return sp_input
    if all(hasattr(sp_input, field) for field in SparseTensor._FIELDS):
        return SparseTensor.from_value(sp_input)
    raise TypeError(f"Input must be a SparseTensor: received {sp_input!r}")


_ORDINARY = frozenset(
    {dtypes.bool_, dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string}
)


def at_hand(values: Tensor) -> np.ndarray[Any, Any] | None:
    """The value, where it is on the host and nobody records what is done with it.

    The number of elements changes from batch to batch: a program for each would cost too much.
    """
    if values._dtype not in _ORDINARY or recording.anybody():
        return None
    return values._numpy() if values._dtype is dtypes.string else concrete(values)


def _found(tensor: Any, name: str | None = None) -> SparseTensorSpec:
    x = to_tensor(tensor)
    return SparseTensorSpec(x.shape, x._dtype)


@gives(_found)
@public("tfcompat.sparse")
def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements that are not zero, False or empty strings, in row-major order.

    Raises InvalidArgumentError for a scalar.
    """
    x = to_tensor(tensor)
    if not x._shape:
        raise invalid_argument("Where", "received a scalar; expected at least one axis")
    numbers = x._numpy()
    found = np.argwhere(numbers != b"" if x._dtype is dtypes.string else numbers)
    at = from_numpy(found.astype(np.int64), dtypes.int64)
    shape = from_numpy(np.array(x._shape, np.int64), dtypes.int64)
    known = at_hand(x)
    values = gather_nd(x, at) if known is None else from_numpy(known[tuple(found.T)], x._dtype)
    return SparseTensor(at, values, shape)


def check_order(op: str, indices: np.ndarray[Any, Any], shape: np.ndarray[Any, Any]) -> None:
    """Raises InvalidArgumentError unless coordinates lie inside, ascend and do not repeat."""
    _check_inside(op, indices, shape)
    _check_ascent(op, indices, shape)


def _check_inside(op: str, indices: np.ndarray[Any, Any], shape: np.ndarray[Any, Any]) -> None:
    outside = ((indices < 0) | (indices >= shape)).any(1)
    if outside.any():
        i = int(outside.argmax())
        raise invalid_argument(
            op,
            f"indices[{i}] = {_listed(indices[i])} is out of bounds: need 0 <= index < "
            f"{_listed(shape)}",
        )


def _check_ascent(op: str, indices: np.ndarray[Any, Any], shape: np.ndarray[Any, Any]) -> None:
    if len(indices) < 2 or not len(shape):
        return
    steps = np.diff(np.ravel_multi_index(tuple(indices.T), tuple(shape)))
    if (steps <= 0).any():
        i = int((steps <= 0).argmax()) + 1
        if steps[i - 1] == 0:
            raise invalid_argument(op, f"indices[{i}] = {_listed(indices[i])} is repeated")
        raise invalid_argument(
            op,
            f"indices[{i}] = {_listed(indices[i])} is out of order. Many sparse ops require "
            "sorted indices.\n    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n",
        )


def _listed(numbers: np.ndarray[Any, Any]) -> str:
    return f"[{','.join(str(int(n)) for n in numbers)}]"


def _whole(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> TensorSpec:
    sparse = as_sparse(sp_input)
    return TensorSpec(sparse.shape, sparse.dtype)


@gives(_whole)
@public("tfcompat.sparse")
def to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """The whole tensor, with `default_value` (by default zero) between the elements.

    `validate_indices` requires coordinates in row-major order without repetition; without it the
    last of several values at one place counts.

    Raises InvalidArgumentError for coordinates outside, out of order or repeated.
    """
    sparse = as_sparse(sp_input)
    shape = sparse._dense_shape._numpy()
    if validate_indices:
        check_order("SparseToDense", sparse._indices._numpy(), shape)
    dtype = sparse._dtype
    if default_value is None:
        default_value = "" if dtype is dtypes.string else cast(0, dtype)
    default = to_tensor(default_value, dtype)
    if default._shape:
        raise invalid_argument(
            "SparseToDense",
            f"default_value should be a scalar: received shape {list(default._shape)}",
        )
    sizes = tuple(shape.tolist())
    if (known := at_hand(sparse._values)) is not None and (empty := at_hand(default)) is not None:
        at = sparse._indices._numpy()
        _check_inside("SparseToDense", at, shape)
        found = np.full(sizes, empty, known.dtype)
        found[tuple(at.T)] = known if sizes else known[-1:].reshape(())
        return from_numpy(found, dtype)
    return tensor_scatter_nd_update(fill(sizes, default), sparse._indices, sparse._values)


def _like(sp_input: Any, name: str | None = None) -> SparseTensorSpec:
    sparse = as_sparse(sp_input)
    return SparseTensorSpec(sparse.shape, sparse.dtype)


@gives(_like)
@public("tfcompat.sparse")
def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order."""
    sparse = as_sparse(sp_input)
    at = sparse._indices._numpy()
    order = np.lexsort(at.T[::-1]) if at.shape[1] else np.arange(len(at))
    if (known := at_hand(sparse._values)) is not None:
        values = from_numpy(known[order], sparse.dtype)
    else:
        # An axis that is not called 0 gives the values a dense gradient, as TensorFlow's op does.
        values = gather(sparse._values, from_numpy(order, dtypes.int64), axis=-1)
    return SparseTensor(from_numpy(at[order], dtypes.int64), values, sparse._dense_shape)


def at_elements(op: str, sparse: SparseTensor, y: Any) -> Tensor:
    """The elements of a dense operand, broadcast, that stand where the sparse one has any."""
    other = to_tensor(y, sparse.dtype)
    shape = tuple(sparse._dense_shape._numpy().tolist())
    small = tuple(other._shape)
    if len(small) > len(shape) or any(
        n not in (1, m) for n, m in zip(small[::-1], shape[::-1], strict=False)
    ):
        raise invalid_argument(
            op,
            f"SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: "
            f"[{','.join(map(str, shape))}] vs. [{','.join(map(str, small))}]",
        )
    return gather_nd(broadcast_to(other, shape), sparse._indices)


def _product(sparse: SparseTensor, y: Any) -> SparseTensorSpec:
    return SparseTensorSpec(sparse.shape, sparse.dtype)


def _quotient(sparse: SparseTensor, y: Any) -> SparseTensorSpec:
    dtype = sparse.dtype
    if dtype.is_integer:
        dtype = dtypes.float32 if dtype.size <= 2 else dtypes.float64
    return SparseTensorSpec(sparse.shape, dtype)


@gives(_product)
@public("tfcompat.sparse")
def multiply(sparse: SparseTensor, y: Any) -> SparseTensor:
    """`sparse * y` for a dense tensor that broadcasts to the sparse one's shape."""
    other = at_elements("SparseDenseCwiseMul", sparse, y)
    return sparse.with_values(dense_multiply(sparse._values, other))


@gives(_quotient)
@public("tfcompat.sparse")
def divide(sparse: SparseTensor, y: Any) -> SparseTensor:
    """`sparse / y`, integers as floats, for a dense tensor that broadcasts."""
    other = at_elements("SparseDenseCwiseDiv", sparse, y)
    return sparse.with_values(dense_divide(sparse._values, other))
