"""tf.distribute with its default strategy, the only one: one replica, everything called as is."""

from __future__ import annotations

import enum
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tfcompat._src.convert import to_tensor


class ReduceOp(enum.Enum):
    """How values of several replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


class Strategy:
    """The default strategy."""

    num_replicas_in_sync = 1

    @property
    def extended(self) -> Extended:
        """What optimizers ask of a strategy."""
        return _extended

    def scope(self) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def run(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None
    ) -> Any:
        """Calls the function, once."""
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: ReduceOp, value: Any, axis: int | None = None) -> Any:
        """The value of the one replica, reduced along `axis` if given."""
        from tfcompat._src.ops import reductions

        if axis is None:
            return value
        op = reductions.reduce_sum if reduce_op is ReduceOp.SUM else reductions.reduce_mean
        return op(value, axis)

    def unwrap(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas."""
        return (value,)

    experimental_local_results = unwrap

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset itself."""
        return dataset


class Extended:
    """The part of the default strategy that optimizers use."""

    def update(
        self,
        var: Any,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        group: bool = True,
    ) -> Any:
        """Calls the function with the variable."""
        return fn(var, *args, **(kwargs or {}))

    def colocate_vars_with(self, variable: Any) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def _in_multi_worker_mode(self) -> bool:
        return False


class ReplicaContext:
    """The context of the one replica."""

    replica_id_in_sync_group = 0
    num_replicas_in_sync = 1

    def all_reduce(self, reduce_op: ReduceOp, value: Any, options: Any = None) -> Any:
        """The value itself: it is the sum, and the mean, of one."""
        return value

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """The value of the one replica."""
        return to_tensor(value)


_strategy = Strategy()
_extended = Extended()
_context = ReplicaContext()


def get_strategy() -> Strategy:
    """The strategy in force."""
    return _strategy


def has_strategy() -> bool:
    """Whether a strategy other than the default is in force."""
    return False


def in_cross_replica_context() -> bool:
    """Whether code runs for all replicas together, rather than in one."""
    return False


def strategy_supports_no_merge_call() -> bool:
    """True: one replica needs no merging."""
    return True


def get_replica_context() -> ReplicaContext:
    """The context of the replica that runs."""
    return _context


def maybe_merge_call(fn: Callable[..., Any], strategy: Strategy, *args: Any, **kwargs: Any) -> Any:
    """Calls the function across all replicas, of which there is one."""
    return fn(strategy, *args, **kwargs)
