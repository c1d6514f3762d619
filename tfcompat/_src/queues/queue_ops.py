"""The ops on queues: done when a function runs, in their order, never while tracing.

`at` is the number of the queue's elements among those of several queues, None for a queue's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.queues.stores import PaddingStore, Row, Store
from tfcompat._src.static_value import get_static_value
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.queues.queues import QueueBase

Array = np.ndarray[Any, Any]


def _store(queue: QueueBase, at: Tensor | None) -> Store:
    if at is None:
        return queue._stores[0]
    number = int(at._numpy())
    if not 0 <= number < len(queue._stores):
        wrong = f"received index {number}; one in [0, {len(queue._stores)}) is accepted"
        raise invalid_argument("QueueBase.from_list", wrong)
    return queue._stores[number]


def _fits(queue: QueueBase, row: Row, op: str) -> None:
    for place, (x, shape) in enumerate(zip(row, queue.shapes, strict=True)):
        if not shape.is_compatible_with(x.shape):
            raise invalid_argument(
                op,
                f"received shape {list(x.shape)} in component {place}; {shape} is accepted",
            )


def _arrays(queue: QueueBase, values: list[Tensor], op: str) -> list[Array]:
    if len(values) != len(queue.dtypes):
        known = [dtype.name for dtype in queue.dtypes]
        raise invalid_argument(op, f"received {len(values)} components; {known} are accepted")
    # Nobody is to change them while they wait.
    return [np.array(x._numpy()) for x in values]


@public("tfcompat.queue")
def queue_enqueue(queue: QueueBase, at: Tensor | None, values: list[Tensor]) -> None:
    """Puts in one element."""
    row = tuple(_arrays(queue, values, "QueueEnqueueV2"))
    _fits(queue, row, "QueueEnqueueV2")
    _store(queue, at).put([row])


@public("tfcompat.queue")
def queue_enqueue_many(queue: QueueBase, at: Tensor | None, values: list[Tensor]) -> None:
    """Puts in the elements that lie along the first axis."""
    op = "QueueEnqueueManyV2"
    arrays = _arrays(queue, values, op)
    if not all([x.ndim for x in arrays]) or len({len(x) for x in arrays}) > 1:
        shapes = [list(x.shape) for x in arrays]
        raise invalid_argument(
            op, f"received shapes {shapes}; a first axis of one length is accepted"
        )
    rows = [tuple([x[i, ...] for x in arrays]) for i in range(len(arrays[0]))]
    for row in rows[:1]:
        _fits(queue, row, op)
    _store(queue, at).put(rows)


def _element(queue: QueueBase, at: Tensor | None) -> list[TensorSpec]:
    return list(map(TensorSpec, queue.shapes, queue.dtypes))


@gives(_element)
@public("tfcompat.queue")
def queue_dequeue(queue: QueueBase, at: Tensor | None) -> list[Tensor]:
    """Takes out one element."""
    (row,) = _store(queue, at).take(1)
    return list(map(from_numpy, row, queue.dtypes))


def _several(queue: QueueBase, at: Tensor | None, n: Tensor) -> list[TensorSpec]:
    count = get_static_value(n)
    lead = [None if count is None else int(count)]
    return [TensorSpec([*lead, *shape], dtype) for shape, dtype in _parts(queue)]


def _some(queue: QueueBase, at: Tensor | None, n: Tensor) -> list[TensorSpec]:
    return [TensorSpec([None, *shape], dtype) for shape, dtype in _parts(queue)]


def _parts(queue: QueueBase) -> Any:
    known = [shape if shape.rank is not None else () for shape in queue.shapes]
    return zip(known, queue.dtypes, strict=True)


@gives(_several)
@public("tfcompat.queue")
def queue_dequeue_many(queue: QueueBase, at: Tensor | None, n: Tensor) -> list[Tensor]:
    """Takes out so many elements, as one."""
    return _taken(queue, _store(queue, at), n, "DequeueMany")


@gives(_some)
@public("tfcompat.queue")
def queue_dequeue_up_to(queue: QueueBase, at: Tensor | None, n: Tensor) -> list[Tensor]:
    """Takes out so many elements, or those that a closed queue still has, as one."""
    return _taken(queue, _store(queue, at), n, "DequeueUpTo")


def _taken(queue: QueueBase, store: Store, n: Tensor, how: str) -> list[Tensor]:
    op = f"Queue{how}V2"
    if any([shape.rank is None for shape in queue.shapes]):
        raise invalid_argument(
            op,
            f"received a {store.kind} of any shapes; one of specified shapes is accepted",
        )
    count = int(n._numpy())
    if count < 0:
        raise invalid_argument(op, f"received {count} elements; 0 and more are accepted")
    rows = store.take(count, how == "DequeueUpTo")
    found = []
    for place, (shape, dtype) in enumerate(zip(queue.shapes, queue.dtypes, strict=True)):
        parts = [row[place] for row in rows]
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
def queue_close(queue: QueueBase, at: Tensor | None, cancel: bool) -> None:
    """Closes it."""
    _store(queue, at).close(cancel)


def _flag(queue: QueueBase, at: Tensor | None) -> TensorSpec:
    return TensorSpec([], dtypes.bool_)


@gives(_flag)
@public("tfcompat.queue")
def queue_is_closed(queue: QueueBase, at: Tensor | None) -> Tensor:
    """Whether it is closed."""
    return to_tensor(_store(queue, at).is_closed())


def _count(queue: QueueBase, at: Tensor | None) -> TensorSpec:
    return TensorSpec([], dtypes.int32)


@gives(_count)
@public("tfcompat.queue")
def queue_size(queue: QueueBase, at: Tensor | None) -> Tensor:
    """How many elements are in it."""
    return to_tensor(len(_store(queue, at)), dtypes.int32)
