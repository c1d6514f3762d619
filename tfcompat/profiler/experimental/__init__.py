"""tf.profiler.experimental."""

from tfcompat._src.profiling import (
    Profile as Profile,
    ProfilerOptions as ProfilerOptions,
    Trace as Trace,
    start as start,
    stop as stop,
)
from tfcompat.profiler.experimental import client as client, server as server
