"""Where keys stand in a table: numbers by a sorted array or their range, texts by a dictionary."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.text.text_index import TextIndex

Array = np.ndarray[Any, Any]


class Places:
    """The places of distinct keys; `missing` stands for what is none of them."""

    def __init__(self, keys: Array) -> None:
        self.missing = len(keys)

    def of(self, keys: Array) -> Array:
        """The place of each key of an array of any shape."""
        raise NotImplementedError


class Texts(Places):
    """Places of strings."""

    def __init__(self, keys: Array) -> None:
        super().__init__(keys)
        self._index = TextIndex(keys.tolist(), self.missing)

    def of(self, keys: Array) -> Array:
        return self._index.places(keys.reshape(-1).tolist()).reshape(keys.shape)


class Numbers(Places):
    """Places of integers."""

    def __init__(self, keys: Array) -> None:
        super().__init__(keys)
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self._by_number: Array | None = None
        if len(keys):
            low, high = int(self.keys[0]), int(self.keys[-1])
            if high - low < 4 * len(keys) + 1024:
                self._by_number = np.full(high - low + 1, self.missing, np.int64)
                self._by_number[self.keys - low] = self.order

    def of(self, keys: Array) -> Array:
        if not self.missing:
            return np.zeros(keys.shape, np.int64)
        low = self.keys[0]
        if self._by_number is not None:
            inside = (keys >= low) & (keys <= self.keys[-1])
            return np.where(inside, self._by_number[np.where(inside, keys - low, 0)], self.missing)
        at = np.minimum(np.searchsorted(self.keys, keys), self.missing - 1)
        return np.where(self.keys[at] == keys, self.order[at], self.missing)


def places_of(keys: Array) -> Places:
    """The places of a vector of distinct keys."""
    return Texts(keys) if keys.dtype == object else Numbers(keys)
