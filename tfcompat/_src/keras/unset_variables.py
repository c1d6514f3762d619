"""Variables of layers that are built while only the shapes of results are looked for.

They have no value then, and Keras calls their initializers wherever one is read: for a cell that is
unrolled over 20 steps that is an orthogonal matrix 20 times over, whose numbers nobody sees.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tfcompat._src.ops import creation


def patch(module: ModuleType) -> None:
    """Has zeros stand for the values of Keras' variables that have none yet."""
    keras_value = module.Variable.value

    def value(self: Any) -> Any:
        """The current value, or zeros of its shape before there is one."""
        if self._value is None and not _is_in_scope(self):
            return self._maybe_autocast(creation.zeros(self._shape, self._dtype))
        return keras_value.fget(self)

    def _is_in_scope(variable: Any) -> bool:
        scope = module.get_stateless_scope()
        return scope is not None and scope.get_current_value(variable) is not None

    module.Variable.value = property(value)
