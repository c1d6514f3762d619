"""How TensorFlow runs things, as far as it is the same in every eager program."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

from tfcompat._src import recording
from tfcompat._src.convert import is_tensor, operands
from tfcompat._src.errors import invalid_argument

_T = TypeVar("_T")


class VariableAggregation(enum.Enum):
    """How a variable's values on several replicas become one."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


class VariableSynchronization(enum.Enum):
    """When they do."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value as a NumPy array."""
    return tensor.numpy() if is_tensor(tensor) else tensor


class name_scope:
    """A context that names graph nodes, of which there are none."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> str:
        return self._name + "/" if self._name else ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


@contextmanager
def init_scope() -> Iterator[None]:
    """A context outside of what is being recorded."""
    with recording.paused():
        yield


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


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """Calls one of the two functions."""
    chosen = true_fn if bool(pred) else false_fn
    if chosen is None:
        raise TypeError("tf.cond: received None; expected a function for both branches")
    return chosen()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Sequence[Any],
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Calls `body` on its own results while `cond` of them holds."""
    values = tuple(loop_vars)
    left = None if maximum_iterations is None else int(maximum_iterations)
    while left != 0 and bool(cond(*values)):
        found = body(*values)
        values = tuple(found) if isinstance(found, (list, tuple)) else (found,)
        if left is not None:
            left -= 1
    return type(loop_vars)(values) if isinstance(loop_vars, (list, tuple)) else values


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
