"""Dataset.rejection_resample: as many elements of each class as are wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.ops import casting, comparisons, creation, reductions
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.random import uniform
from tfcompat._src.ops.selection import where

# Each class counts as seen so often before the first element; so many are counted at a time.
_SEEN, _AT_A_TIME = 10, 32


def _probabilities(initial: Any, target: Any) -> tuple[Any, Any]:
    """How often an element of each class is kept, and how often any is taken unlooked at.

    A part of the result comes from the dataset as it is; what is missing from each class in the
    rest decides which of its elements are kept.
    """
    tiny = np.finfo(initial.dtype.as_numpy_dtype).tiny
    ratios = target / where(
        comparisons.equal(initial, 0), creation.ones_like(initial) * tiny, initial
    )
    least, most = reductions.reduce_min(ratios), reductions.reduce_max(ratios)
    span = most - least
    flat = (ratios - least) / where(comparisons.equal(span, 0), creation.ones_like(span), span)
    return where(comparisons.equal(span, 0), creation.ones_like(flat), flat), least


def _counted(classes: DatasetV2, count: int, dtype: Any) -> Any:
    """How frequent each class was so far, for each element."""

    def step(seen: Any, numbers: Any) -> tuple[Any, Any]:
        seen = seen + reductions.reduce_sum(creation.one_hot(numbers, count, dtype="int64"), 0)
        total = casting.cast(reductions.reduce_sum(seen), dtype)
        return seen, casting.cast(seen, dtype) / total

    numbers = classes.batch(_AT_A_TIME)
    found = numbers.scan(np.full([count], _SEEN, np.int64), step)
    return found.flat_map(lambda x: DatasetV2.from_tensors(x).repeat(_AT_A_TIME))


def resampled(
    dataset: DatasetV2,
    class_func: Callable[..., Any],
    target_dist: Any,
    initial_dist: Any,
    seed: Any,
) -> Any:
    """Pairs of class and element, with classes as frequent as wanted."""
    target = to_tensor(target_dist)
    if not target._dtype.is_floating:
        raise TypeError(
            f"Dataset.rejection_resample: received target_dist of {target._dtype!r}; expected a "
            "floating-point type"
        )
    classes: Any = dataset.map(class_func)
    pairs: Any = DatasetV2.zip((classes, dataset))
    if initial_dist is None:
        count = int(target._shape[0])
        initial: Any = _counted(classes, count, target._dtype)
    else:
        known = to_tensor(initial_dist)
        _, original = _probabilities(known, target)
        if float(original) >= 1:
            return pairs
        initial = DatasetV2.from_tensors(known).repeat()
    chances: Any = initial.map(lambda known: _probabilities(known, target))

    def is_kept(chance: Any, number: Any, pair: Any) -> Any:
        limit = chance[casting.cast(number, "int64")]
        return comparisons.less(uniform([], seed=seed, dtype=limit.dtype), limit)

    kept_chances: Any = chances.map(lambda kept, original: kept)
    filtered: Any = DatasetV2.zip((kept_chances, classes, pairs)).filter(is_kept)
    filtered = filtered.map(lambda chance, number, pair: pair)
    if initial_dist is not None and float(original) <= 0:
        return filtered
    weights = chances.map(lambda kept, original: stack([original, 1 - original]))
    return DatasetV2.sample_from_datasets(
        [pairs, filtered], weights=weights, seed=seed, stop_on_empty_dataset=True
    )
