"""What Keras' functions of old call in tf.compat.v1: today's functions, their arguments as then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import functional
from tfcompat._src.convert import to_tensor
from tfcompat._src.dimension import Dimension
from tfcompat._src.ops import convolution as convolutions, ctc, sorting
from tfcompat._src.tensor import Tensor


def convolution(
    input: Any,
    filter: Any,
    padding: str,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """tf.nn.convolution, its second argument called `filter`."""
    rank = len(to_tensor(input)._shape) - 2
    return convolutions.convolution(
        input,
        filter,
        strides=list(strides) if strides is not None else [1] * rank,
        padding=padding,
        data_format=data_format,
        dilations=list(dilation_rate) if dilation_rate is not None else [1] * rank,
    )


def in_top_k(predictions: Any, targets: Any, k: int, name: str | None = None) -> Tensor:
    """tf.math.in_top_k, the targets after the predictions."""
    return sorting.in_top_k(targets, predictions, k)


def ctc_loss(labels: Any, inputs: Any, sequence_length: Any) -> Tensor:
    """tf.nn.ctc_loss of sparse labels, the last class blank."""
    return ctc.ctc_loss(labels, inputs, None, sequence_length, blank_index=-1)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> Any:
    """tf.nn.ctc_beam_search_decoder."""
    return ctc.ctc_beam_search_decoder(inputs, sequence_length, beam_width, top_paths)


def map_fn(fn: Callable[..., Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """tf.map_fn."""
    return functional.map_fn(fn, elems, fn_output_signature=dtype)


def assign(ref: Any, value: Any) -> Any:
    """Gives a variable a value, and returns the variable."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any) -> Any:
    """Adds to a variable, and returns it."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any) -> Any:
    """Subtracts from a variable, and returns it."""
    return ref.assign_sub(value)


def enabled() -> bool:
    """Whether this is TensorFlow 2."""
    return True


TABLE: dict[str, dict[str, Any]] = {
    "__internal__.tf2": {"enabled": enabled},
    "compat.v1.math": {"in_top_k": in_top_k},
    "compat.v1.nn": {
        "convolution": convolution,
        "ctc_beam_search_decoder": ctc_beam_search_decoder,
        "ctc_loss": ctc_loss,
    },
}
NAMES: dict[str, Any] = {
    "Dimension": Dimension,
    "assign": assign,
    "assign_add": assign_add,
    "assign_sub": assign_sub,
    "map_fn": map_fn,
}
