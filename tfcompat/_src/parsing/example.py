"""tf.io.parse_example, tf.io.parse_single_example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.parsing.columns import columns
from tfcompat._src.parsing.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)
from tfcompat._src.parsing.plan import Call, ExamplePlan, texts
from tfcompat._src.parsing.results import Array, Rows
from tfcompat._src.tensor import Tensor

_OP = "ParseExample"
_FEATURES = (
    FixedLenFeature,
    FixedLenSequenceFeature,
    VarLenFeature,
    SparseFeature,
    RaggedFeature,
)


class ExampleParser:
    """Reads features of serialized examples into arrays."""

    def __init__(self, features: Mapping[Any, Any]) -> None:
        self.plan = ExamplePlan(_OP, features, _FEATURES)

    def __call__(self, serialized: Array, names: Array | None = None) -> list[Array]:
        """The arrays of all makers of the plan."""
        rows = rows_of(_OP, serialized, names)
        found = columns(serialized.reshape(-1).tolist(), self.plan.wanted, _no_example)
        arrays: list[Array] = []
        for maker in self.plan.makers:
            arrays += maker.arrays(found, rows)
        return arrays


def _no_example(data: bytes, number: int) -> Exception:
    return invalid_argument(_OP, f"Could not parse example input, value: {data[:60]!r}")


def rows_of(op: str, serialized: Array, names: Array | None) -> Rows:
    """The rows that strings are. Raises InvalidArgumentError for a matrix of them."""
    if serialized.ndim > 1:
        raise invalid_argument(
            op, f"Expected serialized to be a scalar or vector, got shape: {serialized.shape}"
        )
    if names is not None and names.size and names.shape != serialized.shape:
        raise invalid_argument(
            op,
            "Expected names have the same shape as serialized: "
            f"name.shape={names.shape}, serialized.shape={serialized.shape}",
        )
    called = () if names is None else names.reshape(-1).tolist()
    return Rows(op, serialized.size, bool(serialized.ndim), called)


def _parse(serialized: Tensor, features: Mapping[Any, Any], names: Any) -> dict[Any, Any]:
    parser = ExampleParser(features)
    makers = parser.plan.makers
    given = None if names is None else texts(names, _OP)
    values, _ = Call("parse_example", makers, parser)(serialized, given)
    return {maker.label: value for maker, value in zip(makers, values, strict=True)}


@public("tfcompat.io")
def parse_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[Any, Any]:
    """The features of serialized tf.train.Examples: of a vector of them, or of one.

    `features` gives each name a FixedLenFeature or a FixedLenSequenceFeature, which become dense
    tensors, a VarLenFeature or a SparseFeature, which become sparse ones, or a RaggedFeature.
    Features are float32, int64 or string.

    Raises:
      InvalidArgumentError: bytes that are no Example, a feature that is missing and has no default,
        or one of another type or length.
      ValueError: no features, or features that are not complete or contradict each other.
    """
    if not features:
        raise ValueError(
            f"parse_example: Argument `features` cannot be None or falsy. Got {features}"
        )
    return _parse(texts(serialized, _OP), dict(features), example_names)


@public("tfcompat.io")
def parse_single_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[Any, Any]:
    """The features of one serialized tf.train.Example; see `parse_example`.

    Raises:
      InvalidArgumentError: what parse_example raises it for.
      ValueError: more than one, no features, or features that are not complete.
    """
    if not features:
        raise ValueError("parse_single_example: Invalid argument: features cannot be empty.")
    given = texts(serialized, _OP)
    if given.shape.rank is not None and given.shape.rank:
        raise ValueError("parse_single_example: Input serialized must be a scalar")
    return _parse(given, dict(features), example_names)
