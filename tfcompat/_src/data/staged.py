"""Datasets, iterators and optional values in graphs, where each is a tensor of dtype variant.

What is made in a graph is a template: each run of the graph makes its own from it, with values in
the place of tensors of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetSource, DatasetV2
from tfcompat._src.data.iterator import Iterator
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.optional import Optional, _Optional
from tfcompat._src.data.variants import pack_object, unpack_object
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.dtypes import bool_, int64, variant
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tensor_spec import TensorSpec

_VARIANT = TensorSpec([], variant)


def has_symbols(parts: Sequence[Any]) -> bool:
    """Whether there are tensors of a graph among components."""
    return any(part.__class__ is SymbolicTensor for part in parts)


def _record(function: Any, args: Sequence[Any], name: str, outputs: Any, effect: bool) -> Any:
    graph = tracing.current()
    if graph is None:
        raise RuntimeError(f"{name}: no function is being traced")
    # No program can do what is done with objects.
    graph.has_deeds = True
    return graph.add_call(function, args, name=name, effect=effect, outputs=outputs)


# ----------------------------------------------------------------------------------------- datasets
class StagedDataset(DatasetSource):
    """A dataset that is known when the graph runs."""

    def __init__(self, tensor: Any, element_spec: Any) -> None:
        self._tensor, self._spec = tensor, element_spec

    def _as_variant(self) -> Any:
        return self._tensor

    def _start(self, context: Context) -> Walk:
        raise RuntimeError(
            "tf.data.Dataset: a dataset of a tf.function has elements only in the function"
        )


StagedDataset.__name__ = StagedDataset.__qualname__ = "_VariantDataset"


class Template:
    """How to make a dataset of a graph; holes: the tensors of the graph that it takes."""

    def __init__(self, dataset: DatasetV2) -> None:
        self._dataset = dataset
        self.holes: list[Any] = []
        self.is_open = False
        self._places: dict[int, int] = {}
        self._seen: set[int] = set()
        self._visit(dataset)

    def _visit(self, value: Any) -> None:
        if id(value) in self._seen:
            return
        if value.__class__ is SymbolicTensor:
            self._seen.add(id(value))
            if value._constant is None:
                self._places[id(value)] = len(self.holes)
                self.holes.append(value)
        elif isinstance(value, DatasetV2):
            self._seen.add(id(value))
            self.is_open = self.is_open or value._graph is not None
            for item in _parts_of(value):
                self._visit(item)
        elif isinstance(value, Mapped):
            for item in value.captured:
                self._visit(item)
        elif nest.is_nested(value) or nest.is_composite(value):
            for item in nest.flatten(value, expand_composites=nest.is_composite(value)):
                self._visit(item)

    def filled(self, values: Sequence[Any]) -> Any:
        """A dataset with values for the holes."""
        return _Filled(self._places, values).dataset(self._dataset)

    def make(self, values: Sequence[Any]) -> Any:
        """`filled` as a tensor."""
        return pack_object(self.filled(values))


def _parts_of(dataset: DatasetV2) -> list[Any]:
    args, kwargs = dataset._made
    return [*args, *kwargs.values()]


class _Filled:
    """Copies of datasets with values in the place of tensors of a graph."""

    def __init__(self, places: dict[int, int], values: Sequence[Any]) -> None:
        self._places, self._values = places, values
        self._made: dict[int, Any] = {}

    def dataset(self, dataset: DatasetV2) -> Any:
        """The dataset itself, where it was not made in a graph."""
        found = self._made.get(id(dataset))
        if found is None:
            found = self._made[id(dataset)] = self._dataset(dataset)
        return found

    def _dataset(self, dataset: DatasetV2) -> Any:
        if isinstance(dataset, StagedDataset):
            found = self._value(dataset._tensor)
            return found if isinstance(found, DatasetV2) else unpack_object(found)
        if dataset._graph is None:
            return dataset
        args, kwargs = dataset._made
        given = [self._filled(arg) for arg in args]
        return type(dataset)(*given, **{k: self._filled(v) for k, v in kwargs.items()})

    def _value(self, value: Any) -> Any:
        if value._constant is not None:
            return value._constant
        return self._values[self._places[id(value)]]

    def _filled(self, value: Any) -> Any:
        if value.__class__ is SymbolicTensor:
            return self._value(value)
        if isinstance(value, DatasetV2):
            return self.dataset(value)
        if isinstance(value, Mapped):
            return value.bound([self._filled(item) for item in value.captured])
        composite = nest.is_composite(value)
        if composite or nest.is_nested(value):
            leaves = nest.flatten(value, expand_composites=composite)
            return nest.pack_sequence_as(
                value, [self._filled(leaf) for leaf in leaves], expand_composites=composite
            )
        return value


def is_open(dataset: DatasetV2) -> bool:
    """Whether each run of the graph that is being built has a dataset of its own."""
    if tracing.current() is None:
        return False
    return isinstance(dataset, StagedDataset) or Template(dataset).is_open


def variant_of(dataset: DatasetV2) -> Any:
    """A dataset as a tensor."""
    if tracing.current() is None:
        return pack_object(dataset)
    template = Template(dataset)
    if not template.is_open:
        return pack_object(dataset)
    return _record(template.make, (template.holes,), "dataset", _VARIANT, False)


def _cardinality(tensor: Any) -> Any:
    return unpack_object(tensor).cardinality()


def cardinality(dataset: DatasetV2) -> Any:
    """How many elements there are when the graph runs."""
    return _record(
        _cardinality, (variant_of(dataset),), "cardinality", TensorSpec([], int64), False
    )


def _single(tensor: Any) -> Any:
    return unpack_object(tensor).get_single_element()


def single_element(dataset: DatasetV2) -> Any:
    """The only element when the graph runs."""
    spec = dataset.element_spec
    return _record(_single, (variant_of(dataset),), "get_single_element", spec, True)


# ---------------------------------------------------------------------------------------- iterators
def _iterator(tensor: Any) -> Any:
    return pack_object(iter(unpack_object(tensor)))


def iterator(dataset: DatasetV2) -> Any:
    """An iterator that each run of the graph starts."""
    found = _record(_iterator, (variant_of(dataset),), "iterator", _VARIANT, True)
    return StagedIterator(found, dataset.element_spec)


def _next(tensor: Any) -> Any:
    return unpack_object(tensor).get_next()


class _Feed:
    """Takes an element before a run: of an iterator that is an argument, or of a known one.

    place: the argument's.
    """

    def __init__(self, source: Any, spec: Any, place: int | None) -> None:
        self._source, self._spec, self._place = source, spec, place

    def __call__(self, arguments: Sequence[Any]) -> list[Any]:
        tensor = self._source if self._place is None else arguments[self._place]
        if tensor.__class__ is SymbolicTensor:
            element = StagedIterator(tensor, self._spec).get_next()
        else:
            element = unpack_object(tensor).get_next()
        return [x for x in nest.flatten(element, expand_composites=True) if x is not None]


def _fed(graph: Any, tensor: Any, spec: Any) -> Any:
    """The next element as more arguments of the graph; None where that would be too early.

    So the graph can be a program: it does nothing but compute with the element.
    """
    if graph.outer is not None or any(node.effect for node in graph.nodes):
        return None
    place = None
    if tensor.__class__ is SymbolicTensor and tensor._constant is None:
        places = [at for at, symbol in enumerate(graph.inputs) if symbol is tensor]
        if not places:
            return None
        (place,) = places
    from tfcompat._src.data.loops import placeholders

    element = placeholders(spec, graph)
    source = tensor._constant if tensor.__class__ is SymbolicTensor else tensor
    graph.feeds.append(_Feed(source, spec, place))
    return element


def get_next(source: Iterator) -> Any:
    """The next element when the graph runs."""
    args = (source._as_variant(),)
    found = _fed(tracing.current(), args[0], source.element_spec)
    if found is not None:
        return found
    return _record(_next, args, "get_next", source.element_spec, True)


def _next_as_optional(tensor: Any) -> Any:
    return pack_object(unpack_object(tensor).get_next_as_optional())


def get_next_as_optional(source: Iterator) -> Optional:
    """The next element when the graph runs, if there is one."""
    args = (source._as_variant(),)
    found = _record(_next_as_optional, args, "get_next_as_optional", _VARIANT, True)
    return StagedOptional(found, source.element_spec)


class StagedIterator(Iterator):
    """An iterator that is known when the graph runs."""

    def __init__(self, tensor: Any, element_spec: Any) -> None:
        self._tensor, self._spec = tensor, element_spec

    def _as_variant(self) -> Any:
        return self._tensor

    def get_next(self, name: str | None = None) -> Any:
        """The next element, when the graph runs."""
        return get_next(self)

    def get_next_as_optional(self) -> Any:
        """The next element, when the graph runs, if there is one."""
        return get_next_as_optional(self)

    __next__ = get_next
    next = get_next


# ---------------------------------------------------------------------------------------- optionals
def _has_value(tensor: Any) -> Any:
    return unpack_object(tensor).has_value()


def _value(tensor: Any) -> Any:
    return unpack_object(tensor).get_value()


class StagedOptional(Optional):
    """A value of which the graph knows when it runs whether it is there."""

    def __init__(self, tensor: Any, element_spec: Any) -> None:
        self._tensor, self._element_spec = tensor, element_spec

    def _as_variant(self) -> Any:
        return self._tensor

    def has_value(self, name: str | None = None) -> Any:
        """Whether it is there, as a boolean scalar."""
        return _record(_has_value, (self._tensor,), "has_value", TensorSpec([], bool_), False)

    def get_value(self, name: str | None = None) -> Any:
        """The value; the run of the graph raises InvalidArgumentError where it is missing."""
        return _record(_value, (self._tensor,), "get_value", self._element_spec, False)


class _OfValue:
    """Makes an optional value of tensors."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec

    def __call__(self, parts: Sequence[Any]) -> Any:
        found = [structure.host(p) if hasattr(p, "_numpy") else p for p in parts]
        return pack_object(_Optional(self._spec, tuple(found)))


def optional_of(spec: Any, parts: Sequence[Any]) -> Optional:
    """A value that is there when the graph runs."""
    found = _record(_OfValue(spec), (list(parts),), "from_value", _VARIANT, False)
    return StagedOptional(found, spec)
