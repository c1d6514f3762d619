"""tf.nn.local_response_normalization, and batch normalization by its old name."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.normalization import batch_normalization
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("nn")

_HALVES_AND_SINGLE = frozenset({dtypes.float16, dtypes.bfloat16, dtypes.float32})


@public("tfcompat.nn")
def local_response_normalization(
    input: Any,
    depth_radius: Any = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """input / (bias + alpha * s) ** beta, where s sums squares over the channels around each.

    Args:
      input: [batch, height, width, channels], float32, float16 or bfloat16.
      depth_radius: how many channels on either side count.
      bias: a number.
      alpha: a number.
      beta: a number.
      name: ignored.

    Raises InvalidArgumentError for another rank or dtype, or a negative radius.
    """
    op = "LRN"
    x = to_tensor(input)
    check_dtype(op, x, _HALVES_AND_SINGLE)
    radius = int(depth_radius)
    if len(x._shape) != 4:
        raise invalid_argument(op, f"in must be 4-dimensional: received {list(x._shape)}")
    if radius < 0:
        raise invalid_argument(op, f"received depth_radius = {radius}; expected 0 or more")
    radius = min(radius, max(x._shape[3] - 1, 0))
    how = (radius, float(bias), float(alpha), float(beta))
    return dispatch.execute(kernels.local_response_normalization, (x,), how, x._dtype)


@public("tfcompat.nn")
def batch_norm_with_global_normalization(
    input: Any,
    mean: Any,
    variance: Any,
    beta: Any,
    gamma: Any,
    variance_epsilon: Any,
    scale_after_normalization: bool,
    name: str | None = None,
) -> Tensor:
    """`tf.nn.batch_normalization` with the offset beta and, if asked for, the scale gamma."""
    scale = gamma if scale_after_normalization else None
    return batch_normalization(input, mean, variance, beta, scale, variance_epsilon)
