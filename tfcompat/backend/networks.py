"""Kernels of neural networks and images."""

from __future__ import annotations

from typing import Any, Protocol

Axes = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


class NNKernels(Protocol):
    """Activations."""

    def relu(self, x: Any, /) -> Any: ...
    def relu6(self, x: Any, /) -> Any: ...
    def leaky_relu(self, x: Any, alpha: float, /) -> Any: ...
    def elu(self, x: Any, /) -> Any: ...
    def selu(self, x: Any, /) -> Any: ...
    def gelu(self, x: Any, /) -> Any: ...
    def gelu_approximate(self, x: Any, /) -> Any: ...
    def silu(self, x: Any, /) -> Any: ...
    def softmax(self, x: Any, axis: int = -1, /) -> Any: ...
    def log_softmax(self, x: Any, axis: int = -1, /) -> Any: ...
    def l2_loss(self, x: Any, /) -> Any: ...
    def batch_normalization(
        self, x: Any, mean: Any, variance: Any, offset: Any, scale: Any, epsilon: float, /
    ) -> Any: ...
    def layer_normalization(self, x: Any, scale: Any, offset: Any, epsilon: float, /) -> Any:
        """Each row of the last axis with mean 0 and variance 1; a backend can do without."""

    def dropout(self, x: Any, noise: Any, rate: float, /) -> Any:
        """`noise` is spread evenly over [0, 1); what of it is below the rate drops an element."""

    def local_response_normalization(
        self, x: Any, radius: int, bias: float, alpha: float, beta: float, /
    ) -> Any: ...


class LossKernels(Protocol):
    """Cross entropies over the last axis of logits."""

    @property
    def refuses_labels(self) -> bool:
        """Whether the sparse one raises for a label that is no class; otherwise it gives NaN."""

    def softmax_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...
    def sparse_softmax_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...
    def sigmoid_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...
    def ctc_loss(
        self,
        logits: Any,
        labels: Any,
        label_lengths: Any,
        logit_lengths: Any,
        blank: int,
        strict: bool,
        /,
    ) -> Any:
        """Of [time, batch, classes]; where no path fits, `strict` gives infinity."""


class ConvolutionKernels(Protocol):
    """Convolutions and pooling over the spatial axes.

    `strides`, `padding`, `dilations` and `window` have an entry for each of these axes; `first`
    says whether the channels are axis 1, not the last. Filters are [*spatial, in, out].
    """

    def convolution(
        self,
        x: Any,
        w: Any,
        strides: Axes,
        padding: Pairs,
        dilations: Axes,
        first: bool,
        groups: int,
        /,
    ) -> Any: ...
    def conv_transpose(
        self,
        x: Any,
        w: Any,
        strides: Axes,
        padding: Pairs,
        dilations: Axes,
        first: bool,
        sizes: Axes,
        /,
    ) -> Any:
        """The gradient of a convolution by its input, whose spatial sizes are given."""

    def max_pool(
        self, x: Any, window: Axes, strides: Axes, padding: Pairs, dilations: Axes, first: bool, /
    ) -> Any: ...
    def avg_pool(
        self, x: Any, window: Axes, strides: Axes, padding: Pairs, dilations: Axes, first: bool, /
    ) -> Any: ...
    def filter_gradient(
        self,
        x: Any,
        upstream: Any,
        strides: Axes,
        padding: Pairs,
        dilations: Axes,
        first: bool,
        window: Axes,
        /,
    ) -> Any:
        """The gradient of a convolution by its filter, whose shape is given."""

    def depthwise_input(
        self,
        w: Any,
        upstream: Any,
        strides: Axes,
        padding: Pairs,
        dilations: Axes,
        first: bool,
        shape: Axes,
        /,
    ) -> Any:
        """The gradient by the input, of the given shape, where each channel has filters."""

    def depthwise_filter(
        self,
        x: Any,
        upstream: Any,
        strides: Axes,
        padding: Pairs,
        dilations: Axes,
        first: bool,
        window: Axes,
        /,
    ) -> Any:
        """Likewise by the filters of shape [height, width, channels, multiples]."""


class PatchKernels(Protocol):
    """What looks at windows of images and volumes; channels last."""

    def dilation2d(
        self, x: Any, w: Any, strides: Axes, padding: Pairs, dilations: Axes, /
    ) -> Any: ...
    def max_pool_with_argmax(
        self, x: Any, window: Axes, strides: Axes, padding: Pairs, batch: bool, /
    ) -> Any: ...
    def extract_patches(
        self, x: Any, window: Axes, strides: Axes, padding: Pairs, dilations: Axes, /
    ) -> Any: ...


class QuantizationKernels(Protocol):
    """Rounding to the numbers `first` to `last` of a range from `low` to `high`; float32."""

    def fake_quant_with_min_max_args(
        self, x: Any, low: float, high: float, scale: float, density: float, /
    ) -> Any: ...
    def fake_quant_with_min_max_args_gradient(
        self, g: Any, x: Any, low: float, high: float, /
    ) -> Any: ...
    def fake_quant_with_min_max_vars(
        self, x: Any, low: Any, high: Any, first: int, last: int, /
    ) -> Any: ...
    def fake_quant_gradient(
        self, g: Any, x: Any, low: Any, high: Any, first: int, last: int, /
    ) -> Any: ...


class ImageKernels(Protocol):
    """Images computed out of images, [batch, height, width, channels] of float32."""

    def crop_and_resize(
        self,
        x: Any,
        boxes: Any,
        which: Any,
        size: tuple[int, int],
        nearest: bool,
        outside: float,
        /,
    ) -> Any: ...
    def extract_patches(
        self, x: Any, counts: Axes, window: Axes, strides: Axes, rates: Axes, /
    ) -> Any:
        """[batch, *counts, elements of a window * channels], of any dtype."""

    def resample(self, x: Any, rows: Any, weights: Any, axis: int, /) -> Any:
        """Sums of rows (axis 1) or columns (2): `rows` says of which, both are [out, K]."""

    def resize_bilinear(self, x: Any, size: tuple[int, int], /) -> Any:
        """Between the two nearest pixels; middles of pixels, not edges, are what lies between."""


class RecurrentKernels(Protocol):
    """Recurrent layers as one kernel; a backend whose loops are as fast has none of them."""

    def lstm(
        self, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, backwards: bool, /
    ) -> Any:
        """All outputs [batch, step, unit] in the order they are computed in, and the last states.

        `x` is [batch, step, feature]; the gates lie in the order input, forget, cell, output.
        """


class OptimizerKernels(Protocol):
    """One step over all variables, as Keras' `update_step` does it for each.

    The last arguments are attributes: the number n of variables, then the settings. Arrays: n
    variables, n gradients, then n of each state. Results: the new variables, then the new states
    in the same order; `adam_update` takes and returns the count of steps first. `rate` and `steps`
    are scalars whose values change from call to call. No input may change.
    """

    def adagrad_update(self, rate: Any, /, *arrays_n_epsilon: Any) -> Any: ...
    def adam_update(self, steps: Any, rate: Any, /, *arrays_n_betas_epsilon: Any) -> Any: ...
    def momentum_update(self, rate: Any, /, *arrays_n_momentum_nesterov: Any) -> Any: ...
    def rmsprop_update(self, rate: Any, /, *arrays_n_rho_epsilon: Any) -> Any: ...
    def sgd_update(self, rate: Any, /, *arrays_n: Any) -> Any: ...
