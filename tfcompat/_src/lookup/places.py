"""Where keys stand in a table: numbers by a sorted array or their range, texts by a dictionary."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Places:
    """The places of distinct keys; `missing` stands for what is none of them."""

    def __init__(self, keys: Array) -> None:
        self.missing = len(keys)

    def of(self, keys: Array) -> Array:
        """The place of each key of an array of any shape."""
        raise NotImplementedError


class Texts(Places):
    """Places of strings, or of any hashable keys in an object array."""

    def __init__(self, keys: Array) -> None:
        super().__init__(keys)
        self._at = _WithDefault(zip(keys.tolist(), range(len(keys)), strict=True))
        self._at.default = self.missing

    def of(self, keys: Array) -> Array:
        # Nothing of Python's is asked per key, but for those that are missing.
        found = list(map(self._at.__getitem__, keys.reshape(-1).tolist()))
        return np.array(found, np.int64).reshape(keys.shape)


class _WithDefault(dict[Any, int]):
    default = 0

    def __missing__(self, key: Any) -> int:
        return self.default


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
