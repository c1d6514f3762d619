"""What datasets refuse, when they are made or when an element is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset
errors = tf.errors
experimental = tf.data.experimental


def rising() -> Any:
    return Dataset.range(1, 5).map(lambda x: tf.fill([x], x))


def two() -> list[Any]:
    return [Dataset.range(3), Dataset.range(10, 20)]


def itself(x: Any) -> Any:
    return x


def generated(value: Any, spec: Any) -> Any:
    return Dataset.from_generator(lambda: [value], output_signature=spec)


SCALAR = tf.TensorSpec([], tf.int32)
MADE: dict[str, tuple[Any, Callable[[], Any]]] = {
    "slices of a scalar": (ValueError, lambda: Dataset.from_tensor_slices(3)),
    "slices of other lengths": (ValueError, lambda: Dataset.from_tensor_slices(([1], [1, 2]))),
    "nothing": (ValueError, lambda: Dataset.from_tensor_slices(())),
    "ragged list": (ValueError, lambda: Dataset.from_tensors([[1], [2, 3]])),
    "mixed list": (ValueError, lambda: Dataset.from_tensors([1, "a"])),
    "no base class": (TypeError, lambda: Dataset()),
    "nothing in slices": (ValueError, lambda: Dataset.from_tensor_slices((None,))),
    "range of strings": (
        errors.InvalidArgumentError,
        lambda: next(iter(Dataset.range(3, output_type=tf.string))),
    ),
    "no range": (ValueError, lambda: Dataset.range()),
    "no such range": (ValueError, lambda: Dataset.range(1, 2, 3, 4)),
    "step of zero": (errors.InvalidArgumentError, lambda: Dataset.range(0, 5, 0)),
    "range of a fraction": (TypeError, lambda: Dataset.range(2.5)),
    "no generator": (TypeError, lambda: Dataset.from_generator([1], tf.int32)),
    "no types": (TypeError, lambda: Dataset.from_generator(lambda: [1])),
    "signature of dtypes": (
        TypeError,
        lambda: Dataset.from_generator(lambda: [1], output_signature=tf.int32),
    ),
    "zip of a number": (TypeError, lambda: Dataset.zip(1)),
    "zip of a list": (TypeError, lambda: Dataset.zip([Dataset.range(1)])),
    "zip of nothing": (TypeError, lambda: Dataset.zip()),
    "concatenate dtypes": (
        TypeError,
        lambda: Dataset.range(3).concatenate(Dataset.from_tensors(1)),
    ),
    "batch of none": (errors.InvalidArgumentError, lambda: Dataset.range(3).batch(0)),
    "batch of less": (errors.InvalidArgumentError, lambda: Dataset.range(3).batch(-1)),
    "batch of int32": (ValueError, lambda: Dataset.range(3).batch(tf.constant(2))),
    "take text": (TypeError, lambda: Dataset.range(3).take("a")),
    "repeat a fraction": (TypeError, lambda: Dataset.range(3).repeat(1.5)),
    "shuffle nothing": (errors.InvalidArgumentError, lambda: Dataset.range(3).shuffle(0)),
    "prefetch less": (errors.InvalidArgumentError, lambda: Dataset.range(3).prefetch(-5)),
    "shard of none": (errors.InvalidArgumentError, lambda: Dataset.range(3).shard(0, 0)),
    "shard too far": (errors.InvalidArgumentError, lambda: Dataset.range(3).shard(3, 3)),
    "window of none": (errors.InvalidArgumentError, lambda: Dataset.range(3).window(0)),
    "unbatch scalars": (ValueError, lambda: Dataset.range(3).unbatch()),
    "unbatch lengths": (ValueError, lambda: Dataset.from_tensors(([1, 2], [1])).unbatch()),
    "rebatch scalars": (ValueError, lambda: Dataset.range(3).rebatch(2)),
    "pad to others": (ValueError, lambda: rising().padded_batch(2, [None, None])),
    "pad with others": (TypeError, lambda: rising().padded_batch(2, padding_values=1.0)),
    "pad unknown ranks": (
        ValueError,
        lambda: Dataset.from_generator(lambda: [1], tf.int32).padded_batch(2),
    ),
    "unique floats": (TypeError, lambda: Dataset.from_tensor_slices([1.0]).unique()),
    "unique pairs": (
        errors.InvalidArgumentError,
        lambda: Dataset.from_tensor_slices(([1], [2])).unique(),
    ),
    "filter no truth": (ValueError, lambda: Dataset.range(3).filter(itself)),
    "take while no truth": (ValueError, lambda: Dataset.range(3).take_while(itself)),
    "flat map no dataset": (Exception, lambda: Dataset.range(3).flat_map(itself)),
    "map no function": (ValueError, lambda: Dataset.range(3).map(3)),
    "map an object": (TypeError, lambda: Dataset.range(3).map(lambda x: object())),
    "map with none": (
        errors.InvalidArgumentError,
        lambda: Dataset.range(3).map(itself, num_parallel_calls=0),
    ),
    "interleave none": (
        errors.InvalidArgumentError,
        lambda: Dataset.range(3).interleave(lambda x: Dataset.range(x), cycle_length=0),
    ),
    "scan no pair": (TypeError, lambda: Dataset.range(3).scan(np.int64(0), lambda s, x: s)),
    "scan dtypes": (
        TypeError,
        lambda: Dataset.range(3).scan(np.int64(0), lambda s, x: (tf.cast(s, tf.int32), x)),
    ),
    "reduce dtypes": (
        TypeError,
        lambda: Dataset.range(3).reduce(np.int64(0), lambda s, x: tf.cast(s, tf.float32)),
    ),
    "choose of int32": (
        TypeError,
        lambda: Dataset.choose_from_datasets(two(), Dataset.from_tensor_slices([0])),
    ),
    "choose of none": (ValueError, lambda: Dataset.choose_from_datasets([], Dataset.range(3))),
    "too few weights": (ValueError, lambda: Dataset.sample_from_datasets(two(), [1.0])),
    "weights of int32": (TypeError, lambda: Dataset.sample_from_datasets(two(), [1, 2])),
    "group of no size": (
        ValueError,
        lambda: Dataset.range(3).group_by_window(itself, lambda k, d: d),
    ),
    "group to no dataset": (
        TypeError,
        lambda: Dataset.range(3).group_by_window(itself, lambda k, d: 1, 2),
    ),
    "too few batch sizes": (
        ValueError,
        lambda: rising().bucket_by_sequence_length(tf.size, [3, 5], [2, 2]),
    ),
    "apply to no dataset": (TypeError, lambda: Dataset.range(3).apply(lambda d: 3)),
    "length of no end": (TypeError, lambda: len(Dataset.range(3).repeat())),
    "unknown length": (TypeError, lambda: len(Dataset.range(3).filter(lambda x: True))),
    "index": (TypeError, lambda: Dataset.range(3)[0]),
    "single of none": (
        errors.InvalidArgumentError,
        lambda: Dataset.range(0).get_single_element(),
    ),
    "single of many": (
        errors.InvalidArgumentError,
        lambda: Dataset.range(2).get_single_element(),
    ),
    "numpy of windows": (TypeError, lambda: Dataset.range(4).window(2).as_numpy_iterator()),
    "at too far": (errors.OutOfRangeError, lambda: experimental.at(Dataset.range(5), 7)),
    "list of nothing": (ValueError, lambda: experimental.from_list([])),
    "unknown option": (AttributeError, lambda: setattr(tf.data.Options(), "foo", 1)),
    "option of a type": (TypeError, lambda: setattr(tf.data.Options(), "deterministic", 3)),
    "options of a dataset": (
        ValueError,
        lambda: setattr(Dataset.range(3).options(), "deterministic", True),
    ),
}
PASSED: dict[str, tuple[Any, Callable[[], Any]]] = {
    "batch of shapes": (errors.InvalidArgumentError, lambda: rising().batch(2)),
    "pad to less": (errors.DataLossError, lambda: rising().padded_batch(3, [2])),
    "sparse rows of less": (errors.DataLossError, lambda: rising().sparse_batch(3, [2])),
    "choose too far": (
        errors.InvalidArgumentError,
        lambda: Dataset.choose_from_datasets(two(), Dataset.range(5)),
    ),
    "group of none": (
        errors.InvalidArgumentError,
        lambda: Dataset.range(3).group_by_window(itself, lambda k, d: d, 0),
    ),
    "fewer than said": (
        errors.FailedPreconditionError,
        lambda: Dataset.range(3).apply(experimental.assert_cardinality(4)),
    ),
    "more than said": (
        errors.FailedPreconditionError,
        lambda: Dataset.range(3).apply(experimental.assert_cardinality(2)),
    ),
    "generated shape": (errors.InvalidArgumentError, lambda: generated([1], SCALAR)),
    "generated text": (errors.InvalidArgumentError, lambda: generated("a", SCALAR)),
    "generated structure": (
        errors.InvalidArgumentError,
        lambda: generated(1, (SCALAR, SCALAR)),
    ),
    "generator fails": (
        errors.InvalidArgumentError,
        lambda: Dataset.from_generator(lambda: iter(int("x") for _ in "a"), tf.int32),
    ),
}


@pytest.mark.parametrize("case", MADE)
def test_refused_at_once(case: str) -> None:
    kind, make = MADE[case]
    with pytest.raises(kind):
        make()


@pytest.mark.parametrize("case", PASSED)
def test_refused_in_the_pass(case: str) -> None:
    kind, make = PASSED[case]
    dataset = make()
    with pytest.raises(kind):
        list(dataset)


def test_a_pass_goes_on_after_an_error() -> None:
    dataset = Dataset.range(4).map(lambda x: tf.debugging.check_numerics(1 / (x - 2), "no"))
    iterator = iter(dataset)
    assert [float(next(iterator)), float(next(iterator))] == [-0.5, -1.0]
    with pytest.raises(errors.InvalidArgumentError):
        next(iterator)
    assert float(next(iterator)) == 1.0
    with pytest.raises(StopIteration):
        next(iterator)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches_of_several_datasets_stay_in_step_after_an_error(size: int) -> None:
    numbers = Dataset.range(7)
    checked = numbers.map(
        lambda x: tf.debugging.check_numerics(2.0 / tf.cast(x - 2, tf.float32), "")
    )
    together = {
        "first": Dataset.zip({"x": checked, "n": numbers}),
        "last": Dataset.zip({"a": numbers, "n": numbers, "x": checked}),
        "enumerated": Dataset.zip({"n": numbers, "pair": checked.enumerate()}),
        "left out": Dataset.zip({"x": checked, "n": numbers}).skip(0).take(7),
    }
    # The batch with the element that raises is lost as far as it was made.
    kept = {1: [0, 1, 3, 4, 5, 6], 2: [0, 1, 3, 4, 5, 6], 3: [3, 4, 5, 6]}[size]
    for name, dataset in together.items():
        found = []
        for row in dataset.batch(size).ignore_errors().unbatch():
            number, x = row["pair"] if "pair" in row else (row["n"], row["x"])
            assert int(number) == int(row["n"]), name
            found.append((float(x), int(number)))
        assert found == [(pytest.approx(2 / (n - 2)), n) for n in kept], name


@pytest.mark.tfcompat_only
@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: Dataset.range(3).batch(0), ["Dataset.batch", "batch_size=0", "greater than zero"]),
        (lambda: Dataset.range(3).shard(3, 5), ["Dataset.shard", "index = 5", "between 0 and 2"]),
        (lambda: Dataset.range(3).shuffle(0), ["Dataset.shuffle", "received 0", "greater than"]),
        (lambda: next(iter(rising().batch(2))), ["Dataset.batch", "[2]", "[1]"]),
    ],
)
def test_messages_name_the_method_and_what_it_takes(
    make: Callable[[], Any], parts: list[str]
) -> None:
    with pytest.raises(errors.InvalidArgumentError) as raised:
        make()
    for part in parts:
        assert part in str(raised.value)


@pytest.mark.tfcompat_only
def test_the_service_is_refused() -> None:
    with pytest.raises(NotImplementedError, match=r"service.*one here"):
        experimental.service.DispatchServer()
