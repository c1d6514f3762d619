"""The base of tf.Module and tf.train.Checkpoint: what is set as an attribute is tracked."""

from __future__ import annotations

from typing import Any

from tfcompat._src.tracking.containers import wrap
from tfcompat._src.tracking.trackable import Trackable, is_trackable


class AutoTrackable(Trackable):
    """Tracks the trackables, lists, tuples and dicts that become its attributes."""

    def __setattr__(self, name: str, value: Any) -> None:
        value = wrap(value)
        if is_trackable(value):
            self._track_trackable(value, name, overwrite=True)
        else:
            self._untrack_trackable(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._untrack_trackable(name)
        super().__delattr__(name)
