"""tf.summary: what TensorBoard shows. Needs the package tensorboard (`tfcompat[summary]`)."""

from tfcompat._src.summary.plugins import (
    audio as audio,
    histogram as histogram,
    image as image,
    scalar as scalar,
    text as text,
)
from tfcompat._src.summary.state import (
    record_if as record_if,
    should_record_summaries as should_record_summaries,
)
from tfcompat._src.summary.tracing import (
    graph as graph,
    trace_export as trace_export,
    trace_off as trace_off,
    trace_on as trace_on,
)
from tfcompat._src.summary.write import write as write
from tfcompat._src.summary.writer import (
    SummaryWriter as SummaryWriter,
    create_file_writer as create_file_writer,
    create_noop_writer as create_noop_writer,
    flush as flush,
)
from tfcompat.summary import experimental as experimental
