"""tf.TensorArray in graphs: every write gives a new array, and none changes.

An array is a list of tensors as long as all places that are used are known while tracing, and one
tensor with a row for each place otherwise. In a loop it is that tensor, which stands for the array
as soon as somebody uses it: by then the shape of the elements is often known.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import as_dtype, int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import array_places, rows
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.function.trip_counts import number
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.tensor_spec import TensorSpec

# More places than this are rows of one tensor from the beginning.
_LISTED = 256


class _Known:
    """What an array, and all that come from it by writing, know of their elements."""

    def __init__(self, shape: Any) -> None:
        self.shape = TensorShape(shape)


class GraphTensorArray(TensorArray):
    """A tf.TensorArray of a graph."""

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
        if size is None and flow is None:
            raise ValueError("Argument `size` must be provided if argument `flow` is not provided.")
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size  # type: ignore[assignment]
        self._infer_shape = infer_shape
        self._known = _Known(element_shape)
        self._count: Any = None
        self._list: tuple[Tensor | None, ...] | None = None
        self._buffer: Tensor | None = None
        self._entered: Graph | None = None
        # Whether it is one tensor of rows that differ in length.
        self._uneven = False
        if flow is not None:
            self._buffer = flow
            return
        self._count = to_tensor(size, None if isinstance(size, Tensor) else int32)
        static = number(self._count)
        if static is not None:
            if static < 0:
                raise invalid_argument(
                    "TensorArray",
                    f"The num_elements to reserve must be a non negative number, but got {static}",
                )
            self._count = int(static)
            if static <= _LISTED:
                self._list = (None,) * int(static)

    def _copy(self, **changes: Any) -> GraphTensorArray:
        found = object.__new__(GraphTensorArray)
        found.__dict__.update(self.__dict__)
        found.__dict__.update({"_list": None, "_buffer": None, "_entered": None, **changes})
        return found

    # -------------------------------------------------------------------------------- what it is
    @property
    def element_shape(self) -> TensorShape:
        """The shape of the elements, as far as it is known."""
        return self._known.shape

    @property
    def flow(self) -> Tensor:
        """The tensor that the array is in a graph."""
        return self.buffer()

    def identity(self) -> TensorArray:
        """The same array."""
        return self._copy(_list=self._list, _buffer=self._buffer, _entered=self._entered)

    def size(self, name: str | None = None) -> Tensor:
        """The number of places, an int32 scalar."""
        if self._list is not None:
            return to_tensor(len(self._list))
        if not self._dynamic_size and self._count is not None:
            return to_tensor(self._count)
        if self._dynamic_size:
            return array_places.call(rows.length, (self.buffer(),), TensorSpec([], int32))
        return array_places.length(self.buffer())

    def close(self, name: str | None = None) -> None:
        """Does nothing."""

    # ------------------------------------------------------------------------- as a single tensor
    def buffer(self) -> Tensor:
        """A row for each place, of zeros where nothing was written."""
        if self._buffer is None:
            self._buffer = self._made() if self._entered is None else self._placeholder()
        rows, shape = self._buffer, self._known.shape
        if is_symbolic(rows) and rows.shape.rank is None and shape.rank is not None:
            # Others have been written to since it was asked for.
            rows.set_shape(TensorShape([self._fixed()]).concatenate(shape))
        return rows

    dense = buffer

    _as_rows = buffer

    def _with_rows(self, rows: Tensor) -> TensorArray:
        return self._copy(_buffer=rows, _count=None)

    def with_buffer(self, tensor: Tensor) -> GraphTensorArray:
        """An array of this kind with other rows."""
        return self._copy(_buffer=tensor)

    @property
    def is_used(self) -> bool:
        """Whether an array that stands for another has been asked for its rows."""
        return self._buffer is not None

    def entering(self, graph: Graph) -> GraphTensorArray:
        """What stands for the array in a graph that it is an argument of."""
        uneven = self._uneven or (not self._infer_shape and array_places.differ(self._list or ()))
        return self._copy(_entered=graph, _count=self._fixed(), _uneven=uneven)

    def _fixed(self) -> Any:
        """The number of places where that is static."""
        if self._dynamic_size:
            return None
        if self._list is not None:
            return len(self._list)
        return self._count if isinstance(self._count, int) else None

    def _placeholder(self) -> Tensor:
        graph: Any = self._entered
        shape = self._known.shape
        dims = None if shape.rank is None else [self._fixed(), *shape.as_list()]
        return graph.placeholder(TensorShape(dims), self._dtype, "while/Placeholder")

    def _made(self) -> Tensor:
        from tfcompat._src.ops.creation import zeros, zeros_like
        from tfcompat._src.ops.joining import stack

        written = [item for item in self._list or () if item is not None]
        if written and self._list is not None:
            if not self._infer_shape and array_places.differ(self._list):
                return array_places.packed(self._list)
            blank = zeros_like(written[0])
            return stack([blank if item is None else item for item in self._list])
        shape = self._known.shape
        # An element of no elements stands for one of any shape.
        element = [0] if shape.rank is None else [n or 0 for n in shape.as_list()]
        count = len(self._list) if self._list is not None else self._count
        return zeros([count, *element], self._dtype)

    # ------------------------------------------------------------------------------- one element
    def _element(self, value: Any, method: str) -> Tensor:
        item = convert_to_tensor(value, dtype_hint=self._dtype)
        if item._dtype is not self._dtype:
            raise invalid_argument(
                f"TensorArray.{method}",
                f"Invalid data types; op elements {item._dtype.name} but list elements "
                f"{self._dtype.name}",
            )
        self._learn(item.shape)
        return item

    def _learn(self, shape: TensorShape) -> None:
        known = self._known.shape
        if not self._infer_shape:
            return
        if not known.is_compatible_with(shape):
            raise ValueError(f"TensorArray: Inconsistent shapes: saw {shape} but expected {known}")
        self._known.shape = known.merge_with(shape)

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """An array with another element at a place; this one stays as it is.

        Raises:
          InvalidArgumentError: the value is of another dtype, or there is no such place.
          TypeError: the index is no int32.
          ValueError: the value does not have the elements' shape.
        """
        index = array_places.index_of(index)
        item = self._element(value, "write")
        at = number(index)
        if self._list is not None and at is not None:
            places = list(self._list)
            if at >= len(places) and self._dynamic_size:
                places += [None] * (int(at) + 1 - len(places))
            array_places.check(int(at), len(places), "modify")
            places[int(at)] = item
            return self._copy(_list=tuple(places))
        spec = None
        uneven = not self._infer_shape and not item.shape.is_fully_defined()
        if self._dynamic_size or uneven or array_places.is_checked(index):
            shape = self._known.shape
            dims = None if shape.rank is None else [self._fixed(), *shape.as_list()]
            spec = TensorSpec(TensorShape(dims), self._dtype)
        put = rows.put_checked if array_places.is_checked(index) else rows.put
        call = rows.put_or_grow if self._dynamic_size else put
        return self._copy(_buffer=array_places.call(call, (self.buffer(), index, item), spec))

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at a place, which is zero where nothing was written.

        Raises InvalidArgumentError where there is no such place, or nothing is known of its shape.
        """
        index = array_places.index_of(index)
        at = number(index)
        if self._list is not None and at is not None:
            array_places.check(int(at), len(self._list), "access")
            return self._filled_at(int(at))
        spec = None
        if array_places.is_checked(index) or self._uneven:
            spec = TensorSpec(self._known.shape, self._dtype)
        call = rows.take if spec is None else rows.take_checked
        found: Tensor = array_places.call(call, (self.buffer(), index), spec)
        return self._shaped(found, self._known.shape)

    def _filled_at(self, at: int) -> Tensor:
        from tfcompat._src.ops.creation import zeros, zeros_like

        items = self._list or ()
        item = items[at]
        if item is not None:
            return item
        if self._known.shape.is_fully_defined():
            return zeros(self._known.shape.as_list(), self._dtype)
        written = [other for other in items if other is not None]
        if not written:
            raise invalid_argument(
                "TensorArray.read",
                "Trying to read an uninitialized tensor but element_shape is not fully defined: "
                f"{array_places.shown(self._known.shape)} and no list element is set.",
            )
        return zeros_like(written[0])

    def _shaped(self, tensor: Tensor, shape: TensorShape) -> Tensor:
        if self._infer_shape and is_symbolic(tensor):
            tensor.set_shape(shape)
        return tensor

    # ------------------------------------------------------------------------------ all of them
    def stack(self, name: str | None = None) -> Tensor:
        """All elements along a new first axis; InvalidArgumentError where nothing is known."""
        from tfcompat._src.ops.joining import stack

        if self._list:
            self._check_written()
            items = [self._filled_at(at) for at in range(len(self._list))]
            for item in items[1:]:
                if not item.shape.is_compatible_with(items[0].shape):
                    raise invalid_argument(
                        "TensorArray.stack",
                        f"Incompatible shapes during merge: {items[0].shape} vs. {item.shape}",
                    )
            return stack(items)
        return self._whole("stack")

    def _check_written(self) -> None:
        if self._known.shape.is_fully_defined() or any(x is not None for x in self._list or ()):
            return
        raise invalid_argument(
            "TensorArray.stack",
            "Tried to stack list which only contains uninitialized tensors and has a "
            f"non-fully-defined element_shape: {array_places.shown(self._known.shape)}",
        )

    def _whole(self, method: str) -> Tensor:
        """The rows, if they are the array's."""
        nothing = self._list is not None and not self._list
        if nothing and not self._known.shape.is_fully_defined():
            raise invalid_argument(
                f"TensorArray.{method}",
                "Tried to stack elements of an empty list with non-fully-defined element_shape: "
                f"{array_places.shown(self._known.shape)}",
            )
        found = self.buffer()
        wanted, shape = self._fixed(), found.shape
        if wanted is not None and shape.rank and shape[0] not in (None, wanted):
            raise invalid_argument(
                f"TensorArray.{method}",
                f"Operation expected a list with {wanted} elements but got a list with {shape[0]} "
                "elements.",
            )
        if self._known.shape.is_fully_defined() and not self._dynamic_size:
            return found
        spec = TensorSpec(None, self._dtype) if shape.rank is None else None
        return self._rows_of(array_places.call(rows.whole, (found,), spec), shape)

    def _rows_of(self, tensor: Tensor, like: TensorShape) -> Tensor:
        shape = self._known.shape
        if shape.rank is None:
            return tensor
        return self._shaped(
            tensor, TensorShape([like[0] if like.rank else None]).concatenate(shape)
        )

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at some places along a new first axis."""
        from tfcompat._src.ops.selection import gather

        return gather(self._whole("gather") if not self._list else self.stack(), indices)

    def concat(self, name: str | None = None) -> Tensor:
        """All elements along their first axis."""
        from tfcompat._src.ops.creation import zeros
        from tfcompat._src.ops.joining import concat

        shape = self._known.shape
        if self._list is not None:
            items = [self._filled_at(at) for at in range(len(self._list))]
            if items:
                return items[0] if len(items) == 1 else concat(items, 0)
            if shape.rank is None or None in shape.as_list()[1:]:
                raise invalid_argument(
                    "TensorArray.concat",
                    "All except the first dimension must be fully defined when concating an empty "
                    f"tensor list. element_shape: {array_places.shown(shape)}",
                )
            return zeros([0, *shape.as_list()[1:]], self._dtype)
        if self._infer_shape and not self._dynamic_size:
            return array_places.call(rows.joined, (self._whole("concat"),))
        rest = [None] if shape.rank is None else shape.as_list()[1:]
        dims = TensorShape(None if shape.rank is None else [None, *rest])
        return array_places.call(rows.joined, (self.buffer(),), TensorSpec(dims, self._dtype))

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """An array of the rows of a tensor. Raises InvalidArgumentError for a scalar."""
        tensor = convert_to_tensor(value, dtype_hint=self._dtype)
        if tensor._dtype is not self._dtype:
            raise ValueError(
                "TensorArray.unstack: Trying to read from list with wrong element dtype. List has "
                f"type {tensor._dtype.name} but expected type {self._dtype.name}"
            )
        shape = tensor.shape
        if shape.rank == 0:
            raise invalid_argument(
                "TensorArray.unstack", "Tensor must be at least a vector, but saw shape: []"
            )
        if shape.rank is not None:
            self._learn(shape[1:])
        return self._copy(_buffer=tensor)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """An array with the rows of a tensor at some places."""
        places = to_tensor(indices)
        tensor = convert_to_tensor(value, dtype_hint=self._dtype)
        count, length = places.shape, tensor.shape
        if length.rank is not None:
            self._learn(length[1:])
            if count.is_fully_defined() and length[0] not in (None, count[0]):
                raise invalid_argument(
                    "TensorArray.scatter",
                    "Expected len(indices) == tensor.shape[0], but saw: "
                    f"{count[0]} vs. {length[0]}",
                )
        found: TensorArray = self
        if not count.is_fully_defined():
            spread = array_places.call(rows.put_all, (self.buffer(), places, tensor))
            return self._copy(_buffer=spread)
        for at in range(int(count[0])):
            found = found.write(places[at], tensor[at])
        return found

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """An array of pieces of a tensor, which have these lengths along its first axis."""
        tensor = convert_to_tensor(value, dtype_hint=self._dtype)
        pieces, shapes = array_places.split(tensor, to_tensor(lengths))
        first = shapes[0] if shapes else TensorShape(None)
        if self._infer_shape and first.rank and None not in [shape[0] for shape in shapes]:
            if all(shape[0] == first[0] for shape in shapes):
                self._learn(first)
        return self._copy(_list=tuple(pieces), _count=len(pieces))


nest.register_composite(
    GraphTensorArray,
    lambda array: [array.buffer()],
    lambda like, components: like.with_buffer(components[0]),
)
