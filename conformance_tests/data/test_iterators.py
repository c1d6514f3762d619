"""Iterators, optional values, checkpoints of iterators, options and types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import plain

Dataset = tf.data.Dataset
INT = tf.TensorSpec([], tf.int64)
Optional = tf.experimental.Optional


def test_the_end() -> None:
    iterator = iter(Dataset.range(2))
    assert isinstance(iterator, tf.data.Iterator)
    assert iter(iterator) is iterator
    assert [int(next(iterator)), int(iterator.get_next())] == [0, 1]
    for _ in range(2):
        with pytest.raises(tf.errors.OutOfRangeError):
            iterator.get_next()
        with pytest.raises(StopIteration):
            next(iterator)
    assert not bool(iterator.get_next_as_optional().has_value())


def test_optional() -> None:
    found = iter(Dataset.range(2)).get_next_as_optional()
    assert bool(found.has_value())
    assert int(found.get_value()) == 0
    assert found.element_spec == INT
    made = Optional.from_value({"a": [1, 2]})
    assert made.element_spec == {"a": tf.TensorSpec([2], tf.int32)}
    assert plain(made.get_value()) == {"a": [1, 2]}
    empty = Optional.empty(INT)
    assert not bool(empty.has_value())
    with pytest.raises(tf.errors.InvalidArgumentError):
        empty.get_value()


def test_what_iterators_say_of_themselves() -> None:
    dataset = Dataset.from_tensor_slices({"a": [1], "b": ["x"]})
    spec = {"a": tf.TensorSpec([], tf.int32), "b": tf.TensorSpec([], tf.string)}
    assert dataset.element_spec == spec
    assert iter(dataset).element_spec == spec
    assert repr(dataset) == f"<_TensorSliceDataset element_spec={spec!r}>"
    assert repr(dataset.batch(2)).startswith("<_BatchDataset element_spec={'a': TensorSpec(")
    numpy = dataset.as_numpy_iterator()
    assert isinstance(numpy, tf.data.NumpyIterator)
    assert next(numpy) == {"a": 1, "b": b"x"}
    assert len(Dataset.range(3)) == 3
    assert bool(Dataset.range(0))


def test_arrays_are_copied() -> None:
    rows = np.arange(4)
    dataset = Dataset.from_tensor_slices(rows)
    rows[:] = 9
    assert [int(x) for x in dataset] == [0, 1, 2, 3]


def test_values_that_are_no_tensors() -> None:
    first = next(iter(Dataset.range(4).window(2)))
    assert isinstance(first, Dataset)
    assert [int(x) for x in first] == [0, 1]
    nested = next(iter(Dataset.from_tensors(Dataset.range(3))))
    assert [int(x) for x in nested] == [0, 1, 2]
    inner = Dataset.range(3).map(lambda x: Dataset.range(x))
    assert [[int(y) for y in x] for x in inner] == [[], [0], [0, 1]]
    none, one = next(iter(Dataset.from_tensors((None, 1))))
    assert none is None
    assert int(one) == 1


def test_types() -> None:
    dataset = Dataset.range(3)
    spec = tf.data.DatasetSpec(INT)
    assert tf.type_spec_from_value(dataset) == spec
    assert tf.type_spec_from_value(iter(dataset)) == tf.data.IteratorSpec(INT)
    assert spec.is_compatible_with(dataset)
    assert not spec.is_compatible_with(Dataset.from_tensors(1))
    assert not tf.data.DatasetSpec(tf.TensorSpec([], tf.int32)).is_compatible_with(dataset)
    assert spec.element_spec == INT
    assert spec == tf.data.DatasetSpec(INT)
    assert hash(spec) == hash(tf.data.DatasetSpec(INT))
    assert spec != tf.data.DatasetSpec(tf.TensorSpec([None], tf.int64))
    assert repr(spec) == f"DatasetSpec({INT!r}, TensorShape([]))"
    assert repr(tf.data.IteratorSpec(INT)) == f"IteratorSpec({INT!r},)"
    assert Dataset.range(4).window(2).element_spec == spec
    variant = tf.data.experimental.to_variant(dataset)
    assert variant.dtype == tf.variant
    again = tf.data.experimental.from_variant(variant, INT)
    assert [int(x) for x in again] == [0, 1, 2]


# -------------------------------------------------------------------------------------- options
def test_options_merge() -> None:
    first, second = tf.data.Options(), tf.data.Options()
    first.deterministic = True
    first.threading.private_threadpool_size = 3
    second.deterministic = False
    chained = Dataset.range(3).with_options(first).with_options(second).options()
    assert chained.deterministic is False
    assert chained.threading.private_threadpool_size == 3
    zipped = Dataset.zip((Dataset.range(3).with_options(first), Dataset.range(3)))
    assert zipped.options().deterministic is True
    assert first.merge(second).deterministic is False
    assert first.deterministic is True
    assert Dataset.range(3).options() == tf.data.Options()
    assert first != second
    first.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    assert tf.data.experimental.AutoShardPolicy.OFF == -1


# ---------------------------------------------------------------------------------- checkpoints
def generated() -> Any:
    return Dataset.from_generator(lambda: iter(range(9)), output_signature=INT)


PIPELINES: dict[str, Callable[[], Any]] = {
    "range": lambda: Dataset.range(9),
    "slices": lambda: Dataset.from_tensor_slices((np.arange(9), [str(n) for n in range(9)])),
    "batches": lambda: Dataset.range(9).batch(2),
    "shuffle": lambda: Dataset.range(9).shuffle(4, seed=1),
    "shuffle of a filter": lambda: Dataset.range(12).filter(lambda x: x > 2).shuffle(4, seed=1),
    "shuffle of texts": lambda: (
        Dataset.range(9).map(tf.strings.as_string).filter(lambda x: True).shuffle(3, seed=1)
    ),
    "rounds": lambda: Dataset.range(4).shuffle(4, seed=2).repeat(3),
    "zip": lambda: Dataset.zip((Dataset.range(9), Dataset.range(9).map(lambda x: x * x))),
    "concatenate": lambda: Dataset.range(2).concatenate(Dataset.range(5, 9)),
    "skip and take": lambda: Dataset.range(20).filter(lambda x: x > 1).skip(2).take(6),
    "shard": lambda: Dataset.range(20).filter(lambda x: x > 1).shard(2, 1),
    "prefetch": lambda: Dataset.range(9).map(lambda x: x + 1).prefetch(3),
    "parallel map": lambda: Dataset.range(9).map(lambda x: x + 1, num_parallel_calls=2),
    "flat map": lambda: Dataset.range(5).flat_map(lambda x: Dataset.range(x)),
    "interleave": lambda: Dataset.range(5).interleave(lambda x: Dataset.range(x), cycle_length=2),
    "scan": lambda: Dataset.range(9).scan(np.int64(0), lambda s, x: (s + x, s)),
    "take while": lambda: Dataset.range(9).take_while(lambda x: x < 7),
    "unbatch": lambda: Dataset.range(9).batch(4).unbatch(),
    "rebatch": lambda: Dataset.range(11).batch(4).rebatch([1, 2]),
    "padded": lambda: Dataset.range(9).map(lambda x: tf.fill([x], x)).padded_batch(2),
    "windows": lambda: Dataset.range(9).window(3, 1).flat_map(lambda w: w.batch(3)),
    "groups": lambda: Dataset.range(12).group_by_window(lambda x: x % 2, lambda k, d: d, 3),
    "unique": lambda: Dataset.range(12).map(lambda x: x // 2).unique(),
    "cache": lambda: Dataset.range(9).cache(),
    "cache and take": lambda: Dataset.range(9).cache().skip(1).take(6),
    "cache and shuffle": lambda: Dataset.range(9).cache().shuffle(4, seed=1).repeat(2),
    "numbers": lambda: Dataset.random(seed=3).take(9),
    "sampled": lambda: Dataset.sample_from_datasets(
        [Dataset.range(9), Dataset.range(10, 19)], seed=1
    ),
    "counter": lambda: Dataset.counter().take(9),
}


@pytest.mark.parametrize("case", PIPELINES)
def test_checkpoint(case: str, tmp_path: Path) -> None:
    tf.random.set_seed(3)
    iterator = iter(PIPELINES[case]())
    for _ in range(3):
        next(iterator)
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    path = checkpoint.write(str(tmp_path / "at"))
    rest = [plain(x) for x in iterator]
    checkpoint.read(path)
    assert [plain(x) for x in iterator] == rest
    # In another iterator over a dataset that is made in the same way.
    tf.random.set_seed(3)
    other = iter(PIPELINES[case]())
    tf.train.Checkpoint(iterator=other).read(path)
    assert [plain(x) for x in other] == rest


def test_checkpoint_of_the_beginning_and_the_end(tmp_path: Path) -> None:
    iterator = iter(Dataset.range(3))
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    first = checkpoint.write(str(tmp_path / "first"))
    assert [int(x) for x in iterator] == [0, 1, 2]
    last = checkpoint.write(str(tmp_path / "last"))
    checkpoint.read(first)
    assert [int(x) for x in iterator] == [0, 1, 2]
    checkpoint.read(first)
    next(iterator)
    checkpoint.read(last)
    assert list(iterator) == []


@pytest.mark.tfcompat_only
def test_checkpoint_of_a_generator(tmp_path: Path) -> None:
    iterator = iter(generated())
    next(iterator)
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    path = checkpoint.write(str(tmp_path / "at"))
    assert [int(x) for x in iterator] == list(range(1, 9))
    checkpoint.read(path)
    assert [int(x) for x in iterator] == list(range(1, 9))


@pytest.mark.tfcompat_only
def test_states_of_other_iterators_are_refused(tmp_path: Path) -> None:
    path = tf.train.Checkpoint(iterator=iter(Dataset.range(3))).write(str(tmp_path / "at"))
    other = iter(Dataset.from_tensors(1.0))
    with pytest.raises(tf.errors.FailedPreconditionError, match="int64"):
        tf.train.Checkpoint(iterator=other).read(path)
    assert float(next(other)) == 1.0
    numpy = Dataset.range(3).as_numpy_iterator()
    with pytest.raises(tf.errors.DataLossError):
        numpy.restore(b"nonsense")
    state = numpy.save()
    assert list(numpy) == [0, 1, 2]
    numpy.restore(state)
    assert list(numpy) == [0, 1, 2]


def test_specs_of_optionals() -> None:
    optional = tf.experimental.Optional.from_value(tf.constant([1, 2]))
    spec = tf.OptionalSpec(tf.TensorSpec([2], tf.int32))
    assert tf.OptionalSpec.from_value(optional) == spec == tf.type_spec_from_value(optional)
    assert spec.is_compatible_with(optional)
    assert not tf.OptionalSpec(tf.TensorSpec([3], tf.int32)).is_compatible_with(optional)
    following = tf.function(lambda given: given.get_value() + 1, input_signature=[spec])
    assert following(optional).numpy().tolist() == [2, 3]
