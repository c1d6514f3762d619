"""What Keras' layers, models and optimizers are in a checkpoint."""

from __future__ import annotations

from typing import Any

from tfcompat._src.tracking.containers import ListWrapper
from tfcompat._src.tracking.trackable import AWAITING, CHILDREN, Trackable, is_node, items_of

# A model's own index of the layers that its other attributes hold.
_NOT_SAVED = (CHILDREN, AWAITING, "_layers")


class KerasTrackable(Trackable):
    """The base under the name AutoTrackable: lists among its attributes notice what is appended.

    Optimizers append their slots to lists when they are built, which may be after a checkpoint was
    read. Other containers are found when it is asked for its children.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if type(value) is list and self.__dict__.get("_self_setattr_tracking", True):
            value = self._track_trackable(ListWrapper(value), name, overwrite=True)
        super().__setattr__(name, value)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        tracked = super()._trackable_children(save_type, **kwargs)
        found = {}
        for name, value in vars(self).items():
            if name in tracked:
                found[name] = tracked.pop(name)
            elif items_of(value):
                found[name] = value
        found.update(tracked)
        return {
            name: value
            for name, value in found.items()
            if name not in _NOT_SAVED
            and (is_node(value) if not isinstance(value, ListWrapper) else _kept(value, save_type))
        }


def _kept(value: ListWrapper, save_type: str) -> bool:
    # While restoring, an empty list may be waiting for its elements.
    return save_type != "checkpoint" or any(is_node(item) for item in value)
