"""tf.train.Checkpoint: what is saved under which key, restored now or later, and the status."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .objects import GRAPH, SUFFIX, Net, keys


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path)


def test_save_and_restore(folder: str) -> None:
    v, w = tf.Variable([1.0, 2.0]), tf.Variable(3)
    checkpoint = tf.train.Checkpoint(v=v, w=w)
    first = checkpoint.save(folder + "/ck")
    assert first == folder + "/ck-1"
    assert int(checkpoint.save_counter) == 1
    assert checkpoint.save_counter.dtype == tf.int64
    v.assign([5.0, 6.0])
    assert checkpoint.save(folder + "/ck") == folder + "/ck-2"
    checkpoint.restore(first).assert_consumed()
    agree(v.read_value(), [1.0, 2.0])
    assert int(checkpoint.save_counter) == 1
    assert keys(first) == ["save_counter", "v", "w"]


def test_write_and_read(folder: str) -> None:
    net = Net().build().number()
    checkpoint = tf.train.Checkpoint(net=net)
    path = checkpoint.write(folder + "/deep/er/net")
    assert path == folder + "/deep/er/net"
    assert keys(path) == [
        "net/direct", "net/inner/x", "net/items/0", "net/items/1", "net/pair/0", "net/table/k",
    ]  # fmt: skip
    other = Net().build()
    status = tf.train.Checkpoint(net=other).read(path)
    status.assert_consumed().assert_existing_objects_matched()
    assert other.values() == net.values()
    assert not os.path.exists(folder + "/deep/er/checkpoint")


def test_what_is_made_later_is_restored_then(folder: str) -> None:
    path = tf.train.Checkpoint(net=Net().build().number()).save(folder + "/net")
    net = Net()
    checkpoint = tf.train.Checkpoint(net=net)
    status = checkpoint.restore(path)
    with pytest.raises(AssertionError):
        status.assert_consumed()
    net.build()
    status.assert_consumed()
    assert net.values() == Net().build().number().values()
    empty = tf.train.Checkpoint()
    status = empty.restore(path)
    empty.net = Net().build()
    status.assert_consumed()
    assert empty.net.values() == net.values()


def test_a_root(folder: str) -> None:
    net = Net().build().number()
    path = tf.train.Checkpoint(net, step=tf.Variable(7)).save(folder + "/root")
    assert keys(path) == [
        "direct", "inner/x", "items/0", "items/1", "pair/0", "save_counter", "step", "table/k",
    ]  # fmt: skip
    other = Net()
    step = tf.Variable(0)
    status = tf.train.Checkpoint(other, step=step).restore(path)
    other.build()
    status.assert_consumed()
    assert (other.values(), int(step)) == (net.values(), 7)


def test_containers_and_names(folder: str) -> None:
    shared = tf.Variable(1.0)
    path = tf.train.Checkpoint(
        a=[tf.Variable(1.0)], b={"k": tf.Variable(1.0)}, c=(tf.Variable(1.0),), d=shared, e=shared
    ).write(folder + "/c")
    assert keys(path) == ["a/0", "b/k", "c/0", "d"]
    named = tf.train.Checkpoint(**{"a/b": tf.Variable(1.0)})
    named.table = {"c.d": tf.Variable(1.0), "e/f": tf.Variable(2.0)}
    path = named.write(folder + "/n")
    assert keys(path) == ["a.Sb", "table/c..d", "table/e.Sf"]
    named.table["e/f"].assign(0.0)
    named.read(path).assert_consumed()
    agree(named.table["e/f"].read_value(), 2.0)


def test_lists_whose_elements_were_moved(folder: str) -> None:
    checkpoint = tf.train.Checkpoint()
    checkpoint.items = [tf.Variable(1.0)]
    checkpoint.items.insert(0, tf.Variable(0.0))
    with refuses(ValueError, "ListWrapper"):
        checkpoint.write(folder + "/moved")
    assert os.listdir(folder) == []


def test_dtypes(folder: str) -> None:
    values: dict[str, Any] = {
        "half": tf.constant([1.5], tf.float16),
        "brain": tf.constant([1.5], tf.bfloat16),
        "double": tf.constant([1 / 3], tf.float64),
        "long": tf.constant(2**60, tf.int64),
        "byte": tf.constant([255], tf.uint8),
        "flag": tf.constant([True, False]),
        "complex": tf.constant([1 + 2j], tf.complex64),
        "text": tf.constant(["a", "", "öäü"]),
        "empty": tf.zeros([0, 3]),
        "zero": tf.constant([-0.0]),
    }
    full = {name: tf.Variable(value) for name, value in values.items()}
    path = tf.train.Checkpoint(**full).write(folder + "/d")
    blank = {name: tf.Variable(value[:0], shape=[None]) for name, value in values.items()
             if value.shape.rank == 1}  # fmt: skip
    blank |= {name: tf.Variable(tf.zeros(values[name].shape, values[name].dtype))
              for name in ("long", "empty")}  # fmt: skip
    tf.train.Checkpoint(**blank).read(path).assert_consumed()
    for name, value in values.items():
        assert blank[name].numpy().tolist() == value.numpy().tolist()
        assert blank[name].dtype == value.dtype
    assert np.signbit(blank["zero"].numpy()).all()
    reader = tf.train.load_checkpoint(path)
    assert reader.get_variable_to_dtype_map()["brain" + SUFFIX] == tf.bfloat16
    assert reader.get_tensor("text" + SUFFIX).tolist() == [b"a", b"", "öäü".encode()]


def test_generators_and_state_of_python(folder: str) -> None:
    class State(tf.train.experimental.PythonState):
        def __init__(self) -> None:
            self.count = 1

        def serialize(self) -> str:
            return str(self.count)

        def deserialize(self, string_value: Any) -> None:
            self.count = int(string_value)

    generator = tf.random.Generator.from_seed(3)
    state = State()
    checkpoint = tf.train.Checkpoint(g=generator, s=state, inner=tf.train.Checkpoint(v=generator))
    path = checkpoint.write(folder + "/s")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert names == [GRAPH, "g/_state_var" + SUFFIX, "s/.ATTRIBUTES/py_state"]
    drawn = generator.normal([3]).numpy()
    state.count = 5
    checkpoint.read(path).assert_consumed()
    assert (generator.normal([3]).numpy() == drawn).all()
    assert state.count == 1


def test_status(folder: str) -> None:
    path = tf.train.Checkpoint(v=tf.Variable(1.0), w=tf.Variable(2.0)).save(folder + "/s")
    less = tf.train.Checkpoint(v=tf.Variable(0.0)).restore(path)
    less.assert_existing_objects_matched().assert_nontrivial_match()
    with refuses(AssertionError, "(root).w"):
        less.assert_consumed()
    assert less.expect_partial() is less
    more = tf.train.Checkpoint(v=tf.Variable(0.0), x=tf.Variable(3.0)).restore(path)
    for check in (more.assert_consumed, more.assert_existing_objects_matched):
        with pytest.raises(AssertionError):
            check()
    more.expect_partial()
    assert less.initialize_or_restore() is None
    assert less.run_restore_ops() is None
    with refuses(AssertionError, "None"):
        tf.train.Checkpoint().restore(None).assert_consumed()


def test_values_that_do_not_fit(folder: str) -> None:
    path = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).write(folder + "/v")
    longer, whole = tf.Variable([5.0, 6.0, 7.0]), tf.Variable([5, 6])
    with refuses(ValueError, "(2,)", "(3,)"):
        tf.train.Checkpoint(v=longer).read(path)
    with refuses(tf.errors.InvalidArgumentError, "float32", "int32"):
        tf.train.Checkpoint(v=whole).read(path)
    assert (longer.numpy().tolist(), whole.numpy().tolist()) == ([5.0, 6.0, 7.0], [5, 6])
    unknown = tf.Variable([0.0], shape=[None])
    tf.train.Checkpoint(v=unknown).read(path).assert_consumed()
    agree(unknown.read_value(), [1.0, 2.0])


def test_callbacks_and_options(folder: str) -> None:
    called: list[Any] = []
    options = tf.train.CheckpointOptions(
        experimental_write_callbacks=[called.append, lambda: called.append("none")]
    )
    path = tf.train.Checkpoint(v=tf.Variable(1.0)).save(folder + "/o", options=options)
    assert called == [path, "none"]
    assert options.enable_async is False


def test_a_gradient_after_restoring(folder: str) -> None:
    v = tf.Variable(3.0)
    path = tf.train.Checkpoint(v=v).write(folder + "/g")
    v.assign(0.0)
    tf.train.Checkpoint(v=v).read(path)
    with tf.GradientTape() as tape:
        y = v * v
    agree(tape.gradient(y, v), 6.0)


def test_looking_inside(folder: str) -> None:
    checkpoint = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]), w=tf.Variable(3))
    path = checkpoint.save(folder + "/l")
    assert tf.train.list_variables(folder) == [
        (GRAPH, []), ("save_counter" + SUFFIX, []), ("v" + SUFFIX, [2]), ("w" + SUFFIX, []),
    ]  # fmt: skip
    assert tf.train.load_variable(path, "v" + SUFFIX).tolist() == [1.0, 2.0]
    reader = tf.train.load_checkpoint(folder)
    assert reader.has_tensor("w" + SUFFIX)
    assert reader.get_variable_to_shape_map()["v" + SUFFIX] == [2]
    with refuses(tf.errors.NotFoundError, "nope"):
        reader.get_tensor("nope")
    view = tf.train.CheckpointView(path)
    children = view.children(0)
    assert set(children) == {"v", "w", "save_counter"}
    assert view.descendants() == [0, 1, 2, 3]
    assert view.match(checkpoint)[children["v"]] is checkpoint.v
    other = tf.train.Checkpoint(v=tf.Variable(0.0), x=tf.Variable(0.0))
    matched, nodes, objects = view.diff(other)
    assert matched[children["v"]] is other.v
    assert sorted(nodes) == sorted([children["w"], children["save_counter"]])
    assert [id(item) for item in objects] == [id(other.x)]
    descendants = tf.train.TrackableView(other).descendants()
    assert [id(item) for item in descendants] == [id(other), id(other.v), id(other.x)]


@pytest.mark.tfcompat_only
def test_interrupted_and_damaged(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How files are written is tfcompat's own: whole, or not at all."""
    v = tf.Variable([1.0, 2.0])
    checkpoint = tf.train.Checkpoint(v=v)
    path = checkpoint.save(folder + "/ck")
    before = sorted(os.listdir(folder))

    def interrupted(*args: Any) -> None:
        raise KeyboardInterrupt

    v.assign([3.0, 4.0])
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", interrupted)
        for write in (lambda: checkpoint.save(folder + "/ck"), lambda: checkpoint.write(path)):
            with pytest.raises(KeyboardInterrupt):
                write()
    assert sorted(os.listdir(folder)) == before
    assert int(checkpoint.save_counter) == 1
    checkpoint.restore(tf.train.latest_checkpoint(folder)).assert_consumed()
    agree(v.read_value(), [1.0, 2.0])
    file = Path(path + ".index")
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    v.assign([5.0, 6.0])
    with refuses(tf.errors.DataLossError, "damaged"):
        checkpoint.restore(path)
    for text in (b"", b"TFCOMPAT", data[:40], b"something else entirely"):
        file.write_bytes(text)
        with refuses(tf.errors.DataLossError, "Checkpoint"):
            checkpoint.restore(path)
    agree(v.read_value(), [5.0, 6.0])
