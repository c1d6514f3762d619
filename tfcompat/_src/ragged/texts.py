"""Strings: joined row by row, and ragged tensors as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes, nest
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import tracing
from tfcompat._src.host import HostTensor
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.reductions import axes_of, kept, reduced
from tfcompat._src.ragged.tensor import RaggedTensor, values_of
from tfcompat._src.tensor_spec import TensorSpec


# -------------------------------------------------------------------------------------- reduce_join
def reduce_join(
    function: Callable[..., Any],
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Any:
    """tf.strings.reduce_join."""
    if inputs.dtype is not dtypes.string:
        raise invalid_argument("ReduceJoin", f"received {inputs.dtype.name}; accepted is string")
    between = separator.encode() if isinstance(separator, str) else separator

    def segment(data: Any, ids: Any, count: Any) -> Any:
        def joined(data: Array, ids: Array, count: Array) -> Array:
            return _joined(data, ids, int(count), between)

        inputs = [data, ids, np.asarray(count) if isinstance(count, int) else count]
        spec = TensorSpec([None, *data.shape[1:].as_list()], dtypes.string)
        found = host.compute(joined, inputs, spec)
        return HostTensor(found) if isinstance(found, np.ndarray) else found

    rank = inputs.shape.rank
    axes = axes_of(axis, rank)

    def whole(value: Any, axis: Any = None) -> Any:
        return function(value, axis, False, separator)

    found = reduced(whole, segment, inputs, axes)
    return kept(found, axes, keepdims, rank)


def _joined(data: Array, ids: Array, count: int, between: bytes) -> Array:
    """The strings of each segment, in order."""
    order = np.argsort(ids, kind="stable")
    order = order[ids[order] >= 0]
    ends = np.searchsorted(ids[order], np.arange(count + 1))
    width = int(np.prod(data.shape[1:], dtype=np.int64))
    rows = data.reshape(data.shape[0], width)[order]
    found = np.empty((count, width), object)
    for column in range(width):
        strings = rows[:, column].tolist()
        found[:, column] = [between.join(strings[a:b]) for a, b in pairwise(ends)]
    return found.reshape(count, *data.shape[1:])


# --------------------------------------------------------------------------------------------- text
def ragged_text(value: RaggedTensor, summarize: int) -> str:
    """The elements as tf.print shows them, between brackets."""
    flat, splits = value._contents("the values are not known yet")
    return _rows_text(flat, value.dtype, splits, 0, len(splits[0]) - 1, summarize)


def _rows_text(
    flat: Array, dtype: DType, splits: Sequence[Array], first: int, last: int, ends: int
) -> str:
    places = list(range(first, last))
    elided = ends >= 0 and len(places) > 2 * ends
    if elided:
        places = [*places[:ends], *places[len(places) - ends :]]
    if splits:
        bounds, inner = splits[0], splits[1:]
        texts = [
            _rows_text(flat, dtype, inner, int(bounds[i]), int(bounds[i + 1]), ends) for i in places
        ]
    elif flat.ndim > 1:
        texts = [_rows_text(flat[i], dtype, (), 0, flat.shape[1], ends) for i in places]
    else:
        texts = [_element(flat[i], dtype) for i in places]
    if elided:
        texts.insert(ends, "...")
    return f"[{', '.join(texts)}]"


def _element(value: Any, dtype: DType) -> str:
    if dtype is dtypes.string:
        quoted = value.decode("utf-8", "surrogateescape").replace("'", "\\'")
        return f"'{quoted}'"
    from tfcompat._src.ops.string_numbers import as_string

    return str(as_string(host.tensor(value, dtype))._numpy().item().decode())


class _Shown:
    """Stands for a ragged tensor where its text is wanted."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _ends(summarize: Any) -> int:
    return -1 if summarize is None else int(summarize)


def print_op(function: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """tf.print."""
    ends = 3 if kwargs.get("summarize") is None else int(kwargs["summarize"])

    def shown(leaf: Any) -> Any:
        if not isinstance(leaf, RaggedTensor):
            return leaf
        text = ragged_text(leaf, ends).encode("utf-8", "surrogateescape")
        return _Shown(text.decode("utf-8", "replace"))

    def printed(*values: Any) -> list[Any]:
        function(*[nest.map_structure(shown, value) for value in values], **kwargs)
        return []

    graph = tracing.current()
    if graph is None:
        printed(*inputs)
    else:
        graph.add_call(printed, list(inputs), name="print", effect=True, outputs=[])


def format_op(
    function: Callable[..., Any],
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Any:
    """tf.strings.format."""
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    values = [values_of(value) for value in given]
    if template.count(placeholder) != len(values):
        raise ValueError(
            f"The template expects {template.count(placeholder)} tensors, but the inputs only has "
            f"{len(values)}. Please ensure the number of placeholders in template matches inputs "
            "length."
        )

    def formatted(*values: Any) -> HostTensor:
        for leaf in nest.flatten(values, expand_composites=True):
            leaf._numpy()
        pieces = template.split(placeholder)
        text = pieces[0]
        for value, piece in zip(values, pieces[1:], strict=True):
            if isinstance(value, RaggedTensor):
                text += ragged_text(value, _ends(summarize))
            else:
                found = function("{}", value, "{}", summarize)._numpy().item()
                text += found.decode("utf-8", "surrogateescape")
            text += piece
        return HostTensor(np.array(text.encode("utf-8", "surrogateescape"), object))

    graph = tracing.current()
    if graph is None:
        return formatted(*values)
    spec = TensorSpec([], dtypes.string)
    return graph.add_call(formatted, values, name="format", outputs=spec)
