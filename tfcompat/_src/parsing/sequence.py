"""tf.io.parse_sequence_example, tf.io.parse_single_sequence_example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.parsing import wire
from tfcompat._src.parsing.columns import column, normal, values_at
from tfcompat._src.parsing.example import rows_of
from tfcompat._src.parsing.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    VarLenFeature,
)
from tfcompat._src.parsing.plan import Call, ExamplePlan, texts
from tfcompat._src.parsing.results import Array, Dims, Maker, Rows
from tfcompat._src.parsing.steps import STEP_MAKERS, Steps
from tfcompat._src.parsing.wire import UnusualError
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_OP = "ParseSequenceExample"
_CONTEXT = (FixedLenFeature, VarLenFeature, RaggedFeature)
_STEPS = (FixedLenSequenceFeature, VarLenFeature, RaggedFeature)
_Places = dict[bytes, tuple[int, int]]


def _sequence_fields(data: bytes) -> tuple[bytes, _Places, _Places]:
    """The bytes of a SequenceExample in the usual form, where features and lists of them stand."""
    try:
        return data, *_halves(data)
    except (UnusualError, IndexError):
        data = normal(data, "SequenceExample")
        return data, *_halves(data)


def _halves(data: bytes) -> tuple[_Places, _Places]:
    found: list[_Places] = [{}, {}]
    at = 0
    for number, tag in enumerate((0x0A, 0x12)):
        if at < len(data) and data[at] == tag:
            size, start = wire.varint(data, at + 1)
            at = start + size
            if at > len(data):
                raise UnusualError
            found[number] = wire.fields(data, start, at)
    if at != len(data):
        raise UnusualError
    return found[0], found[1]


def _features_at(data: bytes, place: tuple[int, int] | None) -> list[tuple[int, Any]] | None:
    """The kinds and values of the features of a list; None where there is no list."""
    if place is None:
        return None
    try:
        places = wire.repeated(data, *place)
    except (UnusualError, IndexError):
        data = normal(data[place[0] : place[1]], "FeatureList")
        places = wire.repeated(data, 0, len(data))
    return [values_at(data, one) for one in places]


class SequenceParser:
    """Reads features of serialized tf.train.SequenceExamples into arrays."""

    def __init__(self, context: Mapping[Any, Any], steps: Mapping[Any, Any]) -> None:
        self.context = ExamplePlan(_OP, context, _CONTEXT)
        self.steps = ExamplePlan(_OP, steps, _STEPS, STEP_MAKERS)
        self.padded = [maker for maker in self.steps.makers if maker.place == 1]

    @property
    def makers(self) -> Sequence[Maker]:
        """Of contexts, then of steps."""
        return [*self.context.makers, *self.steps.makers]

    def lengths(self, dims: Dims) -> list[TensorSpec]:
        """How many steps there are of each feature that is filled up."""
        return [TensorSpec(dims, dtypes.int64)] * len(self.padded)

    def __call__(self, serialized: Array, names: Array | None = None) -> list[Array]:
        """The arrays of all makers, and the lengths."""
        rows = rows_of(_OP, serialized, names)
        contexts: dict[bytes, list[tuple[int, Any]]] = {key: [] for key in self.context.wanted}
        lists: dict[bytes, list[Any]] = {key: [] for key in self.steps.wanted}
        for item in serialized.reshape(-1).tolist():
            data, features, sequences = _read(item, rows, len(next(iter(lists.values()), ())))
            for key, found in contexts.items():
                found.append(values_at(data, features.get(key)))
            for key, steps in lists.items():
                steps.append(_features_at(data, sequences.get(key)))
        columns = {k: column(v, self.context.wanted[k]) for k, v in contexts.items()}
        arrays: list[Array] = []
        for maker in self.context.makers:
            arrays += maker.arrays(columns, rows)
        every: Any = {
            key: Steps(key, steps, self.steps.wanted[key], rows) for key, steps in lists.items()
        }
        for maker in self.steps.makers:
            arrays += maker.arrays(every, rows)
        shape = serialized.shape
        return arrays + [every[maker.name].lengths.reshape(shape) for maker in self.padded]


def _read(item: bytes, rows: Rows, number: int) -> tuple[bytes, _Places, _Places]:
    from google.protobuf.message import DecodeError

    try:
        return _sequence_fields(item)
    except DecodeError:
        raise invalid_argument(
            _OP, f"Invalid protocol message input, example id: {rows.called(number)}"
        ) from None


def _parse(
    serialized: Tensor, context: Any, steps: Any, names: Any
) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    parser = SequenceParser(dict(context or {}), dict(steps or {}))
    given = None if names is None else texts(names, _OP)
    call = Call("parse_sequence_example", parser.makers, parser, parser.lengths)
    values, lengths = call(serialized, given)
    cut = len(parser.context.makers)
    return (
        _named(parser.context.makers, values[:cut]),
        _named(parser.steps.makers, values[cut:]),
        _named(parser.padded, lengths),
    )


def _named(makers: Sequence[Maker], values: Sequence[Any]) -> dict[Any, Any]:
    return {maker.label: value for maker, value in zip(makers, values, strict=True)}


@public("tfcompat.io")
def parse_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """The contexts, the feature lists and the lengths of these of tf.train.SequenceExamples.

    `context_features` are FixedLenFeatures, VarLenFeatures and RaggedFeatures, `sequence_features`
    FixedLenSequenceFeatures, VarLenFeatures and RaggedFeatures. Lengths are given for those which
    are filled up.

    Raises:
      InvalidArgumentError: bytes that are no SequenceExample, or features that are missing or of
        another type or length.
      ValueError: no features, or features that are not complete or contradict each other.
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "parse_sequence_example: Both `context_features` and `sequence_features` argument are "
            "None, but at least one should have values."
        )
    return _parse(texts(serialized, _OP), context_features, sequence_features, example_names)


@public("tfcompat.io")
def parse_single_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The context and the feature lists of one tf.train.SequenceExample.

    Raises:
      InvalidArgumentError: what parse_sequence_example raises it for.
      ValueError: more than one, no features, or features that are not complete.
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "parse_single_sequence_example: Both context_features and sequence_features are None, "
            "but at least one should have values."
        )
    given = texts(serialized, _OP)
    if given.shape.rank is not None and given.shape.rank:
        raise ValueError("parse_single_sequence_example: Input serialized must be a scalar")
    context, steps, _ = _parse(given, context_features, sequence_features, example_name)
    return context, steps
