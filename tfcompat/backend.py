"""What a backend supplies. Read this to write one; DESIGN and docs/ tell the story."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from tfcompat._src.dtypes import DType
    from tfcompat._src.tensor import Tensor

Axes = tuple[int, ...]


class Slices(NamedTuple):
    """The gradient by a tensor in which only rows were looked up: (values, indices) per lookup."""

    rows: list[tuple[Tensor, Tensor]]


class Tape(Protocol):
    """Records ops between `start` and `stop`, on the thread that calls them."""

    def start(self) -> None:
        """Records from now on."""

    def stop(self) -> None:
        """Stops; `start` may follow."""

    def watch(self, tensor: Any) -> None:
        """Records what is computed from `tensor`, which has an inexact dtype, from now on."""

    def clear(self) -> None:
        """Forgets everything recorded and watched; keeps recording if it was."""

    def gradient(
        self,
        targets: Sequence[Any],
        sources: Sequence[Any],
        output_gradients: Sequence[Any | None],
        persistent: bool,
    ) -> list[Any | Slices | None]:
        """The derivative of the sum of the targets by each source.

        An op of whoever records at the moment. None where the record does not connect them.
        """

    def vectorized_gradient(
        self, target: Any, sources: Sequence[Any], cotangents: Any, persistent: bool
    ) -> list[Any | None]:
        """One gradient per row of `cotangents`, of shape [rows] + target's: [rows] + source's."""


class Accumulator(Protocol):
    """Forward-mode counterpart of a tape."""

    def start(self) -> None:
        """Pushes tangents from now on."""

    def stop(self) -> None:
        """Stops."""

    def watch(self, tensor: Any, tangent: Any) -> None:
        """Gives a tensor a tangent of the same shape and dtype."""

    def tangent(self, tensor: Any) -> Any | None:
        """The tangent that a tensor has got, or None."""


# In the class below the names are those of its members.
_Tape = Tape
_Accumulator = Accumulator


class Backend(Protocol):
    """The module that an entry point of the group `tfcompat.backends` names.

    Kernels are functions in its submodules `math`, `array`, `nn`, `linalg`, `random`, ...
    """

    @property
    def name(self) -> str:
        """The name it is selected by."""

    @property
    def native_dtypes(self) -> Mapping[DType, Any]:
        """The dtypes it has arrays of, and its own name for each."""

    def Tape(self) -> _Tape:
        """An engine for one tf.GradientTape."""

    def Accumulator(self) -> _Accumulator:
        """An engine for one tf.autodiff.ForwardAccumulator."""

    def version(self) -> str:
        """The framework's version."""

    def set_default_device(self, kind: str, index: int, /) -> None:
        """Makes a device the one that new tensors go to."""

    def set_deterministic(self, enabled: bool, /) -> None:
        """Chooses deterministic kernels, where the framework lets one choose."""

    def set_threads(self, count: int, /) -> None:
        """Sets the threads of one op. Raises NotImplementedError where the framework cannot."""

    def device_count(self, kind: str, /) -> int:
        """How many devices it sees of a kind, "CPU" or "GPU"."""

    def from_numpy(
        self, array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None, /
    ) -> Any:
        """A tensor with a copy of a NumPy array, on a device or where new tensors go."""

    def from_native(self, native: Any, /) -> Any:
        """A tensor around one of the framework's arrays."""

    def is_native(self, value: Any, /) -> bool:
        """Whether `value` is an array of the framework's."""

    def alias(self, tensor: Any, /) -> Any:
        """A tensor with the same value that no tape takes for this one."""

    def concrete(self, tensor: Any, /) -> np.ndarray[Any, Any] | None:
        """The value if it is at hand on the host, or None if it would have to be computed."""

    def copy_to_device(self, tensor: Any, device: tuple[str, int], /) -> Any:
        """A tensor with the same value on another device."""

    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        """Runs an op; see tfcompat._src.dispatch."""

    def execute1(self, kernel: Callable[..., Any], x: Any, dtype: DType) -> Any:
        """Runs an op of one input and one result, without attributes."""

    def execute2(self, kernel: Callable[..., Any], x: Any, y: Any, dtype: DType) -> Any:
        """Runs an op of two inputs and one result, without attributes."""

    def execute_constant(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        """Runs an op unseen by tapes and accumulators."""

    def custom_gradient(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        call: Callable[[list[Any]], Sequence[Any | None]],
    ) -> list[Any]:
        """New tensors with the outputs' values; `call` maps cotangents to the inputs' gradients."""


# ------------------------------------------------------------------------------------------------
# Kernels, a class per file. Arrays are the framework's; what follows them is static. Dtypes agree,
# shapes fit, axes are counted from the first: a kernel checks nothing.
class ArrayKernels(Protocol):
    """Rearranging, repeating and padding; they take arrays of any dtype."""

    def broadcast_to(self, x: Any, shape: tuple[int, ...], /) -> Any: ...
    def conjugate_transpose(self, x: Any, perm: tuple[int, ...], /) -> Any: ...
    def expand_dims(self, x: Any, axis: int, /) -> Any: ...
    def identity(self, x: Any, /) -> Any: ...
    def mirror_pad(self, x: Any, paddings: tuple[tuple[int, int], ...], offset: int, /) -> Any: ...
    def pad(self, x: Any, value: Any, paddings: tuple[tuple[int, int], ...], /) -> Any: ...
    def repeat(self, x: Any, counts: int | tuple[int, ...], axis: int, /) -> Any: ...
    def reshape(self, x: Any, shape: tuple[int, ...], /) -> Any: ...
    def reverse(self, x: Any, axes: tuple[int, ...], /) -> Any: ...
    def reverse_sequence(self, x: Any, lengths: Any, axis: int, batch: int, /) -> Any: ...
    def roll(self, x: Any, shifts: tuple[int, ...], axes: tuple[int, ...], /) -> Any: ...
    def tile(self, x: Any, multiples: tuple[int, ...], /) -> Any: ...
    def transpose(self, x: Any, perm: tuple[int, ...], /) -> Any: ...


class CastingKernels(Protocol):
    """Floats that fit no integer give what TensorFlow gives on the same device."""

    def bitcast(self, x: Any, dtype: DType, shape: tuple[int, ...], /) -> Any: ...
    def cast(self, x: Any, dtype: DType, /) -> Any: ...


class CreationKernels(Protocol):
    """`device` is a kind and a number such as ("GPU", 0), or None for where new arrays go."""

    def eye(self, shape: tuple[int, ...], dtype: DType, device: Any, /) -> Any: ...
    def fill(self, value: Any, shape: tuple[int, ...], /) -> Any: ...
    def linspace(self, start: Any, stop: Any, count: int, axis: int, /) -> Any: ...
    def one_hot(self, indices: Any, on: Any, off: Any, depth: int, axis: int, /) -> Any: ...
    def ones(self, shape: tuple[int, ...], dtype: DType, device: Any, /) -> Any: ...
    def ones_like(self, x: Any, /) -> Any: ...
    def sequence_mask(self, lengths: Any, size: int, /) -> Any: ...
    def zeros(self, shape: tuple[int, ...], dtype: DType, device: Any, /) -> Any: ...
    def zeros_like(self, x: Any, /) -> Any: ...


class JoiningKernels(Protocol):
    """The last argument of `concat` and `stack` is the axis."""

    def concat(self, *arrays_and_axis: Any) -> Any: ...
    def split(self, x: Any, sizes: tuple[int, ...], axis: int, /) -> Any: ...
    def stack(self, *arrays_and_axis: Any) -> Any: ...
    def unstack(self, x: Any, axis: int, /) -> Any: ...


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


class ScatterKernels(Protocol):
    """Coordinates lie in the last axis of `indices`; what is out of range is dropped.

    Where the maximum or minimum is shared, so is the gradient.
    """

    def scatter_nd(self, indices: Any, updates: Any, shape: tuple[int, ...], /) -> Any: ...
    def slice_update(self, x: Any, value: Any, items: tuple[Any, ...], /) -> Any: ...
    def tensor_scatter_nd_add(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_divide(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_max(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_min(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_multiply(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_sub(self, x: Any, indices: Any, updates: Any, /) -> Any: ...
    def tensor_scatter_nd_update(self, x: Any, indices: Any, updates: Any, /) -> Any: ...


class SelectionKernels(Protocol):
    """An index out of range gives zeros, unless `refuses_bad_indices` says that it raises.

    An item of `strided_slice` is a position, (first position, count, step), or None for a new
    axis; axes without an item stay whole. The axis of `gather` may be negative.
    """

    @property
    def refuses_bad_indices(self) -> bool: ...

    def gather(self, x: Any, indices: Any, axis: int, batch_dims: int, /) -> Any: ...
    def gather_nd(self, x: Any, indices: Any, /) -> Any: ...
    def searchsorted(self, sequence: Any, values: Any, right: bool, /) -> Any: ...
    def select(self, x: Any, index: int, /) -> Any: ...
    def strided_slice(self, x: Any, items: tuple[Any, ...], /) -> Any: ...
    def where(self, condition: Any, x: Any, y: Any, /) -> Any: ...


class LinalgKernels(Protocol):
    """Products of matrices. A turn is 0, 1 for transposed, 2 for transposed and conjugated."""

    def matmul(self, a: Any, b: Any, /) -> Any: ...
    def matmul_with(self, a: Any, b: Any, turn_a: int, turn_b: int, /) -> Any: ...
    def integer_matmul(self, a: Any, b: Any, turn_a: int, turn_b: int, /) -> Any: ...
    def matvec(self, a: Any, b: Any, turn: int, /) -> Any: ...
    def tensordot(self, a: Any, b: Any, of_a: Axes, of_b: Axes, /) -> Any: ...
    def einsum(self, *arrays_and_equation: Any) -> Any: ...
    def matrix_transpose(self, x: Any, turn: int, /) -> Any: ...
    def cross(self, a: Any, b: Any, /) -> Any: ...


class DecompositionKernels(Protocol):
    """Inverses, systems of equations and factorizations."""

    @property
    def refuses_singular(self) -> bool:
        """Whether inv and solve raise RuntimeError for singular matrices."""

    def det(self, x: Any, /) -> Any: ...
    def slogdet(self, x: Any, /) -> tuple[Any, Any]: ...
    def inv(self, x: Any, adjoint: bool, /) -> Any: ...
    def solve(self, a: Any, b: Any, adjoint: bool, /) -> Any: ...
    def triangular_solve(self, a: Any, b: Any, lower: bool, adjoint: bool, /) -> Any: ...
    def cholesky(self, x: Any, /) -> Any: ...
    def qr(self, x: Any, full: bool, /) -> tuple[Any, Any]: ...
    def svd(self, x: Any, full: bool, /) -> tuple[Any, Any, Any]: ...
    def svdvals(self, x: Any, /) -> Any: ...
    def eigh(self, x: Any, /) -> tuple[Any, Any]: ...
    def eig(self, x: Any, /) -> tuple[Any, Any]: ...
    def lu(self, x: Any, /) -> tuple[Any, Any]: ...
    def expm(self, x: Any, /) -> Any: ...


class DiagonalKernels(Protocol):
    """Diagonals and bands of matrices."""

    def spread(self, values: Any, other: Any, index: Any, chosen: Any, merged: int, /) -> Any:
        """Where chosen, elements of the last `merged` axes of values, flattened; else other."""

    def diag_part(self, x: Any, /) -> Any: ...
    def band_part(self, x: Any, lower: int, upper: int, /) -> Any: ...
    def trace(self, x: Any, /) -> Any: ...


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


class LossKernels(Protocol):
    """Cross entropies over the last axis of logits."""

    @property
    def refuses_labels(self) -> bool:
        """Whether the sparse one raises for a label that is no class; otherwise it gives NaN."""

    def softmax_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...
    def sparse_softmax_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...
    def sigmoid_cross_entropy_with_logits(self, labels: Any, logits: Any, /) -> Any: ...


class NormKernels(Protocol):
    """Clipping."""

    def clip_by_value(self, x: Any, low: float, high: float, /) -> Any: ...


Pairs = tuple[tuple[int, int], ...]


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


class RandomKernels(Protocol):
    """Random numbers. `state` is int64 [counter low, counter high, key]: a place in a stream.

    An input, so that a new seed compiles nothing. The numbers must be those of
    tfcompat._src.sampling, which serves wherever the seed is at hand and no accelerator is.
    """

    def advance(self, state: Any, blocks: int, /) -> Any: ...
    def binomial(self, state: Any, counts: Any, probabilities: Any, samples: int, /) -> Any:
        """Float64 [samples, parameters], as those of `gamma` and `poisson`."""

    def categorical(self, state: Any, logits: Any, samples: int, dtype: DType, /) -> Any: ...
    def full_int(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def gamma(self, state: Any, alpha: Any, samples: int, /) -> Any: ...
    def gamma_sample(self, sample: Any, alpha: Any, /) -> Any:
        """The sample itself; its derivative by `alpha` keeps its rank in the distribution."""

    def normal(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def permutation(self, state: Any, size: int, /) -> Any: ...
    def poisson(self, state: Any, rate: Any, samples: int, /) -> Any: ...
    def stateless_state(self, seed: Any, /) -> Any:
        """The state that a stateless seed, two integers, stands for."""

    def truncated_normal(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def uniform(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def uniform_int(
        self, state: Any, low: Any, high: Any, sizes: tuple[int, ...], dtype: DType, /
    ) -> Any: ...
