"""tf.data.Iterator: the elements of one pass over a dataset, as tensors."""

from __future__ import annotations

import collections.abc
import threading
from typing import TYPE_CHECKING, Any

from tfcompat._src.data.structure import Decoder
from tfcompat._src.data.variants import pack_object
from tfcompat._src.data.walks import Walk
from tfcompat._src.errors import OutOfRangeError
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.tracking.trackable import Trackable
from tfcompat._src.type_spec import CompositeTensor

if TYPE_CHECKING:
    from tfcompat._src.data.dataset import DatasetV2

_END = "End of sequence"


def end_of_sequence() -> OutOfRangeError:
    """What `get_next` raises after the last element."""
    return OutOfRangeError(None, None, f"{_END} [Op:IteratorGetNext] name: ")


@public("tfcompat.data")
class Iterator(collections.abc.Iterator[Any], Trackable, CompositeTensor):
    """The elements of a pass over a dataset, one after the other.

    `iter(dataset)` makes one. `next` raises StopIteration after the last element, `get_next`
    tf.errors.OutOfRangeError. A tf.train.Checkpoint saves where it stands.
    """

    _spec: Any

    @property
    def element_spec(self) -> Any:
        """The types of the parts of an element, in the structure of an element."""
        return self._spec

    @property
    def _type_spec(self) -> Any:
        from tfcompat._src.data.specs import IteratorSpec

        return IteratorSpec(self._spec)

    def _as_variant(self) -> Any:
        return pack_object(self)

    def get_next(self, name: str | None = None) -> Any:
        """The next element. Raises tf.errors.OutOfRangeError after the last."""
        raise NotImplementedError

    def get_next_as_optional(self) -> Any:
        """The next element as a tf.experimental.Optional, which has no value after the last."""
        raise NotImplementedError

    def __next__(self) -> Any:
        try:
            return self.get_next()
        except OutOfRangeError as error:
            if error.message.startswith(_END):
                raise StopIteration from None
            raise

    next = __next__


class OwnedIterator(Iterator):
    """An iterator with a walk of its own, which starts when the iterator is made."""

    def __init__(self, dataset: DatasetV2) -> None:
        self._dataset = dataset
        self._spec = dataset.element_spec
        self._decode = Decoder(self._spec)
        self._walk: Walk = dataset._walk()
        self._take = self._walk.take
        self._over = False
        self._lock = threading.Lock()

    def _components(self) -> Any:
        """The components of the next element; raises StopIteration after the last."""
        if self._over:
            raise StopIteration
        with self._lock:
            try:
                return self._take()
            except StopIteration:
                self._over = True
                self._walk.close()
                raise

    def __next__(self) -> Any:
        if tracing.local.graph is not None and not tracing.local.inside:
            return self.get_next()
        return self._decode(self._components())

    next = __next__

    def get_next(self, name: str | None = None) -> Any:
        """The next element. Raises tf.errors.OutOfRangeError after the last."""
        if tracing.local.graph is not None and not tracing.local.inside:
            from tfcompat._src.data import staged

            return staged.get_next(self)
        try:
            return self._decode(self._components())
        except StopIteration:
            raise end_of_sequence() from None

    def get_next_as_optional(self) -> Any:
        """The next element as a tf.experimental.Optional, which has no value after the last."""
        from tfcompat._src.data.optional import Optional

        if tracing.local.graph is not None and not tracing.local.inside:
            from tfcompat._src.data import staged

            return staged.get_next_as_optional(self)
        try:
            return Optional.from_value(self._decode(self._components()))
        except StopIteration:
            return Optional.empty(self._spec)

    # -------------------------------------------------------------------------------- checkpoints
    def _serialize_to_tensors(self) -> dict[str, Any]:
        from tfcompat._src.data.state import pack_state

        with self._lock:
            state = {"over": self._over, "walk": self._walk.state()}
        return {"ITERATOR": pack_state(state, self._spec)}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        from tfcompat._src.data.caching import restored
        from tfcompat._src.data.state import unpack_state

        state = unpack_state(restored_tensors["ITERATOR"], self._spec)
        with self._lock:
            walk = restored(self._dataset, None if state["over"] else state["walk"])
            self._walk.close()
            self._walk, self._take, self._over = walk, walk.take, state["over"]
