"""tf.TensorArray: a list of tensors of one dtype, and the type of one."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, out_of_range
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor


class _TensorArrayType(type):
    """Lets `tf.TensorArray.stack(array)` be the array's own method: graphs have arrays apart."""

    def __getattribute__(cls, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not isinstance(found, FunctionType):
            return found

        @functools.wraps(found)
        def method(array: TensorArray, *args: Any, **kwargs: Any) -> Any:
            return getattr(array, name)(*args, **kwargs)

        return method


@public("tfcompat")
class TensorArray(metaclass=_TensorArrayType):
    """Tensors of one dtype, written and read by index; writing changes the array itself.

    Args:
      dtype: of the elements.
      size: the number of places.
      dynamic_size: whether writing behind the end makes the array longer.
      clear_after_read: whether `read` takes an element out; True by default.
      infer_shape: whether all elements must have the shape of the first one written.
      element_shape: the shape that all elements must have, as far as it is known.

    Raises:
      TypeError: `size` is no integer.
      ValueError: no `size`, or a `handle`, which only graphs have.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> TensorArray:
        if cls is TensorArray and tracing.current() is not None:
            from tfcompat._src.function.arrays import GraphTensorArray

            return object.__new__(GraphTensorArray)
        return object.__new__(cls)

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None:
            raise ValueError(
                "TensorArray: received a handle; handles are not supported when eager execution is "
                "enabled."
            )
        if size is None:
            raise ValueError(
                "TensorArray: received size=None; Size must be declared for TensorArrays when "
                "eager execution is enabled."
            )
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size or False
        self._clears = clear_after_read is None or clear_after_read
        self._infer_shape = infer_shape
        self._element_shape = TensorShape(element_shape)
        self._items: list[Tensor | None] = [None] * operator.index(size)
        self._taken: set[int] = set()

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        """Whether writing behind the end makes the array longer."""
        return self._dynamic_size

    @property
    def element_shape(self) -> TensorShape:
        """The shape of the elements, as far as it is known."""
        return self._element_shape

    @property
    def handle(self) -> None:
        """None: only graphs have handles."""
        return

    @property
    def flow(self) -> Tensor:
        """A scalar without meaning, which orders the ops of a graph."""
        return to_tensor(0)

    def identity(self) -> TensorArray:
        """The array itself."""
        return self

    def size(self, name: str | None = None) -> Tensor:
        """The number of places, an int32 scalar."""
        return to_tensor(len(self._items))

    def close(self, name: str | None = None) -> None:
        """Takes all places out."""
        self._items.clear()

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> Any:
        """Raises NotImplementedError, as in every eager program: use tf.GradientTape."""
        raise NotImplementedError(
            "TensorArray.grad is not supported when executing eagerly; use tf.GradientTape, which "
            "follows what is written, read and stacked"
        )

    # --------------------------------------------------------------------- as an argument of graphs
    def __tf_tracing_type__(self, context: Any) -> Any:
        from tfcompat._src.tensor_array_spec import TensorArraySpec

        return TensorArraySpec.from_value(self)

    def _as_rows(self) -> Tensor:
        """One tensor with a row for each place; rows of no elements where nothing is known."""
        from tfcompat._src.ops.creation import zeros, zeros_like
        from tfcompat._src.ops.joining import stack

        written = [item for item in self._items if item is not None]
        if not written:
            shape = self._element_shape
            sizes = [0] if shape.rank is None else [n or 0 for n in shape]
            found: Tensor = zeros([len(self._items), *sizes], self._dtype)
            return found
        return stack([zeros_like(written[0]) if item is None else item for item in self._items])

    def _with_rows(self, rows: Tensor) -> TensorArray:
        """The array, filled with what `_as_rows` gave."""
        blank = 0 in rows._shape[1:] and not self._element_shape.is_fully_defined()
        self._items = [None] * rows._shape[0] if blank else list(self._rows(rows))
        return self

    # ------------------------------------------------------------------------------- one element
    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at a place, which is zero where nothing was written.

        Raises:
          InvalidArgumentError: it was read before, and reading takes elements out.
          OutOfRangeError: there is no such place.
          ValueError: nothing was written, and the shape of the elements is not known.
        """
        at = _index(index)
        if at < 0:
            raise out_of_range(
                "TensorArray.read", f"Reading from negative indices (index {at}) is not allowed."
            )
        if at >= len(self._items):
            raise out_of_range(
                "TensorArray.read",
                f"Tried to read from index {at} but array size is: {len(self._items)}",
            )
        if self._items[at] is None and at in self._taken:
            raise invalid_argument(
                "TensorArray.read",
                f"Could not read index {at} twice because it was cleared after a previous read "
                "(perhaps try setting clear_after_read = false?)",
            )
        item = self._filled(at)
        if self._clears:
            self._items[at] = None
            self._taken.add(at)
        return item

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Puts an element at a place; the array itself is returned.

        Raises:
          InvalidArgumentError: the value is of another dtype.
          OutOfRangeError: there is no such place, and the array does not grow.
          ValueError: the value does not have the elements' shape.
        """
        at = _index(index)
        if at < 0:
            raise out_of_range(
                "TensorArray.write", f"Writing to negative indices (index {at}) is not allowed."
            )
        items = self._items
        if at >= len(items) and not self._dynamic_size:
            raise out_of_range(
                "TensorArray.write",
                f"Tried to write to index {at} but array is not resizeable and size is: "
                f"{len(items)}",
            )
        item = self._element(value, "write")
        if at >= len(items):
            items += [None] * (at + 1 - len(items))
        items[operator.index(at)] = item
        return self

    def _element(self, value: Any, method: str) -> Tensor:
        item = convert_to_tensor(value, dtype_hint=self._dtype)
        if item._dtype is not self._dtype:
            raise invalid_argument(
                f"TensorArray.{method}",
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype "
                f"{item._dtype.name}",
            )
        if not self._element_shape.is_compatible_with(item._shape):
            raise ValueError(
                f"TensorArray.{method}: Incompatible shape for value ({tuple(item._shape)}), "
                f"expected ({self._element_shape})"
            )
        if self._infer_shape:
            self._element_shape = item.shape
        return item

    def _zero(self) -> Tensor:
        from tfcompat._src.ops.creation import zeros

        if not self._element_shape.is_fully_defined():
            raise ValueError(
                "TensorArray: Cannot convert a partially known TensorShape "
                f"{self._element_shape} to a Tensor: nothing was written at a place, and the shape "
                "of the elements is not known"
            )
        found: Tensor = zeros(self._element_shape.as_list(), self._dtype)
        return found

    def _filled(self, at: int) -> Tensor:
        found = self._items[at]
        item = self._zero() if found is None else found
        self._items[at] = item
        return item

    # ------------------------------------------------------------------------------ all of them
    def stack(self, name: str | None = None) -> Tensor:
        """All elements along a new first axis; ValueError as by `read`."""
        return self._stacked([self._filled(at) for at in range(len(self._items))])

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at some places along a new first axis; IndexError where there is none."""
        places = [int(at) for at in to_tensor(indices)._numpy().reshape(-1)]
        return self._stacked([self._filled(at) for at in places])

    def _stacked(self, items: list[Tensor]) -> Tensor:
        from tfcompat._src.ops.creation import zeros
        from tfcompat._src.ops.joining import stack

        if items:
            return stack(items)
        known = self._element_shape.rank is not None
        return zeros([0, *(n or 0 for n in self._element_shape)] if known else [0], self._dtype)

    def concat(self, name: str | None = None) -> Tensor:
        """All elements along their first axis.

        Raises InvalidArgumentError where there are none, or their other sizes differ.
        """
        from tfcompat._src.ops.joining import concat

        items = [self._filled(at) for at in range(len(self._items))]
        if not items:
            raise invalid_argument("TensorArray.concat", "received an array of size 0")
        return items[0] if len(items) == 1 else concat(items, 0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Fills the array with the rows of a tensor.

        Raises ValueError for a scalar, or for more rows than places in an array that cannot grow.
        """
        return self._fill(self._rows(value))

    def _rows(self, value: Any) -> list[Tensor]:
        from tfcompat._src.ops.joining import unstack

        tensor = convert_to_tensor(value, dtype_hint=self._dtype)
        if not tensor._shape:
            raise ValueError("TensorArray.unstack: received a scalar; expected rank 1 or more")
        return list(unstack(tensor)) if tensor._shape[0] else []

    def _fill(self, rows: Sequence[Tensor]) -> TensorArray:
        if len(rows) > len(self._items) and not self._dynamic_size:
            raise ValueError(
                f"TensorArray.unstack: Cannot unstack {len(rows)} tensors into a TensorArray of "
                f"static size {len(self._items)}"
            )
        for row in rows:
            if row._dtype is not self._dtype:
                raise invalid_argument(
                    "TensorArray.unstack",
                    f"received {row._dtype.name}; this array holds {self._dtype.name}",
                )
        self._items = list(rows)
        return self

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Writes the rows of a tensor to some places. Raises as `write` does."""
        places = to_tensor(indices)._numpy().reshape(-1)
        rows = self._rows(to_tensor(value))
        for at, row in zip(places, rows, strict=False):
            self.write(int(at), row)
        return self

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Fills the array with pieces of a tensor, which have these lengths along its first axis.

        Raises InvalidArgumentError unless the lengths are a vector that adds up to the first
        size and has as many elements as the array has places.
        """
        from tfcompat._src.ops.joining import split

        tensor = convert_to_tensor(value, dtype_hint=self._dtype)
        sizes = to_tensor(lengths)._numpy()
        op = "TensorArray.split"
        if sizes.ndim != 1:
            raise invalid_argument(
                op, f"Expected lengths to be a vector, received shape: {list(sizes.shape)}"
            )
        if not tensor._shape:
            raise invalid_argument(op, "Expected value to be at least a vector, but received []")
        if int(sizes.sum()) != tensor._shape[0]:
            raise invalid_argument(
                op,
                "Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
                f"{int(sizes.sum())} and value's shape is: {list(tensor._shape)}",
            )
        if not self._dynamic_size and len(sizes) != len(self._items):
            raise invalid_argument(
                op,
                "TensorArray's size is not equal to the size of lengths "
                f"({len(self._items)} vs. {len(sizes)}), and the TensorArray is not marked as "
                "dynamically resizeable.",
            )
        self._items = list(split(tensor, [int(n) for n in sizes]))
        return self


def _index(index: Any) -> Any:
    return int(index) if isinstance(index, Tensor) else index
