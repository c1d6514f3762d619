"""The little of tf.data that Keras' own loops go through: datasets that are Python iterators.

Private to Keras: it carries arrays, tensors and generators through fit, evaluate and predict.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterable, Iterator as PythonIterator
from types import SimpleNamespace
from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import constant, to_tensor
from tfcompat._src.errors import OutOfRangeError

AUTOTUNE = -1
INFINITE, UNKNOWN = -1, -2

Elements = Callable[[], Iterable[Any]]


class Iterator:
    """Walks over a dataset once."""

    def __init__(self, elements: Iterable[Any]) -> None:
        self._elements = iter(elements)

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return next(self._elements)

    def get_next(self) -> Any:
        """The next element. Raises OutOfRangeError after the last."""
        try:
            return next(self._elements)
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence") from None

    def get_next_as_optional(self) -> Optional:
        """The next element, or what says that there is none."""
        for element in self._elements:
            return Optional.from_value(element)
        return Optional.empty(None)


class DatasetV2:
    """Elements that are made anew at every walk, and how many there are."""

    def __init__(self, elements: Elements, count: int) -> None:
        self._elements = elements
        self._count = count

    def __iter__(self) -> Iterator:
        return Iterator(self._elements())

    def cardinality(self) -> Any:
        """The number of elements, -1 for infinitely many, -2 where it is not known."""
        return constant(self._count, "int64")

    @staticmethod
    def range(count: int) -> DatasetV2:
        """The numbers below `count`."""
        return DatasetV2(lambda: (constant(i, "int64") for i in range(count)), count)

    @staticmethod
    def from_tensors(tensors: Any) -> DatasetV2:
        """One element."""
        element = nest.map_structure(to_tensor, tensors)
        return DatasetV2(lambda: [element], 1)

    @staticmethod
    def from_tensor_slices(tensors: Any) -> DatasetV2:
        """The rows."""
        whole = nest.map_structure(to_tensor, tensors)
        count = len(nest.flatten(whole)[0])

        def rows() -> PythonIterator[Any]:
            for i in range(count):
                yield nest.map_structure(lambda t: t[i], whole)  # noqa: B023  used at once

        return DatasetV2(rows, count)

    @staticmethod
    def from_generator(
        generator: Callable[[], Iterable[Any]], output_signature: Any = None
    ) -> DatasetV2:
        """What a generator yields."""
        return DatasetV2(
            lambda: (nest.map_structure(to_tensor, element) for element in generator()), UNKNOWN
        )

    @staticmethod
    def zip(datasets: tuple[DatasetV2, ...]) -> DatasetV2:
        """Tuples of one element of each, as long as all have one."""
        finite = [d._count for d in datasets if d._count >= 0]
        unknown = any(d._count == UNKNOWN for d in datasets)
        count = UNKNOWN if unknown else min(finite, default=INFINITE)
        return DatasetV2(lambda: zip(*[d._elements() for d in datasets], strict=False), count)

    def map(self, function: Callable[..., Any], **settings: Any) -> DatasetV2:
        """What a function makes of each element."""
        return DatasetV2(lambda: (_call(function, e) for e in self._elements()), self._count)

    def flat_map(self, function: Callable[..., Any]) -> DatasetV2:
        """The elements of the datasets that a function makes of each element."""
        return DatasetV2(
            lambda: (inner for e in self._elements() for inner in _call(function, e)), UNKNOWN
        )

    def concatenate(self, dataset: DatasetV2) -> DatasetV2:
        """The elements of both, one after the other."""
        counts = (self._count, dataset._count)
        count = sum(counts) if min(counts) >= 0 else min(counts)
        return DatasetV2(lambda: itertools.chain(self._elements(), dataset._elements()), count)

    def repeat(self, count: int | None = None) -> DatasetV2:
        """The elements again and again."""
        rounds = itertools.count if count is None else lambda: range(count)
        total = INFINITE if count is None else self._count * count
        return DatasetV2(lambda: (e for _ in rounds() for e in self._elements()), total)

    def prefetch(self, buffer_size: int) -> DatasetV2:
        """The same elements."""
        return self

    def with_options(self, options: Options) -> DatasetV2:
        """The same elements."""
        return self


# Keras knows a tf.data.Dataset by the name of its class and of the module that defines it.
DatasetV2.__module__ = "tensorflow.python.data.ops.dataset_ops"


def _call(function: Callable[..., Any], element: Any) -> Any:
    return function(*element) if isinstance(element, tuple) else function(element)


class Options:
    """Accepts any setting, and settings of settings."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        inner = self.__dict__[name] = SimpleNamespace()
        return inner


class AutoShardPolicy(enum.Enum):
    """How several machines share a dataset."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2


class ExternalStatePolicy(enum.Enum):
    """What to do about state outside of a pipeline."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class Optional:
    """A value that may be missing."""

    def __init__(self, value: Any, there: bool) -> None:
        self._value = value
        self._there = there
        self._element_spec: Any = None

    @property
    def element_spec(self) -> Any:
        """The type of the value, where somebody has said it."""
        return self._element_spec

    @classmethod
    def from_value(cls, value: Any) -> Optional:
        """One that is there."""
        return cls(value, True)

    @classmethod
    def empty(cls, element_spec: Any) -> Optional:
        """One that is missing."""
        return cls(None, False)

    def has_value(self) -> bool:
        """Whether it is there."""
        return self._there

    def get_value(self) -> Any:
        """The value. Raises ValueError where it is missing."""
        if not self._there:
            raise ValueError("Optional.get_value: received one without a value")
        return self._value
