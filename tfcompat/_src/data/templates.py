"""Functions that only put their arguments into datasets: no op of theirs has to run."""

from __future__ import annotations

from tfcompat._src.data import structure
from tfcompat._src.data.mapped import Body
from tfcompat._src.data.specs import DatasetSpec
from tfcompat._src.data.staged import Template
from tfcompat._src.data.structure import Components
from tfcompat._src.data.traced import Traced
from tfcompat._src.function.calls import Nested, Place
from tfcompat._src.host import HostTensor
from tfcompat._src.tensor_spec import TensorSpec


class OfDatasets(Body):
    """A function whose result is a dataset made of its arguments.

    places: which of the components goes where the dataset takes a tensor.
    """

    stateful = False
    slow = False

    def __init__(self, traced: Traced, template: Template, places: list[int]) -> None:
        self.output_spec = traced.output_spec
        self._template, self._places = template, places
        specs = structure.flatten(traced.input_spec)
        self._dtypes = [
            spec.dtype if isinstance(spec, TensorSpec) else None
            for spec in [specs[place] for place in places]
        ]

    def call(self, components: Components) -> Components:
        """See Mapped."""
        given = [components[place] for place in self._places]
        # What datasets are made of stays on the host.
        values = [
            value if dtype is None else HostTensor(value, dtype)
            for value, dtype in zip(given, self._dtypes, strict=True)
        ]
        return (self._template.filled(values),)


def of_datasets(traced: Traced) -> Body | None:
    """The function as one of these; None if it is another."""
    graph = traced.graph
    specs = structure.flatten(traced.input_spec)
    if not isinstance(traced.output_spec, DatasetSpec) or traced.captured or len(graph._live) != 1:
        return None
    if any(not isinstance(spec, (TensorSpec, DatasetSpec)) for spec in specs):
        return None
    (node,) = graph._live
    template = getattr(node.function, "__self__", None)
    if not isinstance(template, Template) or len(graph.outputs) != 1:
        return None
    if graph.outputs[0]._index not in node.outs:
        return None
    (holes,) = node.args
    leaves = holes.leaves if isinstance(holes, Nested) else list(holes)
    numbers = {symbol._index: place for place, symbol in enumerate(graph.inputs)}
    places = []
    for leaf in leaves:
        if not isinstance(leaf, Place) or leaf.index not in numbers:
            return None
        places.append(numbers[leaf.index])
    return OfDatasets(traced, template, places)
