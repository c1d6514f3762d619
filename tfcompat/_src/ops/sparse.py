"""tf.sparse: from dense tensors to sparse ones and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.array import broadcast_to
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import fill
from tfcompat._src.ops.math import multiply as dense_multiply, truediv as dense_divide
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
    return SparseTensor(at, gather_nd(x, at), shape)


def check_order(op: str, indices: np.ndarray[Any, Any], shape: np.ndarray[Any, Any]) -> None:
    """Raises InvalidArgumentError unless coordinates lie inside, ascend and do not repeat."""
    outside = ((indices < 0) | (indices >= shape)).any(1)
    if outside.any():
        i = int(outside.argmax())
        raise invalid_argument(
            op,
            f"indices[{i}] = {_listed(indices[i])} is out of bounds: need 0 <= index < "
            f"{_listed(shape)}",
        )
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
    whole = fill(tuple(shape.tolist()), default)
    return tensor_scatter_nd_update(whole, sparse._indices, sparse._values)


def _like(sp_input: Any, name: str | None = None) -> SparseTensorSpec:
    sparse = as_sparse(sp_input)
    return SparseTensorSpec(sparse.shape, sparse.dtype)


@gives(_like)
@public("tfcompat.sparse")
def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order."""
    sparse = as_sparse(sp_input)
    at = sparse._indices._numpy()
    order = from_numpy(np.lexsort(at.T[::-1]) if at.shape[1] else np.arange(len(at)), dtypes.int64)
    # An axis that is not called 0 gives the values a dense gradient, as TensorFlow's op does.
    values = gather(sparse._values, order, axis=-1)
    return SparseTensor(gather(sparse._indices, order), values, sparse._dense_shape)


def _at_elements(op: str, sparse: SparseTensor, y: Any) -> Tensor:
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
    other = _at_elements("SparseDenseCwiseMul", sparse, y)
    return sparse.with_values(dense_multiply(sparse._values, other))


@gives(_quotient)
@public("tfcompat.sparse")
def divide(sparse: SparseTensor, y: Any) -> SparseTensor:
    """`sparse / y`, integers as floats, for a dense tensor that broadcasts."""
    other = _at_elements("SparseDenseCwiseDiv", sparse, y)
    return sparse.with_values(dense_divide(sparse._values, other))
