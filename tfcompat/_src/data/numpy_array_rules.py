"""NumPy's forms of ops that move, join and reduce elements; see numpy_rules.py."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.lowering import Call, Known, Step, Unstacked, Variable
from tfcompat._src.data.numpy_rules import _OPS, constant_of, elementwise, rule
from tfcompat._src.errors import invalid_argument

#: Whether the rules of this file are registered.
LOADED = True
_NATIVE = dtypes.NUMERIC_OR_BOOL | {dtypes.string}


def _numbers(value: Any) -> list[int]:
    """Sizes or axes that are known. Raises TypeError where they are not."""
    if isinstance(value, Known):
        value = value.array.tolist()
    if isinstance(value, (list, tuple)):
        return [_number(item) for item in value]
    if hasattr(value, "as_list"):
        return [_number(item) for item in value.as_list()]
    return [_number(value)]


def _number(value: Any) -> int:
    if isinstance(value, Known):
        return index(value.array.item())
    if isinstance(value, Variable) or value is None:
        raise TypeError("not known")
    return index(value)


def _variable(call: Call, name: str) -> Variable:
    x = call.argument(name)
    if not isinstance(x, Variable) or x.dtype not in _NATIVE:
        raise TypeError("nothing that is computed")
    return x


def _rank(x: Variable) -> int:
    if x.dims is None:
        raise TypeError("of unknown rank")
    return len(x.dims)


def _axis(value: Any, rank: int) -> int:
    found = _number(value)
    if not -rank <= found < rank:
        raise IndexError("no such axis")
    return found % rank


# ------------------------------------------------------------------------------------------- shapes
@rule(_OPS + "array", "identity", "stop_gradient")
def _identity(call: Call) -> Step:
    return _passed(_variable(call, "input"))


def _passed(x: Variable) -> Step:
    return Step(lambda a: a, lambda n, a: a, (x.index,))


@rule("tfcompat._src.convert", "convert_to_tensor", "constant")
def _converted(call: Call) -> Step:
    x = _variable(call, "value")
    if call.output._dtype is not x.dtype or call.output._dims != x.dims:
        raise TypeError("another type")
    return _passed(x)


@rule(_OPS + "array", "reshape")
def _reshape(call: Call) -> Step:
    x = _variable(call, "tensor")
    given = call.argument("shape")
    if isinstance(given, list) and any(isinstance(item, Variable) for item in given):
        return _reshaped_by(x, given)
    sizes = tuple(_numbers(given))
    if min(sizes, default=0) < -1:
        raise ValueError("a negative size")

    def rows(n: int, a: Any) -> Any:
        found = a.reshape(n, *sizes) if a.size else None
        if found is None:
            raise Unstacked
        return found

    return Step(lambda a: np.asarray(a).reshape(sizes), rows, (x.index,))


def _reshaped_by(x: Variable, given: list[Any]) -> Step:
    """By sizes of which some are computed."""
    computed = [item for item in given if isinstance(item, Variable)]
    fixed = [None if isinstance(item, Variable) else _number(item) for item in given]

    def element(a: Any, *sizes: Any) -> Any:
        moving = iter(sizes)
        return a.reshape([int(next(moving)) if size is None else size for size in fixed])

    return Step(element, None, (x.index, *[item.index for item in computed]))


@rule(_OPS + "array", "expand_dims")
def _expanded(call: Call) -> Step:
    x = _variable(call, "input")
    rank = _rank(x)
    axis = _axis(call.argument("axis"), rank + 1)
    return Step(
        lambda a: np.expand_dims(a, axis), lambda n, a: np.expand_dims(a, axis + 1), (x.index,)
    )


@rule(_OPS + "array", "squeeze")
def _squeezed(call: Call) -> Step:
    x = _variable(call, "input")
    rank, given = _rank(x), call.argument("axis")
    if given is None or given == []:
        if None in x.dims:
            raise TypeError("sizes that are not known")
        axes = tuple([i for i, size in enumerate(x.dims) if size == 1])
    else:
        axes = tuple([_axis(item, rank) for item in _numbers(given)])
    shifted = tuple([axis + 1 for axis in axes])
    return Step(lambda a: np.squeeze(a, axes), lambda n, a: np.squeeze(a, shifted), (x.index,))


@rule(_OPS + "array", "transpose")
def _transposed(call: Call) -> Step:
    x = _variable(call, "a")
    rank, given = _rank(x), call.argument("perm")
    axes = list(range(rank))[::-1] if given is None else _numbers(given)
    axes = [axis % rank for axis in axes]
    if sorted(axes) != list(range(rank)) or call.argument("conjugate") is not False:
        raise ValueError("no permutation")
    shifted = [0, *[axis + 1 for axis in axes]]
    return Step(lambda a: np.transpose(a, axes), lambda n, a: np.transpose(a, shifted), (x.index,))


@rule(_OPS + "array", "reverse")
def _reversed(call: Call) -> Step:
    x = _variable(call, "tensor")
    rank = _rank(x)
    axes = tuple([_axis(item, rank) for item in _numbers(call.argument("axis"))])
    shifted = tuple([axis + 1 for axis in axes])
    return Step(lambda a: np.flip(a, axes), lambda n, a: np.flip(a, shifted), (x.index,))


@rule(_OPS + "sizes", "shape")
def _shape(call: Call) -> Step:
    x, dtype = _variable(call, "input"), call.output._dtype.as_numpy_dtype

    def rows(n: int, a: Any) -> Any:
        return np.broadcast_to(np.array(a.shape[1:], dtype), (n, a.ndim - 1))

    return Step(lambda a: np.array(np.shape(a), dtype), rows, (x.index,))


@rule(_OPS + "sizes", "size")
def _size(call: Call) -> Step:
    x, dtype = _variable(call, "input"), call.output._dtype.as_numpy_dtype
    return Step(
        lambda a: np.array(np.size(a), dtype),
        lambda n, a: np.full(n, a.size // n, dtype),
        (x.index,),
    )


# ----------------------------------------------------------------------------------------- indexing
@rule("tfcompat._src.indexing", "getitem")
def _item(call: Call) -> Step:
    x = _variable(call, "self")
    rank, key = _rank(x), call.argument("key")
    keys = tuple(key) if isinstance(key, (tuple, list)) else (key,)
    plain: list[Any] = []
    for item in keys:
        if item is None or item is Ellipsis:
            plain.append(item)
        elif isinstance(item, slice):
            plain.append(slice(*[_end(part) for part in (item.start, item.stop, item.step)]))
        elif isinstance(item, (bool, np.bool_)):
            raise TypeError("a mask")
        else:
            plain.append(_number(item))
    if sum(item is not None and item is not Ellipsis for item in plain) > rank:
        raise IndexError("too many indices")
    if any(isinstance(item, slice) and item.step == 0 for item in plain):
        raise ValueError("a step of zero")
    where = tuple(plain)
    if Ellipsis not in where:
        # A single string stays an array.
        where = (*where, Ellipsis)
    shifted = (slice(None), *where)
    return Step(lambda a: a[where], lambda n, a: a[shifted], (x.index,))


def _end(value: Any) -> int | None:
    return None if value is None else _number(value)


@rule(_OPS + "selection", "gather")
def _gathered(call: Call) -> Step:
    """From a table that is known, by numbers that are computed."""
    params, where = call.argument("params"), _variable(call, "indices")
    axis = call.argument("axis")
    if (axis is not None and _number(axis)) or call.argument("batch_dims"):
        raise TypeError("along another axis")
    if isinstance(params, Variable) or not isinstance(params, Known):
        raise TypeError("computed")
    table = params.array
    count = len(table)

    def element(at: Any) -> Any:
        if np.size(at) and (np.min(at) < 0 or np.max(at) >= count):
            raise invalid_argument("gather", "an index out of range")
        return table[at]

    return Step(element, lambda n, at: element(at), (where.index,))


# ------------------------------------------------------------------------------------------ joining
def _joined(call: Call, name: str, function: Callable[..., Any], axis: int) -> Step:
    """By a function of a list of arrays and an axis."""
    dtype = call.output._dtype
    values = call.argument(name)
    if not isinstance(values, list):
        raise TypeError("no list")
    ins = [v.index for v in values if isinstance(v, Variable)]
    if any(v.dtype is not dtype for v in values if isinstance(v, Variable)) or not ins:
        raise TypeError("other types")
    if dtype not in _NATIVE:
        raise TypeError("a type that NumPy lacks")
    fixed = [None if isinstance(v, Variable) else constant_of(v, dtype) for v in values]

    def element(*arrays: Any) -> Any:
        moving = iter(arrays)
        return function([next(moving) if c is None else c for c in fixed], axis)

    def rows(n: int, *arrays: Any) -> Any:
        moving = iter(arrays)
        parts = [next(moving) if c is None else np.broadcast_to(c, (n, *c.shape)) for c in fixed]
        return function(parts, axis + 1)

    return Step(element, rows, tuple(ins))


@rule(_OPS + "joining", "concat")
def _concatenated(call: Call) -> Step:
    if call.output._dims is None:
        raise TypeError("of unknown rank")
    axis = _axis(call.argument("axis"), len(call.output._dims))
    return _joined(call, "values", np.concatenate, axis)


@rule(_OPS + "joining", "stack")
def _stack(call: Call) -> Step:
    if call.output._dims is None:
        raise TypeError("of unknown rank")
    axis = _axis(call.argument("axis"), len(call.output._dims))
    return _joined(call, "values", np.stack, axis)


@rule(_OPS + "creation", "one_hot")
def _one_hot(call: Call) -> Step:
    x, depth = _variable(call, "indices"), _number(call.argument("depth"))
    if call.argument("on_value") is not None or call.argument("off_value") is not None:
        raise TypeError("values of its own")
    if call.argument("axis") not in (None, -1) or depth < 0 or x.dtype not in dtypes.INTEGERS:
        raise TypeError("another axis")
    classes = np.arange(depth)
    dtype = call.output._dtype.as_numpy_dtype

    def element(at: Any) -> Any:
        return (np.asarray(at)[..., None] == classes).astype(dtype)

    return Step(element, lambda n, at: element(at), (x.index,))


# ----------------------------------------------------------------------------------------- reducing
def _reduced(call: Call, function: Callable[..., Any]) -> Step:
    x = _variable(call, "input_tensor")
    rank, given = _rank(x), call.argument("axis")
    if x.dtype is dtypes.string or None in x.dims or 0 in x.dims:
        raise TypeError("sizes that are not known")
    axes = tuple(range(rank)) if given is None else tuple([_axis(a, rank) for a in _numbers(given)])
    keep = bool(call.argument("keepdims"))
    shifted = tuple([axis + 1 for axis in axes])
    native = call.output._dtype.as_numpy_dtype
    return Step(
        lambda a: function(a, axis=axes, keepdims=keep, dtype=native),
        lambda n, a: function(a, axis=shifted, keepdims=keep, dtype=native),
        (x.index,),
        True,
    )


def _without_dtype(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, dtype, **named: function(a, **named)


@rule(_OPS + "reductions", "reduce_max")
def _largest(call: Call) -> Step:
    return _reduced(call, _without_dtype(np.max))


@rule(_OPS + "reductions", "reduce_min")
def _smallest(call: Call) -> Step:
    return _reduced(call, _without_dtype(np.min))


@rule(_OPS + "reductions", "reduce_all")
def _all(call: Call) -> Step:
    return _reduced(call, _without_dtype(np.all))


@rule(_OPS + "reductions", "reduce_any")
def _any(call: Call) -> Step:
    return _reduced(call, _without_dtype(np.any))


@rule(_OPS + "reductions", "reduce_sum")
def _sum(call: Call) -> Step:
    if call.output._dtype not in dtypes.INTEGERS | {dtypes.float32, dtypes.float64}:
        raise TypeError("sums that others round")
    return _reduced(call, np.sum)


@rule(_OPS + "reductions", "reduce_mean")
def _mean(call: Call) -> Step:
    if call.output._dtype not in (dtypes.float32, dtypes.float64):
        raise TypeError("means that others round")
    return _reduced(call, np.mean)


# -------------------------------------------------------------------------------------------- bytes
@rule(_OPS + "io", "decode_raw")
def _decoded(call: Call) -> Step:
    x, wanted = _variable(call, "input_bytes"), call.output._dtype
    little = call.argument("little_endian")
    if call.argument("fixed_length") is not None or little is not True or wanted.is_bool:
        raise TypeError("other forms")
    if x.dims != ():
        raise TypeError("more than one string")
    native = np.dtype(wanted.as_numpy_dtype)

    def rows(n: int, texts: Any) -> Any:
        items = texts.tolist()
        if len(set(map(len, items))) > 1:
            raise Unstacked
        return np.frombuffer(b"".join(items), native).reshape(n, -1)

    return Step(lambda text: np.frombuffer(text.item(), native), rows, (x.index,))


# ------------------------------------------------------------------------------------------- images
@rule(_OPS + "image_colour", "convert_image_dtype")
def _converted_image(call: Call) -> Step | None:
    x, wanted = _variable(call, "image"), call.output._dtype
    if wanted is not dtypes.float32 or x.dtype not in (dtypes.uint8, dtypes.uint16):
        raise TypeError("rounded or saturated")
    scale = np.float32(1.0 / x.dtype.max)
    return elementwise(lambda a: a.astype(np.float32) * scale, [x], x.dtype)


@rule(_OPS + "image_geometry", "flip_left_right", "flip_up_down")
def _flipped(call: Call) -> Step:
    x = _variable(call, "image")
    if _rank(x) < 3:
        raise TypeError("no picture")
    axis = -2 if call.node.name == "flip_left_right" else -3
    return Step(lambda a: np.flip(a, axis), lambda n, a: np.flip(a, axis), (x.index,))
