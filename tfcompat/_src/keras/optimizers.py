"""The fused path of Keras' commonest optimizers: all variables of a step in one kernel call.

It lives in `TFOptimizer.apply`, behind Keras' own classes, and does what their `update_step` does
variable by variable. Whatever is out of the ordinary (clipping, weight decay, moving averages,
sparse or missing gradients, constraints, a subclass) goes Keras' own way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

kernels = dispatch.family("optimizers")

_KEY = "_tfcompat_plans"
_MOST_PLANS = 16
# Settings of any optimizer that must be off.
_EXTRAS = (
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)

# What a class' update is: kernel, its attributes, and the attributes of the optimizer that list
# one state variable for each trainable one; None where its settings ask for Keras' own way.
Update = tuple[str, tuple[Any, ...], tuple[str, ...]]


def _sgd(optimizer: Any) -> Update | None:
    if not optimizer.momentum:
        return "sgd_update", (), ()
    attrs = (float(optimizer.momentum), bool(optimizer.nesterov))
    return "momentum_update", attrs, ("momentums",)


def _adam(optimizer: Any) -> Update | None:
    if optimizer.amsgrad:
        return None
    attrs = (float(optimizer.beta_1), float(optimizer.beta_2), float(optimizer.epsilon))
    return "adam_update", attrs, ("_momentums", "_velocities")


def _rmsprop(optimizer: Any) -> Update | None:
    if optimizer.momentum or optimizer.centered:
        return None
    return "rmsprop_update", (float(optimizer.rho), float(optimizer.epsilon)), ("_velocities",)


def _adagrad(optimizer: Any) -> Update | None:
    return "adagrad_update", (float(optimizer.epsilon),), ("_accumulators",)


_UPDATES: dict[str, Callable[[Any], Update | None]] = {
    "keras.src.optimizers.sgd.SGD": _sgd,
    "keras.src.optimizers.adam.Adam": _adam,
    "keras.src.optimizers.rmsprop.RMSprop": _rmsprop,
    "keras.src.optimizers.adagrad.Adagrad": _adagrad,
}


class _Plan:
    """The update of one list of variables.

    trainable: the tf.Variables; owners: the objects that Keras knows them by; targets: trainable
    followed by their states, in the order of the kernel's results; rate: the variable of the
    learning rate, or None where it is computed at every step.
    """

    __slots__ = ("attrs", "kernel", "owners", "rate", "states", "steps", "targets", "trainable")

    def __init__(
        self, optimizer: Any, owners: Sequence[Any], trainable: list[Variable], update: Update
    ) -> None:
        name, attrs, lists = update
        at = [optimizer._get_variable_index(v) for v in owners]
        states = [getattr(optimizer, list_)[i]._value for list_ in lists for i in at]
        self.kernel = getattr(kernels, name)
        self.attrs = (len(trainable), *attrs)
        self.owners = owners
        self.trainable = trainable
        self.states = states
        self.targets = trainable + states
        self.steps: Variable = optimizer._iterations._value
        rate = getattr(optimizer._learning_rate, "_value", None)
        plain = isinstance(rate, Variable) and "decay" not in optimizer.__dict__
        self.rate = rate if plain else None

    def run(self, optimizer: Any, gradients: Sequence[Any]) -> bool:
        """Applies the gradients; False, and nothing done, if they are not plain tensors."""
        values = []
        for variable, g in zip(self.trainable, gradients, strict=True):
            value = variable._value
            if not isinstance(g, Tensor) or g._dtype is not value._dtype:
                return False
            if g._shape != value._shape:
                return False
            values.append(value)
        for owner in self.owners:
            if owner.constraint is not None:
                return False
        if self.rate is not None:
            rate = self.rate._value
        else:
            rate = optimizer._get_current_learning_rate()
            rate = rate._value if isinstance(rate, Variable) else rate
            if not isinstance(rate, Tensor) or rate._shape != ():
                return False
        results = dispatch.execute_constant(
            self.kernel,
            (rate, self.steps._value, *values, *gradients, *[s._value for s in self.states]),
            self.attrs,
        )
        self.steps._value = results[0]
        for variable, value in zip(self.targets, results[1:], strict=True):
            variable._value = value
        return True


class _Plans(dict[tuple[int, ...], "_Plan | None"]):
    """The plans of one optimizer by the ids of the variables; a copy of it has its own."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Plans:
        return _Plans()

    def __reduce__(self) -> Any:
        return _Plans, ()


def _inner(variable: Any) -> Variable | None:
    """The tf.Variable that is, or is in, a variable; None for one that the kernels do not take."""
    found = variable if isinstance(variable, Variable) else getattr(variable, "_value", None)
    if not isinstance(found, Variable) or not found._dtype.is_floating:
        return None
    if getattr(variable, "overwrite_with_gradient", False) or found._declared is not None:
        return None
    return found.handle


def _plan(optimizer: Any, variables: Sequence[Any]) -> _Plan | None:
    python_type = type(optimizer)
    settings = _UPDATES.get(f"{python_type.__module__}.{python_type.__qualname__}")
    if settings is None or any(getattr(optimizer, name) for name in _EXTRAS):
        return None
    trainable = [_inner(v) for v in variables]
    if len({id(v) for v in trainable}) < len(trainable):
        return None
    found = [v for v in trainable if v is not None]
    update = settings(optimizer)
    if len(found) < len(trainable) or update is None:
        return None
    return _Plan(optimizer, variables, found, update)


def patch(module: ModuleType) -> None:
    """Puts the fused path into `TFOptimizer`, in the module that defines it."""
    optimizer_class = module.TFOptimizer
    keras_apply = optimizer_class.apply
    keras_setattr = optimizer_class.__setattr__

    def apply(self: Any, grads: Any, trainable_variables: Any = None) -> None:
        """Updates the variables by their gradients."""
        if trainable_variables is None or not self.built:
            keras_apply(self, grads, trainable_variables)
            return
        variables = tuple(trainable_variables)
        key = tuple(map(id, variables))
        plans = self.__dict__.get(_KEY)
        if plans is None:
            plans = self.__dict__[_KEY] = _Plans()
        if key in plans:
            plan = plans[key]
        else:
            self._check_variables_are_known(variables)
            plan = _plan(self, variables)
            if len(plans) >= _MOST_PLANS:
                plans.clear()
            plans[key] = plan
        if plan is None or len(grads) != len(variables) or not plan.run(self, grads):
            keras_apply(self, grads, trainable_variables)

    def set_attribute(self: Any, name: str, value: Any) -> None:
        """Any setting may change what the update is."""
        self.__dict__.pop(_KEY, None)
        keras_setattr(self, name, value)

    optimizer_class.apply = apply
    optimizer_class.__setattr__ = set_attribute
