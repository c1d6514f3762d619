"""Looking elements up: tf.gather, tf.where, tf.boolean_mask, tf.unique, ..."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import adopted, from_numpy, operands, to_tensor
from tfcompat._src.errors import invalid_argument, wrong_value
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import (
    INDEX_OR_INT16,
    axis_in,
    int_scalar,
    move,
    on_strings,
)
from tfcompat._src.ops.common import check_dtype, concrete, mismatch
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("selection")
array = dispatch.family("array")

_UNSIGNED: dict[int, Any] = {2: np.dtype(np.uint16), 4: np.dtype(np.uint32), 8: np.dtype(np.uint64)}


# -------------------------------------------------------------------------------------- by index
@public("tfcompat")
def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Tensor:
    """The slices of `params` along `axis` that `indices` name, in the place of that axis.

    The first `batch_dims` axes of both go together; `axis` is by default the one behind them.

    Raises InvalidArgumentError for an index or axis out of range.
    """
    x = params if isinstance(params, Tensor) else to_tensor(params)
    at = indices if isinstance(indices, Tensor) else to_tensor(indices)
    if at._dtype not in INDEX_OR_INT16:
        check_dtype("GatherV2", at, INDEX_OR_INT16)
    if batch_dims.__class__ is int and not batch_dims and x.__class__ is not HostTensor:
        place = 0 if axis is None else axis
        if place.__class__ is int and place >= 0 and kernels.refuses_bad_indices:
            try:
                return dispatch.execute(kernels.gather, (x, at), (place, 0), x._dtype)
            except Exception:
                if place < x._rank:
                    if 0 in _around(x, place):
                        return _nothing(x, at, place)
                    check_range(at, x._shape[place], "GatherV2")
                    raise
    rank = x._rank
    if not rank:
        raise invalid_argument(
            "GatherV2", "params must be at least 1 dimensional: received a scalar"
        )
    batch = int_scalar(batch_dims, "GatherV2", "batch_dims")
    if axis is None and batch < 0:
        axis = batch
    first = axis is None and not batch
    if axis is not None:
        first = int_scalar(axis, "GatherV2", "an axis", None, 0) == 0
        axis = axis_in(axis, rank, "GatherV2", None)
        if first:
            batch = 0
    if batch:
        batch = _batch_dims(batch, x, at)
    if axis is None:
        axis = batch
    if axis < batch:
        raise invalid_argument(
            "GatherV2", f"received axis={axis} and batch_dims={batch}; expected axis >= batch_dims"
        )
    if x.__class__ is HostTensor:
        check_range(at, x._shape[axis], "GatherV2")
        return on_strings(_gather_strings, (x, at), (axis, batch))
    if not kernels.refuses_bad_indices or (batch and batch + 1 != rank):
        if 0 in x._shape and 0 in _around(x, axis):
            return _nothing(x, at, axis, batch)
        check_range(at, x._shape[axis], "GatherV2")
    # Only where the axis is called 0 is the gradient IndexedSlices.
    named = axis if axis or first else -rank
    try:
        return dispatch.execute(kernels.gather, (x, at), (named, batch), x._dtype)
    except Exception:
        if 0 in _around(x, axis):
            return _nothing(x, at, axis, batch)
        check_range(at, x._shape[axis], "GatherV2")
        raise


def _around(x: Tensor, axis: int) -> tuple[int, ...]:
    return (*x._shape[:axis], *x._shape[axis + 1 :])


def _nothing(x: Tensor, at: Tensor, axis: int, batch: int = 0) -> Tensor:
    """Slices that hold no elements, whose indices nobody looks at."""
    shape = (*x._shape[:axis], *at._shape[batch:], *x._shape[axis + 1 :])
    return dispatch.execute(array.reshape, (x,), (shape,), x._dtype)


def _batch_dims(batch: int, x: Tensor, at: Tensor) -> int:
    rank = len(at._shape)
    if not -rank <= batch <= rank:
        raise invalid_argument(
            "GatherV2", f"received batch_dims={batch}; expected one in [{-rank}, {rank}]"
        )
    batch %= rank + (batch > 0)
    if batch >= x._rank:
        raise invalid_argument(
            "GatherV2",
            f"received batch_dims={batch} for params of rank {x._rank}; expected less",
        )
    for axis in range(batch):
        if x._shape[axis] != at._shape[axis]:
            raise invalid_argument(
                "GatherV2",
                f"params.shape[{axis}]: {x._shape[axis]} should be equal to "
                f"indices.shape[{axis}]: {at._shape[axis]}",
            )
    return batch


def check_range(indices: Tensor, size: int, op: str) -> None:
    """Raises InvalidArgumentError for the first index out of range, where values are at hand."""
    numbers = concrete(indices)
    # Read as unsigned a negative number is too large as well.
    if (
        numbers is None
        or not numbers.size
        or numbers.view(_UNSIGNED[numbers.itemsize]).max() < size
    ):
        return
    bad = tuple(np.argwhere((numbers < 0) | (numbers >= size))[0].tolist())
    where = f"[{','.join(str(n) for n in bad)}]" if bad else ""
    raise wrong_value(op, f"indices{where} = {numbers[bad]} is not in [0, {size})")


def _gather_strings(params: Any, indices: Any, axis: int, batch: int) -> Any:
    if not batch:
        return np.take(params, indices, axis)
    rows = [
        _gather_strings(p, i, axis - 1, batch - 1) for p, i in zip(params, indices, strict=True)
    ]
    return np.stack(rows)


@public("tfcompat")
def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Tensor:
    """The elements or slices of `params` at the coordinates in the last axis of `indices`.

    Raises InvalidArgumentError for coordinates out of range or too many.
    """
    x, at = to_tensor(params), to_tensor(indices)
    batch = int_scalar(batch_dims, "gather_nd", "batch_dims")
    if batch:
        return _batch_gather_nd(x, at, batch)
    if 0 in x._shape and at._shape and 0 not in at._shape[:-1]:
        raise invalid_argument(
            "GatherNd", f"received indices into params of shape {list(x._shape)}, which is empty"
        )
    check_dtype("GatherNd", at, INDEX_OR_INT16)
    if not at._shape:
        raise invalid_argument("GatherNd", "indices must be at least a vector: received a scalar")
    depth = at._shape[-1]
    if depth > x._rank:
        raise invalid_argument(
            "GatherNd",
            f"index innermost dimension length must be <= params rank; saw: {depth} vs. {x._rank}",
        )
    check_coordinates(at, tuple(x._shape), "GatherNd", "param shape")
    if depth == 1 and len(at._shape) == 2:
        # A lookup of rows, whose gradient TensorFlow gives as rows.
        rows = dispatch.execute_constant(array.reshape, (at,), ((at._shape[0],),), at._dtype)
        return gather(x, rows)
    return move(kernels.gather_nd, _gather_nd_strings, (x, at), ())


def check_coordinates(indices: Tensor, shape: tuple[int, ...], op: str, of: str) -> None:
    """Raises InvalidArgumentError for the first coordinates that lie outside of `shape`."""
    numbers = concrete(indices)
    if numbers is None or not numbers.size:
        return
    depth = numbers.shape[-1]
    if 0 in shape[:depth]:
        raise invalid_argument(op, f"received indices into {of} {list(shape)}, which is empty")
    unsigned = numbers.view(_UNSIGNED[numbers.itemsize])
    if unsigned.max() < min(shape[:depth], default=0):
        return
    most = [unsigned[..., axis].max() for axis in range(depth)]
    if any([n >= size for n, size in zip(most, shape, strict=False)]):
        flat = numbers.reshape(-1, depth)
        bad = int(((flat < 0) | (flat >= np.array(shape[:depth]))).any(1).argmax())
        where = ",".join(str(int(n)) for n in np.unravel_index(bad, numbers.shape[:-1] or (1,)))
        raise wrong_value(
            op,
            f"indices[{where}] = {flat[bad].tolist()} does not index into {of} {list(shape)}",
        )


def _batch_gather_nd(x: Tensor, at: Tensor, batch: int) -> Tensor:
    if batch < 0:
        raise ValueError("tf.gather_nd does not allow negative batch_dims.")
    for what, rank in (("params", x._rank), ("indices", len(at._shape))):
        if batch >= rank:
            raise ValueError(
                f"gather_nd: Argument `batch_dims` = {batch} must be less than rank(`{what}`) = "
                f"{rank}"
            )
    check_dtype("GatherNd", at, INDEX_OR_INT16)
    lead = tuple(at._shape[:batch])
    if tuple(x._shape[:batch]) != lead:
        raise invalid_argument(
            "gather_nd",
            f"received params of shape {list(x._shape)} and indices of shape {list(at._shape)}; "
            f"expected the same first {batch} sizes",
        )
    grid = np.indices(lead).reshape(batch, -1).T
    many = at._shape[batch:-1]
    grid = grid.reshape(*lead, *[1] * len(many), batch)
    grid = np.broadcast_to(grid, (*lead, *many, batch)).astype(at._dtype.as_numpy_dtype)
    from tfcompat._src.ops.joining import concat

    return gather_nd(x, concat([from_numpy(grid, at._dtype), at], -1))


def _gather_nd_strings(params: Any, indices: Any) -> Any:
    return params[tuple(np.moveaxis(indices, -1, 0))]


@public("tfcompat")
def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask") -> Tensor:
    """The slices at which `mask` is true; its axes lie at `axis` of the tensor, and become one.

    Reads the mask, as the size of the result depends on it.

    Raises ValueError for a scalar mask, or one that does not fit the tensor's shape.
    """
    x, chosen = to_tensor(tensor), to_tensor(mask)
    shape, wanted = tuple(x._shape), tuple(chosen._shape)
    if not wanted:
        raise ValueError("boolean_mask: mask cannot be scalar.")
    at = 0 if axis is None else int_scalar(axis, "boolean_mask", "an axis")
    part = shape[at : at + len(wanted)]
    if part != wanted:
        raise ValueError(f"boolean_mask: Shapes {part} and {wanted} are incompatible")
    rows = adopted(np.flatnonzero(chosen._numpy()), dtypes.int64)
    if len(wanted) > 1 or recording.anybody():
        # Of what was reshaped the gradient is no IndexedSlices.
        merged = (*shape[:at], prod(wanted), *shape[at + len(wanted) :])
        x = move(array.reshape, np.reshape, (x,), (merged,))
    return gather(x, rows, axis=at)


# ------------------------------------------------------------------------------------ by condition
@public("tfcompat")
def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """Elements of `x` where `condition` is true and of `y` elsewhere, all three broadcast.

    Without `x` and `y`: the coordinates of the true (or non-zero) elements, int64, one row each.

    Raises ValueError if only one of `x` and `y` is given.
    """
    if x is None or y is None:
        if x is y:
            return _true_coordinates(to_tensor(condition))
        raise ValueError("where: x and y must both be non-None or both be None.")
    if isinstance(condition, Tensor):
        chosen = condition
    else:
        known = hasattr(condition, "__tf_tensor__")
        chosen = to_tensor(condition, None if known else dtypes.bool_)
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = _where_operands(x, y)
    if chosen._dtype is not dtypes.bool_:
        raise invalid_argument(
            "SelectV2",
            "cannot compute SelectV2 as input #0(zero-based) was expected to be a bool tensor but "
            f"is a {chosen._dtype.name} tensor",
        )
    if x._dtype is not y._dtype:
        raise mismatch("SelectV2", x, y, 2)
    if x.__class__ is HostTensor:
        return on_strings(np.where, (chosen, x, y), ())
    try:
        return dispatch.execute(kernels.where, (chosen, x, y), (), x._dtype)
    except Exception:
        shapes = [tuple(t._shape) for t in (chosen, x, y)]
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            raise invalid_argument(
                "SelectV2",
                f"condition {list(shapes[0])}, then {list(shapes[1])}, and else "
                f"{list(shapes[2])} must be broadcastable",
            ) from None
        raise


def _where_operands(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return operands(x, y)
    if hasattr(x, "__tf_tensor__") or hasattr(y, "__tf_tensor__"):
        return operands(x, y)
    first = to_tensor(x)
    return first, to_tensor(y, first._dtype)


def _true_coordinates(condition: Tensor) -> Tensor:
    if condition._dtype not in dtypes.NUMERIC_OR_BOOL:
        check_dtype("Where", condition, dtypes.NUMERIC_OR_BOOL)
    if not condition._rank:
        raise invalid_argument("Where", "received a scalar; expected at least one axis")
    if dispatch.has("selection", "nonzero"):
        return dispatch.execute_constant(kernels.nonzero, (condition,), (), dtypes.int64)
    truth = condition._numpy()
    # NumPy finds the elements' numbers in a tenth of the time that it takes for the coordinates.
    places = np.flatnonzero(truth)
    found = np.empty((len(places), truth.ndim), np.int64)
    for axis in range(truth.ndim - 1, 0, -1):
        size = max(truth.shape[axis], 1)
        before = places // size
        found[:, axis] = places - before * size
        places = before
    found[:, 0] = places
    return adopted(found, dtypes.int64)
