"""Which writer, which step, and whether anything is recorded: per thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.summary.writer import SummaryWriter


class _State(threading.local):
    def __init__(self) -> None:
        self.writer: SummaryWriter | None = None
        self.step: Any = None
        self.condition: Any = True


current = _State()


@public("tfcompat.summary.experimental")
def get_step() -> Any:
    """The default step, as it was set; None if none was."""
    return current.step


@public("tfcompat.summary.experimental")
def set_step(step: Any) -> None:
    """Sets the default step: a number, a tensor, or a variable that is read at each summary."""
    current.step = step


@public("tfcompat.summary")
@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A context in which summaries are written only if a truth value, or a function's, is true."""
    before, current.condition = current.condition, condition
    try:
        yield
    finally:
        current.condition = before


@public("tfcompat.summary")
def should_record_summaries() -> Tensor:
    """Whether a summary would be written now, as a bool tensor: there is a writer, and a reason."""
    return to_tensor(is_recording())


def is_recording() -> bool:
    """`should_record_summaries` as a Python bool.

    Raises:
      TypeError: the condition is no truth value.
    """
    if current.writer is None:
        return False
    condition = current.condition() if callable(current.condition) else current.condition
    return bool(to_tensor(condition, dtypes.bool_))


def step_number(step: Any) -> int:
    """The step that a summary gets: the given one, or the default.

    Raises:
      ValueError: there is neither.
    """
    if step is None:
        step = current.step
    if step is None:
        raise ValueError(
            "No step set. Please specify one either through the `step` argument or through "
            "tf.summary.experimental.set_step()"
        )
    if not isinstance(step, Tensor) and hasattr(step, "__tf_tensor__"):
        step = step.__tf_tensor__(None, None)
    if isinstance(step, Tensor) and step._dtype.is_integer:
        # TensorFlow takes int64 only; a counter of another integer type loses nothing.
        return int(step)
    return int(to_tensor(step, dtypes.int64))
