"""Summaries to write, and what a file of events then says: for comparison between writers.

    python -m conformance_tests.files.summaries      records what TensorFlow writes

TensorFlow itself needs the package tensorboard for that.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = Path(__file__).with_name("recorded_summaries.json")


def write_all(tf: Any, logdir: str) -> None:
    """Every kind of summary, in the order in which the events are compared."""
    summary = tf.summary
    random = np.random.RandomState(0)
    writer = summary.create_file_writer(logdir)
    with writer.as_default():
        _scalars(tf)
        _histograms(tf, random)
        _images(tf, random)
        summary.text("text", "hello *world*", step=1, description="words")
        summary.text("texts", [["a", "b"], ["c", "d"]], step=2)
        samples = np.linspace(-1.2, 1.2, 40, dtype=np.float32).reshape(2, 10, 2)
        summary.audio("audio", samples, 8000, step=1)
        summary.audio("audio", samples, 8000, step=2, max_outputs=1, encoding="wav")
        _raw(tf)
    writer.close()


def _scalars(tf: Any) -> None:
    summary = tf.summary
    for step in range(3):
        summary.scalar("loss", 0.5 * step, step=step)
    summary.scalar("an int", 3, step=tf.constant(7, tf.int64), description="of type int")
    summary.scalar("a bool", True, step=2**40)
    summary.scalar("double", tf.constant(0.1, tf.float64), step=1)
    summary.experimental.set_step(11)
    summary.scalar("at the step that is set", 1.0)
    with tf.name_scope("outer"):
        summary.scalar("inner", 2.0)
        with summary.experimental.summary_scope("deeper/still") as (tag, scope):
            summary.scalar(f"{tag} {scope}", 3.0)
    with summary.record_if(False):
        summary.scalar("not recorded", 1.0)
    with summary.record_if(lambda: True):
        summary.scalar("recorded", 1.0)
    summary.experimental.set_step(None)


def _histograms(tf: Any, random: Any) -> None:
    histogram = tf.summary.histogram
    histogram("normal", random.standard_normal(1000), step=1, description="a *bell*")
    histogram("few buckets", random.uniform(size=(10, 10)), step=1, buckets=5)
    histogram("one bucket", [1.0, 2.0, 4.0], step=1, buckets=1)
    histogram("no buckets", [1.0, 2.0], step=1, buckets=0)
    histogram("empty", np.zeros((0,), np.float32), step=1, buckets=3)
    histogram("one value", [2.0, 2.0, 2.0], step=1, buckets=4)
    histogram("ints", np.arange(10), step=1, buckets=3)


def _images(tf: Any, random: Any) -> None:
    image = tf.summary.image
    floats = random.uniform(-0.1, 1.1, (4, 2, 3, 3)).astype(np.float32)
    image("floats", floats, step=1, description="colours")
    image("one", floats, step=1, max_outputs=1)
    image("grey", floats[..., :1], step=1)
    image("grey and alpha", floats[..., :2], step=1, max_outputs=2)
    image("bytes", random.randint(0, 256, (1, 2, 2, 4)).astype(np.uint8), step=1)
    image("words", random.randint(0, 65536, (1, 2, 2, 1)).astype(np.uint16), step=1)
    image("none", floats[:0], step=1)


def _raw(tf: Any) -> None:
    from tensorboard.compat.proto import summary_pb2

    summary = tf.summary
    summary.write("plain", [[1.0, 2.0]], step=1)
    summary.write("lazy", lambda: tf.constant([1, 2], tf.int64), step=1)
    metadata = summary_pb2.SummaryMetadata(
        plugin_data={"plugin_name": "mine", "content": b"\x01\x02"}, summary_description="own"
    )
    summary.write("with metadata", ["a", "b"], step=3, metadata=metadata)
    summary.write("with bytes", 1.5, step=3, metadata=metadata.SerializeToString())
    message = summary_pb2.Summary()
    message.value.add(tag="old", simple_value=0.25)
    summary.experimental.write_raw_pb(message.SerializeToString(), step=5)


# --------------------------------------------------------------------------------------- reading
def events_in(logdir: str) -> list[Any]:
    """The events in a directory with one file."""
    from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
    from tensorboard.compat.proto import event_pb2

    (path,) = Path(logdir).iterdir()
    return [event_pb2.Event.FromString(raw) for raw in RawEventFileLoader(str(path)).Load()]


def facts(tf: Any, logdir: str) -> list[dict[str, Any]]:
    """What the events in a directory say, as JSON has it; pictures by their pixels."""
    events = events_in(logdir)
    found: list[dict[str, Any]] = [{"file_version": events[0].file_version}]
    for event in events[1:]:
        for value in event.summary.value:
            about = value.metadata
            plugin = about.plugin_data.plugin_name
            entry: dict[str, Any] = {"step": event.step, "tag": value.tag, "plugin": plugin}
            entry["content"] = about.plugin_data.content.hex()
            entry["class"] = about.data_class
            entry["names"] = [about.display_name, about.summary_description]
            if value.HasField("tensor"):
                entry["tensor"] = _tensor(tf, value.tensor, plugin)
            else:
                entry["simple"] = value.simple_value
            found.append(entry)
    return found


def _tensor(tf: Any, proto: Any, plugin: str) -> list[Any]:
    array = tf.make_ndarray(proto)
    items = array.tolist()
    if plugin == "images":
        pixels = [tf.io.decode_png(item).numpy().tolist() for item in items[2:]]
        return ["images", items[0].decode(), items[1].decode(), pixels]
    return [array.dtype.name, list(array.shape), _readable(items)]


def _readable(items: Any) -> Any:
    if isinstance(items, list):
        return [_readable(item) for item in items]
    return items.hex() if isinstance(items, bytes) else items


if __name__ == "__main__":
    import tensorflow

    with tempfile.TemporaryDirectory() as folder:
        write_all(tensorflow, folder)
        found = facts(tensorflow, folder)
    RECORDED.write_text(json.dumps(found, indent=0) + "\n")
    print(f"{len(found)} events, {RECORDED.stat().st_size} bytes")
