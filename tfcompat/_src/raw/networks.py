"""Raw ops of neural networks: activations, convolutions, pooling, normalization, losses."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import (
    array,
    atrous,
    casting,
    convolution,
    creation,
    division,
    fractional,
    local_norms,
    losses,
    math,
    nn,
    patches,
    pooling,
    repeating,
    sampled,
    sizes,
    transcendental,
)
from tfcompat._src.ops.depthwise import depthwise_conv2d
from tfcompat._src.ops.normalization import batch_normalization, moments
from tfcompat._src.ops.random_seeds import RawSeeds
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def pads(padding: Any, explicit: Any) -> Any:
    """The public functions' padding for the attributes `padding` and `explicit_paddings`."""
    name = padding.decode() if isinstance(padding, bytes) else padding
    if name != "EXPLICIT":
        return name
    return [list(explicit[i : i + 2]) for i in range(0, len(explicit), 2)]


def conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool,
    explicit_paddings: Any,
    data_format: str,
    dilations: Any,
) -> Tensor:
    """The raw Conv2D."""
    how = pads(padding, explicit_paddings)
    return convolution.conv2d(input, filter, strides, how, data_format, dilations)


def depthwise(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: Any,
    data_format: str,
    dilations: Any,
) -> Tensor:
    """The raw DepthwiseConv2dNative, which takes one dilation for each axis."""
    how = pads(padding, explicit_paddings)
    across = slice(1, 3) if data_format == "NHWC" else slice(2, 4)
    return depthwise_conv2d(input, filter, strides, how, data_format, list(dilations)[across])


def max_pool(
    input: Any, ksize: Any, strides: Any, padding: Any, explicit_paddings: Any, data_format: str
) -> Tensor:
    """The raw MaxPool."""
    how = pads(padding, explicit_paddings)
    return pooling.max_pool2d(input, ksize, strides, how, data_format)


def _numbers(value: Any) -> list[int]:
    return [int(n) for n in to_tensor(value)._numpy()]


def _max_pool_v2(input: Any, ksize: Any, strides: Any, padding: Any, data_format: str) -> Tensor:
    return pooling.max_pool2d(input, _numbers(ksize), _numbers(strides), padding, data_format)


def _max_pool_with_argmax(
    input: Any, ksize: Any, strides: Any, padding: Any, index: Any, include_batch: bool
) -> Any:
    return patches.max_pool_with_argmax(
        input, ksize, strides, padding, "NHWC", index, include_batch
    )


def _dilation2d(input: Any, filter: Any, strides: Any, rates: Any, padding: Any) -> Tensor:
    return patches.dilation2d(input, filter, strides, padding, "NHWC", rates)


def _fractional(function: Any) -> Any:
    def call(
        value: Any,
        ratio: Any,
        pseudo_random: bool,
        overlapping: bool,
        fixed: bool,
        seed: int,
        seed2: int,
    ) -> Any:
        if fixed and not (seed or seed2):
            raise ValueError(
                f"Both seed and seed2 should be non-zero if `deterministic` is True: {seed=}, "
                f"{seed2=}"
            )
        return function(value, ratio, pseudo_random, overlapping, RawSeeds(seed, seed2))

    return call


def _channel_axes(x: Tensor, data_format: str) -> tuple[list[int], tuple[int, ...]]:
    """The axes that a statistic runs over, and the shape in which it broadcasts."""
    axes = range(len(x.shape))
    channel = axes[-1] if data_format.endswith("C") else 1
    return [i for i in axes if i != channel], tuple([-1 if i == channel else 1 for i in axes])


def normalized(
    x: Any, scale: Any, offset: Any, mean: Tensor, variance: Tensor, epsilon: float, form: str
) -> Tensor:
    """Batch normalization by the given statistics."""
    tensor = to_tensor(x)
    _, shape = _channel_axes(tensor, form)
    given = [to_tensor(p, mean._dtype) for p in (mean, variance, offset, scale)]
    about, spread, shift, factor = [array.reshape(p, shape) for p in given]
    return batch_normalization(tensor, about, spread, shift, factor, epsilon)


def statistics(x: Any, form: str) -> tuple[Tensor, Tensor]:
    """Mean and variance of each channel."""
    tensor = to_tensor(x)
    return moments(tensor, _channel_axes(tensor, form)[0])


def batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    factor: float,
    form: str,
    training: bool,
) -> tuple[Tensor, ...]:
    """The raw FusedBatchNorm: what it normalizes, and five statistics of it."""
    tensor = to_tensor(x)
    if not training:
        mean, variance = to_tensor(mean), to_tensor(variance)
        y = normalized(tensor, scale, offset, mean, variance, epsilon, form)
        return y, mean, variance, mean, variance
    found, spread = statistics(tensor, form)
    y = normalized(tensor, scale, offset, found, spread, epsilon, form)
    # The running variance is that of the population.
    running = [found, math.multiply(spread, _bessel(tensor, found, spread._dtype))]
    if factor != 1:
        before = [to_tensor(mean, found._dtype), to_tensor(variance, found._dtype)]
        running = [b * (1 - factor) + r * factor for b, r in zip(before, running, strict=True)]
    return y, *running, found, spread


def _bessel(x: Tensor, mean: Tensor, dtype: DType) -> Tensor:
    """n / (n - 1), with n numbers for each mean."""
    if x.shape.is_fully_defined():
        count = (x.shape.num_elements() or 0) // max(mean.shape[0], 1)
        return to_tensor(count / max(count - 1, 1), dtype)
    counted = division.divide(
        casting.cast(sizes.size(x), dtype), casting.cast(sizes.size(mean), dtype)
    )
    return division.divide(counted, math.maximum(math.subtract(counted, 1), 1))


def _batch_norm_v3(*args: Any) -> tuple[Tensor, ...]:
    found = batch_norm(*args)
    return (*found, creation.zeros((0,), found[1]._dtype))


def _softmax_cross_entropy(features: Any, labels: Any) -> tuple[Tensor, Tensor]:
    logits, wanted = to_tensor(features), to_tensor(labels)
    shape = [a if a != 1 else b for a, b in zip(logits.shape, wanted.shape, strict=True)]
    if len(shape) != 2:
        raise invalid_argument(
            "SoftmaxCrossEntropyWithLogits", f"logits must be 2-dimensional: received {shape}"
        )
    if None not in shape:
        logits = repeating.broadcast_to(logits, shape)
        wanted = repeating.broadcast_to(wanted, shape)
    loss = losses.softmax_cross_entropy_with_logits(wanted, logits)
    return loss, math.subtract(nn.softmax(logits), wanted)


def _sparse_softmax_cross_entropy(features: Any, labels: Any) -> tuple[Tensor, Tensor]:
    logits = to_tensor(features)
    loss = losses.sparse_softmax_cross_entropy_with_logits(labels, logits)
    wanted = creation.one_hot(labels, logits.shape[-1], dtype=logits._dtype)
    return loss, math.subtract(nn.softmax(logits), wanted)


def _bias_add_v1(value: Any, bias: Any) -> Tensor:
    return nn.bias_add(value, bias)


def _accidental_hits(
    true_classes: Any, sampled_candidates: Any, num_true: int, seed: int, seed2: int
) -> Any:
    return sampled.compute_accidental_hits(true_classes, sampled_candidates, num_true)


def _conv(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: Any,
    data_format: str,
    dilations: Any,
    batch_dims: int,
    groups: int,
) -> Tensor:
    return atrous.conv(
        input,
        filter,
        strides,
        padding,
        explicit_paddings,
        data_format,
        dilations,
        batch_dims,
        groups,
    )


TABLE: Table = {
    "BiasAdd value bias data_format='NHWC'": nn.bias_add,
    "BiasAddV1 value bias": _bias_add_v1,
    "Elu features": nn.elu,
    "LeakyRelu features alpha=0.2": nn.leaky_relu,
    "LogSoftmax logits": nn.log_softmax,
    "Relu features": nn.relu,
    "Relu6 features": nn.relu6,
    "Selu features": nn.selu,
    "Softmax logits": nn.softmax,
    "Softplus features": transcendental.softplus,
    "Softsign features": transcendental.softsign,
    (
        "Conv2D input filter strides padding use_cudnn_on_gpu=True explicit_paddings=[] "
        "data_format='NHWC' dilations=[1,1,1,1]"
    ): conv2d,
    "Conv3D input filter strides padding data_format='NDHWC' dilations=[1,1,1,1,1]": (
        convolution.conv3d
    ),
    (
        "DepthwiseConv2dNative input filter strides padding explicit_paddings=[] "
        "data_format='NHWC' dilations=[1,1,1,1]"
    ): depthwise,
    "Dilation2D input filter strides rates padding": _dilation2d,
    "AvgPool value ksize strides padding data_format='NHWC'": pooling.avg_pool2d,
    "AvgPool3D input ksize strides padding data_format='NDHWC'": pooling.avg_pool3d,
    (
        "FractionalAvgPool value pooling_ratio pseudo_random=False overlapping=False "
        "deterministic=False seed=0 seed2=0 -> output row_pooling_sequence "
        "col_pooling_sequence"
    ): _fractional(fractional.fractional_avg_pool),
    (
        "FractionalMaxPool value pooling_ratio pseudo_random=False overlapping=False "
        "deterministic=False seed=0 seed2=0 -> output row_pooling_sequence "
        "col_pooling_sequence"
    ): _fractional(fractional.fractional_max_pool),
    "MaxPool input ksize strides padding explicit_paddings=[] data_format='NHWC'": max_pool,
    "MaxPool3D input ksize strides padding data_format='NDHWC'": pooling.max_pool3d,
    "MaxPoolV2 input ksize strides padding data_format='NHWC'": _max_pool_v2,
    (
        "MaxPoolWithArgmax input ksize strides padding Targmax=int64 "
        "include_batch_in_index=False -> output argmax"
    ): _max_pool_with_argmax,
    (
        "FusedBatchNorm x scale offset mean variance epsilon=0.0001 "
        "exponential_avg_factor=1 data_format='NHWC' is_training=True -> y batch_mean "
        "batch_variance reserve_space_1 reserve_space_2"
    ): batch_norm,
    (
        "FusedBatchNormV2 x scale offset mean variance epsilon=0.0001 "
        "exponential_avg_factor=1 data_format='NHWC' is_training=True -> y batch_mean "
        "batch_variance reserve_space_1 reserve_space_2"
    ): batch_norm,
    (
        "FusedBatchNormV3 x scale offset mean variance epsilon=0.0001 "
        "exponential_avg_factor=1 data_format='NHWC' is_training=True -> y batch_mean "
        "batch_variance reserve_space_1 reserve_space_2 reserve_space_3"
    ): _batch_norm_v3,
    "LRN input depth_radius=5 bias=1 alpha=1 beta=0.5": local_norms.local_response_normalization,
    "SoftmaxCrossEntropyWithLogits features labels -> loss backprop": _softmax_cross_entropy,
    "SparseSoftmaxCrossEntropyWithLogits features labels -> loss backprop": (
        _sparse_softmax_cross_entropy
    ),
    (
        "ComputeAccidentalHits true_classes sampled_candidates num_true seed=0 seed2=0 "
        "-> indices ids weights"
    ): _accidental_hits,
    (
        "Conv input filter strides padding explicit_paddings=[] "
        "data_format='CHANNELS_LAST' dilations=[] batch_dims=1 groups=1"
    ): _conv,
}
