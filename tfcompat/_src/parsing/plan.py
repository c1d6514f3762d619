"""From the features that a program asks for to what is read and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.parsing.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    UniformRowLength,
    VarLenFeature,
)
from tfcompat._src.parsing.results import (
    KIND_OF,
    Array,
    Dense,
    Dims,
    Maker,
    Merged,
    Padded,
    Sparse,
    shown,
)
from tfcompat._src.parsing.rows import Ragged
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

DENSE, SPARSE, RAGGED = range(3)
_GROUPS = ("Dense", "Sparse", "Ragged")


class Plan:
    """What is read of each example: `wanted` is the kind of each feature, by its name in bytes.

    `makers`: what is made of it, in the order in which results have their names.
    """

    def __init__(self, op: str) -> None:
        self.op = op
        self.wanted: dict[bytes, int] = {}
        self.makers: list[Maker] = []
        self._groups: dict[bytes, int] = {}
        self._splits: dict[bytes, DType] = {}
        self._names: dict[bytes, Any] = {}

    def read(self, key: Any, dtype: Any, group: int, feature: Any, splits: Any = None) -> DType:
        """Notes that a feature is read. Raises ValueError if it already is, in another way."""
        if dtype is None:
            raise ValueError(
                f"{self.op}: Missing type for feature {shown(key)}. Received feature={feature!r}"
            )
        name = name_of(key)
        kind = as_dtype(dtype)
        if kind not in KIND_OF:
            raise invalid_argument(
                self.op,
                f"received dtype={kind.name} for {shown(key)}; expected one of: float32, int64, "
                "string",
            )
        before = self._groups.setdefault(name, group)
        if before != group:
            first, second = sorted((_GROUPS[before], _GROUPS[group]))
            raise ValueError(
                f"{self.op}: {first} and {second.lower()} keys must not intersect; both have "
                f"{shown(key)}"
            )
        if self.wanted.setdefault(name, KIND_OF[kind]) != KIND_OF[kind]:
            raise ValueError(
                f"{self.op}: Conflicting type {kind!r} for feature {shown(key)}, which is read as "
                "another type too."
            )
        if splits is not None and self._splits.setdefault(name, splits) is not splits:
            raise ValueError(
                f"{self.op}: Conflicting partition type {splits!r} vs {self._splits[name]!r} for "
                f"feature {shown(key)}."
            )
        return kind

    def default(self, feature: Any, kind: DType, shape: tuple[int, ...]) -> Any:
        """The default of a feature as an array of its shape, or None."""
        if feature.default_value is None:
            return None
        value = feature.default_value
        given = value if isinstance(value, Tensor) else to_tensor(value, kind)
        if given._dtype is not kind:
            raise invalid_argument(
                self.op, f"received a default of {given._dtype.name} for a feature of {kind.name}"
            )
        array = given._numpy()
        if array.size != int(np.prod(shape)):
            raise invalid_argument(
                self.op,
                f"Input to reshape is a tensor with {array.size} values, but the requested shape "
                f"has {int(np.prod(shape))}: the default of {feature!r}",
            )
        return array.reshape(-1)


def name_of(key: Any) -> bytes:
    """A feature's name in bytes. Raises TypeError for what is no string."""
    if isinstance(key, bytes):
        return key
    if isinstance(key, str):
        return key.encode()
    raise TypeError(f"parse_example: received the key {key!r}; expected a string")


def fixed_shape(op: str, key: Any, feature: Any) -> tuple[int, ...]:
    """The shape of a feature of fixed length. Raises ValueError where not all of it is known."""
    if feature.shape is None:
        raise ValueError(
            f"{op}: Missing shape for feature {shown(key)}. Received feature={feature!r}."
        )
    dims: list[Any] = TensorShape(feature.shape).as_list()
    if dims and dims[0] is None:
        raise ValueError(
            f"{op}: First dimension of shape for feature {shown(key)} unknown. Consider using "
            f"FixedLenSequenceFeature. Received feature={feature!r}."
        )
    if None in dims:
        raise ValueError(
            f"{op}: All dimensions of shape for feature {shown(key)} need to be known but received "
            f"{dims}."
        )
    return tuple(dims)


class ExamplePlan(Plan):
    """The plan for the features of examples, or of the contexts of sequences."""

    def __init__(
        self,
        op: str,
        features: Mapping[Any, Any],
        accepted: tuple[type, ...],
        own: Mapping[type, Callable[..., Maker]] | None = None,
    ) -> None:
        super().__init__(op)
        makers = []
        for key in sorted(features):
            feature = features[key]
            make = _maker_of(feature, accepted, own or _MAKERS)
            if make is None:
                raise ValueError(
                    f"{op}: Unsupported {type(feature).__name__} {feature} for key {key!r}"
                )
            maker = make(self, key, feature)
            maker.label = key
            makers.append(maker)
        # TensorFlow's results have their names in this order.
        self.makers = sorted(makers, key=lambda maker: maker.place)


def _maker_of(
    feature: Any, accepted: tuple[type, ...], makers: Mapping[type, Callable[..., Maker]]
) -> Callable[..., Maker] | None:
    for kind in accepted:
        if isinstance(feature, kind):
            return makers[kind]
    return None


def _fixed(plan: Plan, key: Any, feature: Any) -> Maker:
    kind = plan.read(key, feature.dtype, DENSE, feature)
    shape = fixed_shape(plan.op, key, feature)
    return Dense(name_of(key), kind, shape, plan.default(feature, kind, shape))


def _padded(plan: Plan, key: Any, feature: Any) -> Maker:
    kind = plan.read(key, feature.dtype, DENSE, feature)
    if feature.shape is None:
        raise ValueError(
            f"{plan.op}: Missing shape for feature {shown(key)}. Received feature={feature!r}."
        )
    if not feature.allow_missing:
        raise ValueError(
            f"{plan.op}: Unsupported: FixedLenSequenceFeature requires allow_missing to be True."
        )
    shape: Any = tuple(TensorShape(feature.shape).as_list())
    default = plan.default(feature, kind, ())
    fill: Any = (b"" if kind is dtypes.string else 0) if default is None else default.item()
    return Padded(name_of(key), kind, shape, fill)


def _sparse(plan: Plan, key: Any, feature: Any) -> Maker:
    kind = plan.read(key, feature.dtype, SPARSE, feature)
    return Sparse(name_of(key), kind)


def _merged(plan: Plan, key: Any, feature: Any) -> Maker:
    keys = _listed(feature.index_key)
    for index in sorted(keys):
        plan.read(index, dtypes.int64, SPARSE, feature)
    kind = plan.read(feature.value_key, feature.dtype, SPARSE, feature)
    sizes = _listed(feature.size)
    if len(sizes) != len(keys):
        raise ValueError(
            f"{plan.op}: index_key and size of {feature!r} have to have equal lengths."
        )
    return Merged(
        name_of(key),
        [name_of(index) for index in keys],
        name_of(feature.value_key),
        kind,
        [int(size) for size in sizes],
        bool(feature.already_sorted),
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def ragged_maker(plan: Plan, key: Any, feature: Any, made: type[Ragged] = Ragged) -> Maker:
    """The maker of a RaggedFeature, of examples or of steps of sequences."""
    source = key if feature.value_key is None else feature.value_key
    splits = feature.row_splits_dtype
    kind = plan.read(source, feature.dtype, RAGGED, feature, splits)
    partitions = []
    for partition in feature.partitions:
        if not isinstance(partition, UniformRowLength):
            plan.read(partition.key, dtypes.int64, RAGGED, feature, splits)
            partition = type(partition)(name_of(partition.key))
        partitions.append(partition)
    return made(name_of(key), name_of(source), kind, partitions, splits, feature.validate)


_MAKERS: dict[type, Callable[..., Maker]] = {
    FixedLenFeature: _fixed,
    FixedLenSequenceFeature: _padded,
    VarLenFeature: _sparse,
    SparseFeature: _merged,
    RaggedFeature: ragged_maker,
}


# --------------------------------------------------------------------------------------- running
class Call:
    """An op on serialized examples: what it makes, and `run`, which computes the arrays of that.

    extra: specs of what `run` gives behind the arrays of the makers.
    """

    def __init__(
        self,
        name: str,
        makers: Sequence[Maker],
        run: Callable[[Array, Array | None], list[Array]],
        extra: Callable[[Dims], list[TensorSpec]] = lambda dims: [],
    ) -> None:
        self.name = name
        self.makers = makers
        self.run = run
        self.extra = extra

    def specs(self, dims: Dims) -> list[TensorSpec]:
        """What is known of the tensors where the examples have this shape."""
        return [spec for maker in self.makers for spec in maker.specs(dims)] + self.extra(dims)

    def __call__(self, serialized: Tensor, names: Tensor | None) -> tuple[list[Any], list[Tensor]]:
        """The makers' values, and the extra tensors; in a graph those that its runs compute."""
        dims = dims_of(serialized)
        graph = tracing.current()
        tensors: list[Tensor]
        if graph is not None and (is_symbolic(serialized) or is_symbolic(names)):
            specs = self.specs(dims)
            tensors = graph.add_call(self.found, (serialized, names), name=self.name, outputs=specs)
        else:
            tensors = self.found(serialized, names)
        values, at = [], 0
        for maker in self.makers:
            width = len(maker.specs(dims))
            values.append(maker.value(tensors[at : at + width], dims))
            at += width
        return values, tensors[at:]

    def found(self, serialized: Tensor, names: Tensor | None) -> list[Tensor]:
        """The tensors of real examples."""
        array = serialized._numpy()
        arrays = self.run(array, None if names is None else names._numpy())
        specs = self.specs(tuple(array.shape))
        return [from_numpy(a, spec.dtype) for a, spec in zip(arrays, specs, strict=True)]


def dims_of(x: Tensor) -> Dims:
    """A shape, as far as it is known."""
    rank = x.shape.rank
    return None if rank is None else tuple(x.shape.as_list())


def texts(value: Any, op: str) -> Tensor:
    """Serialized messages as strings. Raises ValueError for a tensor of another type."""
    found = to_tensor(value)
    if found._dtype is not dtypes.string:
        raise ValueError(
            f"{op}: Tensor conversion requested dtype string for Tensor with dtype "
            f"{found._dtype.name}"
        )
    return found
