"""tf.train.CheckpointManager, the file `checkpoint` of a folder, and moving averages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ..helpers import agree
from ..subject import tf

Manager = tf.train.CheckpointManager


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path)


def checkpoint(value: float = 0.0) -> Any:
    return tf.train.Checkpoint(v=tf.Variable(value))


def numbers(manager: Any) -> list[str]:
    return [os.path.basename(path) for path in manager.checkpoints]


def test_the_last_few_are_kept(folder: str) -> None:
    saved = checkpoint(5.0)
    manager = Manager(saved, folder + "/m", max_to_keep=2)
    assert (manager.latest_checkpoint, manager.checkpoints) == (None, [])
    assert manager.checkpoint is saved
    assert manager.directory == folder + "/m"
    for i in (1, 2, 3):
        assert manager.save() == f"{folder}/m/ckpt-{i}"
    assert numbers(manager) == ["ckpt-2", "ckpt-3"]
    assert manager.latest_checkpoint == tf.train.latest_checkpoint(folder + "/m")
    files = os.listdir(folder + "/m")
    assert {name.partition(".")[0] for name in files} == {"checkpoint", "ckpt-2", "ckpt-3"}
    lines = Path(folder, "m", "checkpoint").read_text().splitlines()
    assert lines[:3] == [
        'model_checkpoint_path: "ckpt-3"',
        'all_model_checkpoint_paths: "ckpt-2"',
        'all_model_checkpoint_paths: "ckpt-3"',
    ]
    assert [line.partition(":")[0] for line in lines[3:]] == [
        "all_model_checkpoint_timestamps",
        "all_model_checkpoint_timestamps",
        "last_preserved_timestamp",
    ]


def test_going_on(folder: str) -> None:
    first = Manager(checkpoint(5.0), folder, max_to_keep=2)
    first.save()
    first.save()
    again = checkpoint()
    second = Manager(again, folder, max_to_keep=2)
    assert numbers(second) == ["ckpt-1", "ckpt-2"]
    assert second.restore_or_initialize() == folder + "/ckpt-2"
    agree(again.v.read_value(), 5.0)
    assert second.save() == folder + "/ckpt-3"
    assert numbers(second) == ["ckpt-2", "ckpt-3"]


def test_nothing_to_restore(folder: str) -> None:
    called = []
    assert Manager(checkpoint(), folder, max_to_keep=1).restore_or_initialize() is None
    manager = Manager(checkpoint(), folder, max_to_keep=1, init_fn=lambda: called.append(1))
    assert manager.restore_or_initialize() is None
    assert called == [1]


def test_numbers_and_names(folder: str) -> None:
    saved = checkpoint()
    manager = Manager(saved, folder, max_to_keep=None, checkpoint_name="model")
    assert manager.save(checkpoint_number=10) == folder + "/model-10"
    assert int(saved.save_counter) == 1
    assert manager.save(checkpoint_number=tf.constant(3)) == folder + "/model-3"
    assert manager.save() == folder + "/model-3"
    assert numbers(manager) == ["model-10", "model-3"]


def test_an_interval(folder: str) -> None:
    step = tf.Variable(0, dtype=tf.int64)
    manager = Manager(checkpoint(), folder, max_to_keep=3, step_counter=step, checkpoint_interval=2)
    assert manager.checkpoint_interval == 2
    saved = []
    for _ in range(5):
        saved.append(manager.save() is not None)
        step.assign_add(1)
    assert saved == [True, False, True, False, True]
    assert manager.save() is None
    assert manager.save(check_interval=False) == folder + "/ckpt-4"


def test_every_hours(folder: str) -> None:
    manager = Manager(checkpoint(), folder, max_to_keep=1, keep_checkpoint_every_n_hours=1e-9)
    for _ in range(3):
        manager.save()
    assert numbers(manager) == ["ckpt-3"]
    kept = {name.partition(".")[0] for name in os.listdir(folder)}
    assert kept == {"checkpoint", "ckpt-1", "ckpt-2", "ckpt-3"}


def test_state(folder: str) -> None:
    assert tf.train.get_checkpoint_state(folder) is None
    assert tf.train.latest_checkpoint(folder) is None
    path = checkpoint().save(folder + "/ck")
    state = tf.train.get_checkpoint_state(folder)
    assert state.model_checkpoint_path == path
    assert list(state.all_model_checkpoint_paths) == [path]
    text = Path(folder, "checkpoint").read_text()
    assert text == 'model_checkpoint_path: "ck-1"\nall_model_checkpoint_paths: "ck-1"\n'
    for name in os.listdir(folder):
        if name.startswith("ck-1"):
            os.remove(f"{folder}/{name}")
    assert tf.train.latest_checkpoint(folder) is None
    Path(folder, "checkpoint").write_text("no such thing {")
    assert tf.train.get_checkpoint_state(folder) is None


def test_iterating(folder: str) -> None:
    assert list(tf.train.checkpoints_iterator(folder, timeout=0.05)) == []
    manager = Manager(checkpoint(), folder, max_to_keep=3)
    found = []
    manager.save()
    for path in tf.train.checkpoints_iterator(folder, timeout=0.05):
        found.append(os.path.basename(path))
        if len(found) < 3:
            manager.save()
    assert found == ["ckpt-1", "ckpt-2", "ckpt-3"]


def test_moving_averages() -> None:
    x = tf.Variable(1.0, name="x")
    ema = tf.train.ExponentialMovingAverage(0.9)
    assert ema.average(x) is None
    ema.apply([x])
    x.assign(2.0)
    ema.apply([x])
    agree(ema.average(x).read_value(), 1.1)
    assert ema.average(x).name == "x/ExponentialMovingAverage:0"
    assert ema.average_name(x) == "x/ExponentialMovingAverage"
    early = tf.train.ExponentialMovingAverage(0.99, num_updates=3)
    early.apply([x])
    x.assign(4.0)
    early.apply([x])
    agree(early.average(x).read_value(), 3.3846154)
