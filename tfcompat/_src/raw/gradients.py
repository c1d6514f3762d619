"""Raw ops that are derivatives of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import (
    array,
    comparisons,
    convolution,
    creation,
    local_norms,
    math,
    padding,
    patches,
    pooling,
    reductions,
    repeating,
    selection,
    slicing,
    transcendental,
)
from tfcompat._src.raw.common import gradient, linear_gradient
from tfcompat._src.raw.networks import (
    conv2d,
    depthwise,
    max_pool,
    normalized,
    statistics,
)
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor

# The constants of selu, as its paper gives them.
_SCALE = 1.0507009873554804934193349852946
_SCALE_ALPHA = 1.7580993408473768599402175208123


def _like(x: Tensor, number: float) -> Tensor:
    return to_tensor(number, x._dtype)


# ----------------------------------------------------------------------------------- activations
def _where(condition: Tensor, x: Any, y: Any) -> Tensor:
    return selection.where(condition, x, y)


def _pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    first = to_tensor(a)
    return first, to_tensor(b, first._dtype)


def _relu_grad(gradients: Any, features: Any) -> Tensor:
    dy, x = _pair(gradients, features)
    return _where(comparisons.greater(x, _like(x, 0)), dy, creation.zeros_like(dy))


def _relu6_grad(gradients: Any, features: Any) -> Tensor:
    dy, x = _pair(gradients, features)
    inside = comparisons.logical_and(
        comparisons.greater(x, _like(x, 0)), comparisons.less(x, _like(x, 6))
    )
    return _where(inside, dy, creation.zeros_like(dy))


def _leaky_relu_grad(gradients: Any, features: Any, alpha: float) -> Tensor:
    dy, x = _pair(gradients, features)
    return _where(comparisons.greater(x, _like(x, 0)), dy, dy * _like(dy, alpha))


def _elu_grad(gradients: Any, outputs: Any) -> Tensor:
    dy, y = _pair(gradients, outputs)
    return _where(comparisons.less(y, _like(y, 0)), dy * (y + 1), dy)


def _selu_grad(gradients: Any, outputs: Any) -> Tensor:
    dy, y = _pair(gradients, outputs)
    below = dy * (y + _like(y, _SCALE_ALPHA))
    return _where(comparisons.less(y, _like(y, 0)), below, dy * _like(dy, _SCALE))


def _softplus_grad(gradients: Any, features: Any) -> Tensor:
    dy, x = _pair(gradients, features)
    return dy / (transcendental.exp(-x) + 1)


def _softsign_grad(gradients: Any, features: Any) -> Tensor:
    dy, x = _pair(gradients, features)
    return dy / math.square(math.abs(x) + 1)


# ------------------------------------------------------------------ by the value of the function
def _sigmoid_grad(y: Any, dy: Any) -> Tensor:
    a, b = _pair(y, dy)
    return b * a * (1 - a)


def _tanh_grad(y: Any, dy: Any) -> Tensor:
    a, b = _pair(y, dy)
    return b * (1 - math.square(a))


def _sqrt_grad(y: Any, dy: Any) -> Tensor:
    a, b = _pair(y, dy)
    return b * _like(b, 0.5) / a


def _rsqrt_grad(y: Any, dy: Any) -> Tensor:
    a, b = _pair(y, dy)
    return b * _like(b, -0.5) * (a * a * a)


def _reciprocal_grad(y: Any, dy: Any) -> Tensor:
    a, b = _pair(y, dy)
    return -b * a * a


def _igamma_grad_a(a: Any, x: Any) -> Tensor:
    first, second = _pair(a, x)
    one = creation.ones_like(math.add(first, second))
    return gradient(transcendental.igamma, (first, second), one)


# ------------------------------------------------------------------------- movement of elements
def _strided_slice_grad(
    shape: Any, begin: Any, end: Any, strides: Any, dy: Any, *masks: Any
) -> Any:
    return linear_gradient(
        lambda x: slicing.strided_slice(x, begin, end, strides, *masks), shape, dy
    )


def _mirror_pad_grad(input: Any, paddings: Any, mode: Any) -> Any:
    dy, widths = to_tensor(input), to_tensor(paddings)._numpy()
    sizes = [n - int(w.sum()) for n, w in zip(dy._shape, widths, strict=True)]
    return linear_gradient(lambda x: padding.pad(x, widths, mode), sizes, dy)


def _tile_grad(input: Any, multiples: Any) -> Any:
    dy, times = to_tensor(input), to_tensor(multiples)._numpy().tolist()
    sizes = [n // m for n, m in zip(dy._shape, times, strict=True)]
    return linear_gradient(lambda x: repeating.tile(x, times), sizes, dy)


def _bias_add_grad(out_backprop: Any, data_format: str) -> Tensor:
    dy = to_tensor(out_backprop)
    channel = len(dy._shape) - 1 if data_format == "NHWC" else 1
    return reductions.reduce_sum(dy, [i for i in range(len(dy._shape)) if i != channel])


# ---------------------------------------------------------------------------------- convolutions
def _by_input(function: Any) -> Any:
    def call(input_sizes: Any, filter: Any, out_backprop: Any, *how: Any) -> Any:
        w = to_tensor(filter)
        return linear_gradient(lambda x: function(x, w, *how), _sizes(input_sizes), out_backprop)

    return call


def _by_filter(function: Any) -> Any:
    def call(input: Any, filter_sizes: Any, out_backprop: Any, *how: Any) -> Any:
        x = to_tensor(input)
        return linear_gradient(lambda w: function(x, w, *how), _sizes(filter_sizes), out_backprop)

    return call


def _sizes(value: Any) -> Any:
    """Sizes given as numbers, or by a tensor that has them."""
    tensor = to_tensor(value)
    whole = tensor._dtype.is_integer and len(tensor._shape) == 1
    return tensor._numpy().tolist() if whole else tuple(tensor._shape)


def _dilated(input: Any, filter: Any, strides: Any, rates: Any, padding: Any) -> Tensor:
    return patches.dilation2d(input, filter, strides, padding, "NHWC", rates)


def _dilation_by(by: int) -> Any:
    def call(input: Any, filter: Any, out_backprop: Any, *how: Any) -> Any:
        return gradient(lambda x, w: _dilated(x, w, *how), (input, filter), out_backprop, by)

    return call


# --------------------------------------------------------------------------------------- pooling
def _avg_pool_grad(function: Any) -> Any:
    def call(
        orig_input_shape: Any, grad: Any, ksize: Any, strides: Any, pads: Any, form: str
    ) -> Any:
        return linear_gradient(
            lambda x: function(x, ksize, strides, pads, form), _sizes(orig_input_shape), grad
        )

    return call


def _max_pool_grad(orig_input: Any, orig_output: Any, grad: Any, *how: Any) -> Any:
    return gradient(lambda x: max_pool(x, *how), (orig_input,), grad)


def _max_pool_grad_v2(
    orig_input: Any, orig_output: Any, grad: Any, ksize: Any, strides: Any, pads: Any, form: str
) -> Any:
    window, steps = [to_tensor(v)._numpy().tolist() for v in (ksize, strides)]
    return gradient(lambda x: pooling.max_pool2d(x, window, steps, pads, form), (orig_input,), grad)


def _max_pool3d_grad(orig_input: Any, orig_output: Any, grad: Any, *how: Any) -> Any:
    return gradient(lambda x: pooling.max_pool3d(x, *how), (orig_input,), grad)


def _max_pool_grad_with_argmax(
    input: Any, grad: Any, argmax: Any, ksize: Any, strides: Any, pads: Any, include_batch: bool
) -> Tensor:
    from tfcompat._src.ops.scatter import scatter_nd

    x, dy, at = to_tensor(input), to_tensor(grad), to_tensor(argmax)
    places = at._numpy().astype(np.int64)
    if not include_batch:
        each = int(np.prod(x._shape[1:]))
        places = places + (np.arange(x._shape[0]) * each).reshape(-1, 1, 1, 1)
    size = int(np.prod(x._shape))
    flat = scatter_nd(places.reshape(-1, 1), array.reshape(dy, (-1,)), [size])
    return array.reshape(flat, tuple(x._shape))


# --------------------------------------------------------------------------------- normalization
def _batch_norm_grad(
    y_backprop: Any,
    x: Any,
    scale: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    form: str,
    training: bool,
) -> tuple[Any, ...]:
    inputs = [to_tensor(x), to_tensor(scale), creation.zeros_like(to_tensor(scale))]
    dy = to_tensor(y_backprop)
    known = (to_tensor(mean), to_tensor(variance))

    def forward(value: Tensor, factor: Tensor, offset: Tensor) -> Tensor:
        about = statistics(value, form) if training else known
        return normalized(value, factor, offset, *about, epsilon, form)

    found = [gradient(forward, tuple(inputs), dy, by) for by in range(3)]
    nothing = creation.zeros((), inputs[1]._dtype)
    return (*found, nothing, nothing)


def _batch_norm_grad_v3(
    y_backprop: Any, x: Any, scale: Any, mean: Any, variance: Any, unused: Any, *how: Any
) -> tuple[Any, ...]:
    return _batch_norm_grad(y_backprop, x, scale, mean, variance, *how)


def _lrn_grad(input_grads: Any, input_image: Any, output_image: Any, *how: Any) -> Any:
    return gradient(
        lambda x: local_norms.local_response_normalization(x, *how), (input_image,), input_grads
    )


def _pool_grad_grad(pool: Callable[..., Tensor]) -> Callable[..., Any]:
    """The gradient by the gradient: from it the elements at the places of the maxima."""

    def call(x: Any, y: Any, grad: Any, *how: Any) -> Any:
        def down(dy: Tensor) -> Any:
            return gradient(lambda value: pool(value, *how), (x,), dy)

        return linear_gradient(down, to_tensor(y)._shape, grad)

    return call


TABLE: Table = {
    "EluGrad gradients outputs": _elu_grad,
    "LeakyReluGrad gradients features alpha=0.2": _leaky_relu_grad,
    "Relu6Grad gradients features": _relu6_grad,
    "ReluGrad gradients features": _relu_grad,
    "SeluGrad gradients outputs": _selu_grad,
    "SoftplusGrad gradients features": _softplus_grad,
    "SoftsignGrad gradients features": _softsign_grad,
    "IgammaGradA a x": _igamma_grad_a,
    "InvGrad y dy": _reciprocal_grad,
    "ReciprocalGrad y dy": _reciprocal_grad,
    "RsqrtGrad y dy": _rsqrt_grad,
    "SigmoidGrad y dy": _sigmoid_grad,
    "SqrtGrad y dy": _sqrt_grad,
    "TanhGrad y dy": _tanh_grad,
    "BiasAddGrad out_backprop data_format='NHWC'": _bias_add_grad,
    "MirrorPadGrad input paddings mode": _mirror_pad_grad,
    (
        "StridedSliceGrad shape begin end strides dy begin_mask=0 end_mask=0 "
        "ellipsis_mask=0 new_axis_mask=0 shrink_axis_mask=0"
    ): _strided_slice_grad,
    "TileGrad input multiples": _tile_grad,
    (
        "Conv2DBackpropFilter input filter_sizes out_backprop strides padding "
        "use_cudnn_on_gpu=True explicit_paddings=[] data_format='NHWC' "
        "dilations=[1,1,1,1]"
    ): _by_filter(conv2d),
    (
        "Conv2DBackpropFilterV2 input filter out_backprop strides padding "
        "use_cudnn_on_gpu=True explicit_paddings=[] data_format='NHWC' "
        "dilations=[1,1,1,1]"
    ): _by_filter(conv2d),
    (
        "Conv2DBackpropInput input_sizes filter out_backprop strides padding "
        "use_cudnn_on_gpu=True explicit_paddings=[] data_format='NHWC' "
        "dilations=[1,1,1,1]"
    ): _by_input(conv2d),
    (
        "Conv2DBackpropInputV2 input filter out_backprop strides padding "
        "use_cudnn_on_gpu=True explicit_paddings=[] data_format='NHWC' "
        "dilations=[1,1,1,1]"
    ): _by_input(conv2d),
    (
        "Conv3DBackpropFilterV2 input filter_sizes out_backprop strides padding "
        "data_format='NDHWC' dilations=[1,1,1,1,1]"
    ): _by_filter(convolution.conv3d),
    (
        "Conv3DBackpropInputV2 input_sizes filter out_backprop strides padding "
        "data_format='NDHWC' dilations=[1,1,1,1,1]"
    ): _by_input(convolution.conv3d),
    (
        "DepthwiseConv2dNativeBackpropFilter input filter_sizes out_backprop strides "
        "padding explicit_paddings=[] data_format='NHWC' dilations=[1,1,1,1]"
    ): _by_filter(depthwise),
    (
        "DepthwiseConv2dNativeBackpropInput input_sizes filter out_backprop strides "
        "padding explicit_paddings=[] data_format='NHWC' dilations=[1,1,1,1]"
    ): _by_input(depthwise),
    "Dilation2DBackpropFilter input filter out_backprop strides rates padding": _dilation_by(1),
    "Dilation2DBackpropInput input filter out_backprop strides rates padding": _dilation_by(0),
    "AvgPool3DGrad orig_input_shape grad ksize strides padding data_format='NDHWC'": (
        _avg_pool_grad(pooling.avg_pool3d)
    ),
    "AvgPoolGrad orig_input_shape grad ksize strides padding data_format='NHWC'": (
        _avg_pool_grad(pooling.avg_pool2d)
    ),
    "MaxPool3DGrad orig_input orig_output grad ksize strides padding data_format='NDHWC'": (
        _max_pool3d_grad
    ),
    (
        "MaxPoolGrad orig_input orig_output grad ksize strides padding "
        "explicit_paddings=[] data_format='NHWC'"
    ): _max_pool_grad,
    "MaxPoolGradV2 orig_input orig_output grad ksize strides padding data_format='NHWC'": (
        _max_pool_grad_v2
    ),
    "MaxPoolGradWithArgmax input grad argmax ksize strides padding include_batch_in_index=False": (
        _max_pool_grad_with_argmax
    ),
    (
        "FusedBatchNormGrad y_backprop x scale reserve_space_1 reserve_space_2 "
        "epsilon=0.0001 data_format='NHWC' is_training=True -> x_backprop scale_backprop "
        "offset_backprop reserve_space_3 reserve_space_4"
    ): _batch_norm_grad,
    (
        "FusedBatchNormGradV2 y_backprop x scale reserve_space_1 reserve_space_2 "
        "epsilon=0.0001 data_format='NHWC' is_training=True -> x_backprop scale_backprop "
        "offset_backprop reserve_space_3 reserve_space_4"
    ): _batch_norm_grad,
    (
        "FusedBatchNormGradV3 y_backprop x scale reserve_space_1 reserve_space_2 "
        "reserve_space_3 epsilon=0.0001 data_format='NHWC' is_training=True -> "
        "x_backprop scale_backprop offset_backprop reserve_space_4 reserve_space_5"
    ): _batch_norm_grad_v3,
    "LRNGrad input_grads input_image output_image depth_radius=5 bias=1 alpha=1 beta=0.5": (
        _lrn_grad
    ),
    "MaxPoolGradGrad orig_input orig_output grad ksize strides padding data_format='NHWC'": (
        _pool_grad_grad(pooling.max_pool2d)
    ),
    "MaxPool3DGradGrad orig_input orig_output grad ksize strides padding data_format='NDHWC'": (
        _pool_grad_grad(pooling.max_pool3d)
    ),
}
