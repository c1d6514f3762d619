"""tf.data.experimental.service: refused, as it needs several machines."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.data.service import (
    CrossTrainerCache as CrossTrainerCache,
    DispatcherConfig as DispatcherConfig,
    DispatchServer as DispatchServer,
    ShardingPolicy as ShardingPolicy,
    WorkerConfig as WorkerConfig,
    WorkerServer as WorkerServer,
    distribute as distribute,
    from_dataset_id as from_dataset_id,
    register_dataset as register_dataset,
)


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
