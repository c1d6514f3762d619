"""The structure of a dataset's elements: tuples, mappings and attrs classes with types as leaves.

Other than in tf.nest a list is a leaf: it becomes a tensor. Inside a pipeline an element is a flat
tuple of components, one for each leaf: a NumPy array for a dense tensor (bytes in object arrays
for strings), and the value itself for whatever else has a type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.host import HostTensor
from tfcompat._src.python_values import to_array
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec
from tfcompat._src.type_spec import TypeSpec, type_spec_from_value
from tfcompat._src.variable import Variable

Components = tuple[Any, ...]
_LEAVES = (nest._LIST, nest._SEQUENCE)
_LITERALS = frozenset({int, float, bool, str, bytes, complex})


def _kind_of(structure: Any) -> Any:
    kind = nest._kind_of(structure)
    return None if kind is None or kind in _LEAVES else kind


def is_nested(structure: Any) -> bool:
    """Whether a value is a structure of others here."""
    return _kind_of(structure) is not None


def flatten(structure: Any) -> list[Any]:
    """The leaves in order."""
    out: list[Any] = []
    nest._flatten_into(out, (structure,), _kind_of)
    return out


def pack(structure: Any, leaves: Iterable[Any]) -> Any:
    """A structure like the given one with other leaves."""
    kind = _kind_of(structure)
    if kind is None:
        return next(iter(leaves))
    return nest._pack(structure, kind, iter(leaves), _kind_of)


def map_structure(function: Callable[..., Any], *structures: Any) -> Any:
    """A structure like the first of what a function gives for the leaves of all."""
    columns = [flatten(s) for s in structures]
    for other in structures[1:]:
        assert_same(structures[0], other)
    return pack(structures[0], [function(*leaves) for leaves in zip(*columns, strict=True)])


def assert_same(a: Any, b: Any) -> None:
    """Raises ValueError or TypeError where two structures differ."""
    found = nest._difference(a, b, True, _kind_of)
    if found is not None:
        error, text = found
        raise error(
            f"The two structures don't have the same nested structure. First: {a!r}. "
            f"Second: {b!r}. {text}"
        )


# ----------------------------------------------------------------------------- values to components
def encode(element: Any, op: str) -> tuple[Any, Components]:
    """The types of an element that a user gives, and its components.

    Raises:
      ValueError: there is nothing in it, or a leaf converts to no tensor.
    """
    leaves = flatten(element)
    if not leaves:
        raise ValueError("Invalid `element`. `element` should not be empty.")
    pairs = [_encoded(leaf) for leaf in leaves]
    return pack(element, [spec for spec, _ in pairs]), tuple([value for _, value in pairs])


def _encoded(leaf: Any) -> tuple[TypeSpec, Any]:
    kind = leaf.__class__
    if kind is np.ndarray and not leaf.dtype.names:
        array, dtype = to_array(leaf)
        return TensorSpec(array.shape, dtype), np.array(array)
    if kind in _LITERALS:
        array, dtype = to_array(leaf)
        return TensorSpec(array.shape, dtype), array
    if leaf is None:
        return NoneTensorSpec(), None
    if isinstance(leaf, Variable):
        leaf = leaf.value()
    if not isinstance(leaf, Tensor):
        spec = _own_spec(leaf)
        if spec is not None:
            return spec, leaf
        leaf = to_tensor(leaf)
    return TensorSpec(leaf.shape, leaf.dtype), host(leaf)


def _own_spec(leaf: Any) -> TypeSpec | None:
    if isinstance(leaf, (list, np.generic, range)):
        return None
    found = getattr(leaf, "_type_spec", None)
    if isinstance(found, TypeSpec):
        return found
    if isinstance(leaf, TypeSpec) or hasattr(leaf, "__array__"):
        return None
    try:
        spec = type_spec_from_value(leaf)
    except TypeError:
        return None
    return None if isinstance(spec, TensorSpec) else spec


def host(tensor: Any) -> Any:
    """The array of a tensor; a tensor of a graph stays what it is."""
    if tensor.__class__ is SymbolicTensor:
        return tensor
    return tensor._numpy()


def component(spec: Any, leaf: Any) -> Any:
    """One leaf as a component of the given type. Raises TypeError or ValueError if it is none."""
    if spec.__class__ is TensorSpec:
        if isinstance(leaf, Variable):
            leaf = leaf.value()
        if isinstance(leaf, Tensor):
            if leaf._dtype is not spec.dtype:
                raise TypeError(f"Expected a tensor of {spec.dtype!r}, received {leaf!r}")
            return host(leaf)
        array, _ = to_array(leaf, spec.dtype)
        return array
    return leaf


# ----------------------------------------------------------------------------- components to values
def value_of(spec: Any, part: Any) -> Any:
    """What a user sees of a component."""
    if spec.__class__ is TensorSpec:
        return tensor_of(part, spec.dtype)
    return part


def tensor_of(part: Any, dtype: DType) -> Tensor:
    """A component as a tensor."""
    if isinstance(part, Tensor):
        return part
    if part.dtype == object:
        return HostTensor(part, dtype)
    return from_numpy(part, dtype)


def from_components(structure: Any, parts: Sequence[Any]) -> Any:
    """The element that components make up, as the user sees it."""
    if structure.__class__ is TensorSpec:
        return tensor_of(parts[0], structure.dtype)
    specs = flatten(structure)
    return pack(structure, [value_of(s, p) for s, p in zip(specs, parts, strict=True)])


class Decoder:
    """`from_components` for the elements of one dataset, with what can be known before."""

    def __init__(self, structure: Any) -> None:
        self.structure = structure
        self.specs = flatten(structure)
        self._single = not is_nested(structure)
        self._plain = type(structure) is tuple and not any(is_nested(s) for s in structure)

    def __call__(self, parts: Sequence[Any]) -> Any:
        if self._single:
            return value_of(self.specs[0], parts[0])
        values = [value_of(s, p) for s, p in zip(self.specs, parts, strict=True)]
        return tuple(values) if self._plain else pack(self.structure, values)


def compatible(a: Any, b: Any) -> bool:
    """Whether elements of one structure of types may be elements of the other."""
    try:
        assert_same(a, b)
    except (TypeError, ValueError):
        return False
    # None is the type of what an empty Optional of nothing holds.
    return all(
        x is y if x is None or y is None else x.is_compatible_with(y)
        for x, y in zip(flatten(a), flatten(b), strict=True)
    )


def common(a: Any, b: Any) -> Any:
    """The narrowest types that hold the elements of both; None where there are none."""
    try:
        assert_same(a, b)
    except (TypeError, ValueError):
        return None
    found = [
        x.most_specific_common_supertype([y]) for x, y in zip(flatten(a), flatten(b), strict=True)
    ]
    return None if any(spec is None for spec in found) else pack(a, found)


def is_subtype(a: Any, b: Any) -> bool:
    """Whether every element of one structure of types is one of the other, too."""
    pairs = zip(flatten(a), flatten(b), strict=True)
    return all(x.is_subtype_of(y) for x, y in pairs)


def flatten_up_to(like: Any, value: Any, op: str) -> list[Any]:
    """The parts of a value in the place of the leaves of a structure, which may be tuples.

    Raises ValueError or TypeError where the value is no such structure.
    """
    if not is_nested(like):
        return [value]
    children = nest.children_by_key(like) or []
    keyed = nest.children_by_key(value) if is_nested(value) else None
    if keyed is None or isinstance(like, Mapping) != isinstance(value, Mapping):
        raise TypeError(f"{op}: received {value!r}; expected a structure like {like!r}")
    if len(keyed) != len(children) or [k for k, _ in keyed] != [k for k, _ in children]:
        raise ValueError(
            f"{op}: received {value!r}, a structure with {len(keyed)} parts; expected one like "
            f"{like!r} with {len(children)}"
        )
    found = []
    for (_, inner), (_, part) in zip(children, keyed, strict=True):
        found += flatten_up_to(inner, part, op)
    return found
