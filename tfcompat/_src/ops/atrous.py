"""Convolutions by other names: tf.nn.atrous_conv2d, the gradients of convolutions, tf.conv."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import mismatch, wrong_dtype
from tfcompat._src.ops.convolution import convolution, convolve
from tfcompat._src.ops.transposed_convolution import conv2d_transpose
from tfcompat._src.ops.windows import Geometry, channels_first, geometry, per_axis, results
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("convolution")


# ---------------------------------------------------------------------------------------- atrous
@public("tfcompat.nn")
def atrous_conv2d(
    value: Any, filters: Any, rate: Any, padding: Any, name: str | None = None
) -> Tensor:
    """`conv2d` with filters that look at every `rate`-th element.

    The padding may be pairs of numbers where a rate is above 1.

    Raises ValueError for a rate below 1, TypeError for pairs where all rates are 1.
    """
    rates = [int(n) for n in rate] if isinstance(rate, (list, tuple)) else [int(rate)] * 2
    if min(rates) < 1:
        raise ValueError(
            f"all values of `dilation_rate` must be positive. Received: dilation_rate={rates}"
        )
    if max(rates) > 1 and not isinstance(padding, str):
        return convolve("Conv2D", 2, value, filters, 1, padding, None, rates)
    return convolution(value, filters, padding=padding, dilations=rates)


@public("tfcompat.nn")
def atrous_conv2d_transpose(
    value: Any,
    filters: Any,
    output_shape: Any,
    rate: Any,
    padding: str,
    name: str | None = None,
) -> Tensor:
    """The transpose of `atrous_conv2d`.

    Args:
      value: [batch, height, width, in], floating.
      filters: [height, width, out, in].
      output_shape: that of the result, four numbers.
      rate: the distance of the elements that filters look at.
      padding: "SAME" or "VALID".
      name: ignored.

    Raises ValueError for what does not fit.
    """
    x, w = operands(value, filters)
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    if len(x._shape) != 4 or len(w._shape) != 4 or x._shape[3] != w._shape[3]:
        raise ValueError(
            "`value` channel count must be compatible with `filters` input channel count. "
            f"Received: value.shape={tuple(x._shape)} and filters.shape={tuple(w._shape)}"
        )
    distance = int(rate)
    if distance < 1:
        raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
    shape = int_vector(output_shape, "atrous_conv2d_transpose", "output_shape", dtypes.int32)
    if len(shape) != 4:
        raise ValueError(
            f"`output_shape` must have shape (4,). Received: output_shape={(len(shape),)}"
        )
    if w._shape[2] != shape[3]:
        raise ValueError(
            "`output_shape` does not match filter output channel count. Received: "
            f"{shape[3]} and {w._shape[2]}"
        )
    return conv2d_transpose(x, w, shape, 1, padding, dilations=distance)


# --------------------------------------------------------------------------- gradients, depthwise
def _depthwise(
    op: str,
    shape: Sequence[int],
    window: Sequence[int],
    upstream: Tensor,
    strides: Any,
    padding: Any,
    data_format: str | None,
) -> Geometry:
    """Checks the shapes of a depthwise convolution's input, filter and result."""
    first = channels_first(data_format, 2, op)
    if len(shape) != 4:
        raise invalid_argument(op, f"input must be 4-dimensional: received {list(shape)}")
    if len(window) != 4:
        raise invalid_argument(op, f"filter must be 4-dimensional: received {list(window)}")
    if len(upstream._shape) != 4:
        raise invalid_argument(
            op, f"out_backprop must be 4-dimensional: received {list(upstream._shape)}"
        )
    steps = per_axis(strides, 2, first, op, "strides")
    if steps[0] != steps[1]:
        raise invalid_argument(
            op,
            "Current implementation only supports equal length strides in the row and column "
            f"dimensions: received {list(steps)}",
        )
    depth = shape[1] if first else shape[3]
    if depth != window[2]:
        raise invalid_argument(
            op, f"input and filter must have the same depth: received {depth} and {window[2]}"
        )
    sizes = tuple(shape[2:] if first else shape[1:3])
    if isinstance(padding, str) and padding not in ("SAME", "VALID"):
        raise invalid_argument(op, f"received padding={padding!r}; expected 'SAME' or 'VALID'")
    how = geometry(op, sizes, tuple(window[:2]), steps, padding, (1, 1), first)
    places = results(sizes, window[:2], how)
    channels = depth * window[3]
    wanted = [shape[0], channels, *places] if first else [shape[0], *places, channels]
    if list(upstream._shape) != wanted:
        raise invalid_argument(
            op, f"received out_backprop of shape {list(upstream._shape)}; expected {wanted}"
        )
    return how


def _floats(op: str, x: Any, y: Any) -> tuple[Tensor, Tensor]:
    a, b = operands(x, y)
    if a._dtype is not b._dtype:
        raise mismatch(op, a, b, 2)
    if a._dtype not in dtypes.FLOATS:
        raise wrong_dtype(op, a._dtype, dtypes.FLOATS)
    return a, b


@public("tfcompat.nn")
def depthwise_conv2d_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `depthwise_conv2d` by its input, out of that by its result.

    Args:
      input_sizes: the input's shape, four numbers.
      filter: [height, width, channels, multiples], floating.
      out_backprop: of the result's shape.
      strides: those of the convolution, likewise what follows.
      padding: "SAME", "VALID", or pairs of numbers for all axes.
      data_format: "NHWC", or "NCHW" for channels in axis 1.
      dilations: without effect, as in TensorFlow on a CPU.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "DepthwiseConv2dBackpropInput"
    w, upstream = _floats(op, filter, out_backprop)
    shape = int_vector(input_sizes, op, "input_sizes", dtypes.int32)
    how = _depthwise(op, shape, w._shape, upstream, strides, padding, data_format)
    return dispatch.execute(kernels.depthwise_input, (w, upstream), (*how, tuple(shape)), w._dtype)


@public("tfcompat.nn")
def depthwise_conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `depthwise_conv2d` by its filter, out of that by its result.

    `filter_sizes` is the filter's shape; the rest as in `depthwise_conv2d_backprop_input`.
    """
    op = "DepthwiseConv2dBackpropFilter"
    x, upstream = _floats(op, input, out_backprop)
    window = int_vector(filter_sizes, op, "filter_sizes", dtypes.int32)
    how = _depthwise(op, x._shape, window, upstream, strides, padding, data_format)
    return dispatch.execute(
        kernels.depthwise_filter, (x, upstream), (*how, tuple(window)), x._dtype
    )


# ------------------------------------------------------------------------------ gradients, conv2d
def _pairs(padding: str, explicit_paddings: Any, rank: int, op: str) -> Any:
    """The padding as `conv2d` takes it."""
    given = [int(n) for n in explicit_paddings]
    if padding != "EXPLICIT":
        if padding not in ("SAME", "VALID"):
            raise invalid_argument(
                op, f"received padding={padding!r}; accepted are 'SAME', 'VALID' and 'EXPLICIT'"
            )
        if given:
            raise invalid_argument(
                op, f"received explicit_paddings={given} with padding={padding!r}"
            )
        return padding
    if len(given) != 2 * rank + 4:
        raise invalid_argument(
            op, f"received explicit_paddings={given}; expected {2 * rank + 4} numbers"
        )
    return list(zip(given[::2], given[1::2], strict=True))


def _conv2d(
    op: str,
    shape: Sequence[int],
    window: Sequence[int],
    upstream: Tensor,
    strides: Any,
    padding: Any,
    data_format: str,
    dilations: Any,
) -> Geometry:
    first = channels_first(data_format, 2, op)
    if len(shape) != 4 or len(window) != 4 or len(upstream._shape) != 4:
        raise invalid_argument(
            op,
            "input, filter and out_backprop must be 4-dimensional: received "
            f"{list(shape)}, {list(window)} and {list(upstream._shape)}",
        )
    steps = per_axis(strides, 2, first, op, "strides")
    rates = per_axis(dilations, 2, first, op, "dilations")
    depth = shape[1] if first else shape[3]
    if depth != window[2]:
        raise invalid_argument(
            op, f"input and filter must have the same depth: received {depth} and {window[2]}"
        )
    sizes = tuple(shape[2:] if first else shape[1:3])
    how = geometry(op, sizes, tuple(window[:2]), steps, padding, rates, first)
    places = results(sizes, window[:2], how)
    wanted = [shape[0], window[3], *places] if first else [shape[0], *places, window[3]]
    if list(upstream._shape) != wanted:
        raise invalid_argument(
            op, f"received out_backprop of shape {list(upstream._shape)}; expected {wanted}"
        )
    return how


@public("tfcompat")
def conv2d_backprop_input_v2(
    input: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    use_cudnn_on_gpu: bool = True,
    explicit_paddings: Any = (),
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.conv2d` by its input, of which only the shape counts.

    Args:
      input: of the shape of the result.
      filter: [height, width, in, out], floating.
      out_backprop: of the shape of the convolution's result.
      strides: four numbers.
      padding: "SAME", "VALID" or "EXPLICIT".
      use_cudnn_on_gpu: ignored.
      explicit_paddings: eight numbers where the padding is "EXPLICIT".
      data_format: "NHWC", or "NCHW" for channels in axis 1.
      dilations: four numbers.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "Conv2DBackpropInputV2"
    w, upstream = _floats(op, filter, out_backprop)
    shape = tuple(to_tensor(input)._shape)
    pairs = _pairs(padding, explicit_paddings, 2, op)
    how = _conv2d(op, shape, w._shape, upstream, strides, pairs, data_format, dilations)
    sizes = shape[2:] if how.first else shape[1:3]
    return dispatch.execute(kernels.conv_transpose, (upstream, w), (*how, sizes), w._dtype)


@public("tfcompat")
def conv2d_backprop_filter_v2(
    input: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    use_cudnn_on_gpu: bool = True,
    explicit_paddings: Any = (),
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.conv2d` by its filter, of which only the shape counts.

    Arguments as in `tf.conv2d_backprop_input_v2`.
    """
    op = "Conv2DBackpropFilterV2"
    x, upstream = _floats(op, input, out_backprop)
    window = tuple(to_tensor(filter)._shape)
    pairs = _pairs(padding, explicit_paddings, 2, op)
    how = _conv2d(op, x._shape, window, upstream, strides, pairs, data_format, dilations)
    return dispatch.execute(kernels.filter_gradient, (x, upstream), (*how, window), x._dtype)


# ----------------------------------------------------------------------------------------- tf.conv
_FORMATS = {"CHANNELS_LAST": False, "CHANNELS_FIRST": True}


@public("tfcompat")
def conv(
    input: Any,
    filter: Any,
    strides: Any,
    padding: str,
    explicit_paddings: Any = (),
    data_format: str = "CHANNELS_LAST",
    dilations: Any = (),
    batch_dims: int = 1,
    groups: int = 1,
    name: str | None = None,
) -> Tensor:
    """A convolution over two or three axes, behind any number of batch axes.

    Args:
      input: [batches, spatial axes, channels], floating or int32.
      filter: [spatial axes, in, out].
      strides: one number for the batch, the spatial axes and the channels.
      padding: "SAME", "VALID" or "EXPLICIT".
      explicit_paddings: two numbers for each of them where the padding is "EXPLICIT".
      data_format: "CHANNELS_LAST" or "CHANNELS_FIRST".
      dilations: like strides.
      batch_dims: how many axes the batch has.
      groups: 1, as in TensorFlow on a CPU.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "Conv"
    x, w = operands(input, filter)
    if x._dtype is not w._dtype:
        raise mismatch(op, x, w)
    if data_format not in _FORMATS:
        raise invalid_argument(
            op, f"received data_format={data_format!r}; accepted are {sorted(_FORMATS)}"
        )
    if groups != 1:
        raise unimplemented(op, f"received groups={groups}; use tf.nn.conv2d, which knows groups")
    batch = index(batch_dims)
    rank = len(x._shape) - batch - 1
    if rank not in (2, 3):
        raise invalid_argument(
            op, f"The input must have 2 or 3 spatial dimensions but got {max(rank, 0)}"
        )
    if len(strides) != rank + 2:
        raise invalid_argument(
            op, f"Sliding window strides field must specify {rank + 2} dimensions: {strides!r}"
        )
    first = _FORMATS[data_format]
    pairs = _pairs(padding, explicit_paddings, rank, op)
    layout = ("NCHW" if rank == 2 else "NCDHW") if first else ("NHWC" if rank == 2 else "NDHWC")
    outer = tuple(x._shape[:batch])
    if batch != 1:
        x = reshape(x, (-1, *x._shape[batch:]))
    rates = list(dilations) or 1
    y = convolve(op, rank, x, w, list(strides), pairs, layout, rates)
    return reshape(y, (*outer, *y._shape[1:])) if batch != 1 else y
