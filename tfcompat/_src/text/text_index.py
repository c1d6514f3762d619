"""The places of many short strings among others, without asking Python for each.

Strings of at most 16 bytes are two words of 64 bits and a length; an open-addressed table
finds the places of all together. Longer ones, few at a time, and those of a small vocabulary are
looked up in a dictionary.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_WIDTH = 16
#: So many strings among so many others are worth the arrays: a dictionary that fits into the
#: processor's cache is as fast.
_MANY, _LARGE = 256, 8192
_FACTORS = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0x165667B19E3779F9),
)
_FOLD = np.uint64(32)


class TextIndex:
    """Distinct strings by their places; `missing` stands for any other."""

    def __init__(self, keys: Sequence[Any], missing: int) -> None:
        self.missing = missing
        self._at: dict[Any, int] = dict(zip(keys, range(len(keys)), strict=True))
        self._table: Array | None = None

    def places(self, items: list[Any]) -> Array:
        """The place of each string, int64."""
        if len(items) < _MANY or len(self._at) < _LARGE:
            found = map(self._at.get, items, repeat(self.missing))
            return np.fromiter(found, np.int64, len(items))
        if self._table is None:
            self._build()
        words, sizes = _words(items)
        places = self._probe(words, sizes)
        for place in np.flatnonzero(sizes > _WIDTH).tolist():
            places[place] = self._at.get(items[place], self.missing)
        return places

    def _build(self) -> None:
        words, sizes = _words(list(self._at))
        bits = max(int(4 * len(sizes)).bit_length(), 4)
        self._words, self._sizes = words, sizes
        self._shift = np.uint64(64 - bits)
        table = np.full(1 << bits, -1, np.int64)
        pending = np.flatnonzero(sizes <= _WIDTH)
        slots = self._slots(words[pending], sizes[pending])
        while len(pending):
            free = table[slots] < 0
            taken, first = np.unique(slots[free], return_index=True)
            table[taken] = pending[free][first]
            left = table[slots] != pending
            pending, slots = pending[left], (slots[left] + 1) % len(table)
        self._table = table

    def _slots(self, words: Array, sizes: Array) -> Array:
        a, b, c = _FACTORS
        mixed = words[:, 0] * a ^ words[:, 1] * b ^ sizes.astype(np.uint64) * c
        mixed = (mixed ^ mixed >> _FOLD) * a
        return np.asarray(mixed >> self._shift, np.int64)

    def _probe(self, words: Array, sizes: Array) -> Array:
        table: Any = self._table
        slots = self._slots(words, sizes)
        at = table[slots]
        right = self._same(words, sizes, at)
        found = np.where(right, at, self.missing)
        pending = np.flatnonzero(~right & (at >= 0))
        slots = slots[pending]
        while len(pending):
            slots = (slots + 1) % len(table)
            at = table[slots]
            right = self._same(words[pending], sizes[pending], at)
            found[pending[right]] = at[right]
            left = ~right & (at >= 0)
            pending, slots = pending[left], slots[left]
        return found

    def _same(self, words: Array, sizes: Array, at: Array) -> Array:
        first, second = self._words[:, 0], self._words[:, 1]
        same = (words[:, 0] == first[at]) & (words[:, 1] == second[at])
        return np.asarray(same & (sizes == self._sizes[at]) & (at >= 0))


def _words(items: list[Any]) -> tuple[Array, Array]:
    sizes = np.fromiter(map(len, items), np.int64, len(items))
    return np.array(items, f"S{_WIDTH}").view(np.uint64).reshape(-1, 2), sizes


def numbered(items: list[Any]) -> tuple[list[Any], Array]:
    """The distinct strings in the order of their first places, and which one each is."""
    distinct = list(dict.fromkeys(items))
    return distinct, TextIndex(distinct, -1).places(items)
