"""tf.data.Dataset: a recipe for elements, made of sources and of steps that change others."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from typing import Any

from tfcompat._src.autograph.loops import iterables
from tfcompat._src.convert import constant
from tfcompat._src.data import structure
from tfcompat._src.data.arguments import INFINITE, UNKNOWN
from tfcompat._src.data.iterator import Iterator
from tfcompat._src.data.methods_combine import Combining
from tfcompat._src.data.methods_flow import Flowing
from tfcompat._src.data.methods_rows import Batching
from tfcompat._src.data.methods_sources import Sources
from tfcompat._src.data.options import Options
from tfcompat._src.data.walks import Context, Table, Walk
from tfcompat._src.function import tracing
from tfcompat._src.tracking.trackable import Trackable
from tfcompat._src.type_spec import CompositeTensor


class DatasetV2(
    Sources, Combining, Batching, Flowing, collections.abc.Iterable[Any], Trackable, CompositeTensor
):
    """A sequence of elements that is made anew each time somebody iterates over it.

    Elements are tensors, or tuples, dictionaries and named tuples of them. Datasets are made by the
    static methods and changed by the others, each of which gives a new dataset; nothing is read or
    computed before the elements are asked for.
    """

    _spec: Any
    #: The class and arguments that make it, and the graph it was made in.
    _made: tuple[tuple[Any, ...], dict[str, Any]]
    _graph: Any
    #: Whether TensorFlow makes one dataset of it and a repeat behind it.
    _repeats = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls._start is DatasetV2._start:
            raise TypeError(
                f"Can't instantiate abstract class {cls.__name__} with abstract methods _inputs, "
                "element_spec"
            )
        found = object.__new__(cls)
        found._made = args, kwargs
        found._graph = tracing.current()
        return found

    # ------------------------------------------------------------------------ what subclasses say
    def _inputs(self) -> list[DatasetV2]:
        """The datasets that this one is made of."""
        return []

    def _cardinality(self) -> int:
        """How many elements there are, INFINITE or UNKNOWN."""
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        """A new pass."""
        raise NotImplementedError

    def _table(self) -> Table | None:
        """The table whose rows the elements are, in its order; None if it is not so simple."""
        return None

    # --------------------------------------------------------------------------------- what it is
    @property
    def element_spec(self) -> Any:
        """The types of the parts of an element, in the structure of an element."""
        return self._spec

    @property
    def _structure(self) -> Any:
        return self._spec

    @property
    def _type_spec(self) -> Any:
        from tfcompat._src.data.specs import DatasetSpec

        return DatasetSpec(self.element_spec)

    def _as_variant(self) -> Any:
        from tfcompat._src.data import staged

        return staged.variant_of(self)

    _variant_tensor = property(_as_variant)

    def options(self) -> Options:
        """The options of the dataset and of those that it is made of; they cannot be changed."""
        found = Options()
        for dataset in self._inputs():
            found = found.merge(dataset.options())
        found._freeze()
        return found

    def with_options(self, options: Options, name: str | None = None) -> DatasetV2:
        """The same elements, with options that come before those set earlier."""
        from tfcompat._src.data.basic import _OptionsDataset

        return _OptionsDataset(self, options)

    def cardinality(self) -> Any:
        """The number of elements as an int64 scalar: -1 for no end, -2 where nobody knows."""
        from tfcompat._src.data import staged

        if staged.is_open(self):
            return staged.cardinality(self)
        return constant(self._cardinality(), "int64")

    def __len__(self) -> int:
        """The number of elements. Raises TypeError where there is no end or nobody knows."""
        if tracing.current() is not None:
            raise TypeError(
                "`tf.data.Dataset` only supports `len` in eager mode. Use "
                "`tf.data.Dataset.cardinality()` instead."
            )
        found = self._cardinality()
        if found == INFINITE:
            raise TypeError("The dataset is infinite.")
        if found == UNKNOWN:
            raise TypeError("The dataset length is unknown.")
        return found

    def __bool__(self) -> bool:
        return True

    __nonzero__ = __bool__

    def __repr__(self) -> str:
        return f"<{type(self).__name__} element_spec={self.element_spec!r}>"

    # ---------------------------------------------------------------------------------- iterating
    def __iter__(self) -> Any:
        """An iterator; each starts a new pass."""
        from tfcompat._src.data import staged
        from tfcompat._src.data.iterator import OwnedIterator

        if tracing.current() is not None:
            return staged.iterator(self)
        return OwnedIterator(self)

    def as_numpy_iterator(self) -> Any:
        """An iterator over the elements with NumPy arrays in the place of tensors.

        Raises TypeError for elements of other parts than tensors and None, and RuntimeError
        inside of a tf.function.
        """
        from tfcompat._src.data.numpy_iterator import numpy_iterator

        return numpy_iterator(self)

    def _walk(self, by_place: bool = False) -> Walk:
        return self._start(Context(self.options(), by_place))

    def apply(self, transformation_func: Callable[[Any], Any]) -> DatasetV2:
        """What a function of datasets gives for this one. Raises TypeError if it is no dataset."""
        found = transformation_func(self)
        if not isinstance(found, DatasetV2):
            raise TypeError(
                f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(found)}."
            )
        return found

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element. Raises InvalidArgumentError unless there is exactly one."""
        from tfcompat._src.data.reduction import single_element

        return single_element(self)


def _for_elements(*args: Any) -> None:
    from tfcompat._src.data.loops import for_elements

    for_elements(*args)


iterables[DatasetV2] = _for_elements
iterables[Iterator] = _for_elements
# Keras knows a dataset by the name of its class and of the module that defines it.
DatasetV2.__module__ = "tensorflow.python.data.ops.dataset_ops"


class DatasetSource(DatasetV2):
    """A dataset that is made of no other."""


class UnaryDataset(DatasetV2):
    """A dataset made of another one."""

    def __init__(self, source: DatasetV2) -> None:
        self._source = source

    def _inputs(self) -> list[DatasetV2]:
        return [self._source]

    @property
    def _input_dataset(self) -> DatasetV2:
        return self._source


class UnchangedDataset(UnaryDataset):
    """A dataset with elements of the same types as another's."""

    def __init__(self, source: DatasetV2) -> None:
        super().__init__(source)
        self._spec = source.element_spec

    def _cardinality(self) -> int:
        return self._source._cardinality()


def check_dataset(value: Any, op: str) -> DatasetV2:
    """The value. Raises TypeError if it is no dataset."""
    if not isinstance(value, DatasetV2):
        raise TypeError(f"{op}: received {value!r}; expected a tf.data.Dataset")
    return value


def specs_of(dataset: DatasetV2) -> list[Any]:
    """The types of the components of a dataset's elements."""
    return structure.flatten(dataset.element_spec)
