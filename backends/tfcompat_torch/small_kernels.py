"""Ops on few numbers by NumPy: which kernels there are, and what they are called with."""

from __future__ import annotations

import math as numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes, threads
from tfcompat._src.dtypes import DType

from . import array, linalg, math, reductions, runtime, selection, transcendental
from .instructions import Op

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Kinds = dict[int, tuple[Shape, DType]]

# Of more elements the numbers themselves take the time, and PyTorch has threads for them; where
# NumPy computes functions number by number, that is earlier.
FEW, FEW_OF_FUNCTIONS = 1 << 14, 1 << 8
# Multiplications in a product of matrices which NumPy's library does without threads of its own:
# those keep on looking for work for a while, and PyTorch's next op waits for a processor.
_ALONE = 1 << 18
_FLOATS = frozenset([dtypes.float32, dtypes.float64])
_DTYPES = _FLOATS | {dtypes.int32, dtypes.int64, dtypes.bool_}


# ---------------------------------------------------------------------------------------- kernels
def same(x: Array) -> Array:
    return x


def ones(like: Array) -> Array:
    return np.ones_like(like)


def scaled(x: Array, factor: float) -> Array:
    return np.multiply(x, x.dtype.type(factor))


def complement(x: Array) -> Array:
    return np.subtract(x.dtype.type(1), x)


def sigmoid(x: Array) -> Array:
    return np.reciprocal(np.add(np.exp(np.negative(x)), x.dtype.type(1)))


def unless_zero(g: Array, x: Array) -> Array:
    """0 where g is, whatever x is there."""
    return np.where(g == 0, g.dtype.type(0), x)


def summed(x: Array, axes: tuple[int, ...], shape: Shape) -> Array:
    return np.add.reduce(x, axis=axes, dtype=x.dtype).reshape(shape)


def averaged(x: Array, axes: tuple[int, ...], shape: Shape, factor: float) -> Array:
    return np.multiply(summed(x, axes, shape), x.dtype.type(factor))


def spread(x: Array, kept: Shape, shape: Shape) -> Array:
    """The way back from a sum: `kept` is the shape with ones for the axes that were summed."""
    found = np.empty(shape, x.dtype)
    found[...] = x.reshape(kept)
    return found


def reshaped(x: Array, shape: Shape) -> Array:
    return x.reshape(shape)


def product(a: Array, b: Array, turned_a: bool, turned_b: bool) -> Array:
    return np.matmul(a.T if turned_a else a, b.T if turned_b else b)


def part(x: Array, key: tuple[Any, ...]) -> Array:
    return x[key]


def placed(x: Array, key: tuple[Any, ...], shape: Shape) -> Array:
    """Zeros, but for a part."""
    found = np.zeros(shape, x.dtype)
    found[key] = x
    return found


# -------------------------------------------------------------------------------------- the table
_KERNELS: dict[Any, Callable[..., Any]] = {
    math.add: np.add,
    math.subtract: np.subtract,
    math.multiply: np.multiply,
    math.negative: np.negative,
    math.abs: np.abs,
    math.square: np.square,
    math.less: np.less,
    math.less_equal: np.less_equal,
    math.greater: np.greater,
    math.greater_equal: np.greater_equal,
    math.equal: np.equal,
    math.not_equal: np.not_equal,
    math.logical_and: np.logical_and,
    math.logical_or: np.logical_or,
    math.logical_not: np.logical_not,
    math.maximum: np.maximum,
    math.minimum: np.minimum,
    selection.where: np.where,
    array.identity: same,
    runtime.same: same,
}
_OF_FLOATS: dict[Any, Callable[..., Any]] = {
    math.divide: np.divide,
    math.floor: np.floor,
    math.ceil: np.ceil,
    math.round: np.rint,
    transcendental.sqrt: np.sqrt,
}
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    transcendental.exp: np.exp,
    transcendental.log: np.log,
    transcendental.sin: np.sin,
    transcendental.cos: np.cos,
    transcendental.tanh: np.tanh,
    transcendental.sigmoid: sigmoid,
}


def translated(op: Op, kinds: Kinds) -> Op | None:
    """The op on arrays; None where it is none of few numbers, or NumPy does not have it."""
    if op.several or not all([_is_small(*kinds[i]) for i in (*op.ins, *op.outs)]):
        return None
    if op.attrs or op.kernel not in _KERNELS:
        return _translated_floats(op, kinds)
    return op._replace(kernel=_KERNELS[op.kernel])


def _translated_floats(op: Op, kinds: Kinds) -> Op | None:
    shape, dtype = kinds[op.ins[0]] if op.ins else ((), dtypes.bool_)
    out = kinds[op.outs[0]][0]
    if dtype not in _FLOATS:
        return None
    if op.kernel in _OF_FLOATS:
        return op._replace(kernel=_OF_FLOATS[op.kernel])
    if op.kernel in _FUNCTIONS:
        quick = dtype is dtypes.float32 and threads.has_vector_functions()
        if quick or numbers.prod(shape) <= FEW_OF_FUNCTIONS:
            return op._replace(kernel=_FUNCTIONS[op.kernel])
        return None
    if op.kernel in (reductions.reduce_sum, reductions.reduce_mean):
        axes = op.attrs[0] if op.attrs and op.attrs[0] is not None else tuple(range(len(shape)))
        if op.kernel is reductions.reduce_sum:
            return op._replace(kernel=summed, attrs=(axes, out))
        count = numbers.prod([shape[i] for i in axes])
        return op._replace(kernel=averaged, attrs=(axes, out, 1 / count)) if count else None
    if op.kernel in (linalg.matmul, linalg.matmul_with):
        turned = op.attrs or (0, 0)
        both = len(shape) == len(kinds[op.ins[1]][0]) == 2
        if both and numbers.prod(out) * shape[not turned[0]] <= _ALONE:
            return op._replace(kernel=product, attrs=(bool(turned[0]), bool(turned[1])))
        return None
    if op.kernel is array.reshape:
        return op._replace(kernel=reshaped, attrs=(out,))
    if op.kernel is selection.strided_slice:
        return _translated_part(op)
    return None


def _translated_part(op: Op) -> Op | None:
    key: list[Any] = []
    for item in op.attrs[0]:
        if item.__class__ is tuple:
            first, count, step = item
            if step < 1 or not count:
                return None
            key.append(slice(first, first + (count - 1) * step + 1, step))
        else:
            key.append(item)
    return op._replace(kernel=part, attrs=(tuple(key),))


def _is_small(shape: Shape, dtype: DType) -> bool:
    return dtype in _DTYPES and numbers.prod(shape) <= FEW
