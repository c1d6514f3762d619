"""The places of a tf.TensorArray in graphs, and how its ops become nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import rows, subgraphs, tracing
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def call(function: Callable[..., Any], args: Sequence[Any], spec: TensorSpec | None = None) -> Any:
    """A call as a node of the graph that is being built, or now; spec: what it gives."""
    if tracing.current() is None:
        return function(*args)[0]
    specs = [TensorSpec(None, args[0]._dtype) if spec is None else spec]
    return subgraphs.record(function, args, function.__name__, specs, False, spec is None)[0]


def index_of(index: Any) -> Any:
    tensor = index if isinstance(index, Tensor) else to_tensor(index, int32)
    if tensor._dtype is not int32:
        raise TypeError(
            f"TensorArray: Input 'index' of 'TensorListSetItem' Op has type {tensor._dtype.name} "
            "that does not match expected type of int32."
        )
    known = getattr(tensor, "_constant", None)
    return tensor if known is None else known


def is_checked(index: Any) -> bool:
    """Whether a place is looked at when the graph runs: in loops that would cost too much."""
    return is_symbolic(index) and not subgraphs.in_loop(tracing.current())


def check(at: int, count: int, what: str) -> None:
    if not 0 <= at < count:
        raise invalid_argument(
            "TensorArray", f"Trying to {what} element {at} in a list with {count} elements."
        )


def shown(shape: TensorShape) -> str:
    return "<unknown>" if shape.rank is None else str(shape.as_list()).replace("None", "?")


def length(tensor: Tensor) -> Tensor:
    from tfcompat._src.ops.array import shape

    return shape(tensor)[0]


def split(tensor: Tensor, sizes: Tensor) -> tuple[Sequence[Any], list[TensorShape]]:
    """The pieces of a tensor of these lengths, and their shapes as far as they are known."""
    if sizes.shape.rank not in (None, 1):
        raise invalid_argument(
            "TensorArray.split",
            f"Expected lengths to be a vector, received shape: {sizes.shape.as_list()}",
        )
    if not sizes.shape.is_fully_defined():
        raise NotImplementedError(
            "TensorArray.split: received lengths of unknown number while the function is "
            "traced; give them a static shape"
        )
    from tfcompat._src.static_value import get_static_value

    known = get_static_value(sizes)
    length = tensor.shape[0] if tensor.shape.rank else None
    if known is not None and length is not None and int(known.sum()) != length:
        raise invalid_argument(
            "TensorArray.split",
            f"Unused values in tensor. Length of tensor: {length} Values used: {int(known.sum())}",
        )
    counts = [None if known is None else int(n) for n in (known if known is not None else
              [0] * int(sizes.shape[0]))]  # fmt: skip
    rest = tensor.shape[1:] if tensor.shape.rank else TensorShape(None)
    shapes = [TensorShape([n]).concatenate(rest) for n in counts]
    specs = [TensorSpec(shape, tensor._dtype) for shape in shapes]
    if tracing.current() is None:
        pieces: Sequence[Any] = rows.pieces(tensor, sizes)
    else:
        pieces = subgraphs.record(
            rows.pieces, (tensor, sizes), "TensorArraySplit", specs, False, known is not None
        )
    return pieces, shapes


def differ(items: tuple[Tensor | None, ...]) -> bool:
    """Whether elements differ in nothing but their length, or may do so."""
    shapes = [item.shape for item in items if item is not None]
    if not shapes or not all([shape.rank for shape in shapes]):
        return False
    rests = [shape[1:] for shape in shapes]
    whole = rests[0].is_fully_defined() and all([rest == rests[0] for rest in rests])
    return whole and (None in shapes[0].as_list() or any([x != shapes[0] for x in shapes]))


def packed(items: Sequence[Tensor | None]) -> Tensor:
    """Elements that differ in length, as one tensor."""
    from tfcompat._src.ops.creation import zeros

    first = next(item for item in items if item is not None)
    rest = first.shape[1:]
    none = zeros([0, *rest.as_list()], first._dtype)
    filled = [none if item is None else item for item in items]
    spec = TensorSpec(TensorShape([len(items), None]).concatenate(rest), first._dtype)
    found: Tensor = call(rows.packed, (filled, [item is not None for item in items]), spec)
    return found
