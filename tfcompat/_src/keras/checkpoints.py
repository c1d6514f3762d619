"""Keras' variables in checkpoints, those too that Keras has declared and will fill later."""

from __future__ import annotations

from types import ModuleType
from typing import Any

_RESTORED = "_self_restored"


def patch(module: ModuleType) -> None:
    """Replaces what the class Variable in Keras' module `backend.tensorflow.core` does for them."""
    variable = module.Variable
    deferred_initialize = variable._deferred_initialize

    def serialize(self: Any) -> dict[str, Any]:
        from tfcompat._src.ops.creation import zeros

        if self._value is None:
            return {"VARIABLE_VALUE": zeros(self._shape, self._dtype)}
        return self._value._serialize_to_tensors()

    def restore(self: Any, restored_tensors: dict[str, Any]) -> None:
        if self._value is None:
            self.__dict__[_RESTORED] = restored_tensors
        else:
            self._value._restore_from_tensors(restored_tensors)

    def initialize(self: Any) -> None:
        deferred_initialize(self)
        restored = self.__dict__.pop(_RESTORED, None)
        if restored is not None:
            self._value._restore_from_tensors(restored)

    variable._serialize_to_tensors = serialize
    variable._restore_from_tensors = restore
    variable._deferred_initialize = initialize
