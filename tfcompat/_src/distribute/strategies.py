"""Strategies of one replica: the default one, OneDeviceStrategy and MirroredStrategy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from tfcompat._src import device, nest
from tfcompat._src.autograph.context import callback
from tfcompat._src.config.devices import list_logical_devices
from tfcompat._src.distribute import contexts
from tfcompat._src.distribute.contexts import At, Place, ReduceOp, ReplicaContext, as_reduce_op
from tfcompat._src.distribute.inputs import DistributedDataset, InputContext
from tfcompat._src.naming import public
from tfcompat._src.ops import reductions
from tfcompat._src.scopes import variable_creator_scope

#: The attribute of a variable that names the strategy in whose scope it was made.
_OWNER = "_distribute_strategy"


@public("tfcompat.distribute")
class StrategyExtended:
    """What optimizers and layers ask of a strategy."""

    experimental_require_static_shapes = False

    def __init__(self, container_strategy: Strategy, device_name: str | None = None) -> None:
        self._strategy = container_strategy
        self._device_name = device_name

    @property
    def worker_devices(self) -> tuple[str, ...]:
        """The name of the device that computes."""
        kind, index = device.parse(self._device_name or list_logical_devices()[-1].name)
        return (f"/job:localhost/replica:0/task:0/device:{kind}:{index}",)

    @property
    def parameter_devices(self) -> tuple[str, ...]:
        """The name of the device that holds the variables, the same."""
        return self.worker_devices

    def call_for_each_replica(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None
    ) -> Any:
        """Calls the function in the replica. Raises RuntimeError in a replica."""
        contexts.require_cross_replica()
        strategy = self._strategy
        with self._placed(), At(Place(strategy, ReplicaContext(strategy, 0))):
            return fn(*args, **(kwargs or {}))

    def update(
        self,
        var: Any,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        group: bool = True,
    ) -> Any:
        """Calls the function with the variable, or what stands for it."""
        return fn(var, *args, **(kwargs or {}))

    def reduce_to(
        self, reduce_op: ReduceOp | str, value: Any, destinations: Any, options: Any = None
    ) -> Any:
        """The value: it is the sum and the mean of one."""
        as_reduce_op(reduce_op)
        return value

    def batch_reduce_to(
        self,
        reduce_op: ReduceOp | str,
        value_destination_pairs: Iterable[tuple[Any, Any]],
        options: Any = None,
    ) -> list[Any]:
        """`reduce_to` of each pair."""
        return [self.reduce_to(reduce_op, value, where) for value, where in value_destination_pairs]

    def colocate_vars_with(self, colocate_with_variable: Any) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def variable_created_in_scope(self, v: Any) -> bool:
        """Whether a variable was made in the strategy's scope; by the default one: in none."""
        own = None if self._strategy is contexts.default().strategy else self._strategy
        return getattr(v, _OWNER, None) is own

    def value_container(self, value: Any) -> Any:
        """The value itself."""
        return value

    def _placed(self) -> AbstractContextManager[None]:
        return nullcontext() if self._device_name is None else device.device(self._device_name)

    def _in_multi_worker_mode(self) -> bool:
        return False


@public("tfcompat.distribute")
class Strategy:
    """Where a program computes: here always in one replica, so that values are plain ones."""

    cluster_resolver = None

    def __init__(self, extended: StrategyExtended | None = None) -> None:
        self._extended = extended or StrategyExtended(self)

    @property
    def extended(self) -> StrategyExtended:
        """What optimizers and layers ask of it."""
        return self._extended

    @property
    def num_replicas_in_sync(self) -> int:
        """1."""
        return 1

    @contextmanager
    def scope(self) -> Any:
        """A context in which the strategy is in force; gives the strategy.

        Raises RuntimeError in the scope of another one and in a replica.
        """
        if contexts.has_strategy():
            found = contexts.get_strategy()
            if found is not self:
                raise RuntimeError(
                    f"Mixing different tf.distribute.Strategy objects: {found!r} is not {self!r}"
                )
            contexts.require_cross_replica()
        with self._extended._placed(), At(Place(self, None)), variable_creator_scope(self._owned):
            yield self

    def _owned(self, next_creator: Callable[..., Any], **settings: Any) -> Any:
        variable = next_creator(**settings)
        setattr(variable, _OWNER, self)
        return variable

    def run(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None
    ) -> Any:
        """What the function gives in the replica, called once.

        Raises RuntimeError in the scope of another strategy and in a replica.
        """
        contexts.require_cross_replica()
        with self.scope():
            return self._extended.call_for_each_replica(callback(fn), args, kwargs)

    def reduce(self, reduce_op: ReduceOp | str, value: Any, axis: Any) -> Any:
        """The value of the replica, reduced along `axis` if that is not None.

        Raises RuntimeError in a replica and ValueError for another op than a sum or mean.
        """
        contexts.require_cross_replica()
        op = as_reduce_op(reduce_op)
        if axis is None:
            return value
        reduction = reductions.reduce_sum if op is ReduceOp.SUM else reductions.reduce_mean
        return nest.map_structure(lambda item: reduction(item, axis), value)

    def gather(self, value: Any, axis: int) -> Any:
        """The value of the replica. Raises RuntimeError in a replica."""
        contexts.require_cross_replica()
        return ReplicaContext(self, 0).all_gather(value, axis)

    def unwrap(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas: of the one."""
        return (value,)

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas: of the one."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """A dataset of the same elements: a replica takes whole batches."""
        return DistributedDataset(dataset)

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Any], options: Any = None
    ) -> Any:
        """The dataset that the function makes, called with an InputContext."""
        return self.experimental_distribute_dataset(dataset_fn(InputContext()), options)

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(
        self, value_fn: Callable[[ValueContext], Any]
    ) -> Any:
        """The value that the function gives, called with a ValueContext."""
        return value_fn(ValueContext())


@public("tfcompat.distribute.experimental")
class ValueContext:
    """What a function that makes a value is told of the replica it is for."""

    def __init__(self, replica_id_in_sync_group: int = 0, num_replicas_in_sync: int = 1) -> None:
        self.replica_id_in_sync_group = replica_id_in_sync_group
        self.num_replicas_in_sync = num_replicas_in_sync


class _DefaultStrategy(Strategy):
    """The strategy of programs that ask for none."""

    @contextmanager
    def scope(self) -> Any:
        with At(contexts.default()):
            yield self

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        return dataset


contexts.set_default(_DefaultStrategy())


@public("tfcompat.distribute")
class OneDeviceStrategy(Strategy):
    """Everything on the named device. Raises ValueError for a malformed name."""

    def __init__(self, device: str) -> None:
        super().__init__(StrategyExtended(self, _checked(device)))


@public("tfcompat.distribute")
class CrossDeviceOps:
    """How values of several devices are reduced; of no effect with one."""


@public("tfcompat.distribute")
class ReductionToOneDevice(CrossDeviceOps):
    """Copies the values to one device."""

    def __init__(self, reduce_to_device: Any = None, accumulation_fn: Any = None) -> None:
        self.reduce_to_device = reduce_to_device
        self.accumulation_fn = accumulation_fn


@public("tfcompat.distribute")
class NcclAllReduce(CrossDeviceOps):
    """Reduces on all devices at once."""

    def __init__(self, num_packs: int = 1) -> None:
        self._num_packs = num_packs


@public("tfcompat.distribute")
class HierarchicalCopyAllReduce(NcclAllReduce):
    """Reduces in groups of devices."""


@public("tfcompat.distribute")
class MirroredStrategy(Strategy):
    """One replica on the named device, or on the one that tensors are made on.

    Raises ValueError for a malformed name, NotImplementedError for several devices.
    """

    def __init__(
        self, devices: Iterable[str] | str | None = None, cross_device_ops: Any = None
    ) -> None:
        names = [devices] if isinstance(devices, str) else list(devices or ())
        if len({device.parse(name) for name in names}) > 1:
            raise NotImplementedError(
                f"tf.distribute.MirroredStrategy: received the devices {names}; a strategy has one "
                "replica on every backend, for several use torch.distributed or jax.sharding"
            )
        super().__init__(StrategyExtended(self, names[0] if names else None))


def _checked(name: str) -> str:
    device.parse(name)
    return name


class _Cluster(Strategy):
    """A strategy of several machines, which there are not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            f"tf.distribute.{type(self).__name__}: there is one replica on every backend; use "
            "tf.distribute.MirroredStrategy, or torch.distributed or jax.sharding"
        )


@public("tfcompat.distribute")
class MultiWorkerMirroredStrategy(_Cluster):
    """Refused: there is one machine."""


@public("tfcompat.distribute")
class ParameterServerStrategy(_Cluster):
    """Refused: there are no servers."""


@public("tfcompat.distribute")
class TPUStrategy(_Cluster):
    """Refused: TPUs are reached through JAX itself."""
