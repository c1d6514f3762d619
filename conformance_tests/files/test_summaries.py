"""Event files: what TensorBoard reads in them is what it reads in TensorFlow's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..subject import tf
from . import summaries

pytest.importorskip("tensorboard", reason="the messages are those of the package tensorboard")

SM = tf.summary


def test_every_kind_as_tensorflow_writes_it(tmp_path: Path) -> None:
    summaries.write_all(tf, str(tmp_path))
    found = json.loads(json.dumps(summaries.facts(tf, str(tmp_path))))
    expected = json.loads(summaries.RECORDED.read_text())
    for got, wanted in zip(found, expected, strict=True):
        assert got == wanted


def test_tensorboard_reads_it(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    summaries.write_all(tf, str(tmp_path))
    reader = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0}).Reload()
    assert "loss" in reader.Tags()["tensors"]
    assert [event.step for event in reader.Tensors("loss")] == [0, 1, 2]
    assert sorted(reader.PluginTagToContent("images")) == [
        "bytes", "floats", "grey", "grey and alpha", "none", "one", "words",
    ]  # fmt: skip
    assert len(reader.PluginTagToContent("histograms")) == 7


def _tags(folder: Path) -> list[tuple[int, str]]:
    return [(fact["step"], fact["tag"]) for fact in summaries.facts(tf, str(folder))[1:]]


# ----------------------------------------------------------------------------------------- files
def test_names_of_files(tmp_path: Path) -> None:
    SM.create_file_writer(str(tmp_path / "new" / "folder"))
    (path,) = (tmp_path / "new" / "folder").iterdir()
    assert path.name.startswith("events.out.tfevents.") and path.name.endswith(".v2")
    SM.create_file_writer(str(tmp_path / "other"), filename_suffix=".mine", name="n")
    (path,) = (tmp_path / "other").iterdir()
    assert path.name.endswith(".mine")
    with pytest.raises(ValueError, match="logdir"):
        SM.create_file_writer(None)
    for options in ({"max_queue": "x"}, {"filename_suffix": 1}):
        with pytest.raises(TypeError):
            SM.create_file_writer(str(tmp_path / "a"), **options)


def test_flushing(tmp_path: Path) -> None:
    writer = SM.create_file_writer(str(tmp_path), max_queue=1000)
    (path,) = tmp_path.iterdir()
    with writer.as_default():
        empty = path.stat().st_size
        SM.scalar("a", 1.0, step=1)
        SM.flush()
        one = path.stat().st_size
        assert one > empty
        SM.scalar("a", 1.0, step=2)
        SM.flush(writer)
        two = path.stat().st_size
        assert two > one
        SM.scalar("a", 1.0, step=3)
    assert path.stat().st_size > two
    writer.flush()
    writer.init()
    writer.close()
    writer.close()
    writer.flush()
    with pytest.raises(RuntimeError, match="closed"):
        writer.as_default()
    with pytest.raises(RuntimeError, match="closed"):
        writer.set_as_default()


def test_a_full_queue_is_flushed(tmp_path: Path) -> None:
    with SM.create_file_writer(str(tmp_path), max_queue=2).as_default():
        for step in range(3):
            SM.scalar("a", 1.0, step=step)
        assert len(_tags(tmp_path)) == 3


def test_writing_after_the_end(tmp_path: Path) -> None:
    writer = SM.create_file_writer(str(tmp_path))
    with writer.as_default():
        writer.close()
        with pytest.raises(tf.errors.NotFoundError):
            SM.scalar("a", 1.0, step=1)


# ------------------------------------------------------------------------------ writers and steps
def test_without_a_writer_nothing_happens() -> None:
    assert not SM.should_record_summaries()
    assert not SM.scalar("a", 1.0)
    assert not SM.image("a", tf.zeros([1]))
    assert not SM.write("a", lambda: 1 / 0, step=1)
    assert SM.flush() is None


def test_a_noop_writer_is_none(tmp_path: Path) -> None:
    noop = SM.create_noop_writer()
    assert isinstance(noop, SM.SummaryWriter)
    with noop.as_default(step=3):
        assert not SM.should_record_summaries()
        assert not SM.scalar("a", 1.0)
        assert SM.experimental.get_step() is None
    noop.flush()
    noop.close()


def test_writers_nest(tmp_path: Path) -> None:
    outer = SM.create_file_writer(str(tmp_path / "outer"))
    inner = SM.create_file_writer(str(tmp_path / "inner"))
    with outer.as_default(step=1) as given:
        assert given is outer and isinstance(outer, SM.SummaryWriter)
        assert SM.scalar("a", 1.0)
        with inner.as_default(step=2):
            assert SM.scalar("b", 1.0)
            assert SM.experimental.get_step() == 2
        with inner.as_default():
            SM.scalar("c", 1.0)
        assert SM.experimental.get_step() == 1
        SM.scalar("d", 1.0, step=tf.constant(7, tf.int64))
    assert SM.experimental.get_step() is None
    assert _tags(tmp_path / "outer") == [(1, "a"), (7, "d")]
    assert _tags(tmp_path / "inner") == [(2, "b"), (1, "c")]


def test_set_as_default(tmp_path: Path) -> None:
    writer = SM.create_file_writer(str(tmp_path))
    # The context puts back what was there before.
    with SM.create_file_writer(str(tmp_path / "other")).as_default(step=0):
        writer.set_as_default(step=9)
        assert SM.should_record_summaries()
        assert SM.experimental.get_step() == 9
        SM.scalar("a", 1.0)
        writer.flush()
    (path,) = [path for path in tmp_path.iterdir() if path.is_file()]
    assert not SM.should_record_summaries()
    assert b"\x01a" in path.read_bytes()


def test_steps(tmp_path: Path) -> None:
    with SM.create_file_writer(str(tmp_path)).as_default():
        for call in (
            lambda: SM.scalar("a", 1.0),
            lambda: SM.write("a", 1.0),
            lambda: SM.experimental.write_raw_pb(b""),
        ):
            with pytest.raises(ValueError, match="No step set"):
                call()
        step = tf.Variable(5, dtype=tf.int64)
        SM.experimental.set_step(step)
        SM.scalar("a", 1.0)
        step.assign_add(1)
        SM.scalar("a", 1.0)
        SM.experimental.set_step(None)
        with pytest.raises(TypeError):
            SM.scalar("a", 1.0, step=1.5)
        with pytest.raises(TypeError):
            SM.scalar("a", 1.0, step="x")
        with pytest.raises(ValueError):
            SM.scalar("a", 1.0, step=tf.constant(2.5))
    assert _tags(tmp_path) == [(5, "a"), (6, "a")]


def test_conditions(tmp_path: Path) -> None:
    with SM.create_file_writer(str(tmp_path)).as_default(step=1):
        with SM.record_if(False):
            assert not SM.should_record_summaries()
            assert not SM.scalar("a", 1.0)
            with SM.record_if(True):
                assert SM.scalar("b", 1.0)
            assert not SM.write("c", lambda: 1 / 0)
        with SM.record_if(lambda: tf.constant(True)):
            assert SM.scalar("d", 1.0)
        with SM.record_if("x"), pytest.raises(TypeError):
            SM.should_record_summaries()
        result = SM.should_record_summaries()
        assert result.dtype == tf.bool and bool(result)
    assert _tags(tmp_path) == [(1, "b"), (1, "d")]


def test_scopes() -> None:
    scope = SM.experimental.summary_scope
    with scope("foo") as (tag, name):
        assert (tag, name) == ("foo", "foo/")
        with scope("bar/x") as inner:
            assert inner == ("foo/bar/x", "foo/bar/x/")
    with scope(None) as pair:
        assert pair == ("summary", "summary/")
    with scope("", default_name="d", values=[1]) as pair:
        assert pair == ("d", "d/")
    with scope("a b") as pair:
        assert pair == ("a b", "ab/")


# ---------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: SM.scalar("a", [1.0], step=1), ValueError),
        (lambda: SM.scalar("a", None, step=1), ValueError),
        (lambda: SM.scalar("a", "x", step=1), tf.errors.UnimplementedError),
        (lambda: SM.image("a", tf.zeros([4, 4, 3]), step=1), ValueError),
        (lambda: SM.image("a", tf.zeros([1, 2, 2, 5]), step=1), tf.errors.InvalidArgumentError),
        (
            lambda: SM.image("a", tf.zeros([1, 2, 2, 3]), step=1, max_outputs=-1),
            tf.errors.InvalidArgumentError,
        ),
        (lambda: SM.histogram("a", ["x"], step=1), tf.errors.UnimplementedError),
        (lambda: SM.text("a", 1, step=1), TypeError),
        (lambda: SM.audio("a", tf.zeros([3, 1]), 8000, step=1), ValueError),
        (lambda: SM.audio("a", tf.zeros([1, 3, 1]), 8000, step=1, encoding="mp3"), ValueError),
        (lambda: SM.audio("a", tf.zeros([1, 3, 1]), 0, step=1), tf.errors.InvalidArgumentError),
        (lambda: SM.write("a", None, step=1), ValueError),
        (lambda: SM.write("a", 1.0, step=1, metadata=3), TypeError),
    ],
)
def test_what_is_refused_leaves_no_event(tmp_path: Path, call, kind) -> None:
    with SM.create_file_writer(str(tmp_path)).as_default():
        with pytest.raises(kind):
            call()
    assert _tags(tmp_path) == []


def _graph() -> Any:
    function = tf.function(lambda x: x * 2.0 + 1.0)
    return function.get_concrete_function(tf.constant(1.0)).graph


def test_graphs(tmp_path: Path) -> None:
    graph = _graph()
    assert not SM.graph(graph)
    with pytest.raises(ValueError, match="graph_data"):
        SM.graph(3)
    with SM.create_file_writer(str(tmp_path)).as_default():
        assert SM.graph(graph)
        assert SM.graph(graph.as_graph_def())
    kind = type(graph.as_graph_def())
    written = [
        kind.FromString(e.graph_def) for e in summaries.events_in(str(tmp_path)) if e.graph_def
    ]
    names = ["x", "mul/y", "mul", "add/y", "add", "Identity"]
    assert [[node.name for node in found.node] for found in written] == [names] * 2


def test_graphs_of_functions(tmp_path: Path) -> None:
    function = tf.function(lambda x: x * 2.0)
    with SM.create_file_writer(str(tmp_path)).as_default():
        SM.trace_on(graph=True)
        function(tf.constant(1.0))
        SM.trace_export("traced", step=3)
    (event,) = [e for e in summaries.events_in(str(tmp_path)) if e.summary.value]
    (value,) = event.summary.value
    assert (value.tag, event.step) == ("traced", 3)
    assert value.metadata.plugin_data.plugin_name == "graph_run_metadata_graph"
    assert b"mul/y" in value.tensor.string_val[0]


def test_traces(tmp_path: Path) -> None:
    assert SM.trace_off() is None
    with pytest.raises(ValueError, match="trace_on"):
        SM.trace_export("a", step=1)
    with SM.create_file_writer(str(tmp_path)).as_default():
        SM.trace_on()
        SM.trace_on()
        with pytest.raises(ValueError, match="No step set"):
            SM.trace_export("a")
        assert SM.trace_export("a", step=1) is None
        with pytest.raises(ValueError, match="trace_on"):
            SM.trace_export("a", step=1)
        SM.trace_on(graph=False, profiler=True)
        with pytest.raises(tf.errors.UnavailableError):
            SM.trace_export("a", step=1)
        SM.trace_off()


def test_a_profile(tmp_path: Path) -> None:
    with SM.create_file_writer(str(tmp_path / "events")).as_default(step=1):
        SM.trace_on(graph=False, profiler=True, profiler_outdir=str(tmp_path / "profile"))
        tf.reduce_sum(tf.ones([4, 4]))
        SM.trace_export("a")
    assert any(path.is_file() for path in (tmp_path / "profile").rglob("*"))


def test_the_callback_of_keras(tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    callback = tf.keras.callbacks.TensorBoard(str(tmp_path), histogram_freq=1)
    model.fit(tf.ones([8, 3]), tf.ones([8, 1]), epochs=2, verbose=0, callbacks=[callback])
    found = summaries.facts(tf, str(tmp_path / "train"))[1:]
    by_tag = {fact["tag"]: fact["plugin"] for fact in found}
    assert by_tag["epoch_loss"] == "scalars"
    assert by_tag["keras"] == "graph_keras_model"
    assert "histograms" in by_tag.values()
