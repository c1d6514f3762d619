"""tf.TensorArray, which Keras' recurrent layers step through: a list of tensors."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import OutOfRangeError
from tfcompat._src.tensor import Tensor


class TensorArray:
    """Tensors of one dtype, read and written one at a time; writing changes the array itself."""

    def __init__(
        self,
        dtype: Any,
        size: Any = 0,
        dynamic_size: bool = False,
        clear_after_read: bool = True,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        self.dtype = as_dtype(dtype)
        self.dynamic_size = dynamic_size
        self.element_shape = element_shape
        self._items: list[Tensor | None] = [None] * int(size)

    def size(self, name: str | None = None) -> Tensor:
        """The number of places."""
        return to_tensor(len(self._items))

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The tensor at a place. Raises OutOfRangeError where there is none."""
        at = int(index)
        item = self._items[at] if 0 <= at < len(self._items) else None
        if item is None:
            raise self._no_place("read", at)
        return item

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Puts a tensor at a place. Raises OutOfRangeError behind the end of a fixed size."""
        at = int(index)
        if at >= len(self._items) and self.dynamic_size:
            self._items += [None] * (at + 1 - len(self._items))
        if not 0 <= at < len(self._items):
            raise self._no_place("write", at)
        self._items[at] = to_tensor(value, self.dtype)
        return self

    def stack(self, name: str | None = None) -> Tensor:
        """All tensors along a new first axis."""
        from tfcompat._src.ops.joining import stack

        return stack([self.read(i) for i in range(len(self._items))])

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Fills the array with the rows of a tensor."""
        from tfcompat._src.ops.joining import unstack

        self._items = list(unstack(to_tensor(value, self.dtype)))
        return self

    def _no_place(self, action: str, at: int) -> OutOfRangeError:
        return OutOfRangeError(
            None,
            None,
            f"TensorArray.{action}: received index {at}; the array has {len(self._items)} places, "
            "and only what was written can be read",
        )
