"""The lists, tuples and dicts that objects with tracked attributes keep in the place of plain ones.

A wrapper reads and writes the container that it was made from, so both always agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tfcompat._src.tracking.trackable import Trackable, is_trackable, restore_child


def wrap(value: Any) -> Any:
    """A tracking wrapper for a plain container; any other value as it is."""
    kind = type(value)
    if kind is list:
        return ListWrapper(value)
    if kind is dict:
        return _DictWrapper(value)
    if kind is tuple:
        items = tuple(wrap(item) for item in value)
        return _TupleWrapper(items) if any(map(is_trackable, items)) else value
    return value


class ListWrapper(Trackable, list[Any]):
    """A list whose elements are part of a checkpoint, by their places."""

    def __init__(self, wrapped_list: Iterable[Any] = ()) -> None:
        source = wrapped_list if isinstance(wrapped_list, list) else list(wrapped_list)
        self._source = source
        self._moved = False
        for place, item in enumerate(source):
            source[place] = wrap(item)
        super().__init__(source)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        if self._moved and save_type == "checkpoint":
            raise ValueError(
                f"Unable to save the object {self} (a list of an object with tracked attributes): "
                "an element was replaced, deleted or moved, so that places no longer tell the "
                "elements apart. Make the list anew, or wrap what you change in an object"
            )
        self._agree()
        return {str(place): item for place, item in enumerate(self._source) if is_trackable(item)}

    def _agree(self) -> None:
        # Code that reads a list without its methods sees the wrapper's own elements.
        super().__setitem__(slice(None), self._source)

    def _mutated(self) -> None:
        self._moved = self._moved or any(is_trackable(item) for item in self._source)

    def append(self, value: Any) -> None:
        """Adds an element at the end."""
        item = wrap(value)
        self._source.append(item)
        super().append(item)
        if is_trackable(item):
            restore_child(self, str(len(self._source) - 1), item)

    def extend(self, values: Iterable[Any]) -> None:
        """Adds elements at the end."""
        for value in list(values):
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> ListWrapper:  # type: ignore[misc]
        self.extend(values)
        return self

    def __imul__(self, count: Any) -> ListWrapper:  # type: ignore[misc]
        if count <= 0:
            self.clear()
        else:
            self.extend(list(self._source) * (count - 1))
        return self

    def insert(self, index: Any, value: Any) -> None:
        """Adds an element in front of a place; the list cannot be saved afterwards."""
        self._source.insert(index, wrap(value))
        self._mutated()
        self._agree()

    def pop(self, index: Any = -1) -> Any:
        """Takes an element out; the list cannot be saved afterwards."""
        self._mutated()
        found = self._source.pop(index)
        self._agree()
        return found

    def remove(self, value: Any) -> None:
        """Takes the first equal element out; the list cannot be saved afterwards."""
        self._mutated()
        self._source.remove(value)
        self._agree()

    def clear(self) -> None:
        """Takes all elements out; the list cannot be saved afterwards."""
        self._mutated()
        self._source.clear()
        self._agree()

    def reverse(self) -> None:
        """Turns the order around; the list cannot be saved afterwards."""
        self._mutated()
        self._source.reverse()
        self._agree()

    def sort(self, **kwargs: Any) -> None:
        """Sorts the elements; the list cannot be saved afterwards."""
        self._mutated()
        self._source.sort(**kwargs)
        self._agree()

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            self._mutated()
            self._source[key] = [wrap(item) for item in value]
        else:
            replaced = self._source[key]
            self._moved = self._moved or is_trackable(replaced)
            self._source[key] = wrap(value)
        self._agree()

    def __delitem__(self, key: Any) -> None:
        self._mutated()
        del self._source[key]
        self._agree()

    def __getitem__(self, key: Any) -> Any:
        return self._source[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __contains__(self, value: Any) -> bool:
        return value in self._source

    def __eq__(self, other: object) -> bool:
        return self._source == getattr(other, "_source", other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __add__(self, other: Any) -> Any:
        return self._source + getattr(other, "_source", other)

    def __radd__(self, other: Any) -> Any:
        return other + self._source

    def copy(self) -> Any:
        """A wrapper of a copy."""
        return ListWrapper(list(self._source))

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> ListWrapper:
        from copy import deepcopy

        return ListWrapper(deepcopy(self._source, memo))

    def __reduce__(self) -> Any:
        return ListWrapper, (list(self._source),)

    def __repr__(self) -> str:
        return f"ListWrapper({self._source!r})"


class _DictWrapper(Trackable, dict[Any, Any]):
    """A dict whose values are part of a checkpoint, by their keys."""

    def __init__(self, wrapped_dict: Any = None) -> None:
        source = wrapped_dict if isinstance(wrapped_dict, dict) else dict(wrapped_dict or ())
        self._source = source
        for key, item in source.items():
            source[key] = wrap(item)
        super().__init__(source)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        children = {key: item for key, item in self._source.items() if is_trackable(item)}
        if save_type != "checkpoint":
            return children
        if not all(isinstance(key, str) for key in children):
            raise ValueError(
                f"Unable to save the object {self} (a dict of an object with tracked attributes): "
                "a key that is no string has a value that would be saved; use strings as keys"
            )
        return children

    def __setitem__(self, key: Any, value: Any) -> None:
        item = wrap(value)
        self._source[key] = item
        super().__setitem__(key, item)
        if is_trackable(item):
            restore_child(self, key, item)

    def __delitem__(self, key: Any) -> None:
        del self._source[key]
        super().__delitem__(key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which becomes `default` if there is none."""
        if key not in self._source:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets several keys."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def pop(self, key: Any, *default: Any) -> Any:
        """Takes a key out, and gives its value."""
        super().pop(key, None)
        return self._source.pop(key, *default)

    def popitem(self) -> Any:
        """Takes the last key out, and gives it with its value."""
        key, value = self._source.popitem()
        super().pop(key, None)
        return key, value

    def clear(self) -> None:
        """Takes all keys out."""
        self._source.clear()
        super().clear()

    def __getitem__(self, key: Any) -> Any:
        return self._source[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or `default`."""
        return self._source.get(key, default)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __contains__(self, key: Any) -> bool:
        return key in self._source

    def keys(self) -> Any:
        """The keys."""
        return self._source.keys()

    def values(self) -> Any:
        """The values."""
        return self._source.values()

    def items(self) -> Any:
        """The pairs of key and value."""
        return self._source.items()

    def __eq__(self, other: object) -> bool:
        return bool(self._source == getattr(other, "_source", other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def copy(self) -> Any:
        """A wrapper of a copy."""
        return _DictWrapper(dict(self._source))

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> _DictWrapper:
        from copy import deepcopy

        return _DictWrapper(deepcopy(self._source, memo))

    def __reduce__(self) -> Any:
        return _DictWrapper, (dict(self._source),)

    def __repr__(self) -> str:
        return f"DictWrapper({self._source!r})"


class _TupleWrapper(Trackable, tuple[Any, ...]):
    """A tuple whose elements are part of a checkpoint, by their places."""

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {str(place): item for place, item in enumerate(self) if is_trackable(item)}

    def __deepcopy__(self, memo: dict[int, Any]) -> _TupleWrapper:
        from copy import deepcopy

        return _TupleWrapper(deepcopy(item, memo) for item in self)

    def __reduce__(self) -> Any:
        return _TupleWrapper, (tuple(self),)

    def __repr__(self) -> str:
        return f"_TupleWrapper({tuple(self)!r})"
