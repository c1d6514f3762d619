"""On JAX, calls of small functions in a row are put off: which, for how long, what of failures."""

from __future__ import annotations

import pytest

from ..processes import printed
from ..subject import IS_TENSORFLOW, backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(IS_TENSORFLOW or backend_name() != "jax", reason="JAX puts calls off"),
]

# row: the calls that are put off; made: how many there were whenever some were made.
START = """
import gc
import sys
import tfcompat as tf
v = tf.Variable(0.3)
backlog, composite = [sys.modules["tfcompat_jax." + name] for name in ("backlog", "composite")]
composite._CALLS = 20
made, advance = [], backlog.Backlog._advance
def noted(self):
    made.append(len(self._calls))
    advance(self)
backlog.Backlog._advance = noted
@tf.function
def step():
    v.assign(3.9 * v * (1.0 - v))
    return v * 2.0
def run(n):
    for _ in range(n):
        result = step()
    return result
run(10)
(row,) = [o for o in gc.get_objects() if type(o) is backlog.Backlog]
assert 50 < row.left < 100
run(row.left)
assert made == []
run(20)
assert made == []
float(v)
made.clear()
"""


def test_calls_are_made_together_with_the_same_digits() -> None:
    printed(
        START
        + """
x = v.numpy()
result = run(3 * backlog._MOST + 20)
assert made == [backlog._MOST] * 3
together = float(v), float(result)
assert made == [backlog._MOST] * 3 + [20]
v.assign(x)
for _ in range(3 * backlog._MOST + 20):
    one_by_one = float(step()), float(v)
assert together == one_by_one[::-1], (together, one_by_one)
"""
    )


def test_where_each_result_is_read_none_is_put_off_for_ever_longer() -> None:
    printed(
        START
        + """
def read(n):
    for _ in range(n):
        step()
        float(v)
read(100)
assert made == [1] * backlog._PATIENCE
read(row.left - 1)
assert made == [1] * backlog._PATIENCE
read(100)
assert made == [1] * 2 * backlog._PATIENCE
assert row.left > 1000
"""
    )


def test_functions_that_watch_a_tensor_from_outside_are_put_off() -> None:
    printed(
        START
        + """
x, w = tf.constant([1.0, 2.0]), tf.Variable(0.0)
@tf.function
def slope():
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    w.assign_add(tape.gradient(y, x)[1])
for _ in range(500):
    slope()
assert made and made[-1] == backlog._MOST, made
assert float(w) == 2000.0
"""
    )


def test_kept_results_are_no_reason_to_stop() -> None:
    printed(
        START
        + """
results = [step() for _ in range(4 * backlog._MOST)]
assert made == [backlog._MOST] * 4
assert float(results[-1]) == 2.0 * float(v)
"""
    )


def test_what_is_no_quicker_in_a_loop_is_not_put_off() -> None:
    printed(
        START
        + """
w = tf.Variable(tf.zeros([1_000_000]))
@tf.function
def large():
    w.assign_add(w + 1.0)
u = tf.Variable(0.0)
@tf.function
def loop():
    u.assign(tf.while_loop(lambda x: x < 1e4, lambda x: [x + 1.0], [u])[0] * 0.0)
pictures, filters = tf.ones([1, 8, 8, 2]), tf.Variable(tf.ones([3, 3, 2, 2]))
@tf.function
def filtered():
    with tf.GradientTape() as tape:
        found = tf.nn.conv2d(pictures, filters, 1, "SAME")
    filters.assign_sub(0.01 * tape.gradient(found, filters))
kept = tf.Variable(tf.zeros([5000]))
@tf.function
def returned():
    kept.assign_add(kept + 1.0)
    return kept * 2.0
for function in (large, loop, filtered, returned):
    for _ in range(500):
        function()
assert made == []
"""
    )


def test_a_failing_run_is_told_where_a_result_is_read() -> None:
    printed(
        START
        + """
run(backlog._MOST + 1)
x = float(v)
def failing(*_):
    raise MemoryError("no more room")
loop, row._loop = row._loop, failing
result = run(10)
for tensor in (v, result):
    try:
        float(tensor)
    except MemoryError as error:
        assert "no more room" in str(error)
    else:
        raise AssertionError("read in spite of the failure")
assert float(v) == x
row._loop = loop
run(10)
assert float(v) != x
"""
    )
