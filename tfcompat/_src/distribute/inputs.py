"""Datasets of a strategy: with one replica, the program's own."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from tfcompat._src.data.dataset import UnchangedDataset
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.naming import public


@public("tfcompat.distribute")
class InputReplicationMode(enum.Enum):
    """How many times `distribute_datasets_from_function` calls its function."""

    PER_WORKER = "PER_WORKER"
    PER_REPLICA = "PER_REPLICA"


@public("tfcompat.distribute")
class InputOptions(NamedTuple):
    """How a strategy fetches elements; has no effect with one replica."""

    experimental_fetch_to_device: bool = True
    experimental_replication_mode: InputReplicationMode = InputReplicationMode.PER_WORKER
    experimental_place_dataset_on_device: bool = False
    experimental_per_replica_buffer_size: int = 1


@public("tfcompat.distribute")
class RunOptions(NamedTuple):
    """How a strategy runs a function; has no effect with one replica."""

    experimental_enable_dynamic_batch_size: bool = True
    experimental_bucketizing_dynamic_shape: bool = False
    experimental_xla_options: Any = None


@public("tfcompat.distribute")
class InputContext:
    """What a function that makes a dataset is told of the pipelines there are."""

    def __init__(
        self,
        num_input_pipelines: int = 1,
        input_pipeline_id: int = 0,
        num_replicas_in_sync: int = 1,
    ) -> None:
        self.num_input_pipelines = num_input_pipelines
        self.input_pipeline_id = input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The part of one replica. Raises ValueError if the replicas' parts differ."""
        size, rest = divmod(global_batch_size, self.num_replicas_in_sync)
        if rest:
            raise ValueError(
                f"InputContext.get_per_replica_batch_size: received {global_batch_size}; expected "
                f"a multiple of {self.num_replicas_in_sync}, the number of replicas"
            )
        return size

    def __str__(self) -> str:
        return (
            f"tf.distribute.InputContext(input pipeline id {self.input_pipeline_id}, "
            f"total: {self.num_input_pipelines})"
        )


@public("tfcompat.distribute")
class DistributedDataset(UnchangedDataset):
    """A dataset whose elements a strategy's replica takes."""

    def _start(self, context: Context) -> Walk:
        return self._source._start(context)


@public("tfcompat.distribute")
class DistributedValues:
    """One value for each of several replicas: with one replica it is the value itself."""


@public("tfcompat.distribute")
class DistributedIterator:
    """An iterator for several replicas: with one replica it is a tf.data.Iterator."""
