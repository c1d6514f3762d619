"""Memory of large arrays is used again when nobody holds an array in it, and never before."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from ..subject import tf

pytestmark = pytest.mark.tfcompat_only

SIDE = 401  # of no other test, so that no other's memory is free


def room() -> Any:
    from tfcompat._src.memory import aligned

    return aligned((SIDE, SIDE), np.float32)


def test_memory_that_is_free_is_used_again() -> None:
    first = room()
    address = first.ctypes.data
    del first
    again = room()
    assert again.ctypes.data == address
    assert again.ctypes.data % 64 == 0


@pytest.mark.parametrize(
    "hold",
    [
        lambda x: x[1:, ::2],
        lambda x: x.view(np.int32).T,
        lambda x: memoryview(x)[3:],
        lambda x: np.from_dlpack(x),
        lambda x: tf.constant(x),
        lambda x: tf.reshape(tf.constant(x), [-1])[1:].numpy(),
    ],
)
def test_what_somebody_holds_is_not(hold: Any) -> None:
    base = room()
    base[:] = 1
    held = hold(base)
    wanted = np.array(held)
    del base
    others = [room() for _ in range(40)]
    for other in others:
        other[:] = 2
    np.testing.assert_array_equal(np.array(held), wanted)


def test_results_do_not_change_when_others_are_computed() -> None:
    x = tf.constant(np.linspace(-3, 3, SIDE * SIDE).astype(np.float32))
    functions = [tf.exp, tf.tanh, tf.math.atan, tf.cos, tf.math.sqrt, tf.nn.elu]
    found = [f(x) for f in functions]
    views = [y[100:].numpy() for y in found]
    wanted = [y.numpy().copy() for y in found]
    del found
    for _ in range(20):
        for f in functions:
            f(x)
    for view, value in zip(views, wanted, strict=True):
        np.testing.assert_array_equal(view, value[100:])


def test_threads_share_no_memory() -> None:
    wrong = []

    def work(number: int) -> None:
        for _ in range(100):
            x = room()
            x[:] = number
            y = room()
            y[:] = -number
            if (x != number).any() or (y != -number).any():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_more_than_a_little_is_kept() -> None:
    from tfcompat._src import memory

    rooms = memory._Rooms()
    for size in range(1 << 22, (1 << 22) + 100):
        rooms.take(size)
    assert len(rooms._rooms) <= 16
    assert rooms._bytes == sum(kept.nbytes for kept in rooms._rooms) <= 1 << 26
