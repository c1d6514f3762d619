"""Data that models took in TensorFlow 2.0 to 2.15: lists of numbers and of strings."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.keras.deprecation import accept, deprecated, old_attribute, signed

_SCALARS = (bool, int, float, str, bytes, np.generic)
_DATA = ("x", "y", "sample_weight")


def patch_model(module: ModuleType) -> None:
    """Changes the class Model, in the module that defines it."""
    model = module.Model
    for name in ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch"):
        setattr(model, name, _with_lists(getattr(model, name)))
    model.predict_on_batch = _with_lists(model.predict_on_batch)
    old_attribute(model, "input_names", lambda self: _names(self.inputs), "inputs")
    old_attribute(model, "output_names", lambda self: _names(self.outputs), "outputs")


def _names(tensors: Any) -> list[str]:
    """The names of the layers that inputs or outputs of a model come from."""
    return [tensor._keras_history.operation.name for tensor in tensors]


def _with_lists(keras_method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_method)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = (*[_array(value) for value in args[:2]], *args[2:])
        for name in _DATA:
            if name in kwargs:
                kwargs[name] = _array(kwargs[name])
        data = kwargs.get("validation_data")
        if data.__class__ in (list, tuple):
            kwargs["validation_data"] = tuple([_array(value) for value in data])
        return keras_method(self, *args, **kwargs)

    return signed(method, keras_method)


def _array(value: Any) -> Any:
    found = as_array(value)
    if found is not value and value.__class__ is not np.ndarray:
        deprecated("A list of Python's numbers or strings as data", "an array")
    return found


def as_array(value: Any) -> Any:
    """A list of Python's numbers or strings, or of lists of them, as one array.

    Keras 3 does not know NumPy's strings of fixed length either.
    """
    if value.__class__ is np.ndarray:
        return convert_to_tensor(value) if value.dtype.kind in "SU" else value
    first = value
    while first.__class__ in (list, tuple) and first:
        first = first[0]
    if first is value or not isinstance(first, _SCALARS):
        return value
    found = np.array(value)
    return convert_to_tensor(value) if found.dtype.kind in "SU" else found


def patch_images(module: ModuleType) -> None:
    """The old name of an argument of image_dataset_from_directory."""
    module.__dict__["image_dataset_from_directory"] = accept(
        module.image_dataset_from_directory, renamed={"smart_resize": "crop_to_aspect_ratio"}
    )
