"""Functions of tf.keras.backend that Keras 3 no longer has."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tfcompat._src.keras.deprecation import deprecated


class _Phase(threading.local):
    value = 0


_phase = _Phase()

_TRAINING = "the argument `training` of a call"


def learning_phase() -> int:
    """1 while set_learning_phase(1) holds, else 0."""
    deprecated("tf.keras.backend.learning_phase", _TRAINING)
    return _phase.value


def set_learning_phase(value: Any) -> None:
    """Says what in_train_phase and in_test_phase choose where nobody tells them.

    Layers run in the phase that their argument `training` says. Raises ValueError for anything but
    0 and 1.
    """
    deprecated("tf.keras.backend.set_learning_phase", _TRAINING)
    if value not in (0, 1):
        raise ValueError(f"set_learning_phase: received {value!r}; expected 0 or 1")
    _phase.value = int(value)


@contextmanager
def learning_phase_scope(value: Any) -> Iterator[None]:
    """Sets the learning phase for a while."""
    before = _phase.value
    set_learning_phase(value)
    try:
        yield
    finally:
        _phase.value = before


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` in training and `alt` otherwise; functions are called."""
    from tfcompat._src.control_flow import cond

    if training is None:
        training = _phase.value
    if isinstance(training, (bool, int)):
        chosen = x if training else alt
        return chosen() if callable(chosen) else chosen
    return cond(training, _called(x), _called(alt))


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` outside of training and `alt` in it; functions are called."""
    return in_train_phase(alt, x, training)


def _called(x: Any) -> Callable[[], Any]:
    return x if callable(x) else lambda: x


def function(
    inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any
) -> Callable[..., Any]:
    """A function of NumPy arrays from symbolic inputs of a model to symbolic outputs of it.

    It takes one list with a value for each input and returns a list of arrays, one array for one
    output. Raises NotImplementedError for `updates`.
    """
    import numpy as np

    if updates:
        raise NotImplementedError(
            "tf.keras.backend.function: received updates; call their assignments after it"
        )
    deprecated("tf.keras.backend.function", "tf.keras.Model(inputs, outputs)")
    several = isinstance(outputs, (list, tuple))
    listed = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    found = list(outputs) if several else [outputs]
    phase = [i for i, x in enumerate(listed) if isinstance(x, int)]
    models = importlib.import_module("keras").Model
    model = models([x for i, x in enumerate(listed) if i not in phase], found)

    def call(values: Any) -> Any:
        """The outputs for these inputs."""
        given = list(values) if isinstance(values, (list, tuple)) else [values]
        training = bool(given[phase[0]]) if phase and len(given) > phase[0] else False
        results = model([x for i, x in enumerate(given) if i not in phase], training=training)
        if not isinstance(results, (list, tuple)):
            results = [results]
        arrays = [np.asarray(result) for result in results]
        return arrays if several else arrays[0]

    call.__name__ = name or "function"
    return call


def placeholder(
    shape: Sequence[int | None] | None = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> Any:
    """A symbolic input, as tf.keras.Input makes it."""
    deprecated("tf.keras.backend.placeholder", "tf.keras.Input")
    keras = importlib.import_module("keras")
    full = tuple(shape) if shape is not None else (None,) * (ndim or 0)
    return keras.Input(batch_shape=full, dtype=dtype, sparse=sparse, name=name)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Prints a tensor on stderr and returns it."""
    from tfcompat._src.print_op import print as print_now

    deprecated("tf.keras.backend.print_tensor", "tf.print")
    print_now(message, x, summarize=summarize)
    return x


def random_binomial(
    shape: Sequence[int], p: float = 0.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Ones with probability `p`, else zeros."""
    deprecated("tf.keras.backend.random_binomial", "tf.keras.random.binomial")
    backend = importlib.import_module("keras._tf_keras.keras.backend")
    return backend.random_bernoulli(shape, p, dtype, seed)


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> Any:
    """A batch with mean 0 and variance 1 along axes, scaled; its mean and variance."""
    from tfcompat._src.ops.normalization import moments

    backend = importlib.import_module("keras._tf_keras.keras.backend")
    axes = list(reduction_axes)
    mean, variance = moments(x, axes)
    wide_mean, wide_variance = moments(x, axes, keepdims=True)
    shape = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
    scale = None if gamma is None else backend.reshape(gamma, shape)
    shift = None if beta is None else backend.reshape(beta, shape)
    normal = backend.batch_normalization(x, wide_mean, wide_variance, shift, scale, epsilon=epsilon)
    return normal, mean, variance


def manual_variable_initialization(value: bool) -> None:
    """Accepts True and False: variables have their value when they are made."""
    deprecated("tf.keras.backend.manual_variable_initialization", "")


def reset_uids() -> None:
    """Counts the names of layers from the start again."""
    deprecated("tf.keras.backend.reset_uids", "tf.keras.backend.clear_session")
    importlib.import_module("keras.src.backend.common.global_state").set_global_attribute(
        "object_name_uids", None
    )


def enable_tf_random_generator() -> None:
    """Accepts the call: Keras draws from seed generators always."""
    deprecated("tf.keras.backend.experimental.enable_tf_random_generator", "")


def is_tf_random_generator_enabled() -> bool:
    """Whether Keras draws from seed generators: always."""
    return True


def set_value(x: Any, value: Any) -> None:
    """Gives a variable, of TensorFlow's or of Keras', the value of a number or an array."""
    import numpy as np

    x.assign(np.asarray(value, getattr(x.dtype, "name", x.dtype)))


def batch_set_value(tuples: Any) -> None:
    """Gives several variables their values, from pairs (variable, value)."""
    for x, value in tuples:
        set_value(x, value)


# Those that Keras has too, for its own variables not.
_BETTER: tuple[Callable[..., Any], ...] = (batch_set_value, set_value)
_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    function,
    in_test_phase,
    in_train_phase,
    learning_phase,
    learning_phase_scope,
    manual_variable_initialization,
    normalize_batch_in_training,
    placeholder,
    print_tensor,
    random_binomial,
    reset_uids,
    set_learning_phase,
)


def patch(module: ModuleType) -> None:
    """Adds them to the namespace tf.keras.backend."""
    for each in _FUNCTIONS:
        module.__dict__.setdefault(each.__name__, each)
    for each in _BETTER:
        module.__dict__[each.__name__] = each
