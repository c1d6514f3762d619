"""The tf.data service spreads a pipeline over machines; here is one, so all of it is refused."""

from __future__ import annotations

import enum
from typing import Any, NoReturn

from tfcompat._src.naming import public

_HOME = "tfcompat.data.experimental.service"


def _refuse(name: str) -> NoReturn:
    raise NotImplementedError(
        f"tf.data.experimental.service.{name}: the tf.data service needs several machines, and "
        "there is one here; iterate over the dataset, with prefetch and parallel maps"
    )


@public(_HOME)
class ShardingPolicy(enum.IntEnum):
    """How workers share a dataset."""

    OFF = 0
    DYNAMIC = 1
    FILE = 2
    DATA = 3
    FILE_OR_DATA = 4
    HINT = 5


class _Refused:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse(type(self).__name__)


@public(_HOME)
class DispatchServer(_Refused):
    """Raises NotImplementedError: there is one machine."""


@public(_HOME)
class DispatcherConfig(_Refused):
    """Raises NotImplementedError: there is one machine."""


@public(_HOME)
class WorkerServer(_Refused):
    """Raises NotImplementedError: there is one machine."""


@public(_HOME)
class WorkerConfig(_Refused):
    """Raises NotImplementedError: there is one machine."""


@public(_HOME)
class CrossTrainerCache(_Refused):
    """Raises NotImplementedError: there is one machine."""


@public(_HOME)
def distribute(
    processing_mode: Any,
    service: Any,
    job_name: Any = None,
    consumer_index: Any = None,
    num_consumers: Any = None,
    max_outstanding_requests: Any = None,
    data_transfer_protocol: Any = None,
    compression: Any = "AUTO",
    cross_trainer_cache: Any = None,
    target_workers: Any = "AUTO",
) -> Any:
    """Raises NotImplementedError: there is one machine."""
    _refuse("distribute")


@public(_HOME)
def register_dataset(
    service: Any, dataset: Any, compression: Any = "AUTO", dataset_id: Any = None
) -> Any:
    """Raises NotImplementedError: there is one machine."""
    _refuse("register_dataset")


@public(_HOME)
def from_dataset_id(
    processing_mode: Any,
    service: Any,
    dataset_id: Any,
    element_spec: Any = None,
    job_name: Any = None,
    consumer_index: Any = None,
    num_consumers: Any = None,
    max_outstanding_requests: Any = None,
    data_transfer_protocol: Any = None,
    cross_trainer_cache: Any = None,
    target_workers: Any = "AUTO",
) -> Any:
    """Raises NotImplementedError: there is one machine."""
    _refuse("from_dataset_id")
