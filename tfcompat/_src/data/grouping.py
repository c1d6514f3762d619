"""Groups of elements with the same key: group_by_window and group_by_reducer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.arguments import UNKNOWN, long
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.specs import DatasetSpec
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.data.windows import _VariantDataset
from tfcompat._src.errors import invalid_argument
from tfcompat._src.tensor_spec import TensorSpec

_OP = "Dataset.group_by_window"


class GroupFunctions:
    """What is done with groups.

    key: the key of an element; size: how many elements a group of a key has; reduced: the dataset
    that becomes of a key and a group; spec: the types of its elements.
    """

    spec: Any

    def key(self, element: Components) -> int:
        """The key of an element."""
        raise NotImplementedError

    def size(self, key: int) -> int:
        """How many elements a group of a key has."""
        raise NotImplementedError

    def reduced(self, key: int, group: DatasetV2) -> DatasetV2:
        """What becomes of a group."""
        raise NotImplementedError


class TracedFunctions(GroupFunctions):
    """The functions of a user."""

    def __init__(
        self,
        dataset: DatasetV2,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any,
        size_func: Callable[..., Any] | None,
    ) -> None:
        key_spec = TensorSpec([], dtypes.int64)
        self._key = Mapped(key_func, dataset.element_spec, f"{_OP}()")
        found = self._key.output_spec
        if not (
            isinstance(found, TensorSpec)
            and found.dtype is dtypes.int64
            and found.shape.is_compatible_with(())
        ):
            raise ValueError(
                "Invalid `key_func`. `key_func` must return a single `tf.int64` scalar tensor but "
                f"its return type is {found}."
            )
        self._size_func = None
        self._size = 0
        if size_func is not None:
            self._size_func = Mapped(size_func, key_spec, f"{_OP}()")
            kind = self._size_func.output_spec
            if not isinstance(kind, TensorSpec) or not kind.dtype.is_integer:
                raise ValueError(
                    "Invalid `window_size_func`. `window_size_func` must return a single `tf.int64`"
                    f" scalar tensor but its return type is {kind}."
                )
        else:
            self._size = long(window_size, _OP, "window_size")
        self._reduce = Mapped(
            reduce_func, (key_spec, DatasetSpec(dataset.element_spec)), f"{_OP}()"
        )
        result = self._reduce.output_spec
        if not isinstance(result, DatasetSpec):
            raise TypeError(
                "Invalid `reduce_func`. `reduce_func` must return a single `tf.data.Dataset` "
                f"object but its return type is {result}."
            )
        self.spec = result.element_spec

    def key(self, element: Components) -> int:
        return int(self._key.call(element)[0])

    def size(self, key: int) -> int:
        if self._size_func is None:
            return self._size
        return int(self._size_func.call((np.array(key, np.int64),))[0])

    def reduced(self, key: int, group: DatasetV2) -> DatasetV2:
        return self._reduce.call((np.array(key, np.int64), group))[0]


class _Group:
    def __init__(self, size: int) -> None:
        self.size = size
        self.elements: list[Components] = []


class GroupWalk(Walk):
    """The elements of what becomes of groups."""

    def __init__(
        self, source: Walk, functions: GroupFunctions, element_spec: Any, context: Context
    ) -> None:
        self._source, self._functions, self._context = source, functions, context
        self._spec = element_spec
        self._groups: dict[int, _Group] = {}
        self._given: tuple[int, list[Components]] | None = None
        self._walk: Walk | None = None
        self._over = False

    def take(self) -> Components:
        while True:
            if self._walk is not None:
                try:
                    return self._walk.take()
                except StopIteration:
                    self._walk.close()
                    self._walk = self._given = None
            self._next_group()

    def _next_group(self) -> None:
        functions, groups = self._functions, self._groups
        while not self._over:
            try:
                element = self._source.take()
            except StopIteration:
                self._over = True
                break
            key = functions.key(element)
            group = groups.get(key)
            if group is None:
                size = functions.size(key)
                if size < 1:
                    raise invalid_argument(
                        _OP, f"Window size must be greater than zero, but got {size}."
                    )
                group = groups[key] = _Group(size)
            group.elements.append(element)
            if len(group.elements) == group.size:
                self._begin(key, groups.pop(key).elements)
                return
        if not groups:
            raise StopIteration
        key = min(groups)
        self._begin(key, groups.pop(key).elements)

    def _begin(self, key: int, elements: list[Components]) -> Walk:
        group = _VariantDataset(self._spec, elements)
        self._given = key, elements
        walk = self._walk = self._functions.reduced(key, group)._start(self._context)
        return walk

    def state(self) -> State:
        given = None
        if self._given is not None and self._walk is not None:
            key, elements = self._given
            given = [key, [list(x) for x in elements], self._walk.state()]
        return {
            "source": self._source.state(),
            "over": self._over,
            "groups": [
                [key, group.size, [list(x) for x in group.elements]]
                for key, group in self._groups.items()
            ],
            "given": given,
        }

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])
        self._over = state["over"]
        self._groups = {}
        for key, size, elements in state["groups"]:
            group = self._groups[key] = _Group(size)
            group.elements = [tuple(x) for x in elements]
        self._walk = self._given = None
        if state["given"] is not None:
            key, elements, inner = state["given"]
            self._begin(key, [tuple(x) for x in elements]).restore(inner)

    def close(self) -> None:
        if self._walk is not None:
            self._walk.close()
        self._source.close()


class _GroupByWindowDataset(UnaryDataset):
    """The elements of what becomes of groups."""

    def __init__(self, source: DatasetV2, functions: GroupFunctions) -> None:
        super().__init__(source)
        self._functions = functions
        self._spec = functions.spec

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        return GroupWalk(source, self._functions, self._source.element_spec, context)


def group_by_window(
    dataset: DatasetV2,
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any,
    window_size_func: Callable[..., Any] | None,
) -> DatasetV2:
    """The elements of what a function makes of groups of elements with the same key."""
    if window_size is not None and window_size_func is not None:
        raise ValueError(
            "The `window_size` and `window_size_func` arguments are mutually exclusive. Provide "
            "either one."
        )
    if window_size is None and window_size_func is None:
        raise ValueError(
            "Either the `window_size` argument or the `window_size_func` argument must be "
            "specified."
        )
    return _GroupByWindowDataset(
        dataset, TracedFunctions(dataset, key_func, reduce_func, window_size, window_size_func)
    )
