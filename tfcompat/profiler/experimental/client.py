"""tf.profiler.experimental.client."""

from tfcompat._src.profiling import monitor as monitor, trace as trace
