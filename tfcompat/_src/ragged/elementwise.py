"""Element-wise ops on ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.overloads.redirect import parameters
from tfcompat._src.ragged.broadcasting import elementwise, together
from tfcompat._src.ragged.tensor import RaggedTensor, nested, values_of


def unary(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the elements of its first argument."""
    given = dict(zip(parameters(function), args, strict=False)) | kwargs
    first = parameters(function)[0]
    x = given.pop(first)
    if not isinstance(x, RaggedTensor):
        raise ValueError(f"{function.__name__}: received a tf.RaggedTensor that is not `{first}`")
    flat = x.flat_values
    found = function(flat, **given)
    rows = found.shape[:1].as_list()
    if rows != flat.shape[:1].as_list() and None not in (*rows, flat.shape[0]):
        raise ValueError(
            f"{function.__name__}: received values of the shape {flat.shape} and other arguments "
            f"that make {found.shape} of them; expected as many rows"
        )
    return nested(found, x._nested_row_partitions)


def binary(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the elements of its first two arguments, which broadcast."""
    names = parameters(function)
    given = dict(zip(names, args, strict=False)) | kwargs
    x, y = operands(given.pop(names[0]), given.pop(names[1]))
    given.pop("name", None)

    def call(a: Any, b: Any) -> Any:
        return function(**{names[0]: a, names[1]: b}, **given)

    return elementwise(call, [x, y])


def operands(x: Any, y: Any) -> tuple[Any, Any]:
    """Two operands, of which a Python value takes the dtype of the other."""
    if not isinstance(x, RaggedTensor):
        return convert_to_tensor(x, dtype_hint=y._dtype), y
    return x, y if isinstance(y, RaggedTensor) else convert_to_tensor(y, dtype_hint=x._dtype)


def asserting(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A check of all elements."""
    names = parameters(function)
    given = dict(zip(names, args, strict=False)) | kwargs
    flat, _ = together(operands(given.pop(names[0]), given.pop(names[1])))
    return function(*flat, **given)


def add_n(function: Callable[..., Any], inputs: Any, name: str | None = None) -> Any:
    """tf.math.add_n."""
    return elementwise(lambda *flat: function(list(flat)), [values_of(x) for x in inputs])


def assert_type(function: Callable[..., Any], tensor: Any, *args: Any, **kwargs: Any) -> Any:
    """tf.debugging.assert_type."""
    return function(tensor.flat_values, *args, **kwargs)


def repeat(
    function: Callable[..., Any],
    input: Any,
    repeats: Any,
    axis: Any = None,
    name: str | None = None,
) -> Any:
    """tf.repeat of all values."""
    if axis is not None:
        raise ValueError("tf.repeat: received a tf.RaggedTensor and an axis; use tf.gather")
    return function(input.flat_values, repeats)


def join(
    function: Callable[..., Any], inputs: Any, separator: Any = "", name: str | None = None
) -> Any:
    """tf.strings.join."""
    values = [values_of(x) for x in inputs]
    return elementwise(lambda *flat: function(list(flat), separator), values)


def dropout(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    """tf.nn.dropout and its stateless form."""
    if kwargs.get("noise_shape") is not None:
        raise ValueError("noise_shape is not supported yet for RaggedTensor x")
    return nested(function(x.flat_values, *args, **kwargs), x._nested_row_partitions)
