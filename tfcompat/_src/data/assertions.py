"""Counted elements, lists of elements, and elements added at the end."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.data import structure
from tfcompat._src.data.arguments import UNKNOWN, long
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Through, Walk
from tfcompat._src.data.windows import _VariantDataset
from tfcompat._src.errors import FailedPreconditionError, OutOfRangeError
from tfcompat._src.tensor_spec import TensorSpec


class AssertCardinalityWalk(Through):
    """Elements that are counted."""

    def __init__(self, source: Walk, expected: int) -> None:
        super().__init__(source)
        self.stacks = False
        self._expected = expected
        self._count = 0

    def take(self) -> Components:
        try:
            found = self._source.take()
        except StopIteration:
            if self._expected not in (self._count, UNKNOWN):
                raise self._wrong(f"only {self._count}") from None
            raise
        self._count += 1
        if 0 <= self._expected < self._count:
            raise self._wrong(f"at least {self._count}")
        return found

    def _wrong(self, count: str) -> FailedPreconditionError:
        expected = "an infinite number of" if self._expected < 0 else self._expected
        return FailedPreconditionError(
            None,
            None,
            f"assert_cardinality: Input dataset was expected to contain {expected} elements but "
            f"contained {count} elements.",
        )

    take_many = Walk.take_many
    skip = Walk.skip

    def state(self) -> State:
        return {"count": self._count, "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._count = state["count"]
        self._source.restore(state["source"])


class _AssertCardinalityDataset(UnchangedDataset):
    """Elements that are counted."""

    def __init__(self, source: DatasetV2, expected: Any) -> None:
        super().__init__(source)
        self._expected = long(expected, "assert_cardinality", "expected_cardinality")

    def _cardinality(self) -> int:
        return self._expected

    def _start(self, context: Context) -> Walk:
        return AssertCardinalityWalk(self._source._start(context), self._expected)


class _ListDataset(_VariantDataset):
    """The elements of a list."""


def from_list(elements: Any) -> DatasetV2:
    """The elements of a list, whose types may differ in their shapes."""
    if not isinstance(elements, list):
        raise TypeError(f"Invalid `elements`. `elements` must be a list, received {elements!r}")
    if not elements:
        raise ValueError(
            "Invalid `elements`. `elements` should not be empty. If you want an empty dataset, use "
            "`tf.data.Dataset.range(0)`."
        )
    spec: Any = None
    found = []
    for element in elements:
        own, parts = structure.encode(element, "from_list")
        joined = own if spec is None else structure.common(spec, own)
        if joined is None:
            raise TypeError(
                f"Invalid `elements`. All must have the same structure and dtypes; received {own} "
                f"and {spec}"
            )
        spec = joined
        found.append(parts)
    return _ListDataset(spec, found)


def padded_to(dataset: DatasetV2, count: Any, mask_key: str) -> Any:
    """The dictionaries of a dataset, with zeros behind them, and a mark that tells them apart."""
    wanted = long(count, "pad_to_cardinality", "cardinality")
    spec = dataset.element_spec
    known = dataset._cardinality()
    if known < 0:
        raise ValueError(
            "The dataset passed into `pad_to_cardinality` must have a known cardinalty, but has "
            f"cardinality {known}"
        )
    if known > wanted:
        raise ValueError(
            "The dataset passed into `pad_to_cardinality` must have a cardinalty less than the "
            f"target cardinality ({wanted}), but has cardinality {known}"
        )
    if not isinstance(spec, dict):
        raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
    if mask_key in spec:
        raise ValueError(
            f"Can't add mask key {mask_key} to dataset because that key already exists in the "
            "dataset"
        )
    blank = structure.map_structure(_blank, spec)
    marked: Any = dataset.map(lambda element: {**element, mask_key: True})
    filler = DatasetV2.from_tensors({**blank, mask_key: np.array(False)}).repeat(wanted - known)
    return marked.concatenate(filler)


def _blank(spec: Any) -> Any:
    if not isinstance(spec, TensorSpec) or not spec.shape.is_fully_defined():
        raise ValueError(f"pad_to_cardinality: received elements of {spec!r} without a fixed shape")
    if spec.dtype.name == "string":
        return np.full(spec.shape.as_list(), b"", object)
    return np.zeros(spec.shape.as_list(), spec.dtype.as_numpy_dtype)


def element_at(dataset: DatasetV2, index: Any) -> Any:
    """The element at a place. Raises OutOfRangeError where there is none."""
    at = long(index, "at", "index")
    walk = dataset._walk(by_place=True)
    try:
        if at < 0 or walk.skip(at) < at:
            raise StopIteration
        return structure.from_components(dataset.element_spec, walk.take())
    except StopIteration:
        count = dataset._cardinality()
        raise OutOfRangeError(None, None, f"at: Index out of range [0, {count}):{at}") from None
    finally:
        walk.close()
