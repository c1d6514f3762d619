"""Writing elements to where indices say: tf.scatter_nd, tf.tensor_scatter_nd_add, ..."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operand, operands, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import INDEX_OR_INT16, check_sizes, int_vector, on_strings
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.selection import check_coordinates
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("scatter")
array = dispatch.family("array")


def scatter_rows(values: Tensor, indices: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A tensor of zeros to whose rows `indices` the values are added."""
    at = dispatch.execute_constant(
        array.reshape, (indices,), ((*indices._shape, 1),), indices._dtype
    )
    return dispatch.execute(kernels.scatter_nd, (at, values), (tuple(shape),), values._dtype)


@public("tfcompat")
def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor of zeros to which `updates` are added at the coordinates in `indices`.

    Raises InvalidArgumentError for coordinates out of range and for updates of another shape.
    """
    at, values = to_tensor(indices), to_tensor(updates)
    check_dtype("ScatterNd", at, INDEX_OR_INT16)
    sizes = int_vector(shape, "ScatterNd", "a shape", scalar=False)
    check_sizes(sizes, "ScatterNd")
    check_updates("ScatterNd", sizes, at, values)
    if len(at._shape) < 2:
        raise invalid_argument(
            "ScatterNd", f"received indices of shape {list(at._shape)}; expected rank 2 or more"
        )
    if prod(at._shape[:-1]) and not at._shape[-1]:
        raise _beyond_nothing("ScatterNd", at, sizes)
    _check_has_place("ScatterNd", at, sizes)
    check_coordinates(at, sizes, "ScatterNd", "shape")
    if values._dtype is dtypes.string:
        return on_strings(_scatter_strings, (at, values), (sizes,))
    return dispatch.execute(kernels.scatter_nd, (at, values), (sizes,), values._dtype)


def _check_has_place(op: str, indices: Tensor, shape: tuple[int, ...]) -> None:
    if prod(indices._shape) and not prod(shape):
        raise _beyond_nothing(op, indices, shape)


def _beyond_nothing(op: str, indices: Tensor, shape: tuple[int, ...]) -> Exception:
    return invalid_argument(
        op,
        f"received indices of shape {list(indices._shape)} for the shape {list(shape)}: Indices "
        "and updates specified for empty output shape",
    )


def check_updates(op: str, shape: tuple[int, ...], indices: Tensor, updates: Tensor) -> None:
    """Raises InvalidArgumentError unless the shapes of indices and updates fit a tensor's."""
    at, values = tuple(indices._shape), tuple(updates._shape)
    if not at:
        raise invalid_argument(op, "Indices shape must have rank at least one. Found: []")
    depth = at[-1]
    if depth > len(shape) or values != at[:-1] + shape[depth:]:
        raise invalid_argument(
            op,
            f"received a tensor of shape {list(shape)}, indices of shape {list(at)} and updates "
            f"of shape {list(values)}; expected updates of shape "
            + (f"{list(at[:-1] + shape[depth:])}" if depth <= len(shape) else "with fewer indices"),
        )


def _scatter_strings(indices: Any, updates: Any, shape: tuple[int, ...]) -> Any:
    result = np.empty(shape, object)
    result.fill(b"")
    for at in np.ndindex(indices.shape[:-1]):
        result[tuple(indices[at])] += updates[at]
    return result


def update_strings(x: Any, indices: Any, updates: Any) -> Any:
    """`tensor_scatter_nd_update` of NumPy arrays."""
    result = x.copy()
    for at in np.ndindex(indices.shape[:-1]):
        result[tuple(indices[at])] = updates[at]
    return result


def written(
    kernel: Callable[..., Any],
    op: str,
    accepted: frozenset[DType],
    tensor: Any,
    indices: Any,
    updates: Any,
) -> Tensor:
    """The tensor after the updates at the given coordinates."""
    if isinstance(updates, Tensor) or hasattr(updates, "__tf_tensor__"):
        x, values = operands(tensor, updates)
    else:
        x = to_tensor(tensor)
        values = operand(updates, x._dtype)
    at = to_tensor(indices)
    check_dtype(op, at, INDEX_OR_INT16)
    if values._dtype is not x._dtype:
        raise mismatch(op, x, values, 2)
    if x._dtype not in accepted:
        raise not_found(
            op,
            f"received a tensor of {x._dtype.name}; there are kernels for "
            f"{sorted(d.name for d in accepted)}",
        )
    if len(at._shape) < 2:
        raise invalid_argument(
            op, f"received indices of shape {list(at._shape)}; they must have rank 2 or more"
        )
    check_updates(op, tuple(x._shape), at, values)
    _check_has_place(op, at, tuple(x._shape))
    check_coordinates(at, tuple(x._shape), op, "shape")
    if x._dtype is dtypes.string:
        return on_strings(update_strings, (x, at, values), ())
    return dispatch.execute(kernel, (x, at, values), (), x._dtype)


@public("tfcompat")
def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The tensor with `updates` written at the coordinates in `indices`."""
    accepted = dtypes.NUMERIC_OR_BOOL | dtypes.STRING
    return written(
        kernels.tensor_scatter_nd_update, "TensorScatterUpdate", accepted, tensor, indices, updates
    )


@public("tfcompat")
def tensor_scatter_nd_add(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The tensor with `updates` added at the coordinates in `indices`, repeated ones too."""
    return written(
        kernels.tensor_scatter_nd_add, "TensorScatterAdd", dtypes.NUMERIC, tensor, indices, updates
    )


@public("tfcompat")
def tensor_scatter_nd_sub(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The tensor with `updates` subtracted at the coordinates in `indices`, repeated ones too."""
    return written(
        kernels.tensor_scatter_nd_sub, "TensorScatterSub", dtypes.NUMERIC, tensor, indices, updates
    )


@public("tfcompat")
def tensor_scatter_nd_max(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The larger of tensor and `updates` at the coordinates; equals share the gradient."""
    return written(
        kernels.tensor_scatter_nd_max, "TensorScatterMax", dtypes.REAL, tensor, indices, updates
    )


@public("tfcompat")
def tensor_scatter_nd_min(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The smaller of tensor and `updates` at the coordinates; equals share the gradient."""
    return written(
        kernels.tensor_scatter_nd_min, "TensorScatterMin", dtypes.REAL, tensor, indices, updates
    )
