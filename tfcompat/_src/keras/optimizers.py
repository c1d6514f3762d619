"""The fused path of Keras' commonest optimizers: all variables of a step in one kernel call.

It lives in `TFOptimizer.apply`, behind Keras' own classes, and does what their `update_step` does
variable by variable. Whatever is out of the ordinary (clipping, weight decay, moving averages,
sparse or missing gradients, constraints, a subclass) goes Keras' own way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

kernels = dispatch.family("optimizers")
math = dispatch.family("math")

_KEY = "_tfcompat_plans"
_UNKNOWN: Any = object()
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

# The kernels that compute with the count of updates, and return it as their first result.
_COUNTING = frozenset({"adam_update"})

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


class _Counter(Variable):
    """The count of updates: a variable whose tensor is made when somebody reads it."""

    _tensor: Tensor | None
    _count: int | None

    @classmethod
    def out_of(cls, variable: Variable) -> _Counter:
        """Turns a variable into a counter: who holds it, holds the counter."""
        if not isinstance(variable, cls):
            variable.__dict__.update(_tensor=variable.__dict__.pop("_value"), _count=None)
            variable.__class__ = cls
        return cast("_Counter", variable)

    @property
    def _value(self) -> Tensor:
        if self._tensor is None:
            self._tensor = to_tensor(self._count, self._dtype)
        return self._tensor

    @_value.setter
    def _value(self, value: Tensor) -> None:
        self._tensor = value
        self._count = None

    def advance(self) -> None:
        """Counts one more."""
        count = self._count
        self._count = (int(self._value) if count is None else count) + 1
        self._tensor = None


class _Plan:
    """The update of one list of variables.

    trainable: the tf.Variables; owned: the variables of Keras among them, whose constraint may
    change; states: theirs; targets: trainable and states, in the order of the kernel's results;
    rate: the variable of the learning rate, or None where it is computed at every step.
    """

    __slots__ = ("attrs", "counting", "kernel", "owned", "rate", "shapes", "states", "steps",
                 "targets", "trainable")  # fmt: skip

    def __init__(
        self, optimizer: Any, owners: Sequence[Any], trainable: list[Variable], update: Update
    ) -> None:
        name, attrs, lists = update
        at = [optimizer._get_variable_index(v) for v in owners]
        self.states = [getattr(optimizer, list_)[i]._value for list_ in lists for i in at]
        self.kernel = getattr(kernels, name)
        self.attrs = (len(trainable), *attrs)
        self.counting = name in _COUNTING
        self.trainable = trainable
        # Fixed: a variable whose shape may change has no plan.
        self.shapes = [v._shape for v in trainable]
        self.owned = [v for v in owners if not isinstance(v, Variable)]
        self.targets = trainable + self.states
        self.steps = _Counter.out_of(optimizer._iterations._value)
        rate = getattr(optimizer._learning_rate, "_value", None)
        plain = isinstance(rate, Variable) and "decay" not in optimizer.__dict__
        self.rate = rate if plain else None

    def run(self, optimizer: Any, gradients: Sequence[Any]) -> bool:
        """Applies the gradients; False, and nothing done, if they are not plain tensors."""
        if len(gradients) != len(self.trainable):
            return False
        values = []
        for variable, shape, g in zip(self.trainable, self.shapes, gradients, strict=True):
            value = variable._value
            if not isinstance(g, Tensor) or g._dtype is not value._dtype or g._shape != shape:
                return False
            values.append(value)
        for owner in self.owned:
            if owner.constraint is not None:
                return False
        rate = self._rate(optimizer) if self.rate is None else self.rate._value
        if rate is None:
            return False
        states = [s._value for s in self.states]
        steps = self.steps
        inputs = (rate, *values, *gradients, *states)
        if self.counting:
            steps._value, *results = dispatch.execute_constant(
                self.kernel, (steps._value, *inputs), self.attrs
            )
        else:
            results = dispatch.execute_constant(self.kernel, inputs, self.attrs)
            steps.advance()
        for variable, value in zip(self.targets, results, strict=True):
            variable._value = value
        return True

    def record(self, graph: Graph, optimizer: Any, gradients: Sequence[Any]) -> bool:
        """Makes the update a part of the graph that is traced; False as `run` says it."""
        if len(gradients) != len(self.trainable):
            return False
        for variable, shape, g in zip(self.trainable, self.shapes, gradients, strict=True):
            if not isinstance(g, Tensor) or g._dtype is not variable._dtype:
                return False
            if g.shape.rank is None or tuple(g.shape.as_list()) != shape:
                return False
        if any(owner.constraint is not None for owner in self.owned):
            return False
        rate = self._rate(optimizer) if self.rate is None else self.rate
        if rate is None:
            return False
        # Variables are arguments, so that the graph knows of them.
        arguments = (rate, list(gradients), self.trainable, self.states, self.steps)
        graph.add_call(self._step, arguments, name=self.kernel.__name__, effect=True)
        return True

    def _step(
        self,
        rate: Any,
        gradients: Sequence[Tensor],
        trainable: Sequence[Variable],
        states: Sequence[Variable],
        steps: Variable,
    ) -> None:
        """The update as a graph does it: without anything that has to know a value."""
        inputs = [rate._value if isinstance(rate, Variable) else rate]
        inputs += [v._value for v in trainable]
        inputs += [*gradients, *[s._value for s in states]]
        if self.counting:
            count, *results = dispatch.execute_constant(
                self.kernel, (steps._value, *inputs), self.attrs
            )
        else:
            results = dispatch.execute_constant(self.kernel, tuple(inputs), self.attrs)
            count = dispatch.execute_constant(
                math.add, (steps._value, to_tensor(1, steps._dtype)), (), steps._dtype
            )
        steps._value = count
        for variable, value in zip([*trainable, *states], results, strict=True):
            variable._value = value

    @staticmethod
    def _rate(optimizer: Any) -> Tensor | None:
        """The learning rate of a schedule or function at this step."""
        rate = optimizer._get_current_learning_rate()
        rate = rate if isinstance(rate, Tensor) else to_tensor(rate)
        return rate if rate._shape == () and rate._dtype.is_floating else None


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
    return None if variable.constraint is not None else found.handle


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
    if len(found) < len(trainable) or update is None or not dispatch.has("optimizers", update[0]):
        return None
    return _Plan(optimizer, variables, found, update)


def patch(module: ModuleType) -> None:
    """Puts the fused path into `TFOptimizer`, in the module that defines it."""
    optimizer_class = module.TFOptimizer
    keras_apply = optimizer_class.apply
    keras_setattr = optimizer_class.__setattr__

    def apply(self: Any, grads: Any, trainable_variables: Any = None) -> None:
        """Updates the variables by their gradients."""
        plans = self.__dict__.get(_KEY)
        if plans is not None and trainable_variables is not None:
            if trainable_variables.__class__ is not tuple:
                trainable_variables = tuple(trainable_variables)
            plan = plans.get(tuple(map(id, trainable_variables)), _UNKNOWN)
            if plan is _UNKNOWN:
                plan = _prepare(self, plans, trainable_variables)
            graph = tracing.current()
            if plan is not None and (
                plan.run(self, grads) if graph is None else plan.record(graph, self, grads)
            ):
                return
        keras_apply(self, grads, trainable_variables)
        if plans is None:
            self.__dict__[_KEY] = _Plans()

    def set_attribute(self: Any, name: str, value: Any) -> None:
        """Any setting may change what the update is."""
        if name != "built":
            self.__dict__.pop(_KEY, None)
        keras_setattr(self, name, value)

    optimizer_class.apply = apply
    optimizer_class.__setattr__ = set_attribute


def _prepare(optimizer: Any, plans: _Plans, variables: tuple[Any, ...]) -> _Plan | None:
    optimizer._check_variables_are_known(variables)
    if len(plans) >= _MOST_PLANS:
        plans.clear()
    plan = plans[tuple(map(id, variables))] = _plan(optimizer, variables)
    return plan
