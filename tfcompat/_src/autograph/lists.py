"""List idioms, with the feature LISTS: items of tensors are read and assigned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import array, scatter
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray

_UPDATES: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mult": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
}


class ListPopOpts(NamedTuple):
    """What list_pop knows of the elements."""

    element_dtype: Any
    element_shape: Any


class ListStackOpts(NamedTuple):
    """What list_stack knows of the elements, and what stacks anything else."""

    element_dtype: Any
    original_call: Callable[..., Any]


class GetItemOpts(NamedTuple):
    """What get_item knows of the elements."""

    element_dtype: Any


def new_list(iterable: Iterable[Any] | None = None) -> list[Any]:
    """A list display."""
    return list(iterable or ())


def list_append(list_: Any, x: Any) -> Any:
    """The list after `list_.append(x)`; a TensorArray is written at its end."""
    if isinstance(list_, TensorArray):
        return list_.write(list_.size(), x)
    list_.append(x)
    return list_


def list_pop(list_: Any, i: Any, opts: ListPopOpts) -> tuple[Any, Any]:
    """The list after `list_.pop(i)`, and what that gave."""
    return list_, (list_.pop() if i is None else list_.pop(i))


def list_stack(list_: Any, opts: ListStackOpts) -> Any:
    """The elements stacked."""
    if isinstance(list_, TensorArray):
        return list_.stack()
    return opts.original_call(list_)


def get_item(target: Any, i: Any, opts: GetItemOpts) -> Any:
    """`target[i]`."""
    if isinstance(target, TensorArray):
        return target.read(i)
    return target[i]


def set_item(target: Any, i: Any, x: Any) -> Any:
    """The target after `target[i] = x`: for a tensor another tensor."""
    if isinstance(target, TensorArray):
        return target.write(i, x)
    if not isinstance(target, Tensor) or isinstance(i, slice):
        target[i] = x
        return target
    row = array.expand_dims(to_tensor(x, target.dtype), 0)
    return scatter.tensor_scatter_nd_update(target, [[i]], row)


def update_item_with_op(target: Any, i: Any, x: Any, op: str) -> Any:
    """The target after `target[i] += x`, or another operation, for any kind of target."""
    return set_item(target, i, _UPDATES[op](target[i], x))
