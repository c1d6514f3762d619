"""tf.queue.QueueBase, FIFOQueue, PaddingFIFOQueue, PriorityQueue and RandomShuffleQueue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfcompat._src import dtypes as types
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.op_seeds import get_seed
from tfcompat._src.queues import queue_ops as ops
from tfcompat._src.queues.stores import PaddingStore, PriorityStore, ShufflingStore, Store
from tfcompat._src.randomness.noise import unpredictable
from tfcompat._src.randomness.philox import make_stream
from tfcompat._src.shapes import TensorShape
from tfcompat._src.static_value import is_symbolic_tensor
from tfcompat._src.tensor import Tensor


def _types_of(given: Any) -> list[DType]:
    return [as_dtype(dtype) for dtype in (given if isinstance(given, list | tuple) else [given])]


def _shapes_of(given: Any, count: int, op: str, partly: bool = False) -> list[TensorShape]:
    if given is None and not partly:
        return [TensorShape(None)] * count
    shapes = [TensorShape(shape) for shape in given or []]
    if partly and (given is None or any([shape.rank is None for shape in shapes])):
        raise ValueError(f"{op}: received shapes {given}; shapes of known rank are accepted")
    if not partly and not all([shape.is_fully_defined() for shape in shapes]):
        raise ValueError(
            f"{op}: received shapes {shapes}; fully defined ones are accepted, by PaddingFIFOQueue "
            "others too"
        )
    if len(shapes) != count:
        wrong = f"received {len(shapes)} shapes for {count} components; one for each is accepted"
        raise ValueError(f"{op}: {wrong}") if partly else invalid_argument(op, wrong)
    return shapes


def _names_of(given: Any, count: int, op: str) -> list[str] | None:
    if given is None:
        return None
    names = list(given) if isinstance(given, list | tuple) else [given]
    if len(names) != count:
        raise ValueError(
            f"{op}: received {len(names)} names for {count} components; one for each is accepted"
        )
    return names


@public("tfcompat.queue")
class QueueBase:
    """Elements, of one or more components each, that one thread puts in and another takes out.

    Args:
      dtypes: of the components.
      shapes: of the components; TensorShape(None) where they differ from element to element.
      names: of the components, or None. With names an element is a dictionary.
      queue_ref: the `queue_ref` of another queue, of which this is one more name.

    Raises ValueError for another number of shapes or names.
    """

    def __init__(
        self, dtypes: Any, shapes: Sequence[Any] | None, names: Any, queue_ref: Any
    ) -> None:
        self._dtypes = _types_of(dtypes)
        count = len(self._dtypes)
        if shapes is not None and len(shapes) != count:
            raise ValueError(
                f"QueueBase: received {len(shapes)} shapes for {count} components; one for each is "
                "accepted"
            )
        self._shapes = [TensorShape(s) for s in (shapes or [None] * count)]
        self._names = _names_of(names, count, "QueueBase")
        self._stores: list[Store] = [queue_ref]
        self._at: Tensor | None = None

    @staticmethod
    def from_list(index: Any, queues: Sequence[QueueBase]) -> QueueBase:
        """The queue of this number, among those whose components are alike.

        Raises TypeError for other things than queues, and for other components.
        """
        op = "QueueBase.from_list"
        if not queues or not all([isinstance(queue, QueueBase) for queue in queues]):
            raise TypeError(f"{op}: received {queues!r}; a list of queues is accepted")
        first = queues[0]
        if not all([queue.dtypes == first.dtypes for queue in queues]):
            raise TypeError(f"{op}: received queues of different dtypes; equal ones are accepted")
        if not all([queue.names == first.names for queue in queues]):
            raise TypeError(f"{op}: received queues of different names; equal ones are accepted")
        # What all of them have, and nothing where they differ.
        alike = [
            shapes[0] if all([shape == shapes[0] for shape in shapes]) else TensorShape(None)
            for shapes in zip(*[queue.shapes for queue in queues], strict=True)
        ]
        found = QueueBase(first.dtypes, alike, first.names, None)
        found._stores = [queue.queue_ref for queue in queues]
        found._at = to_tensor(index)
        if not is_symbolic_tensor(found._at):
            found._stores, found._at = [ops._store(found, found._at)], None
        return found

    @property
    def queue_ref(self) -> Any:
        """What all queues share that are this one."""
        return ops._store(self, self._at)

    @property
    def name(self) -> str:
        """What TensorFlow, too, calls a queue that no graph has."""
        return "Empty"

    @property
    def dtypes(self) -> list[DType]:
        """The dtypes of the components."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of the components."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The names of the components, if they have any."""
        return self._names

    # ------------------------------------------------------------------------------- putting in
    def _components(self, vals: Any, op: str) -> list[Tensor]:
        names = self._names
        if names:
            if not isinstance(vals, Mapping) or {*vals} != {*names}:
                got = f"the keys {[*vals]}" if isinstance(vals, Mapping) else repr(vals)
                raise ValueError(f"{op}: received {got}; a dictionary of {names} is accepted")
            vals = [vals[name] for name in names]
        elif isinstance(vals, Mapping):
            raise ValueError(
                f"{op}: received a dictionary; a queue without names accepts a tensor or a list"
            )
        elif not isinstance(vals, list | tuple):
            vals = [vals]
        # TensorFlow takes no notice of more than there are components.
        pairs = zip(vals, self._dtypes, strict=False)
        return [to_tensor(value, dtype) for value, dtype in pairs]

    def enqueue(self, vals: Any, name: str | None = None) -> None:
        """Puts in one element, when there is room for it.

        `vals`: a tensor; a list of them where there are more components; a dictionary where they
        have names.

        Raises ValueError for other dtypes, shapes or names, CancelledError where the queue is
        closed.
        """
        values = self._components(vals, "enqueue")
        for value, shape in zip(values, self._shapes, strict=False):
            value.shape.assert_is_compatible_with(shape)
        ops.queue_enqueue(self, self._at, values)

    def enqueue_many(self, vals: Any, name: str | None = None) -> None:
        """Puts in the elements that lie along the first axis of the components, one by one.

        Raises as `enqueue`, and ValueError for components of different lengths.
        """
        values = self._components(vals, "enqueue_many")
        count: int | None = None
        for value, shape in zip(values, self._shapes, strict=False):
            if value.shape.rank is None:
                continue
            length = value.shape.with_rank_at_least(1)[0]
            if None not in (count, length) and count != length:
                raise ValueError(
                    f"enqueue_many: received components of {count} and of {length} elements; equal "
                    "lengths are accepted"
                )
            count = length if count is None else count
            value.shape[1:].assert_is_compatible_with(shape)
        ops.queue_enqueue_many(self, self._at, values)

    # ------------------------------------------------------------------------------- taking out
    def _structured(self, found: list[Tensor]) -> Any:
        if self._names:
            return dict(zip(self._names, found, strict=True))
        return found[0] if len(found) == 1 else found

    def dequeue(self, name: str | None = None) -> Any:
        """Takes out one element, when there is one: a tensor, or a list or a dictionary of them.

        Raises OutOfRangeError where the queue is closed and empty.
        """
        return self._structured(ops.queue_dequeue(self, self._at))

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """Takes out `n` elements, when they are there, along a new first axis.

        Raises OutOfRangeError where the queue is closed and has fewer, InvalidArgumentError for
        n < 0 and for a queue without shapes.
        """
        return self._structured(ops.queue_dequeue_many(self, self._at, to_tensor(n, types.int32)))

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As `dequeue_many`, but of a closed queue fewer if there are no more."""
        return self._structured(ops.queue_dequeue_up_to(self, self._at, to_tensor(n, types.int32)))

    # ---------------------------------------------------------------------------------- the rest
    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> None:
        """Has no more elements put in, once those that wait for room already are.

        `cancel_pending_enqueues`: these raise CancelledError instead.

        Raises CancelledError where it is closed.
        """
        ops.queue_close(self, self._at, cancel_pending_enqueues)

    def is_closed(self, name: str | None = None) -> Tensor:
        """Whether it is closed."""
        return ops.queue_is_closed(self, self._at)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are in it, int32."""
        return ops.queue_size(self, self._at)


@public("tfcompat.queue")
class FIFOQueue(QueueBase):
    """A queue whose elements come out in the order in which they went in.

    Args:
      capacity: how many there may be; negative for any number.
      dtypes: of the components, or the dtype of the only one.
      shapes: of the components, fully defined; None for any.
      names: of the components.
      shared_name, name: ignored, as by TensorFlow's eager queues.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        known = _types_of(dtypes)
        found = _shapes_of(shapes, len(known), "FIFOQueue")
        names = _names_of(names, len(known), "FIFOQueue")
        if not known:
            raise invalid_argument("FIFOQueue", "Length for attr 'component_types' of 0 must be 1")
        super().__init__(known, found, names, Store(capacity))


@public("tfcompat.queue")
class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue of elements of different sizes, which are padded where several come out as one.

    Args:
      shapes: of the components; None for sizes that differ.

    Numbers are padded with 0, strings with "". The other arguments are those of FIFOQueue.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        known = _types_of(dtypes)
        found = _shapes_of(shapes, len(known), "PaddingFIFOQueue", partly=True)
        names = _names_of(names, len(known), "PaddingFIFOQueue")
        super().__init__(known, found, names, PaddingStore(capacity))


@public("tfcompat.queue")
class PriorityQueue(QueueBase):
    """A queue whose elements come out by their first component, an int64 scalar, the least first.

    Args:
      types: of the components after the first.
      shapes: of these.
      names: of all components.

    The other arguments are those of FIFOQueue. Equal priorities come out in the order in which they
    went in.
    """

    def __init__(
        self,
        capacity: int,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        known = _types_of(types)
        if shapes is None or not known:
            raise invalid_argument(
                "PriorityQueue",
                f"received types {known} and shapes {shapes}; a shape for each of one or more "
                "components is accepted",
            )
        found = _shapes_of(shapes, len(known), "PriorityQueue")
        whole = [_INT64, *known]
        names = _names_of(names, len(whole), "PriorityQueue")
        super().__init__(whole, [TensorShape([]), *found], names, PriorityStore(capacity))


_INT64 = types.int64


@public("tfcompat.queue")
class RandomShuffleQueue(QueueBase):
    """A queue whose elements come out in a random order, TensorFlow's for the same seeds.

    Args:
      min_after_dequeue: elements that stay in, until it is closed, so that they are mixed.
      seed: with the global one, what decides on the order.

    The other arguments are those of FIFOQueue.
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        known = _types_of(dtypes)
        found = _shapes_of(shapes, len(known), "RandomShuffleQueue")
        if min_after_dequeue < 0:
            wrong = f"received min_after_dequeue {min_after_dequeue}; 0 and more are accepted"
            raise invalid_argument("RandomShuffleQueue", wrong)
        if 0 <= capacity <= min_after_dequeue:
            wrong = f"received min_after_dequeue {min_after_dequeue}; less than {capacity}, "
            wrong += "the capacity, is accepted"
            raise invalid_argument("RandomShuffleQueue", wrong)
        key, own = get_seed(seed)
        stream = unpredictable() if key is None or own is None else make_stream(key, 0, own)
        store = ShufflingStore(capacity, min_after_dequeue, stream)
        super().__init__(known, found, _names_of(names, len(known), "RandomShuffleQueue"), store)
