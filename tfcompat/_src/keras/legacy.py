"""Arguments and methods of TensorFlow 2.0 to 2.10 that Keras 3 no longer has, as they were."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src import nest
from tfcompat._src.keras.deprecation import OldAttribute, deprecated, warn
from tfcompat._src.keras.legacy_data import as_array
from tfcompat._src.tape import GradientTape


def patch_optimizers(module: ModuleType) -> None:
    """Gives `BaseOptimizer`, in the module that defines it, what optimizers had."""
    base = module.BaseOptimizer
    base.__init__ = _with_old_arguments(base.__init__)
    base._get_current_learning_rate = _with_decay(base._get_current_learning_rate)
    base.get_config = _with_decay_in_config(base.get_config)
    base.apply_gradients = apply_gradients
    base.minimize = minimize
    base.compute_gradients = compute_gradients
    base.get_weights = get_weights
    base.weights = OldAttribute(weights, "variables")
    base.lr = property(_get_lr, _set_lr, doc="The learning rate, by its old name.")


def _with_old_arguments(keras_init: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        decay = kwargs.pop("decay", None)
        if kwargs.pop("jit_compile", None) is not None:
            deprecated("The argument `jit_compile`", "`jit_compile` of model.compile")
        if "lr" in kwargs:
            rate = kwargs.pop("lr")
            warn("The argument `lr` is deprecated, use `learning_rate` instead.")
            if args:
                args = (rate, *args[1:])
            else:
                kwargs["learning_rate"] = rate
        rate = args[0] if args else kwargs.get("learning_rate")
        if isinstance(rate, int) and not isinstance(rate, bool):
            # Keras 2 took any number.
            if args:
                args = (float(rate), *args[1:])
            else:
                kwargs["learning_rate"] = float(rate)
        if decay is not None and decay < 0:
            raise ValueError(f"decay: received {decay}; expected a number of at least 0")
        keras_init(self, *args, **kwargs)
        if decay:
            warn(
                "The argument `decay` is deprecated, use "
                "`learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(...)` instead."
            )
            self.decay = float(decay)

    return __init__


def _with_decay(keras_rate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def _get_current_learning_rate(self: Any) -> Any:
        rate = keras_rate(self)
        decay = self.__dict__.get("decay")
        if decay is None:
            return rate
        from tfcompat._src.ops.array import cast

        rate = cast(rate, "float32")
        return rate / (1.0 + decay * cast(self._iterations, rate.dtype))

    return _get_current_learning_rate


def _with_decay_in_config(
    keras_config: Callable[[Any], dict[str, Any]],
) -> Callable[[Any], dict[str, Any]]:
    def get_config(self: Any) -> dict[str, Any]:
        """The settings, from which `from_config` makes the same optimizer."""
        config = keras_config(self)
        decay = self.__dict__.get("decay")
        return config if decay is None else {**config, "decay": decay}

    return get_config


def apply_gradients(
    self: Any,
    grads_and_vars: Any,
    name: str | None = None,
    experimental_aggregate_gradients: bool = True,
) -> Any:
    """Updates variables by their gradients, from pairs (gradient, variable).

    Returns the count of updates. The last two arguments are accepted and change nothing.
    """
    grads, variables = zip(*grads_and_vars, strict=True)
    self.apply(grads, variables)
    return self._iterations


def minimize(
    self: Any,
    loss: Any,
    var_list: Any,
    grad_loss: Any = None,
    name: str | None = None,
    tape: GradientTape | None = None,
) -> Any:
    """One step down the gradient of `loss` by the variables of `var_list`.

    Args:
      self: the optimizer.
      loss: a function without arguments that computes it, or a tensor recorded by `tape`.
      var_list: the variables, or a function that returns them.
      grad_loss: what to multiply the gradient of the loss with.
      name: accepted, changes nothing.
      tape: the tape that recorded `loss`; needed if that is a tensor.

    Raises ValueError for a tensor without a tape.
    """
    if callable(loss):
        with tape or GradientTape() as tape:
            if not callable(var_list):
                tape.watch(var_list)
            loss = loss()
            if callable(var_list):
                var_list = var_list()
    elif tape is None:
        raise ValueError(
            "minimize: received a tensor as loss and no tape; expected a function that computes "
            "the loss, or the tape that recorded it"
        )
    variables = nest.flatten(var_list)
    gradients = tape.gradient(loss, variables, grad_loss)
    return self.apply_gradients(zip(gradients, variables, strict=True))


def compute_gradients(
    self: Any, loss: Any, var_list: Any, tape: GradientTape | None = None
) -> list[tuple[Any, Any]]:
    """Pairs (gradient of `loss`, variable); the arguments are those of `minimize`."""
    deprecated("The method `compute_gradients`", "tf.GradientTape")
    if callable(loss):
        with tape or GradientTape() as tape:
            tape.watch(var_list() if callable(var_list) else var_list)
            loss = loss()
    if tape is None:
        raise ValueError(
            "compute_gradients: received a tensor as loss and no tape; expected a function that "
            "computes the loss, or the tape that recorded it"
        )
    variables = nest.flatten(var_list() if callable(var_list) else var_list)
    return list(zip(tape.gradient(loss, variables), variables, strict=True))


def get_weights(self: Any) -> list[Any]:
    """The values of the optimizer's variables, as NumPy arrays."""
    return [variable.numpy() for variable in self.variables]


def weights(self: Any) -> list[Any]:
    """The optimizer's variables."""
    return list(self.variables)


def _get_lr(self: Any) -> Any:
    return self._learning_rate


def _set_lr(self: Any, value: Any) -> None:
    self.learning_rate = value


def patch_losses(module: ModuleType) -> None:
    """Lets losses, in the module that defines them, reduce "auto"-matically, and take lists."""
    keras_reduction = module.standardize_reduction

    def standardize_reduction(reduction: Any) -> Any:
        return keras_reduction("sum_over_batch_size" if reduction == "auto" else reduction)

    keras_call = module.Loss.__call__

    @functools.wraps(keras_call)
    def __call__(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        # Keras 3 takes a list for several outputs, and those of labels and logits differ in form.
        if y_true.__class__ is list or y_pred.__class__ is list:
            y_true, y_pred = as_array(y_true), as_array(y_pred)
        return keras_call(self, y_true, y_pred, sample_weight)

    module.__dict__["standardize_reduction"] = standardize_reduction
    module.Loss.__call__ = __call__
