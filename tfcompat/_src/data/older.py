"""The functions of tf.data.experimental: most are older forms of methods of tf.data.Dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.data import assertions
from tfcompat._src.data.dataset import DatasetV2, check_dataset
from tfcompat._src.data.iterator import Iterator
from tfcompat._src.data.reducers import Reducer, reduced_by_key
from tfcompat._src.data.variants import unpack_object
from tfcompat._src.naming import public

Transformation = Callable[[Any], Any]
_HOME = "tfcompat.data.experimental"


@public(_HOME)
def assert_cardinality(expected_cardinality: Any) -> Transformation:
    """For `Dataset.apply`: says how many elements there are.

    The pass raises tf.errors.FailedPreconditionError where there are fewer or more.
    """
    return lambda dataset: assertions._AssertCardinalityDataset(dataset, expected_cardinality)


@public(_HOME)
def at(dataset: Any, index: Any) -> Any:
    """The element at a place. Raises tf.errors.OutOfRangeError where there is none."""
    return assertions.element_at(check_dataset(dataset, "at"), index)


@public(_HOME)
def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Transformation:
    """For `Dataset.apply`: `Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


@public(_HOME)
def cardinality(dataset: Any) -> Any:
    """`Dataset.cardinality`."""
    return dataset.cardinality()


@public(_HOME)
def choose_from_datasets(
    datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = False
) -> Any:
    """`Dataset.choose_from_datasets`, which by default goes on where one of them has ended."""
    return DatasetV2.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


@public(_HOME)
def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Transformation:
    """For `Dataset.apply`: the same elements; iterators put them on the default device."""
    return lambda dataset: check_dataset(dataset, "copy_to_device").prefetch(0)


@public(_HOME)
def Counter(start: Any = 0, step: Any = 1, dtype: Any = "int64") -> Any:
    """`Dataset.counter`."""
    return DatasetV2.counter(start, step, dtype)


@public(_HOME)
def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = "int64"
) -> Transformation:
    """For `Dataset.apply`: `Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


@public(_HOME)
def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """For `Dataset.apply`: `Dataset.sparse_batch`."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


@public(_HOME)
def enumerate_dataset(start: Any = 0) -> Transformation:
    """For `Dataset.apply`: `Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


@public(_HOME)
def from_list(elements: Any, name: str | None = None) -> Any:
    """A dataset of the elements of a list, whose shapes may differ.

    Raises ValueError for no elements, and TypeError where they differ in more than shapes.
    """
    return assertions.from_list(elements)


@public(_HOME)
def from_variant(variant: Any, structure: Any) -> Any:
    """The dataset that `to_variant` was given."""
    found = unpack_object(variant)
    return check_dataset(found, "from_variant")


@public(_HOME)
def get_next_as_optional(iterator: Any) -> Any:
    """`Iterator.get_next_as_optional`."""
    return iterator.get_next_as_optional()


@public(_HOME)
def get_single_element(dataset: Any) -> Any:
    """`Dataset.get_single_element`."""
    return dataset.get_single_element()


@public(_HOME)
def get_structure(dataset_or_iterator: Any) -> Any:
    """The `element_spec`. Raises TypeError for what is no dataset and no iterator."""
    if not isinstance(dataset_or_iterator, (DatasetV2, Iterator)):
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or "
            f"tf.data.Iterator object, but got {type(dataset_or_iterator)}."
        )
    return dataset_or_iterator.element_spec


@public(_HOME)
def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Transformation:
    """For `Dataset.apply`: one result of a reducer for all elements with the same key."""
    return lambda dataset: reduced_by_key(dataset, key_func, reducer)


@public(_HOME)
def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """For `Dataset.apply`: `Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(
        key_func, reduce_func, window_size, window_size_func
    )


@public(_HOME)
def ignore_errors(log_warning: bool = False) -> Transformation:
    """For `Dataset.apply`: `Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


@public(_HOME)
def load(
    path: str,
    element_spec: Any = None,
    compression: str | None = None,
    reader_func: Callable[..., Any] | None = None,
) -> Any:
    """`Dataset.load`."""
    return DatasetV2.load(path, element_spec, compression, reader_func)


@public(_HOME)
def make_saveable_from_iterator(iterator: Any, external_state_policy: Any = None) -> Any:
    """The iterator itself, which tf.train.Checkpoint saves."""
    return iterator


@public(_HOME)
def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """For `Dataset.apply`: `Dataset.map` and then `Dataset.batch`.

    Raises ValueError where both numbers of parallel calls are given.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "`map_and_batch` allows only one of `num_parallel_batches` and `num_parallel_calls` to "
            "be set, but `num_parallel_batches` was set to "
            f"{num_parallel_batches} and `num_parallel_calls` as set to {num_parallel_calls}."
        )
    calls = num_parallel_calls
    if num_parallel_batches is not None:
        calls = batch_size * num_parallel_batches
    return lambda dataset: dataset.map(map_func, calls).batch(batch_size, drop_remainder)


@public(_HOME)
def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Transformation:
    """For `Dataset.apply`: dictionaries with zeros behind them up to a number of elements.

    The elements get an entry more, which is False for those that were added.
    """
    return lambda dataset: assertions.padded_to(dataset, cardinality, mask_key)


@public(_HOME)
def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool | None = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """For `Dataset.apply`: `Dataset.interleave` with as many calls as datasets that take turns."""
    return lambda dataset: dataset.interleave(
        map_func, cycle_length, block_length, cycle_length, None if sloppy is None else not sloppy
    )


@public(_HOME)
def prefetch_to_device(device: Any, buffer_size: Any = None) -> Transformation:
    """For `Dataset.apply`: `Dataset.prefetch`; iterators put elements on the default device."""
    return lambda dataset: dataset.prefetch(-1 if buffer_size is None else buffer_size)


@public(_HOME)
def RandomDataset(
    seed: Any = None, rerandomize_each_iteration: Any = None, name: str | None = None
) -> Any:
    """`Dataset.random`."""
    return DatasetV2.random(seed, rerandomize_each_iteration)


@public(_HOME)
def rejection_resample(
    class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> Transformation:
    """For `Dataset.apply`: `Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


@public(_HOME)
def sample_from_datasets(
    datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False
) -> Any:
    """`Dataset.sample_from_datasets`."""
    return DatasetV2.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


@public(_HOME)
def save(
    dataset: Any,
    path: str,
    compression: str | None = None,
    shard_func: Callable[..., Any] | None = None,
    checkpoint_args: Any = None,
) -> Any:
    """`Dataset.save`."""
    return dataset.save(path, compression, shard_func, checkpoint_args)


@public(_HOME)
def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """For `Dataset.apply`: `Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


@public(_HOME)
def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """For `Dataset.apply`: `Dataset.shuffle` and then `Dataset.repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


@public(_HOME)
def snapshot(
    path: Any,
    compression: str | None = "AUTO",
    reader_func: Callable[..., Any] | None = None,
    shard_func: Callable[..., Any] | None = None,
) -> Transformation:
    """For `Dataset.apply`: `Dataset.snapshot`."""
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)


@public(_HOME)
def take_while(predicate: Callable[..., Any]) -> Transformation:
    """For `Dataset.apply`: `Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


@public(_HOME)
def to_variant(dataset: Any) -> Any:
    """The dataset as a scalar of dtype variant."""
    return check_dataset(dataset, "to_variant")._as_variant()


@public(_HOME)
def unbatch() -> Transformation:
    """For `Dataset.apply`: `Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


@public(_HOME)
def unique() -> Transformation:
    """For `Dataset.apply`: `Dataset.unique`."""
    return lambda dataset: dataset.unique()


def _refused(name: str, instead: str) -> NotImplementedError:
    return NotImplementedError(f"tf.data.experimental.{name}: {instead}")


@public(_HOME)
def distributed_save(
    dataset: Any, path: str, data_service_address: str, compression: str = "AUTO"
) -> Any:
    """Raises NotImplementedError: there is no tf.data service."""
    raise _refused("distributed_save", "there is one machine here; use Dataset.save")


@public(_HOME)
def get_model_proto(iterator: Any) -> Any:
    """Raises NotImplementedError: nothing is tuned that a protocol buffer would describe."""
    raise _refused("get_model_proto", "buffer sizes are not tuned; set them in prefetch and map")
