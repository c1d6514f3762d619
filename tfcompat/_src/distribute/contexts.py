"""Which strategy is in force, and whether code runs in its replica or for all replicas at once."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src import nest
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public

if TYPE_CHECKING:
    from tfcompat._src.distribute.strategies import Strategy


@public("tfcompat.distribute")
class ReduceOp(enum.Enum):
    """How values of several replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


def as_reduce_op(value: ReduceOp | str) -> ReduceOp:
    """The op of that name, in small letters or capitals. Raises ValueError for another."""
    return value if isinstance(value, ReduceOp) else ReduceOp(str(value).upper())


class Place(NamedTuple):
    """A strategy, with the replica that runs; None for code that runs for all of them."""

    strategy: Strategy
    replica: ReplicaContext | None


class _Local(threading.local):
    def __init__(self) -> None:
        self.places: list[Place] = []
        self.chosen: Place | None = None


_local = _Local()
_default: list[Place] = []


def default() -> Place:
    """What is in force where no strategy was asked for."""
    return _default[0]


def set_default(strategy: Strategy) -> None:
    """Makes that strategy the one of programs that ask for none."""
    _default[:] = [Place(strategy, ReplicaContext(strategy, 0))]


def place() -> Place:
    """What is in force in this thread."""
    return _local.places[-1] if _local.places else _local.chosen or default()


def require_cross_replica() -> None:
    """Raises RuntimeError in a replica, where only its context may be asked."""
    if place().replica not in (None, default().replica):
        raise RuntimeError(
            "Method requires being in cross-replica context, use get_replica_context().merge_call()"
        )


class At:
    """A context in which a place is in force; gives its strategy."""

    def __init__(self, where: Place) -> None:
        self._place = where

    def __enter__(self) -> Strategy:
        _local.places.append(self._place)
        return self._place.strategy

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _local.places.pop()


@public("tfcompat.distribute")
class ReplicaContext:
    """What code that `Strategy.run` calls is told about the replica it runs in."""

    def __init__(self, strategy: Strategy, replica_id_in_sync_group: Any) -> None:
        self._strategy = strategy
        self._id = replica_id_in_sync_group

    @property
    def strategy(self) -> Strategy:
        """The strategy that runs."""
        return self._strategy

    @property
    def num_replicas_in_sync(self) -> int:
        """1."""
        return self._strategy.num_replicas_in_sync

    @property
    def replica_id_in_sync_group(self) -> Any:
        """0, as a tensor."""
        return to_tensor(self._id)

    @property
    def devices(self) -> tuple[str, ...]:
        """The name of the device."""
        return self._strategy.extended.worker_devices

    def all_reduce(self, reduce_op: ReduceOp | str, value: Any, options: Any = None) -> Any:
        """The value, or structure of values, as tensors: the sum and the mean of one replica.

        Raises ValueError for another op.
        """
        as_reduce_op(reduce_op)
        return nest.map_structure(_as_tensor, value)

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """The value, or structure of values, as tensors: there is nothing to append."""
        return nest.map_structure(to_tensor, value)

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """Calls `merge_fn(strategy, *args, **kwargs)` for all replicas at once."""
        with At(Place(self._strategy, None)):
            return merge_fn(self._strategy, *args, **(kwargs or {}))


def _as_tensor(value: Any) -> Any:
    return value if isinstance(value, IndexedSlices) else convert_to_tensor(value)


@public("tfcompat.distribute")
def get_strategy() -> Strategy:
    """The strategy in force: the one whose scope was entered, or the default one."""
    return place().strategy


@public("tfcompat.distribute")
def has_strategy() -> bool:
    """Whether a strategy other than the default one is in force."""
    return place().strategy is not default().strategy


@public("tfcompat.distribute")
def get_replica_context() -> ReplicaContext | None:
    """The replica that runs; None in a scope, where code runs for all replicas at once."""
    return place().replica


@public("tfcompat.distribute")
def in_cross_replica_context() -> bool:
    """Whether code runs for all replicas at once."""
    return place().replica is None


@public("tfcompat.distribute")
def experimental_set_strategy(strategy: Strategy | None) -> None:
    """Puts a strategy in force from here on, outside of all scopes; None: the default one.

    Raises RuntimeError in a scope.
    """
    if _local.places:
        raise RuntimeError("experimental_set_strategy: expected to be called outside of scopes")
    _local.chosen = None if strategy is None else Place(strategy, None)
