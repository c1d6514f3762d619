"""Profiles: something is written, and only where it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..subject import tf


def work() -> None:
    x = tf.ones([8, 8])
    for _ in range(3):
        x = tf.matmul(x, x) / 8.0
    x.numpy()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_profile_is_written(tmp_path: Path) -> None:
    profiler = tf.profiler.experimental
    profiler.start(str(tmp_path), options=profiler.ProfilerOptions(host_tracer_level=2))
    with pytest.raises(tf.errors.AlreadyExistsError):
        profiler.start(str(tmp_path))
    with profiler.Trace("step", step_num=1):
        work()
    profiler.stop()
    assert files(tmp_path)
    with pytest.raises(tf.errors.UnavailableError):
        profiler.stop()


def test_a_profile_is_thrown_away(tmp_path: Path) -> None:
    tf.profiler.experimental.start(str(tmp_path))
    work()
    tf.profiler.experimental.stop(save=False)
    assert not files(tmp_path)


def test_a_context(tmp_path: Path) -> None:
    with tf.profiler.experimental.Profile(str(tmp_path)):
        work()
    assert files(tmp_path)


def test_names_without_a_profile() -> None:
    with tf.profiler.experimental.Trace("step") as trace:
        trace.set_metadata(step_num=2)
        work()
