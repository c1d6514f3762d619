"""Classes drawn for sampled losses: tf.random.uniform_candidate_sampler and its kin."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import NotFoundError, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import wrong_dtype
from tfcompat._src.ops.random_seeds import next_stream, remembered
from tfcompat._src.randomness import candidates
from tfcompat._src.tensor import Tensor

# What TensorFlow sets aside of the stream for each class it draws.
_BLOCKS = 512


class UniformCandidateSampler(NamedTuple):
    """The classes drawn, and how often the true and the drawn ones are expected in a draw."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


class LogUniformCandidateSampler(NamedTuple):
    """The classes drawn, and how often the true and the drawn ones are expected in a draw."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


class LearnedUnigramCandidateSampler(NamedTuple):
    """The classes drawn, and how often the true and the drawn ones are expected in a draw."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


class FixedUnigramCandidateSampler(NamedTuple):
    """The classes drawn, and how often the true and the drawn ones are expected in a draw."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


class AllCandidateSampler(NamedTuple):
    """All classes, each of them expected once."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


def _true_classes(value: Any, num_true: int, op: str) -> np.ndarray[Any, Any]:
    given = to_tensor(value, None if isinstance(value, Tensor) else dtypes.int64)
    if given._dtype is not dtypes.int64:
        raise wrong_dtype(op, given._dtype, frozenset({dtypes.int64}))
    if len(given._shape) != 2:
        raise invalid_argument(
            op, f"true_classes must be a matrix: received the shape {list(given._shape)}"
        )
    if given._shape[1] != num_true:
        raise invalid_argument(
            op,
            f"true_classes must have num_true columns, expected: {given._shape[1]} was: {num_true}",
        )
    return given._numpy()


def _check(op: str, **least_one: int) -> None:
    for what, number in least_one.items():
        if number < 1:
            raise invalid_argument(op, f"Value for attr {what!r} of {number} must be at least 1")


def _arguments(
    op: str, true_classes: Any, num_true: int, num_sampled: int, unique: Any, range_max: int
) -> tuple[np.ndarray[Any, Any], tuple[Any, ...]]:
    _check(op, num_true=num_true, num_sampled=num_sampled, range_max=range_max)
    classes = _true_classes(true_classes, num_true, op)
    return classes, (num_true, num_sampled, bool(unique), range_max)


def _drawn(
    op: str,
    sampler: Any,
    true_classes: np.ndarray[Any, Any],
    attrs: tuple[Any, ...],
    seed: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    _, count, unique, limit = attrs[:4]
    if unique and count > limit:
        raise invalid_argument(
            op, f"Sampler's range is too small: received {limit} classes for {count} unique ones"
        )
    outside = (true_classes < 0) | (true_classes >= limit)
    if outside.any():
        raise invalid_argument(
            op,
            f"`true_candidate` out of range [0, {limit}), received {int(true_classes[outside][0])}",
        )
    stream = next_stream(seed, (op, *attrs), _BLOCKS * count)
    found, tries = candidates.sample(sampler.draw, candidates.Words(stream), count, unique)
    classes = np.array(found, np.int64)
    true_counts, counts = (
        candidates.expected(sampler.probability(x), count, tries).astype(np.float32)
        for x in (true_classes, classes)
    )
    return (
        from_numpy(classes, dtypes.int64),
        from_numpy(true_counts, dtypes.float32),
        from_numpy(counts, dtypes.float32),
    )


@public("tfcompat.random")
def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> UniformCandidateSampler:
    """Classes of [0, range_max), all as probable; `unique` ones differ.

    `true_classes` is int64 [batch, num_true].

    Raises InvalidArgumentError for classes out of range, or more unique ones than there are.
    """
    op = "UniformCandidateSampler"
    classes, attrs = _arguments(op, true_classes, num_true, num_sampled, unique, range_max)
    sampler = candidates.Uniform(range_max)
    return UniformCandidateSampler(*_drawn(op, sampler, classes, attrs, seed))


@public("tfcompat.random")
def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> LogUniformCandidateSampler:
    """Classes of [0, range_max), of which class k is drawn with log((k + 2) / (k + 1)).

    Raises InvalidArgumentError for classes out of range, or more unique ones than there are.
    """
    op = "LogUniformCandidateSampler"
    classes, attrs = _arguments(op, true_classes, num_true, num_sampled, unique, range_max)
    sampler = candidates.LogUniform(range_max)
    return LogUniformCandidateSampler(*_drawn(op, sampler, classes, attrs, seed))


@public("tfcompat.random")
def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> LearnedUnigramCandidateSampler:
    """Classes of [0, range_max), as often as the true classes of the calls so far.

    Calls with the same arguments and seed learn together, until the global seed is set.

    Raises InvalidArgumentError for classes out of range, or more unique ones than there are.
    """
    op = "LearnedUnigramCandidateSampler"
    classes, attrs = _arguments(op, true_classes, num_true, num_sampled, unique, range_max)
    sampler = remembered(seed, (op, *attrs), lambda: candidates.Learned(range_max))
    found = _drawn(op, sampler, classes, attrs, seed)
    sampler.learn(classes)
    return LearnedUnigramCandidateSampler(*found)


def _weights(
    op: str, vocab_file: str, unigrams: Any, distortion: float, reserved: int, parts: int, part: int
) -> list[float]:
    if bool(vocab_file) == bool(len(unigrams)):
        raise invalid_argument(
            op,
            "Must provide either vocab_file or unigrams: received "
            f"{'both' if vocab_file else 'neither'}",
        )
    if vocab_file:
        try:
            with open(vocab_file, encoding="utf-8") as file:
                numbers = [
                    float(line.rstrip("\n").rsplit(",", 1)[1]) for line in file if line.strip()
                ]
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{vocab_file}; No such file or directory") from None
        except (IndexError, ValueError):
            raise invalid_argument(
                op, f"{vocab_file}: expected lines that end with a comma and a number"
            ) from None
    else:
        numbers = [float(n) for n in unigrams]
    every = [0.0] * reserved + [float(np.float32(n) ** np.float32(distortion)) for n in numbers]
    return [w for i, w in enumerate(every) if i % parts == part]


@public("tfcompat.random")
def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Any = (),
    seed: Any = None,
    name: str | None = None,
) -> FixedUnigramCandidateSampler:
    """Classes of [0, range_max), by the weights `unigrams` to the power of `distortion`.

    Or by the last column of `vocab_file`. The first `num_reserved_ids` classes are never drawn.

    Raises InvalidArgumentError unless there are `range_max` weights.
    """
    op = "FixedUnigramCandidateSampler"
    _check(op, num_shards=num_shards)
    classes, attrs = _arguments(op, true_classes, num_true, num_sampled, unique, range_max)
    weights = _weights(op, vocab_file, unigrams, distortion, num_reserved_ids, num_shards, shard)
    if len(weights) != range_max:
        raise invalid_argument(
            op, f"range is {range_max} must be equal to weights size {len(weights)}"
        )
    attrs += (distortion, num_reserved_ids)
    sampler = candidates.Fixed(weights)
    return FixedUnigramCandidateSampler(*_drawn(op, sampler, classes, attrs, seed))


@public("tfcompat.random")
def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: Any = None,
    name: str | None = None,
) -> AllCandidateSampler:
    """All `num_sampled` classes in order, which makes a sampled loss the whole one."""
    op = "AllCandidateSampler"
    _check(op, num_true=num_true, num_sampled=num_sampled)
    classes = _true_classes(true_classes, num_true, op)
    return AllCandidateSampler(
        from_numpy(np.arange(num_sampled, dtype=np.int64), dtypes.int64),
        from_numpy(np.ones(classes.shape, np.float32), dtypes.float32),
        from_numpy(np.ones(num_sampled, np.float32), dtypes.float32),
    )
