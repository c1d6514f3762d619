"""tf.profiler."""

from tfcompat.profiler import experimental as experimental
