"""tf.Module: an object that knows the variables and modules among its attributes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tfcompat._src import nest
from tfcompat._src.naming import public
from tfcompat._src.scopes import name_scope
from tfcompat._src.tracking.auto_trackable import AutoTrackable
from tfcompat._src.tracking.trackable import AWAITING, CHILDREN
from tfcompat._src.variable import Variable

_F = TypeVar("_F", bound=Callable[..., Any])

#: Classes whose objects have `weights` that count as the module's: the layers of Keras, which were
#: modules until TensorFlow 2.15.
holders: list[type] = []

# Where a word begins inside of a CamelCase name.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")


@public("tfcompat")
class Module(AutoTrackable):
    """The base of layers and models of one's own: a name, and the variables that belong to it.

    Raises ValueError for a name that is no Python identifier.
    """

    #: Attributes that are no part of the module.
    _TF_MODULE_IGNORED_PROPERTIES = frozenset((CHILDREN, AWAITING))

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = _WORD.sub("_", type(self).__name__).lower()
        elif not name.isidentifier():
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python "
                "identifiers (e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as full:
            self._name_scope = name_scope(full)

    @property
    def name(self) -> str:
        """The name as given, or made from that of the class."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """The name scope of the module, to be used as a context."""
        return self._name_scope

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the module and its submodules, each once."""
        return tuple(self._flatten(predicate=_is_variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of the variables that are trainable."""
        return tuple(self._flatten(predicate=_is_trainable))

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """Those of the variables that are not trainable."""
        return tuple(self._flatten(predicate=_is_fixed))

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules among the attributes, and theirs, each once."""
        return tuple(self._flatten(predicate=_is_module))

    def _flatten(
        self,
        recursive: bool = True,
        predicate: Callable[[Any], bool] | None = None,
        attribute_traversal_key: Callable[[str], Any] | None = None,
        with_path: bool = False,
        expand_composites: bool = False,
    ) -> Iterator[Any]:
        """What `predicate` accepts of the attributes, in the order of their names.

        The contents of submodules follow after all of a module's own; with `with_path` come pairs
        of path and value.
        """
        seen = {id(self)}
        yield from self._walk(
            (), recursive, predicate, attribute_traversal_key, with_path, expand_composites, seen
        )

    def _walk(
        self,
        path: tuple[Any, ...],
        recursive: bool,
        predicate: Callable[[Any], bool] | None,
        order: Callable[[str], Any] | None,
        with_path: bool,
        expand_composites: bool,
        seen: set[int],
    ) -> Iterator[Any]:
        inner: list[tuple[tuple[Any, ...], Any]] = []
        attributes = vars(self)
        for name in sorted(attributes, key=order):
            if name in self._TF_MODULE_IGNORED_PROPERTIES:
                continue
            try:
                leaves = list(_leaves((name,), attributes[name], expand_composites))
            except Exception as error:
                raise ValueError(
                    f"Error processing property {name!r} of {attributes[name]!r}"
                ) from error
            for leaf_path, leaf in leaves:
                if not isinstance(leaf, _VALUES):
                    if id(leaf) in seen:
                        continue
                    seen.add(id(leaf))
                if predicate is None or predicate(leaf):
                    yield ((*path, *leaf_path), leaf) if with_path else leaf
                if recursive and isinstance(leaf, (Module, *holders)):
                    inner.append(((*path, *leaf_path), leaf))
        for inner_path, module in inner:
            if not isinstance(module, Module):
                for number, weight in enumerate(module.weights):
                    value = weight.value
                    if id(value) not in seen and (predicate is None or predicate(value)):
                        seen.add(id(value))
                        yield ((*inner_path, "weights", number), value) if with_path else value
                continue
            yield from module._walk(
                inner_path, recursive, predicate, order, with_path, expand_composites, seen
            )

    @classmethod
    def with_name_scope(cls, method: _F) -> _F:
        """A decorator for a method, which then runs in the module's name scope."""

        @functools.wraps(method)
        def scoped(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped  # type: ignore[return-value]


# Equal ones of these may be one object or two; each counts wherever it stands.
_VALUES = (int, float, complex, str, bytes, type(None))


def _is_variable(value: Any) -> bool:
    return isinstance(value, Variable)


def _is_trainable(value: Any) -> bool:
    return isinstance(value, Variable) and value.trainable


def _is_fixed(value: Any) -> bool:
    return isinstance(value, Variable) and not value.trainable


def _is_module(value: Any) -> bool:
    return isinstance(value, Module)


def _leaves(
    path: tuple[Any, ...], value: Any, expand_composites: bool
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    parts = nest.children_by_key(value, expand_composites)
    if parts is None:
        yield path, value
        return
    for key, item in parts:
        yield from _leaves((*path, key), item, expand_composites)
