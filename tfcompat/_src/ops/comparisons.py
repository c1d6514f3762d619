"""Comparisons, logic and tests of single elements: tf.equal, tf.logical_and, tf.math.is_nan, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import BOOL, FLOATS, REAL
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.naming import public
from tfcompat._src.ops.common import (
    comparison,
    unary_constant,
)
from tfcompat._src.ops.math import _strings
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("math")


# ------------------------------------------------------------------------------------ comparison
def _equality(kernel: Any, x: Any, y: Any, op: str) -> Tensor:
    try:
        return comparison(kernel, x, y, op, dtypes.NUMERIC_OR_BOOL)
    except InvalidArgumentError:
        texts = _strings(x, y)
        if texts is None:
            raise
    broadcast_shapes(texts[0].shape, texts[1].shape, op)
    same = np.asarray(texts[0] == texts[1], np.bool_)
    return to_tensor(same if op == "Equal" else ~same)


@public("tfcompat.math")
def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x equals y, element-wise, for numbers, bool and strings."""
    return _equality(kernels.equal, x, y, "Equal")


@public("tfcompat.math")
def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x differs from y, element-wise, for numbers, bool and strings."""
    return _equality(kernels.not_equal, x, y, "NotEqual")


@public("tfcompat.math")
def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x < y, element-wise."""
    return comparison(kernels.less, x, y, "Less", REAL)


@public("tfcompat.math")
def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x <= y, element-wise."""
    return comparison(kernels.less_equal, x, y, "LessEqual", REAL)


@public("tfcompat.math")
def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x > y, element-wise."""
    return comparison(kernels.greater, x, y, "Greater", REAL)


@public("tfcompat.math")
def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x >= y, element-wise."""
    return comparison(kernels.greater_equal, x, y, "GreaterEqual", REAL)


# ----------------------------------------------------------------------------------------- logic
@public("tfcompat.math")
def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether both x and y hold, element-wise."""
    return comparison(kernels.logical_and, *_truths(x, y), "LogicalAnd", BOOL)


@public("tfcompat.math")
def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x or y or both hold, element-wise."""
    return comparison(kernels.logical_or, *_truths(x, y), "LogicalOr", BOOL)


@public("tfcompat.math")
def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Tensor:
    """Whether exactly one of x and y holds, element-wise."""
    return comparison(kernels.not_equal, *_truths(x, y), "LogicalXor", BOOL)


@public("tfcompat.math")
def logical_not(x: Any, name: str | None = None) -> Tensor:
    """Whether x does not hold, element-wise."""
    return unary_constant(kernels.logical_not, _truth(x), "LogicalNot", BOOL)


def _truth(x: Any) -> Tensor:
    """Only bool is asked for here, so that is what Python values become."""
    return x if isinstance(x, Tensor) or hasattr(x, "__tf_tensor__") else to_tensor(x, dtypes.bool_)


def _truths(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    return _truth(x), _truth(y)


@public("tfcompat.math")
def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Whether x is not a number, element-wise."""
    return unary_constant(kernels.is_nan, x, "IsNan", FLOATS, dtypes.bool_)


@public("tfcompat.math")
def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Whether x is infinite, element-wise."""
    return unary_constant(kernels.is_inf, x, "IsInf", FLOATS, dtypes.bool_)


@public("tfcompat.math")
def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Whether x is neither infinite nor not a number, element-wise."""
    return unary_constant(kernels.is_finite, x, "IsFinite", FLOATS, dtypes.bool_)
