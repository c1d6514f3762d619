"""Patches of images: tf.nn.dilation2d, tf.nn.max_pool_with_argmax, tf.extract_volume_patches."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument, out_of_range, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reverse
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.math import negative
from tfcompat._src.ops.windows import centred, geometry, per_axis
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("patches")


# ------------------------------------------------------------------------------------ morphology
def _four(values: Any, op: str, what: str) -> tuple[int, int]:
    """The numbers for rows and columns of a list of four that leave batch and channels alone."""
    numbers = [int(n) for n in values] if isinstance(values, (list, tuple)) else []
    if len(numbers) != 4:
        raise invalid_argument(op, f"received {what}={values!r}; expected a list of four numbers")
    if numbers[0] != 1 or numbers[3] != 1:
        raise unimplemented(
            op, f"received {what}={numbers}; expected 1 for the batch and the channels"
        )
    if min(numbers) < 1:
        raise invalid_argument(op, f"{what} must be > 0: received {numbers}")
    return numbers[1], numbers[2]


def _check_last(data_format: Any) -> None:
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )


def _check_padding(padding: Any, op: str) -> None:
    if not isinstance(padding, str):
        raise TypeError(f"{op}: Expected string for argument 'padding' not {padding!r}.")


@public("tfcompat.nn")
def dilation2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str,
    dilations: Any,
    name: str | None = None,
) -> Tensor:
    """The largest sum of an image's window and a filter, for each channel on its own.

    Args:
      input: [batch, height, width, channels], integers or floating.
      filters: [height, width, channels] of the same dtype.
      strides: four numbers, [1, rows, columns, 1].
      padding: "SAME" or "VALID".
      data_format: "NHWC".
      dilations: like strides, the distances of the elements a filter looks at.
      name: ignored.

    Raises InvalidArgumentError or ValueError for what does not fit.
    """
    _check_last(data_format)
    return _dilation(*operands(input, filters), strides, padding, dilations)


def _dilation(x: Tensor, w: Tensor, strides: Any, padding: str, dilations: Any) -> Tensor:
    op = "Dilation2D"
    if x._dtype is not w._dtype:
        raise mismatch(op, x, w)
    check_dtype(op, x, dtypes.REAL)
    steps, rates = _four(strides, op, "strides"), _four(dilations, op, "dilations")
    _check_padding(padding, op)
    if len(x._shape) != 4 or len(w._shape) != 3:
        raise invalid_argument(
            op,
            "input must be 4-dimensional and filter must be 3-dimensional: received "
            f"{list(x._shape)} and {list(w._shape)}",
        )
    if x._shape[3] != w._shape[2]:
        raise invalid_argument(
            op, f"input and filter must have the same depth: {x._shape[3]} vs {w._shape[2]}"
        )
    window = (w._shape[0], w._shape[1])
    how = geometry(
        op, tuple(x._shape[1:3]), window, steps, padding, rates, first=False, explicit=False
    )
    return dispatch.execute(kernels.dilation2d, (x, w), (steps, how.padding, rates), x._dtype)


@public("tfcompat.nn")
def erosion2d(
    value: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str,
    dilations: Any,
    name: str | None = None,
) -> Tensor:
    """The smallest difference of an image's window and a filter, each channel on its own.

    It is the negated `dilation2d` of the negated image by the filter turned around.

    Raises InvalidArgumentError for a filter that has not three axes.
    """
    _check_last(data_format)
    x, w = operands(value, filters)
    if len(w._shape) != 3:
        raise invalid_argument(
            "Dilation2D", f"filter must be 3-dimensional: received {list(w._shape)}"
        )
    check_dtype("Erosion2D", x, dtypes.SIGNED_INTEGERS | dtypes.FLOATS)
    return negative(_dilation(negative(x), reverse(w, [0, 1]), strides, padding, dilations))


# --------------------------------------------------------------------------------------- maxima
@public("tfcompat.nn")
class MaxPoolWithArgmax(NamedTuple):
    """The largest element of each window, and its position in the flattened image."""

    output: Tensor
    argmax: Tensor


@public("tfcompat.nn")
def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    output_dtype: Any = dtypes.int64,
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> MaxPoolWithArgmax:
    """`max_pool` of images, and where each maximum lies.

    Args:
      input: [batch, height, width, channels], integers or floating.
      ksize: the windows' size: one number, two, or four for all axes.
      strides: likewise.
      padding: "SAME" or "VALID".
      data_format: "NHWC".
      output_dtype: that of the positions, int32 or int64.
      include_batch_in_index: counts positions through the whole batch.
      name: ignored.

    Raises InvalidArgumentError or ValueError for what does not fit.
    """
    op = "MaxPoolWithArgmax"
    _check_last(data_format)
    x = to_tensor(input)
    wanted = as_dtype(output_dtype)
    if wanted not in dtypes.INDEX:
        raise invalid_argument(op, f"received output_dtype={wanted.name}; expected int32 or int64")
    check_dtype(op, x, dtypes.REAL)
    _check_padding(padding, op)
    if len(x._shape) != 4:
        raise invalid_argument(op, f"tensor_in must be 4-dimensional: received {list(x._shape)}")
    try:
        attrs = _planned(op, x._shape, ksize, strides, padding)
    except TypeError:
        # Lists are no keys.
        attrs = _plan(op, x._shape, ksize, strides, padding)
    attrs = (*attrs, bool(include_batch_in_index))
    y, at = dispatch.execute(kernels.max_pool_with_argmax, (x,), attrs)
    return MaxPoolWithArgmax(y, at if wanted is dtypes.int64 else cast(at, wanted))


def _plan(op: str, shape: Any, ksize: Any, strides: Any, padding: str) -> tuple[Any, ...]:
    window = per_axis(ksize, 2, False, op, "ksize")
    steps = per_axis(strides, 2, False, op, "strides")
    if 0 in shape:
        raise invalid_argument(op, f"tensor_in must not be empty: received {list(shape)}")
    sizes = tuple(shape[1:3])
    how = geometry(op, sizes, window, steps, padding, (1, 1), first=False, explicit=False)
    return window, steps, how.padding


_planned = lru_cache(maxsize=256, typed=True)(_plan)


# -------------------------------------------------------------------------------------- volumes
@public("tfcompat")
def extract_volume_patches(
    input: Any, ksizes: Any, strides: Any, padding: str, name: str | None = None
) -> Tensor:
    """The elements of every window of a volume, as the channels of one element.

    Args:
      input: [batch, planes, rows, columns, channels], integers or floating.
      ksizes: five numbers, [1, planes, rows, columns, 1].
      strides: likewise.
      padding: "SAME" or "VALID".
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "ExtractVolumePatches"
    x = to_tensor(input)
    check_dtype(op, x, dtypes.REAL)
    _check_padding(padding, op)
    window, steps = (_five(n, op, what) for n, what in ((ksizes, "ksizes"), (strides, "strides")))
    if len(x._shape) != 5:
        raise invalid_argument(op, f"input must be 5-dimensional: received {list(x._shape)}")
    sizes, ones = tuple(x._shape[1:4]), (1, 1, 1)
    how = geometry(op, sizes, window, steps, padding, ones, first=False, explicit=False)
    if padding == "SAME":
        x = centred(x, window, how)
    return dispatch.execute(
        kernels.extract_patches, (x,), (window, steps, how.padding, ones), x._dtype
    )


def _five(values: Any, op: str, what: str) -> tuple[int, int, int]:
    numbers = [int(n) for n in values] if isinstance(values, (list, tuple)) else []
    if len(numbers) != 5:
        raise invalid_argument(op, f"received {what}={values!r}; expected a list of five numbers")
    if numbers[0] != 1 or numbers[4] != 1:
        raise unimplemented(op, f"Only support {what} across space: received {numbers}")
    if min(numbers) < 1:
        raise out_of_range(op, f"{what} is out of range: received {numbers}")
    return numbers[1], numbers[2], numbers[3]
