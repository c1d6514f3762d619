"""What the kinds of linear operators share: arguments, hints, broadcasting, slicing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import linear_systems
from tfcompat._src.ops.arguments import int_scalar
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.variable import Variable

HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


# ------------------------------------------------------------------------------------ arguments
def given(local: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an `__init__`, read off its locals before there are others."""
    return {key: value for key, value in local.items() if key not in ("self", "__class__")}


def held(value: Any, dtype: DType | None = None) -> Any:
    """A tensor, or the variable itself, whose later values count too."""
    return value if isinstance(value, Variable) else to_tensor(value, dtype)


def at_least(value: Any, rank: int, name: str) -> Any:
    """The argument, if it has so many axes; else ValueError."""
    if len(value.shape) < rank:
        raise ValueError(
            f"Argument {name} must have at least {rank} dimension{'s' * (rank > 1)}. Received "
            f"shape: {value.shape}"
        )
    return value


def size_of(value: Any, name: str) -> int:
    """A number of rows or columns given as an int or a tensor."""
    found = to_tensor(value)
    if not found._dtype.is_integer:
        raise TypeError(f"Argument {name} must be integer type. Found: {found}")
    if len(found._shape):
        raise ValueError(f"Argument {name} must be a 0-D Tensor. Found: {found}")
    number = int_scalar(found, "LinearOperator", name)
    if number < 0:
        raise ValueError(f"Argument {name} must be non-negative. Found: {number}")
    return number


def batch_of(value: Any) -> tuple[int, ...]:
    """The axes of a batch given as a list or a tensor."""
    if value is None or (isinstance(value, (list, tuple)) and not value):
        return ()
    found = to_tensor(value)
    if not found._dtype.is_integer:
        raise TypeError(f"Argument batch_shape must be integer type. Found: {found}")
    if len(found._shape) != 1:
        raise ValueError(f"Argument batch_shape must be a 1-D Tensor. Found: {found}")
    sizes = tuple(int(n) for n in found._numpy())
    if any(n < 0 for n in sizes):
        raise ValueError(f"Argument batch_shape must be non-negative. Found: {sizes}")
    return sizes


def one_dtype(operators: Sequence[Any]) -> DType:
    """The dtype that all operators have; else TypeError."""
    found = [(one.name, one.dtype.name) for one in operators]
    if len({dtype for _, dtype in found}) > 1:
        raise TypeError(f"Expected all operators to have the same dtype. Found {found}")
    return operators[0].dtype


# ---------------------------------------------------------------------------------------- hints
def all_hint(hints: Sequence[bool | None], given: bool | None, refusal: str) -> bool | None:
    """True where every part's hint is; then a given False is a ValueError."""
    if all(hints):
        if given is False:
            raise ValueError(refusal)
        return True
    return given


def shared_hint(own: bool | None, given: bool | None, refusal: str) -> bool | None:
    """What either hint says; ValueError if they contradict each other."""
    if own is not None and given is not None and bool(own) != bool(given):
        raise ValueError(refusal)
    return own if given is None else given


# --------------------------------------------------------------------------------- broadcasting
def static_broadcast(*shapes: Sequence[int]) -> tuple[int, ...]:
    """What the shapes of batches broadcast to; ValueError where they do not."""
    result: tuple[int, ...] = ()
    for shape in shapes:
        try:
            result = broadcast_shapes(result, tuple(shape), "LinearOperator")
        except Exception as error:
            raise ValueError(
                f"Incompatible shapes for broadcasting. Received: {result} and {tuple(shape)}."
            ) from error
    return result


def common_batch(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Matrices of any sizes with the axes before them broadcast to the same."""
    outer = static_broadcast(*[tuple(x._shape[:-2]) for x in tensors])
    return [
        x if tuple(x._shape[:-2]) == outer else broadcast_to(x, outer + tuple(x._shape[-2:]))
        for x in tensors
    ]


def total(operator: Any, terms: Sequence[Tensor]) -> Tensor:
    """The sum, for which terms of several dtypes take the operator's."""
    if len({term._dtype for term in terms}) > 1:
        terms = [cast(term, operator.dtype) for term in terms]
    first, *rest = terms
    return sum(rest, first)


def solve(matrix: Tensor, rhs: Tensor, adjoint: bool = False) -> Tensor:
    """tf.linalg.solve with batches that broadcast."""
    a, b = common_batch([matrix, rhs])
    return linear_systems.solve(a, b, adjoint=adjoint)


def check(operator: Any, held_true: Any, refusal: str, values: Any) -> None:
    """Raises InvalidArgumentError where a condition does not hold."""
    if not np.all(held_true):
        raise invalid_argument(operator.name, f"{refusal} Received {np.asarray(values)}")


# --------------------------------------------------------------------- parameters of an operator
def _is_operator(value: Any) -> bool:
    return hasattr(value, "_linop_adjoint")


def _is_tensor(value: Any) -> bool:
    return isinstance(value, (TensorBase, np.ndarray))


def _held_parameters(operator: Any) -> dict[str, Any]:
    """The parameters by name; tensors as the operator holds them, which may have come as lists."""
    axes = type(operator)._parameter_axes
    found = {}
    for name, value in sorted(operator.parameters.items()):
        if axes is not None and name in axes:
            found[name] = getattr(operator, name)
        elif axes is None or not _is_tensor(value):
            # Sizes are no parameters of a matrix, even where a tensor tells them.
            found[name] = value
    return found


def tensors_of(operator: Any) -> list[Any]:
    """The tensors among the parameters, by their names; of operators among them, theirs."""
    found = []
    for value in nest.flatten(list(_held_parameters(operator).values())):
        if _is_operator(value):
            found.extend(tensors_of(value))
        elif _is_tensor(value):
            found.append(value)
    return found


def with_tensors(operator: Any, tensors: Iterable[Any]) -> Any:
    """The same operator with other tensors among its parameters."""
    rest = iter(tensors)

    def replaced(value: Any) -> Any:
        if _is_operator(value):
            return with_tensors(value, rest)
        return next(rest) if _is_tensor(value) else value

    held = {name: nest.map_structure(replaced, v) for name, v in _held_parameters(operator).items()}
    # What was concluded from the arguments is not concluded again from other ones.
    hints = {name: hint for name, hint in operator._all_hints().items() if name in held}
    return type(operator)(**{**operator.parameters, **held, **hints})


def sliced(operator: Any, key: Any) -> Any:
    """The operator of a part of the batch."""
    if type(operator)._parameter_axes is None:
        raise NotImplementedError(f"{operator.name}: operators of this class cannot be sliced")
    keys = list(key) if isinstance(key, tuple) else [key]
    batch = operator._sizes[:-2]
    used = sum(one is not None and one is not Ellipsis for one in keys)
    if used > len(batch):
        raise invalid_argument(
            operator.name, f"received {used} indices for a batch of shape {batch}"
        )
    if not any(one is Ellipsis for one in keys):
        keys.append(Ellipsis)
    at = next(i for i, one in enumerate(keys) if one is Ellipsis)
    keys[at : at + 1] = [slice(None)] * (len(batch) - used)
    return _rebuilt(operator, keys, batch)


def _rebuilt(operator: Any, keys: list[Any], batch: tuple[int, ...]) -> Any:
    made = {}
    axes = type(operator)._parameter_axes
    for name, value in operator.parameters.items():
        if name == "batch_shape" and value is not None:
            inner = np.empty(batch_of(value), np.bool_)
            made[name] = list(inner[_own_key(keys, batch, inner.shape)].shape)
        elif name in axes and value is not None:
            own = getattr(operator, name)
            several = isinstance(own, list)
            count = axes[name] - several
            parts = [_part(one, keys, batch, count) for one in (own if several else [own])]
            made[name] = parts if several else parts[0]
        else:
            made[name] = nest.map_structure(
                lambda one: _rebuilt(one, keys, batch) if _is_operator(one) else one, value
            )
    return type(operator)(**made)


def _part(value: Any, keys: list[Any], batch: tuple[int, ...], count: int) -> Any:
    x = to_tensor(value)
    return x[(*_own_key(keys, batch, tuple(x._shape[: len(x._shape) - count])), Ellipsis)]


def _own_key(keys: list[Any], batch: tuple[int, ...], own: tuple[int, ...]) -> tuple[Any, ...]:
    """The key for a tensor whose batch only broadcasts to the operator's."""
    found: list[Any] = []
    axis = len(own) - len(batch)
    for key in keys:
        if key is None:
            found.append(None)
            continue
        if axis >= 0:
            if own[axis] == 1 and batch[axis - len(own)] != 1:
                found.append(slice(None) if isinstance(key, slice) else 0)
            else:
                found.append(key)
        axis += 1
    return tuple(found)
