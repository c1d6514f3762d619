"""Random numbers as a dataset, and datasets whose elements come from one of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.arguments import INFINITE, UNKNOWN
from tfcompat._src.data.combining import started
from tfcompat._src.data.dataset import DatasetSource, DatasetV2, check_dataset
from tfcompat._src.data.seeds import SeedGenerator, Words, fixed
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.errors import invalid_argument
from tfcompat._src.randomness import sampling
from tfcompat._src.randomness.philox import scrambled
from tfcompat._src.tensor import TensorBase
from tfcompat._src.tensor_spec import TensorSpec

_FLOATS = (dtypes.float32, dtypes.float64)


class RandomWalk(Walk):
    """Random numbers without end."""

    stacks = True

    def __init__(self, seeds: SeedGenerator) -> None:
        self._generator = seeds
        self._words = Words(*seeds.next())

    def take(self) -> Components:
        return (np.array(self._words.next(), np.int64),)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        return count, (self._words.take(count).astype(np.int64),)

    def state(self) -> State:
        return {"generator": self._generator.state(), "words": self._words.state()}

    def restore(self, state: State) -> None:
        self._generator.restore(state["generator"])
        self._words = Words.at(state["words"])


class _RandomDataset(DatasetSource):
    """Random int64 numbers below 2**32 without end."""

    def __init__(self, seed: Any = None, rerandomize: bool | None = None) -> None:
        self._spec = TensorSpec([], dtypes.int64)
        self._seeds = SeedGenerator(seed, bool(rerandomize))

    def _cardinality(self) -> int:
        return INFINITE

    def _start(self, context: Context) -> Walk:
        return RandomWalk(self._seeds)


class SelectorWalk(Walk):
    """Random places, more often where a weight is larger.

    source: gives the weights of each choice; None where they are always the same.
    """

    def __init__(self, seeds: SeedGenerator, logits: Any, source: Walk | None) -> None:
        self._numbers = RandomWalk(seeds)
        self._logits, self._source = logits, source

    def take(self) -> Components:
        logits = self._logits
        if self._source is not None:
            logits = _logits(self._source.take()[0])
        words = self._numbers._words
        stream = scrambled(words.next(), words.next())
        return (sampling.categorical(stream, logits, 1).reshape(()),)

    def state(self) -> State:
        source = None if self._source is None else self._source.state()
        return {"numbers": self._numbers.state(), "source": source}

    def restore(self, state: State) -> None:
        self._numbers.restore(state["numbers"])
        if self._source is not None:
            self._source.restore(state["source"])

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


def _logits(weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(weights).reshape(1, -1)


class _SelectorDataset(DatasetSource):
    """Random places without end, or as long as there are weights."""

    def __init__(self, weights: Any, seed: Any, rerandomize: bool | None) -> None:
        self._spec = TensorSpec([], dtypes.int64)
        self._weights = weights
        self._seeds = SeedGenerator(seed, bool(rerandomize))

    def _inputs(self) -> list[DatasetV2]:
        return [self._weights] if isinstance(self._weights, DatasetV2) else []

    def _start(self, context: Context) -> Walk:
        if isinstance(self._weights, DatasetV2):
            return SelectorWalk(self._seeds, None, self._weights._start(context))
        return SelectorWalk(self._seeds, _logits(self._weights), None)


class DirectedWalk(Walk):
    """Elements of the walks whose places another walk gives."""

    def __init__(self, selector: Walk, sources: Sequence[Walk], stop_on_empty: bool) -> None:
        self._selector, self._stop = selector, stop_on_empty
        self._sources: list[Walk | None] = list(sources)
        self._left = len(sources)

    def take(self) -> Components:
        while self._left:
            place = int(self._selector.take()[0])
            if not 0 <= place < len(self._sources):
                raise invalid_argument(
                    "Dataset.choose_from_datasets",
                    f"Selector index out of range: {place} >= {len(self._sources)}",
                )
            source = self._sources[place]
            if source is None:
                continue
            try:
                return source.take()
            except StopIteration:
                source.close()
                self._sources[place] = None
                self._left = 0 if self._stop else self._left - 1
        raise StopIteration

    def state(self) -> State:
        return {
            "selector": self._selector.state(),
            "sources": [None if s is None else s.state() for s in self._sources],
            "left": self._left,
        }

    def restore(self, state: State) -> None:
        self._selector.restore(state["selector"])
        for at, inner in enumerate(state["sources"]):
            source = self._sources[at]
            if inner is None or source is None:
                self._sources[at] = None
            else:
                source.restore(inner)
        self._left = state["left"]

    def close(self) -> None:
        for source in (self._selector, *self._sources):
            if source is not None:
                source.close()


class _DirectedInterleaveDataset(DatasetV2):
    """Elements of the datasets whose places another dataset gives."""

    def __init__(self, selector: DatasetV2, datasets: Any, stop_on_empty: Any = False) -> None:
        self._selector, self._datasets = selector, list(datasets)
        self._stop = bool(stop_on_empty)
        spec = self._datasets[0].element_spec
        for at, other in enumerate(self._datasets[1:], 1):
            found = structure.common(spec, other.element_spec)
            if found is None:
                raise TypeError(
                    "Invalid `datasets`. `datasets` must have compatible element specs.\n Dataset "
                    f"0 element_spec={self._datasets[0].element_spec}.\nDataset {at} "
                    f"element_spec={other.element_spec}."
                )
            spec = found
        self._spec = spec

    def _inputs(self) -> list[DatasetV2]:
        return [self._selector, *self._datasets]

    def _cardinality(self) -> int:
        counts = [d._cardinality() for d in self._datasets]
        return INFINITE if INFINITE in counts else UNKNOWN

    def _start(self, context: Context) -> Walk:
        sources = started(self, self._datasets, context)
        return DirectedWalk(self._selector._start(context), sources, self._stop)


def _checked(datasets: Any, op: str) -> list[DatasetV2]:
    found = list(datasets)
    if not found:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    return [check_dataset(dataset, op) for dataset in found]


def sample_from_datasets(
    datasets: Any, weights: Any, seed: Any, stop_on_empty: bool, rerandomize: bool | None
) -> DatasetV2:
    """Elements of several datasets, chosen at random."""
    found = _checked(datasets, "Dataset.sample_from_datasets")
    if isinstance(weights, DatasetV2):
        return _DirectedInterleaveDataset(
            _SelectorDataset(weights, fixed(seed), rerandomize), found, stop_on_empty
        )
    if weights is None:
        array = np.ones(len(found), np.float32)
    else:
        tensor = to_tensor(weights)
        if tensor._dtype not in _FLOATS:
            raise TypeError(
                "Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but "
                f"is {tensor._dtype!r}."
            )
        array = tensor._numpy()
        if array.shape != (len(found),):
            raise ValueError(
                "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                f"`len(weights)={len(array) if array.ndim else 0}` vs. "
                f"`len(datasets)={len(found)}`."
            )
        if not isinstance(weights, TensorBase):
            # What is never chosen would be waited for.
            chosen = [d for d, weight in zip(found, array, strict=True) if weight]
            found, array = chosen or [found[0].take(0)], array[array != 0]
    if len(found) == 1:
        return found[0]
    return _DirectedInterleaveDataset(
        _SelectorDataset(array, fixed(seed), rerandomize), found, stop_on_empty
    )


def choose_from_datasets(datasets: Any, choices: Any, stop_on_empty: bool) -> DatasetV2:
    """Elements of the datasets whose places another dataset gives."""
    found = _checked(datasets, "Dataset.choose_from_datasets")
    spec = check_dataset(choices, "Dataset.choose_from_datasets").element_spec
    if spec != TensorSpec([], dtypes.int64):
        raise TypeError(
            "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` "
            f"tensors but are {spec}."
        )
    return _DirectedInterleaveDataset(choices, found, stop_on_empty)
