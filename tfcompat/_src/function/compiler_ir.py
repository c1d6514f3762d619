"""The text of compiled programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.function.concrete import ConcreteFunction


def reader(concrete: ConcreteFunction) -> Callable[..., Any]:
    """A function that gives the text of a concrete function's program.

    Raises NotImplementedError where the backend has none.
    """
    name = dispatch.backend().name
    raise NotImplementedError(
        f"experimental_get_compiler_ir: the backend {name!r} gives no text of the program of "
        f"{concrete.name.decode()}; look at `get_concrete_function(...).graph`, or have the "
        "framework print it, as with JAX_DUMP_IR_TO or TORCH_LOGS"
    )
