"""Lookup tables whose entries are the elements of a dataset."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2, check_dataset
from tfcompat._src.naming import public
from tfcompat._src.tensor_spec import TensorSpec

_HOME = "tfcompat.data.experimental"


@public(_HOME)
class DatasetInitializer:
    """Gives a tf.lookup.StaticHashTable the pairs of keys and values of a dataset.

    Raises ValueError for elements that are no pairs of scalars.
    """

    def __new__(cls, dataset: Any) -> Any:
        from tfcompat._src.lookup.initializers import KeyValueTensorInitializer

        found = check_dataset(dataset, "DatasetInitializer")
        spec = found.element_spec
        leaves = structure.flatten(spec)
        if len(leaves) != 2 or any(not isinstance(leaf, TensorSpec) for leaf in leaves):
            raise ValueError(
                f"DatasetInitializer: received elements of {spec!r}; expected pairs of a key and a "
                "value"
            )
        keys, values = _columns(found)
        return KeyValueTensorInitializer(keys, values)


def _columns(dataset: DatasetV2) -> list[Any]:
    """The elements as tensors with a row for each."""
    from tfcompat._src.data import rows

    specs = structure.flatten(dataset.element_spec)
    walk = dataset._walk()
    elements = []
    try:
        while True:
            elements.append(walk.take())
    except StopIteration:
        pass
    finally:
        walk.close()
    if not elements:
        raise ValueError("lookup table: received a dataset without elements")
    columns = zip(*elements, strict=True)
    return [
        structure.tensor_of(rows.stack_arrays(column, "lookup table"), spec.dtype)
        for spec, column in zip(specs, columns, strict=True)
    ]


@public(_HOME)
def table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: Any = None,
    hasher_spec: Any = None,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """A lookup table with the pairs of keys and values of a dataset.

    Raises ValueError for elements that are no pairs, for negative numbers, and where both
    `num_oov_buckets` and `default_value` are given.
    """
    from tfcompat._src.lookup.static import StaticHashTable, StaticVocabularyTable

    found = check_dataset(dataset, "table_from_dataset")
    if num_oov_buckets < 0:
        raise ValueError(f"`num_oov_buckets` must be >= 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be >= 1, got {vocab_size}.")
    if num_oov_buckets and default_value is not None:
        raise ValueError(
            "table_from_dataset: received both num_oov_buckets and default_value; expected one"
        )
    if vocab_size is not None:
        found = found.take(vocab_size)
    filled = DatasetInitializer(found)
    if num_oov_buckets:
        return StaticVocabularyTable(filled, num_oov_buckets)
    return StaticHashTable(filled, -1 if default_value is None else default_value)


@public(_HOME)
def index_table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: Any = -1,
    hasher_spec: Any = None,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """A lookup table of the places of a dataset's elements, which are its keys."""
    found = check_dataset(dataset, "index_table_from_dataset")
    numbered: Any = found.enumerate()
    pairs = numbered.map(lambda place, key: (key, place))
    default = None if num_oov_buckets else to_tensor(default_value, dtypes.int64)
    return table_from_dataset(pairs, num_oov_buckets, vocab_size, default)
