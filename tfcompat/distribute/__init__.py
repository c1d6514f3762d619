"""tf.distribute: strategies of one replica."""

from __future__ import annotations

from typing import Any

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.distribute.contexts import (
    ReduceOp as ReduceOp,
    ReplicaContext as ReplicaContext,
    experimental_set_strategy as experimental_set_strategy,
    get_replica_context as get_replica_context,
    get_strategy as get_strategy,
    has_strategy as has_strategy,
    in_cross_replica_context as in_cross_replica_context,
)
from tfcompat._src.distribute.inputs import (
    DistributedDataset as DistributedDataset,
    DistributedIterator as DistributedIterator,
    DistributedValues as DistributedValues,
    InputContext as InputContext,
    InputOptions as InputOptions,
    InputReplicationMode as InputReplicationMode,
    RunOptions as RunOptions,
)
from tfcompat._src.distribute.strategies import (
    CrossDeviceOps as CrossDeviceOps,
    HierarchicalCopyAllReduce as HierarchicalCopyAllReduce,
    MirroredStrategy as MirroredStrategy,
    MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy,
    NcclAllReduce as NcclAllReduce,
    OneDeviceStrategy as OneDeviceStrategy,
    ParameterServerStrategy as ParameterServerStrategy,
    ReductionToOneDevice as ReductionToOneDevice,
    Strategy as Strategy,
    StrategyExtended as StrategyExtended,
    TPUStrategy as TPUStrategy,
)
from tfcompat.distribute import experimental as experimental


def __getattr__(name: str) -> Any:
    """Says what to use instead of what is not here."""
    raise _attribute_error(__name__, name)
