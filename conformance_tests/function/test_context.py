"""Functions in functions, in threads, under tapes, run eagerly; tf.init_scope."""

from __future__ import annotations

import copy
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from ..helpers import agree
from ..subject import tf


# ----------------------------------------------------------------------------- functions inside
def test_one_trace_inside() -> None:
    seen = []

    @tf.function
    def inner(x: Any, y: Any = None) -> Any:
        seen.append((str(x), str(y)))
        return x + 1

    @tf.function
    def outer(x: Any) -> Any:
        return inner(x) + inner(x * 2) + inner(tf.constant(1.0)) + inner(1.0) + inner(x, y=x)

    agree(outer(tf.constant(1.0)), 11.0)
    agree(inner(tf.constant(2.0)), 3.0)
    tensor = 'Tensor("x:0", shape=(), dtype=float32)'
    assert seen == [
        (tensor, "None"), ("1.0", "None"), (tensor, 'Tensor("y:0", shape=(), dtype=float32)')
    ]  # fmt: skip
    assert inner.experimental_get_tracing_count() == 3


def test_unknown_sizes_inside() -> None:
    shapes = []

    @tf.function
    def inner(x: Any) -> Any:
        shapes.append(x.shape.as_list())
        return x * 2.0

    @tf.function(input_signature=[tf.TensorSpec([None])])
    def outer(x: Any) -> Any:
        return inner(x)

    agree(outer([1.0, 2.0]), [2.0, 4.0])
    agree(outer([1.0]), [2.0])
    assert shapes == [[None]]


def test_concrete_functions_inside() -> None:
    @tf.function
    def inner(x: Any) -> Any:
        return x * 2.0

    @tf.function
    def outer(x: Any) -> Any:
        return inner.get_concrete_function(x)(x)

    agree(outer(tf.constant(1.0)), 2.0)


def test_names_of_results_inside() -> None:
    seen = []
    v = tf.Variable(1.0)

    @tf.function
    def pure(x: Any) -> Any:
        return x + 1

    @tf.function
    def stateful(x: Any) -> Any:
        v.assign_add(1.0)
        return x + 1, {"a": x}

    @tf.function
    def outer(x: Any) -> Any:
        seen.extend([pure(x), pure(x), stateful(x)])
        return seen[0]

    agree(outer(tf.constant(1.0)), 2.0)
    assert [str(x) for x in seen[:2]] == [
        'Tensor("PartitionedCall:0", shape=(), dtype=float32)',
        'Tensor("PartitionedCall_1:0", shape=(), dtype=float32)',
    ]
    assert repr(seen[2]) == (
        "(<tf.Tensor 'StatefulPartitionedCall:0' shape=() dtype=float32>, "
        "{'a': <tf.Tensor 'StatefulPartitionedCall:1' shape=() dtype=float32>})"
    )


def test_effects_inside() -> None:
    v = tf.Variable(0.0)

    @tf.function
    def inner(x: Any) -> None:
        v.assign_add(x)

    @tf.function
    def outer(x: Any) -> Any:
        assert inner(x) is None
        before = v.read_value()
        inner(x)
        return before, v

    agree(outer(tf.constant(1.0)), (1.0, 2.0))
    agree(outer(tf.constant(1.0)), (3.0, 4.0))


def test_closures_over_tensors_of_the_function_around() -> None:
    @tf.function
    def outer(x: Any) -> Any:
        y = x * 10.0

        @tf.function
        def inner(z: Any) -> Any:
            return y + z

        return inner(x) + inner(tf.constant(1.0))

    agree(outer(tf.constant(2.0)), 43.0)
    agree(outer(tf.constant(3.0)), 64.0)


def test_functions_as_arguments() -> None:
    traces = []

    @tf.function
    def double(x: Any) -> Any:
        return x * 2.0

    @tf.function
    def apply(function: Any, x: Any) -> Any:
        traces.append(type(function).__name__)
        return function(x)

    agree(apply(double, tf.constant(1.0)), 2.0)
    agree(apply(double, tf.constant(2.0)), 4.0)
    assert len(traces) == 1


# --------------------------------------------------------------------------------------- tapes
def test_tapes_outside() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def f(x: Any) -> Any:
        return v * x**3

    x = tf.constant(3.0)
    with tf.GradientTape() as second:
        second.watch(x)
        with tf.GradientTape() as first:
            first.watch(x)
            y = f(x)
        slope = first.gradient(y, x)
    agree(slope, 54.0)
    agree(second.gradient(slope, [x, v]), [36.0, 27.0])
    with tf.GradientTape() as tape:
        y = f(x)
    assert [id(w) for w in tape.watched_variables()] == [id(v)]
    agree(tape.gradient(y, v), 27.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        y = f(x)
    agree(accumulator.jvp(y), 54.0)


def test_tapes_inside() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def f(x: Any) -> Any:
        return v * x**3

    @tf.function
    def slopes(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, [x, v])

    agree(slopes(tf.constant(3.0)), [54.0, 27.0])


def test_variables_that_are_not_trainable() -> None:
    v = tf.Variable([1.0, 2.0], trainable=False)
    f = tf.function(lambda x: v * x, autograph=False)
    with tf.GradientTape() as tape:
        y = f(tf.constant([1.0, 1.0]))
    assert tape.watched_variables() == ()
    assert tape.gradient(y, v) is None


def test_gradient_by_a_variable_that_is_assigned() -> None:
    v = tf.Variable(3.0)

    @tf.function
    def f(x: Any) -> Any:
        y = v * x
        v.assign_sub(x)
        return y

    with tf.GradientTape() as tape:
        y = f(tf.constant(2.0))
    agree([y, tape.gradient(y, v)], [6.0, 2.0])
    assert float(v) == 1.0


# ----------------------------------------------------------------------------- eagerly, and outside
@pytest.fixture
def eagerly() -> Iterator[None]:
    """Functions run as Python."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def test_run_functions_eagerly(eagerly: None) -> None:
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        seen.append((type(x), tf.executing_eagerly(), tf.inside_function()))
        return x

    assert tf.config.functions_run_eagerly()
    assert f(1) == 1
    assert f([1, "a"]) == [1, "a"]
    assert seen == [(int, True, False), (list, True, False)]
    assert f.experimental_get_tracing_count() == 0
    c = f.get_concrete_function(tf.constant(1.0))
    assert seen[-1][1:] == (False, True)
    agree(c(tf.constant(2.0)), 2.0)


def test_eagerly_without_casts(eagerly: None) -> None:
    f = tf.function(lambda x: x, input_signature=[tf.TensorSpec([None])], autograph=False)
    assert f([1.0]) == [1.0]
    assert f(1.0) == 1.0
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        f()


def test_eager_methods(eagerly: None) -> None:
    class Adds:
        n = 1

        @tf.function
        def add(self, x: Any) -> Any:
            return x + self.n

    thing = Adds()
    assert thing.add(1) == 2
    thing.n = 5
    assert thing.add(1) == 6


def test_where_code_runs() -> None:
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        seen.append((tf.executing_eagerly(), tf.inside_function()))
        with tf.init_scope():
            seen.append((tf.executing_eagerly(), tf.inside_function()))
        return x

    f(1)
    assert seen == [(False, True), (True, True)]
    assert (tf.executing_eagerly(), tf.inside_function()) == (True, False)


def test_init_scope() -> None:
    v = tf.Variable(1.0)
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        v.assign_add(x)
        with tf.init_scope():
            v.assign(v + 10.0)
            seen.append((v.numpy(), tf.constant(2.0).numpy()))
        return v + 0.0

    agree(f(tf.constant(1.0)), 12.0)
    agree(f(tf.constant(1.0)), 13.0)
    assert seen == [(11.0, 2.0)]


# ----------------------------------------------------------------------------- threads and garbage
def test_threads_share_a_trace() -> None:
    traces, results = [], []

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        traces.append(1)
        time.sleep(0.05)
        return x + 1

    def work(value: int) -> None:
        results.append(int(f(tf.constant(value))))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(traces) == 1
    assert sorted(results) == [1, 2, 3, 4]


def test_functions_are_collected() -> None:
    class Big:
        """What a closure holds."""

    def make() -> Any:
        held = Big()

        @tf.function(autograph=False)
        def f(x: Any) -> Any:
            assert held is not None
            return x + 1

        f(tf.constant(1.0))
        return weakref.ref(f), weakref.ref(held)

    function, held = make()
    gc.collect()
    assert function() is None
    assert held() is None


def test_copies() -> None:
    f = tf.function(lambda x: x + 1, autograph=False)
    agree(f(1), 2)
    agree(copy.copy(f)(1), 2)


def test_random_numbers_are_new() -> None:
    @tf.function
    def f() -> Any:
        return tf.random.uniform([])

    assert len({float(f()) for _ in range(5)}) == 5


def test_jit_compile() -> None:
    @tf.function(jit_compile=True)
    def f(x: Any) -> Any:
        return x + 1

    agree(f(tf.constant(1.0)), 2.0)
    plain = tf.function(lambda x: x, autograph=False)
    with pytest.raises(ValueError, match="functions marked with 'jit_compile=True'"):
        plain.experimental_get_compiler_ir(1.0)


def test_functions_made_in_a_loop_do_not_pile_up() -> None:
    def make() -> Any:
        @tf.function(autograph=False)
        def f(x: Any) -> Any:
            return x + 1

        f(tf.constant(1.0))
        return weakref.ref(f.get_concrete_function(tf.TensorSpec([])).graph)

    graphs = [make() for _ in range(5)]
    gc.collect()
    assert [graph() for graph in graphs] == [None] * 5
