"""Making tensors larger at their ends: tf.pad."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import integers, move
from tfcompat._src.ops.common import mismatch
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

kernels = dispatch.family("array")

_PLAIN = (bool, int, float, complex, str, list, tuple)


def _of_padded(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> TensorSpec:
    """What `pad` gives while a function is traced with a tensor of unknown sizes."""
    x = to_tensor(tensor)
    dims: list[int | None]
    if x.shape.rank is not None:
        dims = x.shape.as_list()
    elif is_symbolic(paddings) and paddings.shape.rank is None:
        return TensorSpec(None, x._dtype)
    else:
        dims = [None] * to_tensor(paddings).shape[0]
    try:
        pairs: Any = () if is_symbolic(paddings) else [(index(a), index(b)) for a, b in paddings]
    except TypeError:
        pairs = ()
    if len(pairs) != len(dims):
        return TensorSpec([None] * len(dims), x._dtype)
    sizes = [None if n is None else a + n + b for n, (a, b) in zip(dims, pairs, strict=True)]
    return TensorSpec(sizes, x._dtype)


@gives(_of_padded)
@public("tfcompat")
def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """The tensor with `paddings[i] = [before, after]` elements more along axis i.

    They are `constant_values`, or with the mode REFLECT or SYMMETRIC the mirrored tensor, without
    or with its edge. No derivative flows to `constant_values`.

    Raises:
      ValueError: another mode.
      InvalidArgumentError: paddings that are negative, or too large to be mirrored.
    """
    how = mode.upper()
    if how not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            'pad: Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or '
            f'"SYMMETRIC". Received `mode` = {mode}'
        )
    x = to_tensor(tensor)
    if how == "CONSTANT" and constant_values.__class__ in _PLAIN and constant_values:
        # What the tensor's dtype cannot hold is refused before the paddings are looked at.
        constant_values = operand(constant_values, x._dtype)
    pairs = _pairs(paddings, tuple(x._shape))
    if how == "CONSTANT":
        if isinstance(constant_values, Tensor) or hasattr(constant_values, "__tf_tensor__"):
            value = to_tensor(constant_values)
            if value._dtype is not x._dtype:
                raise mismatch("PadV2", x, value, 2)
            if value._dtype is not dtypes.string:
                value = dispatch.execute_constant(kernels.identity, (value,), (), value._dtype)
        elif x._dtype is dtypes.string and constant_values == 0:
            value = to_tensor("")
        elif x._dtype is dtypes.bool_ and constant_values == 0:
            value = to_tensor(False)
        elif constant_values.__class__ is float and not constant_values:
            value = operand(0, x._dtype)
        else:
            value = operand(constant_values, x._dtype)
        if value._shape:
            raise invalid_argument(
                "PadV2", f"constant_values must be a scalar. Found: {list(value._shape)}"
            )
        return move(kernels.pad, _pad_strings, (x, value), (pairs,))
    offset = int(how == "REFLECT")
    for (before, after), n in zip(pairs, x._shape, strict=True):
        if max(before, after) > n - offset:
            limit = "less than" if offset else "no greater than"
            raise invalid_argument(
                "MirrorPad",
                f"paddings must be {limit} the dimension size: received {before}, {after} for "
                f"size {n}",
            )
    return move(kernels.mirror_pad, _mirror_strings, (x,), (pairs, offset))


def _pairs(paddings: Any, shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    if isinstance(paddings, (list, tuple)):
        try:
            found = tuple([(index(a), index(b)) for a, b in paddings])
        except (TypeError, ValueError):
            found = ()
        if found and len(found) == len(shape) and all([a >= 0 and b >= 0 for a, b in found]):
            return found
    numbers = integers(paddings, "Pad")
    if numbers.ndim != 2 or numbers.shape[1] != 2:
        raise invalid_argument(
            "Pad", f"paddings must be a matrix with 2 columns: received {list(numbers.shape)}"
        )
    if len(numbers) != len(shape):
        raise invalid_argument(
            "Pad",
            "The first dimension of paddings must be the rank of inputs: received paddings of "
            f"shape {list(numbers.shape)} for a tensor of shape {list(shape)}",
        )
    if numbers.size and numbers.min() < 0:
        raise invalid_argument("Pad", f"Paddings must be non-negative: received {numbers.tolist()}")
    return tuple([(int(a), int(b)) for a, b in numbers])


def _pad_strings(x: Any, value: Any, paddings: Any) -> Any:
    return np.pad(x, paddings, constant_values=value) if x.ndim else x


def _mirror_strings(x: Any, paddings: Any, offset: int) -> Any:
    return np.pad(x, paddings, "reflect" if offset else "symmetric") if x.ndim else x
