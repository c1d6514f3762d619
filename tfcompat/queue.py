"""tf.queue: queues between threads, and in functions."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.queues.queues import (
    FIFOQueue as FIFOQueue,
    PaddingFIFOQueue as PaddingFIFOQueue,
    PriorityQueue as PriorityQueue,
    QueueBase as QueueBase,
    RandomShuffleQueue as RandomShuffleQueue,
)


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
