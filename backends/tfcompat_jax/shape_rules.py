"""Shapes and dtypes of what the commonest kernels give, without a trace by JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import casting, math, optimizers, transcendental, vjp
from .trie import TO_NATIVE, Aval, aval_of, rules

Found = tuple[tuple[Aval, ...], bool] | None

_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
_ARITHMETIC = (
    *("add", "subtract", "multiply", "divide", "divide_no_nan", "square", "negative"),
    *("maximum", "minimum", "squared_difference", "logical_and", "logical_or"),
)
_FUNCTIONS = ("sqrt", "rsqrt", "exp", "log", "log1p", "tanh", "sigmoid")


def _shape(avals: tuple[Aval, ...]) -> tuple[int, ...] | None:
    """Of what an element-wise kernel gives; None has JAX find it, or what is wrong."""
    first, last = avals[0], avals[-1]
    if first.dtype is not last.dtype:
        return None
    if first.shape == last.shape or not last.shape:
        return first.shape
    try:
        return np.broadcast_shapes(first.shape, last.shape)
    except ValueError:
        return None


def _like_inputs(avals: tuple[Aval, ...], attrs: tuple[Any, ...]) -> Found:
    shape = _shape(avals)
    return None if shape is None else ((aval_of(shape, TO_NATIVE[avals[0].dtype]),), False)


def _truths(avals: tuple[Aval, ...], attrs: tuple[Any, ...]) -> Found:
    shape = _shape(avals)
    return None if shape is None else ((aval_of(shape, np.dtype(bool)),), False)


def _cast(avals: tuple[Aval, ...], attrs: tuple[Any, ...]) -> Found:
    return (aval_of(avals[0].shape, TO_NATIVE[attrs[0]]),), False


def _slopes(avals: tuple[Aval, ...], attrs: tuple[Any, ...]) -> Found:
    _, _, mask, _ = attrs
    return tuple([avals[i] for i in mask]), True


def _adam(avals: tuple[Aval, ...], attrs: tuple[Any, ...]) -> Found:
    # Steps and rate, then the variables, their gradients, and the first and second moments.
    n = attrs[0]
    return (avals[0], *avals[2 : 2 + n], *avals[2 + 2 * n :]), True


def _named(module: Any, names: tuple[str, ...]) -> list[Callable[..., Any]]:
    return [getattr(module, name) for name in names]


rules.update(dict.fromkeys(_named(math, _ARITHMETIC), _like_inputs))
rules.update(dict.fromkeys(_named(transcendental, _FUNCTIONS), _like_inputs))
rules.update(dict.fromkeys(_named(math, _COMPARISONS), _truths))
rules[casting.cast] = _cast
rules[vjp.vjp] = _slopes
rules[optimizers.adam_update] = _adam
