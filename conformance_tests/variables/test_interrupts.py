"""The user's interrupt (Ctrl-C): a variable is readable and usable afterwards, with an old or a new
value, whenever it comes."""

import contextlib
import signal
import sys

import numpy as np
import pytest

from conformance_tests.subject import tf

SIZE = 150
# One that comes while an object is finalized is lost, of which Python warns.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Interrupted(BaseException):
    pass


@contextlib.contextmanager
def interrupted_after(seconds):
    def interrupt(*_):
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    # Again later: what is raised in a finalizer of an object gets lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    except Interrupted:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no interval timer")
@pytest.mark.parametrize("compiled", [False, True])
def test_interrupted_steps_leave_the_variable_usable(compiled):
    v = tf.Variable(np.eye(SIZE, dtype="float32"))

    def step():
        x = v.read_value()
        for _ in range(3):
            x = tf.reverse(x, [0])
        v.assign(x)

    step = tf.function(step) if compiled else step
    step()
    either = [np.eye(SIZE), np.eye(SIZE)[::-1]]
    for i in range(12):
        with interrupted_after(0.003 + 0.0007 * i):
            while True:
                step()
                if not compiled:
                    v.numpy()
        found = v.numpy()
        assert any(np.array_equal(found, e) for e in either)
        step()
        assert not np.array_equal(v.numpy(), found)


# TensorFlow leaves a half of a step.
@pytest.mark.tfcompat_only
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no interval timer")
def test_an_interrupted_row_of_small_steps_leaves_whole_steps():
    v = [tf.Variable(0), tf.Variable(0)]

    @tf.function
    def step():
        v[0].assign_add(1)
        v[1].assign_sub(1)
        return v[0] + v[1]

    for i in range(12):
        with interrupted_after(0.03 + 0.0007 * i):
            while True:
                step()
        zero = step()
        assert (int(v[0]), int(zero)) == (-int(v[1]), 0)


def interrupted_at(call, run):
    """Interrupts `run` where Python makes its call of that number; how many it has made."""
    made = 0

    def watch(*_):
        nonlocal made
        made += 1
        if made == call:
            raise Interrupted

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        run()
    except Interrupted:
        pass
    finally:
        sys.settrace(before)
    return made


@pytest.mark.tfcompat_only
def test_a_row_of_small_steps_goes_on_after_an_interrupt_at_any_call():
    v = [tf.Variable(0), tf.Variable(0)]

    @tf.function
    def step():
        v[0].assign_add(1)
        v[1].assign_sub(1)
        return v[0] + v[1]

    def row():
        for _ in range(80):
            step()

    for _ in range(3):
        row()
    for call in range(1, interrupted_at(-1, row)):
        interrupted_at(call, row)
        row()
        zero = step()
        assert (int(v[0]), int(zero)) == (-int(v[1]), 0)


def test_an_interrupted_trace_leaves_functions_usable():
    v = tf.Variable(1.0)

    def traced():
        @tf.function
        def step(x):
            with tf.GradientTape() as tape:
                y = v * tf.reduce_sum(x)
            v.assign_add(1.0)
            return tape.gradient(y, v)

        return step(tf.constant([1.0, 2.0]))

    traced()
    calls = interrupted_at(-1, traced)
    for call in range(1, calls, calls // 40):
        interrupted_at(call, traced)
        v.assign(1.0)
        assert float(traced()) == 3.0
        assert float(v) == 2.0
