"""tf.Variable's updates of parts of its value: by slice, by rows and by coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dispatch, dtypes, stand_ins
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument, out_of_range
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.ops.arguments import INDEX_OR_INT16
from tfcompat._src.ops.common import check_dtype, wrong_dtype
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("scatter")
array = dispatch.family("array")

_ANY = dtypes.NUMERIC_OR_BOOL | dtypes.STRING


class ScatterUpdates:
    """The methods of tf.Variable that change a part of the value. They raise before they change."""

    if TYPE_CHECKING:
        _value: Tensor
        _dtype: DType

        def _read(self) -> Tensor: ...
        def _unread(self) -> Any: ...
        def _exclusive(self) -> Any: ...
        def _store(self, value: Tensor) -> None: ...

    # ---------------------------------------------------------------------------------- by slice
    def _assign_slice(self, key: Any, value: Any) -> Any:
        """`variable[key].assign(value)`."""
        with self._exclusive():
            return self._written_slice(key, value)

    def _written_slice(self, key: Any, value: Any) -> Any:
        from tfcompat._src import indexing

        old = stand_ins.value_of(self)
        keys = indexing.as_key(key)
        new = to_tensor(value, self._dtype)
        items: tuple[Any, ...] = ()
        places = indexing.unknown_places(old, keys)
        if places is None:
            items = indexing.plan(keys, tuple(old._shape))
            shape = indexing.result_shape(items)
        else:
            shape = tuple(places._shape)
        have = tuple(new._shape)
        while len(have) > len(shape) and have[0] == 1:
            have = have[1:]
        if 0 in shape:
            # Where nothing is written TensorFlow compares no shapes.
            return self._unread()
        if len(have) > len(shape) or any(
            n not in (1, m) for n, m in zip(reversed(have), reversed(shape), strict=False)
        ):
            raise invalid_argument(
                "assign",
                f"cannot broadcast a value of shape {list(new._shape)} to the slice, whose shape "
                f"is {list(shape)}",
            )
        if self._dtype is dtypes.string:
            strings = old._numpy().copy()
            strings[indexing.numpy_key(items)] = new._numpy().reshape(have)
            self._store(HostTensor(strings))
            return self._unread()
        if have != new._shape:
            new = dispatch.execute_constant(array.reshape, (new,), (have,), self._dtype)
        if places is None:
            self._store(
                dispatch.execute_constant(kernels.slice_update, (old, new), (items,), self._dtype)
            )
        else:
            from tfcompat._src.ops.array import reshape
            from tfcompat._src.ops.repeating import broadcast_to
            from tfcompat._src.ops.scatter import tensor_scatter_nd_update

            rows = reshape(broadcast_to(new, shape), [-1])
            flat = tensor_scatter_nd_update(reshape(old, [-1]), reshape(places, [-1, 1]), rows)
            self._store(reshape(flat, old._shape))
        return self._unread()

    # ----------------------------------------------------------------------------------- by rows
    def _scatter_rows(
        self, kernel: Callable[..., Any], sparse_delta: Any, op: str, accepted: frozenset[DType]
    ) -> Any:
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(
                f"{op}: Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: "
                f"{sparse_delta}"
            )
        indices = to_tensor(sparse_delta.indices)
        values = to_tensor(sparse_delta.values, self._dtype)
        self._check_dtype(op, accepted)
        return self._write_rows(kernel, indices, values, op)

    def _check_dtype(self, op: str, accepted: frozenset[DType]) -> None:
        if self._dtype not in accepted:
            raise wrong_dtype(op, self._dtype, accepted)

    def _write_rows(
        self, kernel: Callable[..., Any], indices: Tensor, values: Tensor, op: str
    ) -> Any:
        check_dtype(op, indices, INDEX_OR_INT16)
        shape = tuple(self._value._shape)
        if not shape:
            raise invalid_argument(op, "received a scalar variable; expected one with rows")
        wanted = tuple(indices._shape) + shape[1:]
        if not values._shape:
            values = dispatch.execute_constant(
                array.broadcast_to, (values,), (wanted,), self._dtype
            )
        elif values._shape != wanted:
            raise invalid_argument(
                op,
                f"received indices of shape {list(indices._shape)} and updates of shape "
                f"{list(values._shape)} for a variable of shape {list(shape)}; expected updates "
                f"of shape {list(wanted)}",
            )
        from tfcompat._src.ops.selection import check_range

        check_range(indices, shape[0], op)
        at = dispatch.execute_constant(
            array.reshape, (indices,), ((*indices._shape, 1),), indices._dtype
        )
        return self._write(kernel, at, values)

    def _write(self, kernel: Callable[..., Any], at: Tensor, values: Tensor) -> Any:
        with self._exclusive():
            value = stand_ins.value_of(self)
            if self._dtype is dtypes.string:
                from tfcompat._src.ops.scatter import update_strings

                new: Any = HostTensor(update_strings(value._numpy(), at._numpy(), values._numpy()))
            else:
                new = dispatch.execute_constant(kernel, (value, at, values), (), self._dtype)
            self._store(new)
        return self._unread()

    def scatter_add(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Adds rows, given as IndexedSlices; rows given twice are added twice."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_add, sparse_delta, "scatter_add", dtypes.NUMERIC
        )

    def scatter_sub(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Subtracts rows, given as IndexedSlices."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_sub, sparse_delta, "scatter_sub", dtypes.NUMERIC
        )

    def scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Replaces rows by those given as IndexedSlices."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_update, sparse_delta, "scatter_update", _ANY
        )

    def scatter_max(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Takes the larger of the variable and rows given as IndexedSlices."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_max, sparse_delta, "scatter_max", dtypes.REAL
        )

    def scatter_min(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Takes the smaller of the variable and rows given as IndexedSlices."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_min, sparse_delta, "scatter_min", dtypes.REAL
        )

    def scatter_mul(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Multiplies rows by those given as IndexedSlices."""
        return self._scatter_rows(
            kernels.tensor_scatter_nd_multiply, sparse_delta, "scatter_mul", dtypes.NUMERIC
        )

    def scatter_div(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Divides rows by those given as IndexedSlices.

        Raises InvalidArgumentError for a division of integers by zero.
        """
        if self._dtype.is_integer and isinstance(sparse_delta, IndexedSlices):
            values = to_tensor(sparse_delta.values, self._dtype)
            if not values._numpy().all():
                raise invalid_argument("scatter_div", "updates must not contain 0: received one")
        return self._scatter_rows(
            kernels.tensor_scatter_nd_divide, sparse_delta, "scatter_div", dtypes.NUMERIC
        )

    def batch_scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Replaces rows within each entry of the leading axes, which indices and variable share."""
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(
                "batch_scatter_update: Argument `sparse_delta` must be a `tf.IndexedSlices`. "
                f"Received arg: {sparse_delta}"
            )
        indices = to_tensor(sparse_delta.indices)
        numbers = indices._numpy()
        lead = np.indices(numbers.shape)[:-1]
        coordinates = np.stack([*lead.astype(numbers.dtype), numbers], -1)
        return self.scatter_nd_update(coordinates, sparse_delta.values)

    # ---------------------------------------------------------------------------- by coordinates
    def _scatter_nd(
        self,
        kernel: Callable[..., Any],
        indices: Any,
        updates: Any,
        op: str,
        accepted: frozenset[DType],
    ) -> Any:
        from tfcompat._src.ops.scatter import check_updates
        from tfcompat._src.ops.selection import check_coordinates

        at, values = to_tensor(indices), to_tensor(updates, self._dtype)
        self._check_dtype(op, accepted)
        check_dtype(op, at, INDEX_OR_INT16)
        shape = tuple(self._value._shape)
        check_updates(op, shape, at, values)
        check_coordinates(at, shape, op, "shape")
        return self._write(kernel, at, values)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds at coordinates; to those given twice, twice."""
        return self._scatter_nd(
            kernels.tensor_scatter_nd_add, indices, updates, "scatter_nd_add", dtypes.NUMERIC
        )

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts at coordinates."""
        return self._scatter_nd(
            kernels.tensor_scatter_nd_sub, indices, updates, "scatter_nd_sub", dtypes.NUMERIC
        )

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Replaces what is at coordinates."""
        return self._scatter_nd(
            kernels.tensor_scatter_nd_update, indices, updates, "scatter_nd_update", _ANY
        )

    def scatter_nd_max(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Takes the larger value at coordinates."""
        return self._scatter_nd(
            kernels.tensor_scatter_nd_max, indices, updates, "scatter_nd_max", dtypes.REAL
        )

    def scatter_nd_min(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Takes the smaller value at coordinates."""
        return self._scatter_nd(
            kernels.tensor_scatter_nd_min, indices, updates, "scatter_nd_min", dtypes.REAL
        )

    # ----------------------------------------------------------------------------------- reading
    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """The rows that `indices` name; their gradient is IndexedSlices."""
        from tfcompat._src.ops.selection import gather

        return gather(self._read(), indices)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements or slices at coordinates."""
        from tfcompat._src.ops.selection import gather_nd

        return gather_nd(self._read(), indices)

    def count_up_to(self, limit: int) -> Tensor:
        """Adds one and returns the value before; OutOfRangeError once `limit` is reached."""
        if self._dtype not in dtypes.INDEX or self._value._shape:
            raise invalid_argument(
                "count_up_to",
                f"received a variable of {self._dtype.name} and shape "
                f"{list(self._value._shape)}; expected an int32 or int64 scalar",
            )
        with self._exclusive():
            value = int(stand_ins.value_of(self))
            if value >= limit:
                raise out_of_range("count_up_to", f"Reached limit of {limit}")
            self._store(to_tensor(value + 1, self._dtype))
        return to_tensor(value, self._dtype)
