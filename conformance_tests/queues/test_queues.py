"""tf.queue beside TensorFlow 2.21: what comes out, in which order, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, strategies as st

from ..helpers import refuses
from ..subject import tf


def numbers(capacity: int = 30, **how: Any) -> Any:
    return tf.queue.FIFOQueue(capacity, tf.int32, shapes=[[]], **how)


def refused(kind: type[BaseException], call: Callable[[], Any], *names: str) -> None:
    with refuses(kind, *names):
        call()


class InThread:
    """Work of another thread; called, it gives or raises what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._found: list[Any] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found.append(self._work())
        except Exception as problem:
            self._found.append(problem)

    def is_waiting(self) -> bool:
        """Whether it is not done after a while."""
        self._thread.join(0.2)
        return self._thread.is_alive()

    def __call__(self) -> Any:
        self._thread.join(60)
        assert self._found, "it waits still"
        if isinstance(self._found[0], Exception):
            raise self._found[0]
        return self._found[0]


def test_first_in_first_out() -> None:
    q = tf.queue.FIFOQueue(9, tf.float32)
    assert q.dtypes == [tf.float32]
    assert q.shapes[0].rank is None
    assert q.names is None
    assert q.name == "Empty"
    assert q.enqueue(1.0) is None
    q.enqueue([2.0])
    q.enqueue([[3.0, 4.0]])
    q.enqueue((5.0, 6.0))  # of more than there are components the first ones
    q.enqueue_many([[7.0, 8.0]])
    size = q.size()
    assert size.dtype == tf.int32
    assert size.numpy() == 6
    found = [q.dequeue() for _ in range(6)]
    assert found[0].dtype == tf.float32
    assert [x.numpy().tolist() for x in found] == [1.0, 2.0, [3.0, 4.0], 5.0, 7.0, 8.0]


def test_several_components() -> None:
    q = tf.queue.FIFOQueue(9, [tf.int32, tf.string], shapes=[[], [2]])
    q.enqueue((1, ["a", "b"]))
    q.enqueue_many(([2, 3], [["c", "d"], ["e", "f"]]))
    number, text = q.dequeue()
    assert number.numpy() == 1
    assert text.numpy().tolist() == [b"a", b"b"]
    number, text = q.dequeue_many(2)
    assert number.numpy().tolist() == [2, 3]
    assert text.numpy().tolist() == [[b"c", b"d"], [b"e", b"f"]]
    number, text = q.dequeue_many(0)
    assert (number.shape, number.dtype) == ((0,), tf.int32)
    assert (text.shape, text.dtype) == ((0, 2), tf.string)


def test_names() -> None:
    q = tf.queue.FIFOQueue(9, [tf.int32, tf.float32], shapes=[[], [2]], names=["a", "b"])
    assert q.names == ["a", "b"]
    q.enqueue({"a": 1, "b": [1.0, 2.0]})
    q.enqueue_many({"a": [2, 3], "b": [[3.0, 4.0], [5.0, 6.0]]})
    found = q.dequeue()
    assert sorted(found) == ["a", "b"]
    assert found["a"].numpy() == 1
    assert q.dequeue_many(2)["b"].numpy().tolist() == [[3.0, 4.0], [5.0, 6.0]]
    refused(ValueError, lambda: q.enqueue((1, [1.0, 2.0])), "a dictionary of")
    refused(ValueError, lambda: q.enqueue({"a": 1}), "keys")
    refused(ValueError, lambda: numbers().enqueue({"a": 1}), "without names")
    refused(ValueError, lambda: numbers(names=["a", "b"]), "2 names for 1")
    assert q.size().numpy() == 0


def test_elements_stay_what_they_were() -> None:
    v = tf.Variable([1, 2])
    q = tf.queue.FIFOQueue(3, [tf.int32], shapes=[[2]])
    q.enqueue([v])
    v.assign([3, 4])
    assert q.dequeue().numpy().tolist() == [1, 2]


def test_wrong_elements() -> None:
    q = tf.queue.FIFOQueue(9, [tf.int32, tf.float32], shapes=[[], [2]])
    q.enqueue((1, [1.0, 2.0]))
    refused(ValueError, lambda: q.enqueue((tf.constant(1.0), [1.0, 2.0])))
    refused(TypeError, lambda: q.enqueue(("a", [1.0, 2.0])))
    refused(ValueError, lambda: q.enqueue((None, [1.0, 2.0])))
    refused(ValueError, lambda: q.enqueue((1, [1.0, 2.0, 3.0])), "incompatible")
    refused(tf.errors.InvalidArgumentError, lambda: q.enqueue([1]), "received 1 components")
    refused(ValueError, lambda: q.enqueue_many(([1, 2, 3], [[1.0, 2.0]])), "of 3 and of 1")
    refused(ValueError, lambda: q.enqueue_many((1, [[1.0, 2.0]])), "rank at least 1")
    refused(tf.errors.InvalidArgumentError, lambda: q.dequeue_many(-1), "received -1")
    refused(tf.errors.InvalidArgumentError, lambda: q.dequeue_up_to(-1), "received -1")
    refused(TypeError, lambda: q.dequeue_many(1.5))
    assert q.size().numpy() == 1
    loose = tf.queue.FIFOQueue(9, tf.int32)
    loose.enqueue(1)
    refused(tf.errors.InvalidArgumentError, lambda: loose.dequeue_many(1), "specified shapes")
    refused(tf.errors.InvalidArgumentError, lambda: loose.dequeue_up_to(1), "specified shapes")
    assert loose.dequeue().numpy() == 1


def test_wrong_queues() -> None:
    make = tf.queue
    invalid = tf.errors.InvalidArgumentError
    refused(invalid, lambda: make.FIFOQueue(3, []))
    refused(invalid, lambda: make.FIFOQueue(3, [tf.int32], shapes=[[], []]))
    refused(ValueError, lambda: make.FIFOQueue(3, tf.int32, shapes=[[None]]), "fully defined")
    refused(ValueError, lambda: make.PaddingFIFOQueue(3, tf.int32, shapes=None), "known rank")
    refused(ValueError, lambda: make.PaddingFIFOQueue(3, [tf.int32] * 2, shapes=[[None]]))
    refused(invalid, lambda: make.PriorityQueue(3, [tf.string]))
    refused(ValueError, lambda: make.PriorityQueue(3, tf.string, [[]], names=["a"]))
    refused(invalid, lambda: make.RandomShuffleQueue(3, 5, tf.int32), "the capacity")
    refused(invalid, lambda: make.RandomShuffleQueue(3, -1, tf.int32), "0 and more")


# ------------------------------------------------------------------------------------------ closing
def test_a_closed_queue() -> None:
    q = numbers()
    q.enqueue_many([[1, 2, 3]])
    assert not q.is_closed().numpy()
    q.close()
    assert q.is_closed().numpy()
    refused(tf.errors.CancelledError, q.close, "already closed")
    refused(tf.errors.CancelledError, lambda: q.enqueue(4), "is closed")
    refused(tf.errors.OutOfRangeError, lambda: q.dequeue_many(4), "requested 4, current size 3")
    assert q.dequeue().numpy() == 1
    assert q.dequeue_up_to(5).numpy().tolist() == [2, 3]
    refused(tf.errors.OutOfRangeError, lambda: q.dequeue_up_to(5), "insufficient elements")
    refused(tf.errors.OutOfRangeError, q.dequeue, "requested 1, current size 0")


def test_waiting_for_elements() -> None:
    q = numbers()
    one = InThread(q.dequeue)
    q.enqueue(7)
    assert one().numpy() == 7
    several = InThread(lambda: q.dequeue_many(3))
    for n in range(3):
        q.enqueue(n)
    assert several().numpy().tolist() == [0, 1, 2]
    last = InThread(q.dequeue)
    q.close()
    refused(tf.errors.OutOfRangeError, last)


def test_waiting_for_room() -> None:
    q = numbers(2)
    many = InThread(lambda: q.enqueue_many([list(range(10))]))
    # More than there is room for at once.
    assert q.dequeue_many(10).numpy().tolist() == list(range(10))
    many()
    q.enqueue_many([[1, 2]])
    more = InThread(lambda: q.enqueue(3))
    assert more.is_waiting()
    # What waits already is still put in, and closing waits for that.
    closing = InThread(q.close)
    assert closing.is_waiting()
    assert not q.is_closed().numpy()
    assert q.dequeue_up_to(3).numpy().tolist() == [1, 2, 3]
    more()
    closing()
    assert q.is_closed().numpy()


def test_nobody_waits_for_room() -> None:
    q = numbers(1)
    q.enqueue(1)
    more = InThread(lambda: q.enqueue(2))
    assert more.is_waiting()
    q.close(cancel_pending_enqueues=True)
    refused(tf.errors.CancelledError, more, "cancelled")
    assert q.dequeue().numpy() == 1
    refused(tf.errors.OutOfRangeError, q.dequeue)


def test_many_threads() -> None:
    q = numbers(5)
    writers = [InThread(lambda n=n: q.enqueue_many([list(range(n, n + 50))])) for n in (0, 50)]
    readers = [InThread(lambda: q.dequeue_many(25).numpy().tolist()) for _ in range(4)]
    assert sorted(x for reader in readers for x in reader()) == list(range(100))
    for writer in writers:
        writer()


# -------------------------------------------------------------------------------------------- kinds
def test_padding() -> None:
    q = tf.queue.PaddingFIFOQueue(9, [tf.float32], shapes=[[None]])
    for part in [1.0, 2.0], [3.0], []:
        q.enqueue([tf.constant(part, tf.float32)])
    assert q.dequeue_many(3).numpy().tolist() == [[1.0, 2.0], [3.0, 0.0], [0.0, 0.0]]
    q.enqueue([[1.0, 2.0]])
    q.enqueue([[1.0]])
    assert q.dequeue_up_to(1).numpy().tolist() == [[1.0, 2.0]]
    assert q.dequeue().numpy().tolist() == [1.0]
    q = tf.queue.PaddingFIFOQueue(9, [tf.string, tf.int32], shapes=[[None], [2, None]])
    q.enqueue((["a", "b"], [[1], [2]]))
    q.enqueue((["c"], [[1, 2], [3, 4]]))
    refused(ValueError, lambda: q.enqueue((["c"], [1, 2])), "incompatible")
    texts, found = q.dequeue_many(2)
    assert texts.numpy().tolist() == [[b"a", b"b"], [b"c", b""]]
    assert found.numpy().tolist() == [[[1, 0], [2, 0]], [[1, 2], [3, 4]]]
    assert q.dequeue_many(0)[1].shape == (0, 2, 0)
    plain = tf.queue.PaddingFIFOQueue(9, tf.int32, [[]])
    plain.enqueue_many([[1, 2]])
    assert plain.dequeue_many(2).numpy().tolist() == [1, 2]


def test_priorities() -> None:
    q = tf.queue.PriorityQueue(9, [tf.string], shapes=[[]])
    assert q.dtypes == [tf.int64, tf.string]
    for number, text in (3, "c"), (1, "a"), (2, "b"), (-5, "z"):
        q.enqueue((tf.constant(number, tf.int64), text))
    assert [q.dequeue()[1].numpy() for _ in range(2)] == [b"z", b"a"]
    q.enqueue((0, "y"))
    first, texts = q.dequeue_many(3)
    assert first.numpy().tolist() == [0, 2, 3]
    assert texts.numpy().tolist() == [b"y", b"b", b"c"]
    refused(ValueError, lambda: q.enqueue((tf.constant(1), "a")))
    refused(ValueError, lambda: q.enqueue(([1, 2], "a")), "incompatible")


def shuffled(seed: int | None, count: int, least: int = 0) -> Any:
    q = tf.queue.RandomShuffleQueue(200, least, [tf.int32], shapes=[[]], seed=seed)
    q.enqueue_many([list(range(count))])
    return q


def test_orders_of_seeds() -> None:
    # TensorFlow 2.21's.
    tf.random.set_seed(3)
    found = shuffled(1, 12)
    order = [int(found.dequeue()) for _ in range(12)]
    assert order == [1, 6, 3, 4, 8, 10, 2, 5, 7, 11, 0, 9]
    order = [4, 1, 3, 6, 2, 5, 9, 7, 10, 0, 8, 11]
    assert shuffled(7, 12).dequeue_many(12).numpy().tolist() == order
    tf.random.set_seed(5)
    assert shuffled(None, 8).dequeue_many(8).numpy().tolist() == [6, 1, 2, 7, 3, 0, 4, 5]
    assert shuffled(None, 8).dequeue_many(8).numpy().tolist() == [5, 4, 2, 3, 7, 1, 0, 6]
    assert shuffled(4, 8).dequeue_many(8).numpy().tolist() == [0, 3, 1, 6, 4, 2, 7, 5]


def test_an_order_without_a_seed() -> None:
    tf.random.set_seed(None)
    found = shuffled(None, 150).dequeue_many(150).numpy()
    assert sorted(found) == list(range(150))
    assert found.tolist() != list(range(150))


def test_elements_that_stay() -> None:
    tf.random.set_seed(1)
    q = shuffled(1, 3, least=2)
    first = int(q.dequeue())
    waits = InThread(q.dequeue)
    assert waits.is_waiting()
    q.close()
    found = [first, int(waits()), int(q.dequeue())]
    assert sorted(found) == [0, 1, 2]


def test_from_list() -> None:
    a, b = numbers(), numbers()
    a.enqueue(1)
    b.enqueue(2)
    chosen = tf.queue.QueueBase.from_list(tf.constant(1), [a, b])
    assert chosen.dequeue().numpy() == 2
    assert b.size().numpy() == 0
    again = tf.queue.QueueBase.from_list(0, [a, b])
    assert again.size().numpy() == 1
    refused(TypeError, lambda: tf.queue.QueueBase.from_list(0, []), "a list of queues")
    other = tf.queue.FIFOQueue(3, tf.float32)
    refused(TypeError, lambda: tf.queue.QueueBase.from_list(0, [a, other]), "different dtypes")
    named = numbers(names=["x"])
    refused(TypeError, lambda: tf.queue.QueueBase.from_list(0, [a, named]), "different names")
    refused(tf.errors.InvalidArgumentError, lambda: tf.queue.QueueBase.from_list(5, [a, b]))


# ---------------------------------------------------------------------------------------- functions
def test_in_a_function() -> None:
    q = numbers()
    traced = []

    @tf.function
    def step(x: Any) -> Any:
        traced.append(q.dequeue_many(2).shape)
        traced.append(q.dequeue_up_to(2).shape)
        q.enqueue(x)
        q.enqueue(x + 1)
        return q.dequeue() * 10 + q.size()

    q.enqueue_many([[1, 2, 3, 4]])
    assert step(tf.constant(5)).numpy() == 51
    assert [shape.as_list() for shape in traced] == [[2], [None]]
    q.enqueue_many([[1, 2, 3]])
    assert step(tf.constant(7)).numpy() == 71
    assert len(traced) == 2
    assert q.dequeue().numpy() == 8


def test_which_queue_a_run_tells() -> None:
    a, b = numbers(), numbers()

    @tf.function
    def moved(at: Any) -> Any:
        q = tf.queue.QueueBase.from_list(at, [a, b])
        q.enqueue(at + 10)
        return q.dequeue_up_to(1), q.size()

    b.enqueue(7)
    first, size = moved(tf.constant(1))
    assert (first.numpy().tolist(), size.numpy()) == ([7], 1)
    first, size = moved(tf.constant(0))
    assert (first.numpy().tolist(), size.numpy()) == ([10], 0)
    refused(tf.errors.InvalidArgumentError, lambda: moved(tf.constant(2)))
    assert b.dequeue().numpy() == 11


def test_functions_that_share_a_variable() -> None:
    """The one that waits for an element does not keep the other from putting it in."""
    q, v = numbers(), tf.Variable(0)

    @tf.function
    def taken() -> Any:
        x = q.dequeue()
        v.assign_add(x)
        return x

    @tf.function
    def put(x: Any) -> None:
        v.assign_add(1)
        q.enqueue(x)

    taken.get_concrete_function()
    waits = InThread(taken)
    assert waits.is_waiting()
    InThread(lambda: put(tf.constant(5)))()
    assert waits().numpy() == 5
    assert v.numpy() == 6


def test_a_loop_that_empties_a_queue() -> None:
    q = numbers()
    q.enqueue_many([[1, 2, 3, 4]])

    @tf.function
    def total() -> Any:
        found = tf.constant(0)
        while q.size() > 0:
            found += q.dequeue()
        return found

    assert total().numpy() == 10
    assert total().numpy() == 0


def test_shapes_that_a_run_tells() -> None:
    q = tf.queue.FIFOQueue(9, tf.int32, shapes=[[2]])

    @tf.function(input_signature=[tf.TensorSpec(None, tf.int32)])
    def one(x: Any) -> None:
        q.enqueue(x)

    @tf.function(input_signature=[tf.TensorSpec(None, tf.int32)])
    def many(x: Any) -> None:
        q.enqueue_many(x)

    invalid = tf.errors.InvalidArgumentError
    refused(invalid, lambda: one(tf.constant([1, 2, 3])), "received shape [3] in component 0")
    refused(invalid, lambda: many(tf.constant([[1, 2, 3]])))
    refused(invalid, lambda: many(tf.constant(1)))
    one(tf.constant([1, 2]))
    assert q.dequeue().numpy().tolist() == [1, 2]


@given(st.lists(st.one_of(st.integers(-9, 9), st.none()), max_size=30))
def test_any_row_of_calls(calls: list[int | None]) -> None:
    """None takes out, if there is something."""
    q, wanted = numbers(), []
    for call in calls:
        if call is not None:
            q.enqueue(call)
            wanted.append(call)
        elif wanted:
            assert q.dequeue().numpy() == wanted.pop(0)
        assert q.size().numpy() == len(wanted)
    np.testing.assert_array_equal(q.dequeue_many(len(wanted)).numpy(), np.array(wanted, np.int32))
