"""tf.__internal__.tracking and the containers beside it: bases of Keras' classes.

Keras keeps track of its variables itself; what these classes add in TensorFlow is for checkpoints.
"""

from __future__ import annotations

from typing import Any, TypeVar

_T = TypeVar("_T")


class Trackable:
    """What a checkpoint may contain."""

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        return trackable

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}


class AutoTrackable(Trackable):
    """What tracks what is assigned to its attributes."""


def no_automatic_dependency_tracking(method: _T) -> _T:
    """The method itself: there is no tracking to switch off."""
    return method


class ListWrapper(list[Any]):
    """A tracked list."""


class DictWrapper(dict[Any, Any]):
    """A tracked dictionary."""
