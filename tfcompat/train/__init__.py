"""tf.train."""

from __future__ import annotations

from typing import Any

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.checkpoint.checkpoint import (
    Checkpoint as Checkpoint,
    CheckpointOptions as CheckpointOptions,
)
from tfcompat._src.checkpoint.manager import CheckpointManager as CheckpointManager
from tfcompat._src.checkpoint.reading import (
    CheckpointView as CheckpointView,
    TrackableView as TrackableView,
    checkpoints_iterator as checkpoints_iterator,
    list_variables as list_variables,
    load_checkpoint as load_checkpoint,
    load_variable as load_variable,
)
from tfcompat._src.checkpoint.state import (
    get_checkpoint_state as get_checkpoint_state,
    latest_checkpoint as latest_checkpoint,
)
from tfcompat._src.train.cluster import ClusterSpec as ClusterSpec
from tfcompat._src.train.coordinator import Coordinator as Coordinator
from tfcompat._src.train.moving_averages import ExponentialMovingAverage as ExponentialMovingAverage
from tfcompat.train import experimental as experimental

# The messages of record files, made when one of them is used.
_MESSAGES = frozenset(
    {
        "BytesList",
        "ClusterDef",
        "Example",
        "Feature",
        "FeatureList",
        "FeatureLists",
        "Features",
        "FloatList",
        "Int64List",
        "JobDef",
        "SequenceExample",
        "ServerDef",
    }
)


def __getattr__(name: str) -> Any:
    """The class of a message."""
    if name in _MESSAGES:
        from tfcompat._src.files.protos import message_class

        return message_class(name)
    raise _attribute_error(__name__, name)
