"""What a checkpoint is made of: objects with named children, some of which hold tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")

# Keras leaves out what TensorFlow calls so where it walks over attributes to save them.
CHILDREN = "_self_unconditional_dependency_names"
AWAITING = "_self_awaiting"


class Trackable:
    """What a checkpoint may contain.

    A class with tensors of its own overrides `_serialize_to_tensors` and `_restore_from_tensors`.
    """

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Makes `trackable` the child of that name, and restores it if a checkpoint waits for it.

        Raises:
          TypeError: it is no trackable.
          ValueError: another child has the name, and `overwrite` is False.
        """
        if not is_trackable(trackable):
            raise TypeError(
                f"_track_trackable: received {type(trackable)}; expected a trackable object"
            )
        children = self.__dict__.setdefault(CHILDREN, {})
        if not overwrite and children.get(name, trackable) is not trackable:
            raise ValueError(f"_track_trackable: the name {name!r} has another object already")
        children[name] = trackable
        restore_child(self, name, trackable)
        return trackable

    def _untrack_trackable(self, name: str) -> None:
        self.__dict__.get(CHILDREN, {}).pop(name, None)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children by name, in the order in which they were first set."""
        return dict(self.__dict__.get(CHILDREN, {}))

    def _serialize_to_tensors(self) -> dict[str, Any]:
        """The object's own tensors by name; none unless a class says otherwise."""
        raise NotImplementedError

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        """Takes back what `_serialize_to_tensors` gave."""
        raise NotImplementedError


def is_trackable(value: Any) -> bool:
    """Whether a checkpoint can contain the value as a node of its own."""
    return hasattr(value, "_trackable_children")


def children_of(value: Any, purpose: str = "checkpoint") -> dict[str, Any]:
    """The children by name of a trackable, or of a plain list, tuple or dict of trackables."""
    if is_trackable(value):
        return value._trackable_children(purpose)
    return {name: item for name, item in items_of(value) if is_node(item)}


def items_of(value: Any) -> list[tuple[str, Any]]:
    """The elements of a list, tuple or dictionary with strings as keys, by name."""
    if isinstance(value, (list, tuple)):
        return [(str(place), item) for place, item in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return list(value.items())
    return []


def is_node(value: Any) -> bool:
    """Whether the value is a trackable, or a container with one in it."""
    return is_trackable(value) or any(is_node(item) for _, item in items_of(value))


def own_tensors(value: Any) -> dict[str, Any]:
    """The tensors, or strings, that the object itself holds, by name."""
    serialize = getattr(value, "_serialize_to_tensors", None)
    if serialize is None:
        return {}
    try:
        found: dict[str, Any] = serialize()
    except NotImplementedError:
        return {}
    return found


# ------------------------------------------------------------------------------ deferred restoring
# A position: what restores the children of an object, by name, when they come to be.
Position = Callable[[str, Any], bool]


def await_children(value: Any, position: Position) -> None:
    """Has children that `value` gets later restored; the latest position is asked first."""
    attributes = getattr(value, "__dict__", None)
    if attributes is not None:
        attributes[AWAITING] = [position, *attributes.get(AWAITING, ())][:8]


def restore_child(parent: Any, name: str, child: Any) -> None:
    """Restores a new child of `parent`, if a checkpoint that was read before has its values."""
    for position in getattr(parent, AWAITING, ()):
        if position(name, child):
            return


def no_automatic_dependency_tracking(method: _T) -> _T:
    """The method itself; what it sets is tracked like everything else."""
    return method
