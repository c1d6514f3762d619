"""tf.lookup.StaticHashTable and StaticVocabularyTable: filled once, then only read."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import FailedPreconditionError, NotFoundError
from tfcompat._src.lookup.initializers import TableInitializerBase, array_of
from tfcompat._src.lookup.places import Places, places_of
from tfcompat._src.lookup.static_ops import lookup_table_find, vocabulary_table_find
from tfcompat._src.naming import public
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.text.text_index import numbered
from tfcompat._src.tracking.trackable import Trackable

KEYS = frozenset({dtypes.string, dtypes.int32, dtypes.int64})
VALUES = frozenset(
    {dtypes.bool_, dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string}
)


def check_types(op: str, key: DType, value: DType, values: frozenset[DType] = VALUES) -> None:
    """Raises NotFoundError for a table that TensorFlow has no kernel of."""
    if key not in KEYS or value not in values:
        raise NotFoundError(
            None,
            None,
            f"{op}: received keys of {key.name} and values of {value.name}; keys are string, "
            f"int32 or int64, values one of {', '.join(sorted(d.name for d in values))}",
        )


class Handle:
    """Stands where TensorFlow has the resource of a table."""

    dtype = dtypes.resource

    def __init__(self, table: Any) -> None:
        self.table = table


class LookupInterface(Trackable):
    """What every table can do."""

    def __init__(self, key_dtype: DType, value_dtype: DType) -> None:
        self._key_dtype = key_dtype
        self._value_dtype = value_dtype

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    @property
    def name(self) -> str | None:
        """None: tables have no names."""
        return None

    @property
    def resource_handle(self) -> Any:
        """What stands for the table's memory."""
        return Handle(self)

    def __getitem__(self, keys: Any) -> Any:
        """The values of keys, as `lookup` gives them."""
        return self.lookup(keys)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The value of each key."""
        raise NotImplementedError

    def _keys_of(self, keys: Any) -> tuple[Tensor, Any]:
        """The keys as a dense tensor, and what makes of values something like the argument."""
        values, rebuild = keys, None
        if isinstance(keys, SparseTensor):
            values, rebuild = keys._values, keys.with_values
        elif hasattr(keys, "with_flat_values"):
            values, rebuild = keys.flat_values, keys.with_flat_values
        if not isinstance(values, TensorBase):
            values = to_tensor(values, self._key_dtype)
        if values.dtype is not self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {values.dtype}"
            )
        return to_tensor(values), rebuild


@public("tfcompat.lookup")
class StaticHashTable(LookupInterface):
    """A dictionary with a default value, filled by an initializer when it is made.

    Args:
      initializer: tf.lookup.KeyValueTensorInitializer or TextFileInitializer.
      default_value: a scalar: the value of keys that are not there.
      name: ignored.
      experimental_is_anonymous: ignored.

    Raises:
      TypeError, ValueError: a default value of another dtype or shape.
      FailedPreconditionError: a key with two values.
      InvalidArgumentError, NotFoundError: what the initializer or its dtypes say.
    """

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if not isinstance(initializer, TableInitializerBase):
            raise AttributeError(
                f"StaticHashTable: received {initializer!r}; expected an initializer such as "
                "tf.lookup.KeyValueTensorInitializer"
            )
        # A subclass of an initializer may give names of dtypes.
        kinds = dtypes.as_dtype(initializer.key_dtype), dtypes.as_dtype(initializer.value_dtype)
        super().__init__(*kinds)
        check_types("HashTable", self._key_dtype, self._value_dtype)
        default, _ = array_of(default_value, self._value_dtype, "a default value")
        if default.shape:
            raise ValueError(f"Shapes {default.shape} and () are not compatible")
        self._default = from_numpy(default, self._value_dtype)
        self._initializer = initializer
        self._device: tuple[Tensor, Tensor] | None = None
        # None until an initializer has filled the table.
        self._places: Places | None = None
        self._distinct: Any = ()
        initializer.initialize(self)
        self._track_trackable(initializer, "_initializer")

    def _fill(self, keys: Any, values: Any) -> None:
        distinct, first, which = _distinct(keys)
        if len(distinct) < len(keys):
            other = values != values[first][which]
            if np.any(other):
                key = keys[int(np.argmax(other))]
                shown = key.decode(errors="replace") if isinstance(key, bytes) else key
                raise FailedPreconditionError(
                    None, None, f"HashTable has different value for same key. Key {shown}"
                )
        self._distinct = keys[first]
        self._places = places_of(self._distinct)
        # The default stands behind the last one.
        default = np.empty(1, values.dtype)
        default[0] = self._default._numpy()[()]
        self._rows = np.concatenate([values[first], default])

    def _filled(self) -> Places:
        """Raises FailedPreconditionError unless the table is filled."""
        if self._places is None:
            raise FailedPreconditionError(None, None, "StaticHashTable: Table not initialized.")
        return self._places

    def _on_device(self) -> tuple[Tensor, Tensor]:
        """The keys in ascending order and the values of those, the default last."""
        if self._device is None:
            places: Any = self._places
            rows = np.concatenate([self._rows[:-1][places.order], self._rows[-1:]])
            keys = from_numpy(places.keys, self._key_dtype)
            self._device = keys, from_numpy(rows, self._value_dtype)
        return self._device

    @property
    def default_value(self) -> Tensor:
        """The value of keys that are not there."""
        return self._default

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The value of each key of a dense, sparse or ragged tensor.

        Raises TypeError for keys of another dtype.
        """
        found, rebuild = self._keys_of(keys)
        values = lookup_table_find(self, found)
        return values if rebuild is None else rebuild(values)

    def size(self, name: str | None = None) -> Tensor:
        """The number of keys, int64."""
        return to_tensor(len(self._distinct), dtypes.int64)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values."""
        self._filled()
        keys = from_numpy(self._distinct.copy(), self._key_dtype)
        return keys, from_numpy(self._rows[:-1].copy(), self._value_dtype)


def _distinct(keys: Any) -> tuple[Any, Any, Any]:
    """The distinct keys in the order of their first places, these, and which one each is."""
    if keys.dtype == object:
        found, numbers = numbered(keys.tolist())
        first = np.empty(len(found), np.int64)
        # Of several assignments to one place the last one counts: that of the first such key.
        first[numbers[::-1]] = np.arange(len(keys))[::-1]
        return found, first, numbers
    distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return distinct[order], first[order], rank[which]


@public("tfcompat.lookup")
class StaticVocabularyTable(LookupInterface):
    """A table from words to numbers that has a number, by their hash, for other words too.

    Args:
      initializer: from words to int64; None: all words have a number by their hash.
      num_oov_buckets: over how many numbers other words spread.
      lookup_key_dtype: the dtype of the keys that are looked up; the initializer's unless given.
      name: ignored.
      experimental_is_anonymous: ignored.

    Raises:
      ValueError: no buckets.
      TypeError: keys that are neither strings nor integers, values that are not int64.
    """

    def __init__(
        self,
        initializer: TableInitializerBase | None,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        wanted = None if lookup_key_dtype is None else dtypes.as_dtype(lookup_key_dtype)
        self._table: StaticHashTable | None = None
        inner = dtypes.string
        if initializer is not None:
            inner = initializer.key_dtype
            if inner not in (dtypes.int64, dtypes.string):
                raise TypeError(
                    f"Invalid `key_dtype`, expected one of (tf.int64, tf.string), but got {inner}."
                )
            if initializer.value_dtype is not dtypes.int64:
                raise TypeError(
                    f"Invalid `value_dtype`, expected {dtypes.int64} but got "
                    f"{initializer.value_dtype}."
                )
            if wanted is not None and wanted.is_integer != inner.is_integer:
                kind = "integer" if wanted.is_integer else "non-integer"
                raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {inner}.")
        # Without words of its own the table takes texts only.
        super().__init__(inner if initializer is None else wanted or inner, dtypes.int64)
        self._buckets = num_oov_buckets
        if initializer is not None:
            self._table = StaticHashTable(initializer, -1)
            self._track_trackable(self._table, "_table")

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The number of each word of a dense, sparse or ragged tensor.

        Raises TypeError for keys of another dtype.
        """
        found, rebuild = self._keys_of(keys)
        numbers = vocabulary_table_find(self, found)
        return numbers if rebuild is None else rebuild(numbers)

    def size(self, name: str | None = None) -> Tensor:
        """The number of words and buckets, int64."""
        known = 0 if self._table is None else len(self._table._distinct)
        return to_tensor(known + self._buckets, dtypes.int64)
