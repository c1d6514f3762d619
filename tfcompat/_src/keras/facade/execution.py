"""How TensorFlow runs things, as far as it is the same in every eager program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat._src.convert import operands
from tfcompat._src.errors import invalid_argument

_T = TypeVar("_T")


def do_not_convert(function: _T) -> _T:
    """The function itself: nothing converts functions."""
    return function


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
) -> Callable[..., Any]:
    """The function itself: Keras' own steps run eagerly."""
    return (lambda decorated: decorated) if func is None else func


def assert_greater(
    x: Any,
    y: Any,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Raises InvalidArgumentError unless every element of `x` exceeds that of `y`."""
    x, y = operands(x, y)
    if not bool((x._numpy() > y._numpy()).all()):
        raise invalid_argument(
            "assert_greater", f"{message or ''} received {x!r}; expected more than {y!r}".strip()
        )


def async_wait() -> None:
    """Returns when everything has run: now, since values are waited for where they are read."""


def is_op_determinism_enabled() -> bool:
    """Whether tf.config.experimental.enable_op_determinism was called."""
    return False


def reset_default_graph() -> None:
    """Forgets the default graph, of which there is none."""


class Context:
    """The eager context."""

    def clear_kernel_cache(self) -> None:
        """Nothing to clear: compiled programs stay good for as long as the process lives."""


_context = Context()


def context() -> Context:
    """The eager context."""
    return _context
