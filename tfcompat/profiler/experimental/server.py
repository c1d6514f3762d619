"""tf.profiler.experimental.server."""

from tfcompat._src.profiling import start_server as _start_server

start = _start_server
