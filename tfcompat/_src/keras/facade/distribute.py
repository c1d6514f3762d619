"""What Keras asks of tf.distribute beside its public names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.distribute.strategies import Strategy


def strategy_supports_no_merge_call() -> bool:
    """True: one replica needs no merging."""
    return True


def maybe_merge_call(fn: Callable[..., Any], strategy: Strategy, *args: Any, **kwargs: Any) -> Any:
    """Calls the function across all replicas, of which there is one."""
    return fn(strategy, *args, **kwargs)
