"""The ops on queues: done when a function runs, in their order, never while tracing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.queues.stores import PaddingStore, Row
from tfcompat._src.static_value import get_static_value
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.queues.queues import QueueBase

Array = np.ndarray[Any, Any]


def _fits(queue: QueueBase, row: Row, op: str) -> None:
    for at, (x, shape) in enumerate(zip(row, queue.shapes, strict=True)):
        if not shape.is_compatible_with(x.shape):
            raise invalid_argument(
                op,
                f"Shape mismatch in tuple component {at}. Expected {shape}, got {list(x.shape)}",
            )


def _arrays(queue: QueueBase, values: list[Tensor], op: str) -> list[Array]:
    if len(values) != len(queue.dtypes):
        given, known = [", ".join([t.name for t in ts]) for ts in (_types(values), queue.dtypes)]
        raise invalid_argument(
            op, f"Signature mismatch, have: resource, {given}-> expected: resource, {known}->"
        )
    # Nobody is to change them while they wait.
    return [np.array(x._numpy()) for x in values]


def _types(values: list[Tensor]) -> list[Any]:
    return [x._dtype for x in values]


@public("tfcompat.queue")
def queue_enqueue(queue: QueueBase, values: list[Tensor]) -> None:
    """Puts in one element."""
    row = tuple(_arrays(queue, values, "QueueEnqueueV2"))
    _fits(queue, row, "QueueEnqueueV2")
    queue._store.put([row])


@public("tfcompat.queue")
def queue_enqueue_many(queue: QueueBase, values: list[Tensor]) -> None:
    """Puts in the elements that lie along the first axis."""
    op = "QueueEnqueueManyV2"
    arrays = _arrays(queue, values, op)
    if not all([x.ndim for x in arrays]) or len({len(x) for x in arrays}) > 1:
        shapes = [list(x.shape) for x in arrays]
        raise invalid_argument(
            op, f"All input tensors must have the same size in the 0th dimension, got {shapes}"
        )
    rows = [tuple([x[i, ...] for x in arrays]) for i in range(len(arrays[0]))]
    for row in rows[:1]:
        _fits(queue, row, op)
    queue._store.put(rows)


def _element(queue: QueueBase) -> list[TensorSpec]:
    return list(map(TensorSpec, queue.shapes, queue.dtypes))


@gives(_element)
@public("tfcompat.queue")
def queue_dequeue(queue: QueueBase) -> list[Tensor]:
    """Takes out one element."""
    (row,) = queue._store.take(1)
    return list(map(from_numpy, row, queue.dtypes))


def _several(queue: QueueBase, n: Tensor) -> list[TensorSpec]:
    count = get_static_value(n)
    lead = [None if count is None else int(count)]
    return [TensorSpec([*lead, *shape], dtype) for shape, dtype in _parts(queue)]


def _some(queue: QueueBase, n: Tensor) -> list[TensorSpec]:
    return [TensorSpec([None, *shape], dtype) for shape, dtype in _parts(queue)]


def _parts(queue: QueueBase) -> Any:
    known = [shape if shape.rank is not None else () for shape in queue.shapes]
    return zip(known, queue.dtypes, strict=True)


@gives(_several)
@public("tfcompat.queue")
def queue_dequeue_many(queue: QueueBase, n: Tensor) -> list[Tensor]:
    """Takes out so many elements, as one."""
    return _taken(queue, n, "DequeueMany")


@gives(_some)
@public("tfcompat.queue")
def queue_dequeue_up_to(queue: QueueBase, n: Tensor) -> list[Tensor]:
    """Takes out so many elements, or those that a closed queue still has, as one."""
    return _taken(queue, n, "DequeueUpTo")


def _taken(queue: QueueBase, n: Tensor, how: str) -> list[Tensor]:
    op, store = f"Queue{how}V2", queue._store
    if any([shape.rank is None for shape in queue.shapes]):
        raise invalid_argument(
            op,
            f"{store.kind}'s DequeueMany and DequeueUpTo require the components to have specified "
            "shapes.",
        )
    count = int(n._numpy())
    if count < 0:
        raise invalid_argument(op, f"{how}Op requested {count} < 0 elements")
    rows = store.take(count, how == "DequeueUpTo")
    found = []
    for at, (shape, dtype) in enumerate(zip(queue.shapes, queue.dtypes, strict=True)):
        parts = [row[at] for row in rows]
        if not parts:
            sizes = [size or 0 for size in shape.as_list()]
            joined: Array = np.empty((0, *sizes), dtype.as_numpy_dtype)
        elif isinstance(store, PaddingStore):
            joined = _padded(parts, b"" if dtype is dtypes.string else 0)
        else:
            joined = np.stack(parts)
        found.append(from_numpy(joined, dtype))
    return found


def _padded(parts: list[Array], value: Any) -> Array:
    sizes = np.max([part.shape for part in parts], 0, initial=0).tolist() if parts[0].ndim else []
    found = np.full((len(parts), *sizes), value, parts[0].dtype)
    for at, part in enumerate(parts):
        found[at, ...][tuple([slice(size) for size in part.shape])] = part
    return found


@public("tfcompat.queue")
def queue_close(queue: QueueBase, cancel: bool) -> None:
    """Closes it."""
    queue._store.close(cancel)


def _flag(queue: QueueBase) -> TensorSpec:
    return TensorSpec([], dtypes.bool_)


@gives(_flag)
@public("tfcompat.queue")
def queue_is_closed(queue: QueueBase) -> Tensor:
    """Whether it is closed."""
    return to_tensor(queue._store.is_closed())


def _count(queue: QueueBase) -> TensorSpec:
    return TensorSpec([], dtypes.int32)


@gives(_count)
@public("tfcompat.queue")
def queue_size(queue: QueueBase) -> Tensor:
    """How many elements are in it."""
    return to_tensor(len(queue._store), dtypes.int32)
