"""The warning that a function is traced again and again."""

from __future__ import annotations

import threading
from typing import Any

from tfcompat._src import logging

_HISTORY = 10
_MANY = 5
_MOST_WARNINGS = 2

_TEXT = (
    "{} out of the last {} calls to {} triggered tf.function retracing. Tracing is expensive and "
    "the excessive number of tracings could be due to (1) creating @tf.function repeatedly in a "
    "loop, (2) passing tensors with different shapes, (3) passing Python objects instead of "
    "tensors. For (1), please define your @tf.function outside of the loop. For (2), @tf.function "
    "has reduce_retracing=True option that can avoid unnecessary retracing. For (3), please refer "
    "to https://www.tensorflow.org/guide/function#controlling_retracing and "
    "https://www.tensorflow.org/api_docs/python/tf/function for  more details."
)


class Watch:
    """What is known of the last calls of the functions made from one place of a program.

    hits: the calls since the last trace.
    """

    __slots__ = ("_runs", "_warnings", "hits")

    def __init__(self) -> None:
        self.hits = 0
        # For each trace remembered, the calls from it to the next.
        self._runs: list[int] = []
        self._warnings = 0

    def traced(self, function: Any) -> None:
        """Notes a call that traced, and warns where too many of the last ones did."""
        runs = self._runs
        if runs:
            runs[-1] += self.hits
        runs.append(1)
        self.hits = 0
        while sum(runs[1:]) > _HISTORY:
            del runs[0]
        if len(runs) >= _MANY and self._warnings < _MOST_WARNINGS:
            self._warnings += 1
            logging.warn("%s", _TEXT.format(len(runs), sum(runs), function))


_lock = threading.Lock()
# Where a function was defined -> its watch; a function made in a loop keeps the same one.
_watches: dict[Any, Watch] = {}
_MOST_PLACES = 4096


def watch_of(function: Any) -> Watch:
    """The watch of a Python function's place in the program."""
    code = getattr(function, "__code__", None)
    if code is None:
        return Watch()
    key = code.co_filename, code.co_firstlineno, code
    with _lock:
        if len(_watches) >= _MOST_PLACES:
            _watches.clear()
        found = _watches.get(key)
        if found is None:
            found = _watches[key] = Watch()
        return found
