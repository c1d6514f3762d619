"""`assert` statements, with the feature ASSERT_STATEMENTS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.autograph.staged import as_tensor, is_staged
from tfcompat._src.ops.assertions import Assert


def assert_stmt(expression: Any, message: Callable[[], Any]) -> None:
    """Checks when the graph runs what is known only then; everything else at once."""
    if is_staged(expression):
        Assert(as_tensor(expression), [message()])
    elif not expression:
        raise AssertionError(message())
