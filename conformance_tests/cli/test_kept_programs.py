"""Compiled programs are kept for the next process where the environment says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfcompat._src.cli import run

from .. import processes
from ..subject import backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(backend_name() != "jax", reason="only JAX compiles whole programs"),
]

PROGRAM = """
import jax, tfcompat as tf
hits = []
jax.monitoring.register_event_listener(lambda name, **_: hits.append(name.endswith("/cache_hits")))
w = tf.Variable(tf.ones((3, 3)))

@tf.function
def step(x):
    with tf.GradientTape() as tape:
        y = x
        for _ in range(40):
            y = tf.tanh(y @ w) + tf.sin(y)
        loss = tf.reduce_sum(y)
    w.assign_sub(0.1 * tape.gradient(loss, w))
    return loss

x = tf.ones((2, 3))
print([float(step(x)) for _ in range(3)], float(tf.reduce_sum(w)))
print(sum(hits) > 0)
"""


def test_the_next_process_finds_them(tmp_path: Path) -> None:
    kept = str(tmp_path / "kept")
    first = processes.printed(PROGRAM, TFCOMPAT_PROGRAM_CACHE=kept).splitlines()
    assert any(Path(kept).rglob("*-cache"))
    second = processes.printed(PROGRAM, TFCOMPAT_PROGRAM_CACHE=kept).splitlines()
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("False", "True")


@pytest.mark.parametrize("folder", ["", "file/below"])
def test_where_nothing_can_be_kept(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    kept = str(tmp_path / folder) if folder else ""
    done = processes.python("-c", PROGRAM, TFCOMPAT_PROGRAM_CACHE=kept)
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.splitlines()[1] == "False"


def test_run_keeps_them_for_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Path(run.kept_programs()) == tmp_path / "tfcompat" / "programs"
