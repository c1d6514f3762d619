"""Activations and what layers are made of: tf.nn.relu, tf.nn.softmax, tf.nn.bias_add, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.dtypes import FLOATS, REAL
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, mismatch, unary, wrong_dtype
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.math import multiply, negative
from tfcompat._src.ops.transcendental import sigmoid
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("nn")
math = dispatch.family("math")


# ----------------------------------------------------------------------------------- activations
@public("tfcompat.nn")
def relu(features: Any, name: str | None = None) -> Tensor:
    """max(x, 0), element-wise; the gradient at 0 is 0."""
    return unary(kernels.relu, features, "Relu", REAL)


@public("tfcompat.nn")
def relu6(features: Any, name: str | None = None) -> Tensor:
    """min(max(x, 0), 6), element-wise; the gradient at 0 and at 6 is 0."""
    return unary(kernels.relu6, features, "Relu6", REAL)


@lru_cache(maxsize=64)
def _in_single(value: float) -> float:
    # TensorFlow holds it so.
    return float(np.float32(value))


@public("tfcompat.nn")
def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Tensor:
    """The input where it is above 0, otherwise alpha times it; integers become float32.

    Raises TypeError where `alpha` is not a number.
    """
    x = features if isinstance(features, Tensor) else to_tensor(features)
    if x._dtype not in FLOATS:
        if x._dtype.is_integer:
            x = cast(x, dtypes.float32)
        check_dtype("LeakyRelu", x, FLOATS)
    if alpha.__class__ is float:
        slope = _in_single(alpha)
    elif isinstance(alpha, Tensor) or not hasattr(alpha, "__float__"):
        raise TypeError(f"LeakyRelu: received alpha={alpha!r}; expected a float")
    else:
        slope = _in_single(float(alpha))
    return dispatch.execute(kernels.leaky_relu, (x,), (slope,), x._dtype)


@public("tfcompat.nn")
def elu(features: Any, name: str | None = None) -> Tensor:
    """The input where it is 0 or above, otherwise exp(x) - 1."""
    return unary(kernels.elu, features, "Elu", FLOATS)


@public("tfcompat.nn")
def selu(features: Any, name: str | None = None) -> Tensor:
    """The exponential linear unit whose scales keep the mean 0 and the variance 1."""
    return unary(kernels.selu, features, "Selu", FLOATS)


@public("tfcompat.nn")
def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """The input times the normal distribution's P(X <= x), or its approximation by tanh.

    Raises ValueError unless `features` has a floating dtype.
    """
    x = to_tensor(features)
    if x._dtype not in FLOATS:
        raise ValueError(f"Gelu: received features of {x._dtype.name}; expected a floating dtype")
    kernel = kernels.gelu_approximate if approximate else kernels.gelu
    return dispatch.execute1(kernel, x, x._dtype)


@public("tfcompat.nn")
def silu(features: Any, beta: Any = 1.0) -> Tensor:
    """The input times sigmoid(beta * x), element-wise; also called swish."""
    if beta.__class__ is float and beta == 1.0:
        return unary(kernels.silu, features, "Silu", dtypes.FLOAT_OR_COMPLEX)
    x = to_tensor(features)
    check_dtype("Silu", x, dtypes.FLOAT_OR_COMPLEX)
    return multiply(x, sigmoid(multiply(x, operand(beta, x._dtype))))


@public("tfcompat.nn")
def crelu(features: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """relu(x) and relu(-x), joined along an axis."""
    x = to_tensor(features)
    return relu(concat([x, negative(x)], axis))


@public("tfcompat.nn")
def softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """exp(x) divided by its sum along an axis, by default the last.

    Raises InvalidArgumentError: not floating, a scalar, or no such axis.
    """
    return _along(kernels.softmax, logits, axis, "Softmax")


@public("tfcompat.nn")
def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """The logarithm of `softmax`, computed without leaving the logarithmic scale.

    Raises InvalidArgumentError: not floating, a scalar, or no such axis.
    """
    return _along(kernels.log_softmax, logits, axis, "LogSoftmax")


def _along(kernel: Any, logits: Any, axis: Any, op: str) -> Tensor:
    x = to_tensor(logits)
    dtype = x._dtype
    if dtype not in FLOATS:
        raise wrong_dtype(op, dtype, FLOATS)
    rank = len(x._shape)
    if not rank:
        raise invalid_argument(op, "received a scalar; expected logits with 1 axis or more")
    if axis is None or axis == -1:
        return dispatch.execute1(kernel, x, dtype)
    return dispatch.execute(kernel, (x,), (checked_axis(axis, rank, op),), dtype)


def checked_axis(axis: Any, rank: int, op: str) -> int:
    """`axis` counted from the first; InvalidArgumentError where there is none such."""
    number = int(axis)
    if not -rank <= number < rank:
        raise invalid_argument(
            op, f"received axis={number}; expected one in [{-rank}, {rank}) for {rank} axes"
        )
    return number % rank


# ----------------------------------------------------------------------------------- bias, norms
@public("tfcompat.nn")
def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """The sum of a value and a bias that has one axis, the channels.

    Args:
      value: of rank 2 or more.
      bias: a vector of the same dtype, as long as value's channel axis.
      data_format: "N...C" or None for channels last, "NC..." for channels in axis 1.
      name: ignored.

    Raises:
      InvalidArgumentError: shapes or dtypes that do not fit.
      ValueError: another data_format.
    """
    if not isinstance(value, Tensor):
        value = to_tensor(value)
    dtype = value._dtype
    if not isinstance(bias, Tensor):
        bias = operand(bias, dtype)
    first = data_format is not None and _channels_first(data_format)
    if dtype is not bias._dtype:
        raise mismatch("BiasAdd", value, bias)
    if dtype not in dtypes.NUMERIC:
        raise wrong_dtype("BiasAdd", dtype, dtypes.NUMERIC)
    shape, width = value._shape, bias._shape
    rank = len(shape)
    if rank < 2 or len(width) != 1 or width[0] != shape[1 if first else -1]:
        raise invalid_argument(
            "BiasAdd",
            f"received a value of shape {tuple(shape)} and a bias of shape {tuple(width)}; "
            "expected a value of rank 2 or more and a vector with one bias per channel",
        )
    if first and rank > 2:
        bias = reshape(bias, (*width, *(1,) * (rank - 2)))
    return dispatch.execute2(math.add, value, bias, dtype)


def _channels_first(data_format: str) -> bool:
    if data_format.startswith("NC"):
        return True
    if data_format.startswith("N") and data_format.endswith("C"):
        return False
    raise ValueError(f"BiasAdd: received data_format={data_format!r}; expected 'N...C' or 'NC...'")


@public("tfcompat.nn")
def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of the squares of all elements."""
    return unary(kernels.l2_loss, t, "L2Loss", FLOATS)
