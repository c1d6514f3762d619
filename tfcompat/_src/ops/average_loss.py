"""Losses of a batch that may be spread over replicas, of which there is one here."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math
from tfcompat._src.ops.array import expand_dims, squeeze
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.tensor import Tensor


@public("tfcompat.nn")
def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> Tensor:
    """The sum of the examples' losses, divided by the size of the whole batch.

    Args:
      per_example_loss: one loss per example, or more axes.
      sample_weight: what each is multiplied by.
      global_batch_size: an integer; by default the number of examples.

    Raises:
      ValueError: a scalar loss, or a size that is not one.
      TypeError: a size that is no integer.
      InvalidArgumentError: a negative size.
    """
    loss = to_tensor(per_example_loss)
    if not loss._shape:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={per_example_loss} with rank 0"
        )
    if sample_weight is not None:
        # In single precision, as TensorFlow multiplies them.
        dtype = loss._dtype
        loss = cast(loss, dtypes.float32)
        weight = cast(to_tensor(sample_weight), dtypes.float32)
        more = len(loss._shape) - len(weight._shape)
        if more == 1 and weight._shape:
            weight = expand_dims(weight, -1)
        elif more == -1 and weight._shape[-1] == 1:
            weight = squeeze(weight, [-1])
        loss = cast(math.multiply(loss, weight), dtype)
    size = to_tensor(loss._shape[0] if global_batch_size is None else global_batch_size)
    if not size._dtype.is_integer:
        raise TypeError(
            "compute_average_loss: global_batch_size must be an integer; received "
            f"{size._dtype.name}"
        )
    if size._shape:
        raise ValueError(
            "compute_average_loss: global_batch_size must be scalar; received the shape "
            f"{tuple(size._shape)}"
        )
    if int(size) < 0:
        raise invalid_argument(
            "compute_average_loss", f"global_batch_size must be non-negative: received {int(size)}"
        )
    total = reduce_sum(loss)
    return division.divide_no_nan(total, cast(size, total._dtype))


@public("tfcompat.nn")
def scale_regularization_loss(regularization_loss: Any) -> Tensor:
    """The sum of the losses, divided by the number of replicas: one."""
    return division.truediv(reduce_sum(to_tensor(regularization_loss)), 1)
