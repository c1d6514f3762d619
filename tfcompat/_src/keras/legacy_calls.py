"""What layers were called with in TensorFlow 2.0 to 2.15, and told of their shapes and states."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.keras.deprecation import deprecated, is_inside, old_attribute, signed
from tfcompat._src.scopes import name_scope
from tfcompat._src.tracking.module import holders

_PLAIN = (bool, int, float, str)
_SIZES = ("units", "input_dim", "output_dim")


def patch_layer(module: ModuleType) -> None:
    """Changes how the class Layer, in the module that defines it, is called and asked."""
    layer = module.Layer
    holders.append(layer)
    layer.__call__ = _with_plain_arguments(layer.__call__)
    layer.compute_output_shape = _by_a_call(layer.compute_output_shape)
    old_attribute(layer, "submodules", _submodules, "_flatten_layers(include_self=False)")
    old_attribute(
        layer, "name_scope", lambda self: name_scope(self.name), "tf.name_scope(layer.name)"
    )


def _submodules(self: Any) -> tuple[Any, ...]:
    """The layers in the layer, each once."""
    return tuple(self._flatten_layers(include_self=False))


def _with_plain_arguments(keras_call: Callable[..., Any]) -> Callable[..., Any]:
    """Keras 3 takes tensors by their position, and `training` and its like by name only."""

    @functools.wraps(keras_call)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 1:
            for place in range(1, len(args)):
                if isinstance(args[place], _PLAIN):
                    args = _by_name(self, args, place, kwargs)
                    break
        return keras_call(self, *args, **kwargs)

    return __call__


def _by_name(
    self: Any, args: tuple[Any, ...], place: int, kwargs: dict[str, Any]
) -> tuple[Any, ...]:
    """Moves the arguments from a place on to the named ones."""
    if self._allow_non_tensor_positional_args:
        return args
    parameters = list(self._call_signature.parameters.values())[place : len(args)]
    if len(parameters) < len(args) - place or any(
        p.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD for p in parameters
    ):
        return args
    for parameter, value in zip(parameters, args[place:], strict=True):
        name = parameter.name
        if name in kwargs:
            raise TypeError(f"{type(self).__name__}: got multiple values for argument {name!r}")
        kwargs[name] = value
    name = parameters[0].name
    deprecated(f"The positional argument `{name}` of {type(self).__name__}", f"`{name}=`")
    return args[:place]


def _by_a_call(keras_shape: Callable[..., Any]) -> Callable[..., Any]:
    """The shape that a layer's `call` gives, where the layer does not tell it."""

    @functools.wraps(keras_shape)
    def compute_output_shape(self: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside(sys._getframe(1).f_globals.get("__name__") or "") or len(args or kwargs) != 1:
            # Keras asks, and prints a question mark.
            return keras_shape(self, *args, **kwargs)
        import keras

        (shape,) = args or kwargs.values()
        if nest.is_nested(shape) and any(nest.is_nested(part) for part in shape):
            given = [keras.KerasTensor(part, self.compute_dtype) for part in shape]
        else:
            given = keras.KerasTensor(shape, self.compute_dtype)
        settings = {"training": False} if self._call_has_training_arg else {}
        return nest.map_structure(lambda x: tuple(x.shape), self(given, **settings))

    return signed(compute_output_shape, keras_shape)


def patch_states(module: ModuleType) -> None:
    """Lets cells and recurrent layers be told the inputs and the dtype of a first state."""
    for kind in list(vars(module).values()):
        own = vars(kind).get("get_initial_state") if isinstance(kind, type) else None
        if own is not None and kind.__module__ == module.__name__:
            kind.get_initial_state = _with_inputs(own)


def _with_inputs(keras_state: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_state)
    def get_initial_state(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) + len(kwargs) == 1 and "batch_size" in (kwargs or _name_of(args[0])):
            return keras_state(self, *args, **kwargs)
        named = dict(zip(("inputs", "batch_size", "dtype"), args, strict=False)) | kwargs
        batch_size = named.pop("batch_size", None)
        for name in ("inputs", "dtype"):
            value = named.pop(name, None)
            if value is None:
                continue
            if name == "inputs" and batch_size is None:
                batch_size = value.shape[0]
                if batch_size is None:
                    import keras

                    batch_size = keras.ops.shape(value)[0]
            deprecated(f"The argument `{name}` of get_initial_state", "`batch_size=`")
        return keras_state(self, batch_size=batch_size, **named)

    return signed(get_initial_state, keras_state)


def _name_of(first: Any) -> str:
    """What the one argument without a name is."""
    return "inputs" if len(getattr(first, "shape", ())) else "batch_size"


def patch_sizes(module: ModuleType) -> None:
    """Lets layers be told their sizes by whole numbers of NumPy's, and as 128.0."""
    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == module.__name__:
            kind.__init__ = _with_whole_sizes(kind.__init__)  # type: ignore[misc]


def _with_whole_sizes(keras_init: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(keras_init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        args = tuple([_whole(value) for value in args])
        for name in _SIZES:
            if name in kwargs:
                kwargs[name] = _whole(kwargs[name])
        keras_init(self, *args, **kwargs)

    return signed(__init__, keras_init)


def _whole(value: Any) -> Any:
    if isinstance(value, (np.integer, np.floating, float)) and value == int(value):
        deprecated(f"A size of the type {type(value).__name__}", "an int")
        return int(value)
    return value


def patch_input(module: ModuleType) -> None:
    """Lets an input of one axis be told its size alone."""
    layer = module.InputLayer
    keras_init = layer.__init__

    @functools.wraps(keras_init)
    def __init__(self: Any, shape: Any = None, *args: Any, **kwargs: Any) -> None:
        if isinstance(shape, (int, np.integer)):
            deprecated(f"The shape {shape} of an input", f"({shape},)")
            shape = (int(shape),)
        keras_init(self, shape, *args, **kwargs)

    layer.__init__ = signed(__init__, keras_init)
