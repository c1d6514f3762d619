"""Arguments, attributes and methods of layers and metrics that Keras 3 no longer has."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src import nest
from tfcompat._src.keras.deprecation import (
    accept,
    deprecated,
    old_attribute,
    old_method,
    signed,
)

_WEIGHTS = "_weights_to_start_from"
_BATCH = "_batch_input_shape_arg"
_METRICS = "_metrics_by_name"

# What some layer took and none does, and today's way; it changes nothing but speed.
_DROPPED = {
    "dynamic": "`run_eagerly=True` in compile",
    "fused": "",
    "implementation": "",
    "input_length": "",
    "partitioner": "",
    "virtual_batch_size": "",
}
# What only means something if it is true.
_REFUSED = {"time_major": "swap the first two axes with tf.transpose"}


def patch_layer(module: ModuleType) -> None:
    """Changes the class Layer, in the module that defines it."""
    layer = module.Layer
    layer.__init__ = _with_old_arguments(layer.__init__)
    layer._post_build = _with_weights(layer._post_build)
    layer.add_weight = accept(
        _name_first(layer.add_weight),
        {"use_resource": "", "synchronization": "", "partitioner": "", "collections": ""},
    )
    layer.add_metric = add_metric
    old_method(layer, "add_variable", layer.add_weight, "add_weight")
    old_method(layer, "add_update", lambda self, updates: None, "assign")
    for name, get, instead in (
        ("input_shape", lambda self: _shapes(self.input), "input.shape"),
        ("output_shape", lambda self: _shapes(self.output), "output.shape"),
        ("inbound_nodes", lambda self: self._inbound_nodes, "_inbound_nodes"),
        ("outbound_nodes", lambda self: self._outbound_nodes, "_outbound_nodes"),
        ("updates", lambda self: [], ""),
        ("dynamic", lambda self: False, ""),
        ("stateful", lambda self: False, ""),
    ):
        old_attribute(layer, name, get, instead)
    for part in ("input", "output"):
        tensors = f"_inbound_nodes[i].{part}_tensors"
        old_method(layer, f"get_{part}_at", _at(part, lambda x: x), tensors)
        old_method(layer, f"get_{part}_shape_at", _at(part, lambda x: tuple(x.shape)), tensors)


def _shapes(tensors: Any) -> Any:
    return nest.map_structure(lambda x: tuple(x.shape), tensors)


def _at(part: str, of: Callable[[Any], Any]) -> Callable[[Any, int], Any]:
    def get(self: Any, node_index: int) -> Any:
        """What the layer was called with, or returned, at its call of that number."""
        tensors = getattr(self._inbound_nodes[node_index], f"{part}_tensors")
        found = [of(x) for x in tensors]
        return found[0] if len(found) == 1 else found

    return get


def _with_old_arguments(keras_init: Callable[..., None]) -> Callable[..., None]:
    parameters = set(inspect.signature(keras_init).parameters)

    @functools.wraps(keras_init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if parameters.issuperset(kwargs) and not args:
            return keras_init(self, **kwargs)
        args = _by_name(self, args, kwargs)
        for name, instead in _DROPPED.items():
            if kwargs.pop(name, None) is not None:
                deprecated(f"The argument `{name}`", instead)
        for name, instead in _REFUSED.items():
            if kwargs.pop(name, False):
                raise NotImplementedError(
                    f"{type(self).__name__}: received {name}=True, which Keras 3 does not have; "
                    f"{instead}"
                )
        batch = kwargs.pop("batch_input_shape", None)
        size = kwargs.pop("batch_size", None)
        weights = kwargs.pop("weights", None)
        if batch is not None:
            deprecated("The argument `batch_input_shape`", "tf.keras.Input(batch_shape=...)")
            kwargs.setdefault("input_shape", tuple(batch)[1:])
        elif size is not None and kwargs.get("input_shape") is not None:
            batch = (size, *kwargs["input_shape"])
        if isinstance(kwargs.get("input_shape"), int):
            kwargs["input_shape"] = (kwargs["input_shape"],)
        keras_init(self, *args, **kwargs)
        if batch is not None:
            object.__setattr__(self, _BATCH, tuple(batch))
        if weights is not None:
            deprecated("The argument `weights`", "set_weights, or an initializer")
            object.__setattr__(self, _WEIGHTS, weights)

    return signed(__init__, keras_init)


def _by_name(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    if args and args[0] is self:
        deprecated("`super().__init__(self)`", "`super().__init__()`")
        args = args[1:]
    # Keras 2: Layer(trainable, name, dtype), but Model(name).
    names = ("name",) if args and isinstance(args[0], str) else ("trainable", "name", "dtype")
    for name, value in zip(names, args, strict=False):
        deprecated(f"The positional argument `{name}` of {type(self).__name__}", f"`{name}=`")
        kwargs.setdefault(name, value)
    return args[len(names) :]


def _with_weights(keras_post_build: Callable[[Any], None]) -> Callable[[Any], None]:
    def _post_build(self: Any) -> None:
        keras_post_build(self)
        weights = self.__dict__.pop(_WEIGHTS, None)
        if weights is not None:
            self.set_weights(weights if isinstance(weights, (list, tuple)) else [weights])

    return _post_build


def _name_first(keras_add: Callable[..., Any]) -> Callable[..., Any]:
    """Keras 2 took the name before the shape."""

    @functools.wraps(keras_add)
    def add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            deprecated("A weight's name as first argument", "`name=`")
            kwargs["name"], args = args[0], args[1:]
        if isinstance(kwargs.get("shape"), int):
            kwargs["shape"] = (kwargs["shape"],)
        return keras_add(self, *args, **kwargs)

    return add_weight


def add_metric(self: Any, value: Any, name: str | None = None, **kwargs: Any) -> None:
    """Counts a value, computed in the layer's `call`, into the mean of that name.

    Raises NotImplementedError for a value of a functional model that is being made.
    """
    import keras

    if name is None:
        raise ValueError("add_metric: received no name; expected a name for the metric")
    deprecated("The method `add_metric`", "a tf.keras.metrics.Mean of the layer's own")
    if isinstance(value, keras.KerasTensor):
        raise NotImplementedError(
            "add_metric: received a symbolic tensor of a functional model; call add_metric in a "
            "layer's `call`, or give compile the metric"
        )
    known = self.__dict__.get(_METRICS)
    if known is None:
        object.__setattr__(self, _METRICS, known := {})
    if name not in known:
        self._tracker.unlock()
        try:
            known[name] = keras.metrics.Mean(name=name)
            self._metrics.append(known[name])
        finally:
            if self.built:
                self._tracker.lock()
    if not keras.src.backend.common.symbolic_scope.in_symbolic_scope():
        known[name].update_state(value)


def patch_sequential(module: ModuleType) -> None:
    """Lets a first layer of a Sequential model say the size of batches, and a model its ends."""
    model = module.Sequential
    for part in ("input", "output"):
        setattr(model, part, property(_end_of(model, part), doc=f"The {part} of the model."))
    keras_add = model.add

    @functools.wraps(keras_add)
    def add(self: Any, layer: Any, rebuild: bool = True) -> None:
        batch = getattr(layer, "__dict__", {}).get(_BATCH)
        if batch is not None and not self._layers:
            keras_add(self, module.InputLayer(batch_shape=batch), rebuild=rebuild)
        keras_add(self, layer, rebuild=rebuild)

    model.add = add


def _end_of(model: type, part: str) -> Callable[[Any], Any]:
    keras_get = getattr(model, part).fget

    def get(self: Any) -> Any:
        if self._inbound_nodes or not self._functional:
            return keras_get(self)
        deprecated(f"`{part}` of a Sequential model", f"`{part}s[0]`")
        return getattr(self, f"{part}s")[0]

    return get


def patch_rnn(module: ModuleType) -> None:
    """The old name of the method that forgets the state."""
    old_method(
        module.RNN, "reset_states", lambda self, states=None: self.reset_state(), "reset_state"
    )


def patch_average_pooling(module: ModuleType) -> None:
    """The size of windows that average pooling had where none is given."""
    for name, value in vars(module).items():
        if name.startswith("AveragePooling") and isinstance(value, type):
            function = vars(value)["__init__"]
            if inspect.signature(function).parameters["pool_size"].default is inspect._empty:
                function.__defaults__ = (2, *(function.__defaults__ or ()))


def patch_metric(module: ModuleType) -> None:
    """Changes the class Metric, in the module that defines it."""
    metric = module.Metric
    keras_reset = metric.reset_state

    def reset_state(self: Any) -> None:
        """Sets every state variable back to zero."""
        own = type(self).reset_states
        if own is not reset_states:
            own(self)  # a metric written for TensorFlow 2.0 to 2.4
        else:
            keras_reset(self)

    def reset_states(self: Any) -> None:
        """Does what `reset_state` does."""
        deprecated("The method `reset_states`", "reset_state")
        if type(self).reset_state is reset_state:
            keras_reset(self)
        else:
            self.reset_state()

    metric.reset_state = reset_state
    metric.reset_states = reset_states
    metric.add_weight = accept(
        _name_first(metric.add_weight), {"aggregation": "", "synchronization": ""}
    )
    metric.add_variable = accept(_name_first(metric.add_variable), {"synchronization": ""})


def patch_activations(module: ModuleType) -> None:
    """The old name of an argument of relu."""
    module.__dict__["relu"] = accept(module.relu, renamed={"alpha": "negative_slope"})


def patch_regularizers(module: ModuleType) -> None:
    """The old names of the factors."""
    module.L1.__init__ = accept(module.L1.__init__, renamed={"l": "l1"})
    module.L2.__init__ = accept(module.L2.__init__, renamed={"l": "l2"})


def patch_to_categorical(module: ModuleType) -> None:
    """Lets to_categorical be told its first argument's old name, and a dtype."""
    keras_function = accept(module.to_categorical, renamed={"y": "x"})

    @functools.wraps(keras_function)
    def to_categorical(*args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        found = keras_function(*args, **kwargs)
        return found if dtype is None else found.astype(dtype)

    module.__dict__["to_categorical"] = to_categorical
