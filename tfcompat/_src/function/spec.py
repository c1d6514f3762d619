"""What `function_spec` of a tf.function tells of its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from tfcompat._src import nest
from tfcompat._src.function.signature import FunctionType, Signature


class FunctionSpec:
    """The parameters of a tf.function, their default values and fixed types."""

    def __init__(
        self,
        function: Callable[..., Any],
        signature: Signature,
        jit_compile: bool | None,
        is_method: bool,
    ) -> None:
        self._function = function
        self._signature = signature
        self._jit_compile = jit_compile
        self._is_method = is_method

    @property
    def fullargspec(self) -> inspect.FullArgSpec:
        """The parameters as the module inspect has them."""
        found = inspect.getfullargspec(self._function)
        return found._replace(args=found.args[1:]) if self._is_method else found

    @property
    def arg_names(self) -> list[str]:
        """The names of the parameters that may be given by place."""
        return list(self.fullargspec.args)

    @property
    def default_values(self) -> dict[str, Any]:
        """The default values by name."""
        return self._signature.defaults

    @property
    def function_type(self) -> FunctionType:
        """The parameters, with the types that the input signature fixes."""
        return self._signature.function_type

    @property
    def input_signature(self) -> tuple[Any, ...] | None:
        """The input signature, if one was given."""
        return self._signature.input_signature

    @property
    def flat_input_signature(self) -> tuple[Any, ...]:
        """The specs of the input signature; (None,) without one."""
        return tuple(nest.flatten(self._signature.input_signature))

    @property
    def is_pure(self) -> bool:
        """Whether values of variables are taken once and for all: never."""
        return False

    @property
    def jit_compile(self) -> bool | None:
        """Whether the function asks to be compiled."""
        return self._jit_compile

    def signature_summary(self, default_values: bool = False) -> str:
        """The parameters, a line each; with their default values if wanted."""
        text = self.function_type.describe()
        if default_values:
            lines = [f"  {name}: {value!r}" for name, value in self.default_values.items()]
            text += "\nDefaults:\n" + ("\n".join(lines) or "  None")
        return text
