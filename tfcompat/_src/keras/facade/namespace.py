"""The modules that Keras sees under the name `tensorflow`: names of its own, then tfcompat's."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

_ABSENT = object()


class MissingName(AttributeError, NotImplementedError):
    """Keras asks for a name of TensorFlow's that tfcompat does not have."""


class Namespace(ModuleType):
    """One module: the names it was given, then those of the public module that it stands for."""

    def __init__(self, name: str, public: Any = None, names: dict[str, Any] | None = None) -> None:
        super().__init__(name, "What Keras sees of tfcompat under this name.")
        self.__path__: list[str] = []
        self.__dict__["_public"] = public
        self.__dict__.update(names or {})

    def __getattr__(self, name: str) -> Any:
        public = self.__dict__["_public"]
        missing = name.startswith("__") or public is None
        # One name, newaxis, stands for None.
        found = _ABSENT if missing else getattr(public, name, _ABSENT)
        if found is _ABSENT:
            raise MissingName(
                f"{self.__name__}.{name}: Keras asks for it, and tfcompat does not have it; what "
                "Keras does without it works, and so does code of your own in its place"
            )
        if isinstance(found, ModuleType):
            found = Namespace(f"{self.__name__}.{name}", found)
        # Keras asks again at every call of an op.
        self.__dict__[name] = found
        return found


class Deferred:
    """The names of a module that is imported when one of them is asked for."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load

    def __getattr__(self, name: str) -> Any:
        return getattr(self._load(), name)


def build(name: str, public: Any, table: dict[str, dict[str, Any]]) -> Namespace:
    """The tree of modules that `table` describes: dotted path below `name` -> its own names."""
    root = Namespace(name, public, table.get(""))
    for path, names in table.items():
        module = root
        for part in path.split(".") if path else ():
            inner = module.__dict__.get(part)
            if inner is None:
                public = getattr(module.__dict__["_public"], part, None)
                inner = Namespace(f"{module.__name__}.{part}", public)
                module.__dict__[part] = inner
            module = inner
        module.__dict__.update(names)
    return root
