"""tf.lookup.experimental.MutableHashTable and DenseHashTable: tables that change."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.lookup import mutable_ops as ops
from tfcompat._src.lookup.initializers import array_of
from tfcompat._src.lookup.static import VALUES, LookupInterface, check_types
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor, TensorBase

Array = np.ndarray[Any, Any]

_LATE_VALUES = VALUES | {dtypes.int8, dtypes.int16, dtypes.uint8, dtypes.float16, dtypes.bfloat16}


class MutableTable(LookupInterface):
    """Keys with their places in an array of values, which grows as it must."""

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, op: str) -> None:
        super().__init__(as_dtype(key_dtype), as_dtype(value_dtype))
        check_types(op, self._key_dtype, self._value_dtype, _LATE_VALUES)
        default, _ = array_of(default_value, self._value_dtype, "a default value")
        self._op = op
        self._key_shape: tuple[int, ...] = ()
        self._value_shape = default.shape
        self._default = default
        self._clear()

    # ------------------------------------------------------------------------------- the memory
    def _clear(self) -> None:
        self._slots: dict[Any, int] = {}
        self._free: list[int] = []
        self._values = np.empty((0, *self._value_shape), self._default.dtype)

    def _names(self, keys: Array) -> list[Any]:
        """What the dictionary knows keys by."""
        if not self._key_shape:
            return keys.reshape(-1).tolist()
        flat = keys.reshape(-1, int(np.prod(self._key_shape)))
        return [tuple(row) for row in flat.tolist()]

    def _lead(self, keys: Array) -> tuple[int, ...]:
        rank = len(self._key_shape)
        if keys.ndim < rank or keys.shape[keys.ndim - rank :] != self._key_shape:
            raise invalid_argument(
                self._op,
                f"Expected key shape {list(self._key_shape)} at the end of the shape of keys, got "
                f"{list(keys.shape)}",
            )
        return tuple(keys.shape[: keys.ndim - rank])

    def _check(self, names: list[Any]) -> None:
        """Raises InvalidArgumentError for keys that the table does not take."""

    def _find(self, keys: Array, defaults: Array | None) -> Array:
        lead, names = self._lead(keys), self._names(keys)
        self._check(names)
        count = len(names)
        at = np.fromiter(map(self._slots.get, names, repeat(-1)), np.int64, count)
        found = np.empty((count, *self._value_shape), self._default.dtype)
        known = at >= 0
        found[known] = self._values[at[known]]
        if not known.all():
            if defaults is None:
                found[~known] = self._default
            else:
                found[~known] = self._wide(defaults, count, lead)[~known]
        return found.reshape((*lead, *self._value_shape))

    def _wide(self, defaults: Array, count: int, lead: tuple[int, ...]) -> Array:
        if defaults.shape not in (self._value_shape, (*lead, *self._value_shape)):
            raise invalid_argument(
                self._op,
                f"Expected shape {[*lead, *self._value_shape]} or {list(self._value_shape)} for "
                f"default value, got {list(defaults.shape)}",
            )
        if defaults.shape == self._value_shape:
            return np.broadcast_to(defaults, (count, *self._value_shape))
        return defaults.reshape((count, *self._value_shape))

    def _insert(self, keys: Array, values: Array) -> None:
        lead = self._lead(keys)
        if values.shape != (*lead, *self._value_shape):
            raise invalid_argument(
                self._op,
                f"Expected shape {[*lead, *self._value_shape]} for value, got {list(values.shape)}",
            )
        names = self._names(keys)
        self._check(names)
        if self._free:
            at = [self._slot(name) for name in names]
        else:
            slots = self._slots
            at = [slots.setdefault(name, len(slots)) for name in names]
        self._reserve(len(self._slots) + len(self._free))
        # Of several values of one key the last one counts, as NumPy assigns them in their order.
        self._values[np.array(at, np.int64)] = values.reshape((len(names), *self._value_shape))

    def _slot(self, name: Any) -> int:
        found = self._slots.get(name)
        if found is None:
            found = self._free.pop() if self._free else len(self._slots)
            self._slots[name] = found
        return found

    def _reserve(self, count: int) -> None:
        if count > len(self._values):
            size = max(count, 2 * len(self._values), 16)
            grown = np.empty((size, *self._value_shape), self._values.dtype)
            grown[: len(self._values)] = self._values
            self._values = grown

    def _remove(self, keys: Array) -> None:
        self._lead(keys)
        names = self._names(keys)
        self._check(names)
        for name in names:
            slot = self._slots.pop(name, None)
            if slot is not None:
                self._free.append(slot)

    def _export(self) -> tuple[Array, Array]:
        kind = object if self._key_dtype is dtypes.string else self._key_dtype.as_numpy_dtype
        names = list(self._slots)
        if self._key_shape:
            keys = np.array(names, kind).reshape(len(names), *self._key_shape)
        else:
            keys = np.empty(len(names), kind)
            keys[:] = names
        return keys, self._values[np.fromiter(self._slots.values(), np.int64, len(names))]

    # ---------------------------------------------------------------------------- what users call
    def lookup(  # type: ignore[override]
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Any:
        """The value of each key of a dense, sparse or ragged tensor.

        `dynamic_default_values` takes the place of the table's default: one value, or one per key.

        Raises TypeError for keys of another dtype.
        """
        found, rebuild = self._keys_of(keys)
        defaults = dynamic_default_values
        if defaults is not None:
            defaults = to_tensor(defaults, self._value_dtype)
        values = ops.lookup_table_find(self, found, defaults)
        return values if rebuild is None else rebuild(values)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Gives each key a value, a new one where it has one.

        Raises InvalidArgumentError for another number of values, ValueError for other dtypes.
        """
        at, given = to_tensor(keys, self._key_dtype), to_tensor(values, self._value_dtype)
        ops.lookup_table_insert(self, at, given)

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Forgets keys; what is no key is ignored. Raises TypeError for another dtype."""
        ops.lookup_table_remove(self, self._keys_of(keys)[0])

    def size(self, name: str | None = None) -> Tensor:
        """The number of keys, int64."""
        return ops.lookup_table_size(self)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values."""
        return ops.lookup_table_export(self)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        keys, values = self._export()
        return {
            "table-keys": from_numpy(keys, self._key_dtype),
            "table-values": from_numpy(values, self._value_dtype),
        }

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        self._clear()
        keys, values = restored_tensors["table-keys"], restored_tensors["table-values"]
        self._insert(to_tensor(keys)._numpy(), to_tensor(values)._numpy())


@public("tfcompat.lookup.experimental")
class MutableHashTable(MutableTable):
    """A dictionary with a default value, whose keys and values come and go.

    Args:
      key_dtype: string, int32 or int64.
      value_dtype: the dtype of the values.
      default_value: the value of keys that are not there; its shape is that of every value.
      name: ignored.
      checkpoint: whether a tf.train.Checkpoint saves what is in it.
      experimental_is_anonymous: ignored.

    Raises NotFoundError for other dtypes, TypeError for a default value of another dtype.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, "MutableHashTable")
        self._saved = checkpoint

    def _serialize_to_tensors(self) -> dict[str, Any]:
        if not self._saved:
            raise NotImplementedError
        return super()._serialize_to_tensors()


@public("tfcompat.lookup.experimental")
class DenseHashTable(MutableTable):
    """As `MutableHashTable`, with keys of any shape and two that mean that there is none.

    Args:
      key_dtype: string, int32 or int64.
      value_dtype: the dtype of the values.
      default_value: the value of keys that are not there; its shape is that of every value.
      empty_key: a key that is never used; its shape is that of every key.
      deleted_key: another one.
      initial_num_buckets: a power of 2, at least 4.
      name: ignored.
      checkpoint: whether a tf.train.Checkpoint saves what is in it.
      experimental_is_anonymous: ignored.

    Raises InvalidArgumentError for equal keys, another number of buckets, and, in every method, for
    either of the two keys.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, "MutableDenseHashTable")
        self._saved = checkpoint
        empty, _ = array_of(empty_key, self._key_dtype, "a key")
        deleted, _ = array_of(deleted_key, self._key_dtype, "a key")
        if empty.shape != deleted.shape:
            raise invalid_argument(
                self._op,
                f"Empty and deleted keys must have same shape, got shapes: {list(empty.shape)} "
                f"and {list(deleted.shape)}",
            )
        self._key_shape = empty.shape
        self._never = self._names(empty)[0], self._names(deleted)[0]
        if self._never[0] == self._never[1]:
            raise invalid_argument(self._op, "Empty and deleted keys cannot be equal")
        count = initial_num_buckets
        if count is not None and (count < 4 or count & (count - 1)):
            raise invalid_argument(
                self._op, f"Number of buckets must be at least 4 and a power of 2, got: {count}"
            )

    def _check(self, names: list[Any]) -> None:
        # Before __init__ has come to an end there are no such keys.
        for key, what in zip(getattr(self, "_never", ()), ("empty_key", "deleted_key")):  # noqa: B905
            if key in names:
                raise invalid_argument(self._op, f"Using the {what} as a table key is not allowed")

    def _keys_of(self, keys: Any) -> tuple[Tensor, Any]:
        if isinstance(keys, TensorBase):
            # Another dtype is refused by the conversion, as TensorFlow does for these tables.
            return to_tensor(keys, self._key_dtype), None
        return super()._keys_of(keys)

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> None:
        """The same as `insert`."""
        self.insert(keys, values)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """The same as `remove`."""
        self.remove(keys)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        if not self._saved:
            raise NotImplementedError
        return super()._serialize_to_tensors()
