"""The arguments of `tf.function` itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_ATTRIBUTES = frozenset(
    {
        "_XlaMustCompile",
        "_noinline",
        "_tf_data_ops",
        "api_implements",
        "api_preferred_device",
        "disable_acd",
        "disable_summaries_at_runtime",
        "eager_runtime_constant_optimization",
        "forward_function_name",
        "backward_function_name",
        "runtime_constant_optimization",
        "shared_rendezvous",
    }
)


class Options(NamedTuple):
    """How a function is traced and run."""

    input_signature: Any = None
    autograph: bool = True
    jit_compile: bool | None = None
    reduce_retracing: bool = False
    autograph_options: Any = None

    def converted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The Python function as it is traced: by AutoGraph's form of it, where that is wanted."""
        if not self.autograph or str(getattr(function, "__module__", "")).startswith("tfcompat."):
            return function
        from tfcompat._src.autograph.api import convert

        return convert(function, optional_features=self.autograph_options)


def check_attributes(attributes: Mapping[str, Any] | None) -> None:
    """Raises ValueError for attributes that no function has."""
    for name in attributes or ():
        if name not in _ATTRIBUTES:
            raise ValueError(f"`{name} is not supported by tf.function as an attribute.")
