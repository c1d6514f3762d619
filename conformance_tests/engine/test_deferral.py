"""The tape's semantics hold however much of a program JAX is given at once."""

from __future__ import annotations

import pytest

from .. import runner
from ..processes import printed, python, refused
from ..subject import IS_TENSORFLOW, backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(
        IS_TENSORFLOW or backend_name() != "jax", reason="only the JAX backend defers"
    ),
]


@pytest.mark.parametrize("mode", ["tape", "off"])
def test_other_modes(mode: str) -> None:
    chosen = [runner.HERE / name for name in ("tape", "variables", "engine/test_programs.py")]
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)
    done = python(*words, cwd=runner.HERE.parent, TFCOMPAT_DEFER=mode)
    assert done.returncode == 0, done.stdout[-3000:]


def test_an_unknown_mode_is_refused() -> None:
    told = refused("import tfcompat as tf; tf.constant(1.0)", TFCOMPAT_DEFER="sometimes")
    assert "'sometimes'" in told and "'all', 'tape' and 'off'" in told


@pytest.mark.parametrize("mode", ["all", "off"])
def test_old_programs_make_room(mode: str) -> None:
    # As if the system allowed few mappings more than there are: what is compiled here needs more.
    program = """
import sys
import tfcompat as tf
def run(n):
    with tf.GradientTape():
        x = tf.range(n) + 1
        total = tf.reduce_sum(x * x)
    return int(total)
assert run(3) == 14
programs = sys.modules["tfcompat_jax.programs"]
before, programs._EVERY = programs._mappings(), 5
programs._MOST_MAPPINGS = before + 150
most = 0
for n in range(1, 51):
    assert run(n) == n * (n + 1) * (2 * n + 1) // 6, n
    most = max(most, programs._mappings())
assert before + 150 < most < before + 400, (before, most)
assert run(3) == 14
programs.MOST_PROGRAMS = 5
for n in range(51, 60):
    run(n)
assert len(programs._kept) <= 5
assert run(3) == 14
"""
    printed(program, TFCOMPAT_DEFER=mode)


def test_nothing_is_compiled_but_the_step() -> None:
    # Not for the values of its variable and constant, nor for a copy of what is given away.
    program = """
import jax
compiled = []
def noted(name, seconds, **_):
    if "backend_compile" in name:
        compiled.append(name)
jax.monitoring.register_event_duration_secs_listener(noted)
import numpy as np, tfcompat as tf
v = tf.Variable(np.full((200, 200), 2.0, np.float32))
c = tf.constant(np.arange(20.0, dtype=np.float32))
@tf.function
def step():
    v.assign(v * 2.0 + tf.reduce_sum(c))
step()
step()
print(len(compiled), v.numpy()[0, 0])
"""
    assert printed(program) == "1 578.0"
