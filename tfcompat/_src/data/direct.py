"""Functions of a pipeline that Python calls for each element: those of and for datasets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.mapped import (
    Body,
    Components,
    arguments_of,
    component_of,
    normalized,
    on_host,
    raise_as_op_error,
    spec_of,
)
from tfcompat._src.function.shadows import example, filled
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec


class Direct(Body):
    """A function that is called for each element.

    What it returns is known from calls with examples.
    """

    def __init__(
        self, function: Callable[..., Any], spec: Any, name: str, output_spec: Any = None
    ) -> None:
        self._name = name
        self._function = function
        self._spec = spec
        found = _spec_by_examples(function, spec, name) if output_spec is None else output_spec
        self.output_spec = found

    def call(self, components: Components) -> Components:
        """Calls the function with tensors. Raises what it raises, by a class of tf.errors."""
        with on_host():
            element = structure.from_components(self._spec, components)
            try:
                found = normalized(self._function(*arguments_of(element)), self._name)
            except Exception as error:
                raise_as_op_error(error)
            structure.assert_same(self.output_spec, found)
            return tuple([component_of(leaf) for leaf in structure.flatten(found)])


def returns_datasets(function: Callable[..., Any], spec: Any, name: str) -> bool:
    """Whether a function that could not be traced gives datasets, or what holds them."""
    try:
        found = _spec_by_examples(function, spec, name)
    except Exception:
        return False
    kinds = [type(leaf).__name__ for leaf in structure.flatten(found)]
    return "DatasetSpec" in kinds or "OptionalSpec" in kinds


def _spec_by_examples(function: Callable[..., Any], spec: Any, name: str) -> Any:
    """The structure of specs of what a function gives, as far as two examples have in common."""
    found: Any = None
    numbers = (0, 1) if any(_is_open(leaf) for leaf in structure.flatten(spec)) else (0,)
    for number in numbers:
        with on_host():
            leaves = [_example(leaf, number) for leaf in structure.flatten(spec)]
            element = structure.pack(spec, leaves)
            result = normalized(function(*arguments_of(element)), name)
            specs = structure.map_structure(spec_of, result)
        if found is not None:
            structure.assert_same(found, specs)
            specs = structure.map_structure(_joined, found, specs)
        found = specs
    return found


def _joined(a: Any, b: Any) -> Any:
    joined = a.most_specific_common_supertype([b])
    return a if joined is None else joined


def _is_open(spec: Any) -> bool:
    return isinstance(spec, TensorSpec) and not spec.shape.is_fully_defined()


def _example(spec: Any, number: int) -> Any:
    if isinstance(spec, TensorSpec):
        shape = TensorShape(spec.shape)
        dims = None if shape.rank is None else tuple(shape.as_list())
        return example(filled(dims, number), spec.dtype, number)
    if isinstance(spec, NoneTensorSpec):
        return None
    inner = getattr(spec, "_element_spec", None)
    if inner is None:
        raise NotImplementedError(f"Dataset: a function of {spec!r}, which is not traced")
    leaves = [_example(leaf, number) for leaf in structure.flatten(inner)]
    element = structure.pack(inner, leaves)
    made: Any = spec.value_type
    return made.from_value(element) if hasattr(made, "from_value") else made.from_tensors(element)
