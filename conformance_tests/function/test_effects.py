"""Functions that print, check values and call Python: order, state, errors, gradients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

InvalidArgument = tf.errors.InvalidArgumentError


class Printed:
    """A file that tf.print writes to."""

    def __init__(self, path: Path) -> None:
        self._path = path / "printed"

    @property
    def stream(self) -> str:
        """What tf.print takes."""
        return f"file://{self._path}"

    def taken(self) -> list[str]:
        """The lines since the last call."""
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self._path.write_text("")
        return lines


@pytest.fixture
def printed(tmp_path: Path) -> Printed:
    return Printed(tmp_path)


# ------------------------------------------------------------------------------------------ prints
def test_prints_show_what_was_true_at_their_place(printed: Printed) -> None:
    v = tf.Variable(1.0)

    @tf.function
    def f(x: Any) -> Any:
        tf.print("first", v, {"x": x}, [v, x], output_stream=printed.stream)
        v.assign_add(x)
        tf.print("then", v, output_stream=printed.stream)
        v.assign(v * 2.0)
        tf.print("nothing", output_stream=printed.stream)
        return v + 1.0

    agree(f(tf.constant(2.0)), 7.0)
    assert printed.taken() == ["first 1 {'x': 2} [1, 2]", "then 3", "nothing"]
    agree(f(tf.constant(1.0)), 15.0)
    assert printed.taken() == ["first 6 {'x': 1} [6, 1]", "then 7", "nothing"]
    agree(v.value(), 14.0)


def test_prints_in_a_training_step(printed: Printed) -> None:
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(w * x))
            tf.print("loss", loss, output_stream=printed.stream)
        gradient = tape.gradient(loss, w)
        w.assign_sub(0.25 * gradient)
        tf.print(gradient, w, output_stream=printed.stream)
        return loss

    x = tf.constant([1.0, 1.0])
    agree(step(x), 5.0)
    agree(step(x), 1.25)
    assert printed.taken() == ["loss 5", "[2 4] [0.5 1]", "loss 1.25", "[1 2] [0.25 0.5]"]


def test_prints_of_texts_and_numbers(printed: Printed) -> None:
    @tf.function
    def f(x: Any, name: Any) -> Any:
        y = tf.sqrt(x) * 2.0 + 1.0
        text = tf.strings.join([name, tf.strings.as_string(tf.cast(y, tf.int32))], "-")
        tf.print(text, y, output_stream=printed.stream)
        z = tf.reduce_sum(y * x - 1.0)
        tf.print(z, text, output_stream=printed.stream)
        return text, z

    x = tf.constant([1.0, 4.0])
    for name in ("a", "b"):
        agree(f(x, tf.constant(name)), ([f"{name}-3", f"{name}-5"], 21.0))
        shown = f'["{name}-3" "{name}-5"]'
        assert printed.taken() == [f"{shown} [3 5]", f"21 {shown}"]


# ------------------------------------------------------------------------------------------- checks
CHECKS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "Assert": (lambda x: tf.debugging.Assert(tf.reduce_sum(x) > 0.0, [x]), 1.0, -1.0),
    "all_finite": (lambda x: tf.debugging.assert_all_finite(x, "told"), 1.0, np.nan),
    "check_numerics": (lambda x: tf.debugging.check_numerics(x, "told"), 1.0, np.inf),
    "equal": (lambda x: tf.debugging.assert_equal(x, [1.0, 1.0], message="told"), 1.0, 2.0),
    "none_equal": (lambda x: tf.debugging.assert_none_equal(x, 2.0), 1.0, 2.0),
    "greater": (lambda x: tf.debugging.assert_greater(x, 0.0), 1.0, 0.0),
    "greater_equal": (lambda x: tf.debugging.assert_greater_equal(x, 0.0), 0.0, -1.0),
    "less": (lambda x: tf.debugging.assert_less(x, [2.0, 2.0]), 1.0, 2.0),
    "less_equal": (lambda x: tf.debugging.assert_less_equal(x, 2.0), 2.0, 3.0),
    "negative": (lambda x: tf.debugging.assert_negative(x), -1.0, 0.0),
    "non_negative": (lambda x: tf.debugging.assert_non_negative(x), 0.0, -1.0),
    "positive": (lambda x: tf.debugging.assert_positive(x, message="told"), 1.0, 0.0),
    "non_positive": (lambda x: tf.debugging.assert_non_positive(x), 0.0, 1.0),
    "near": (lambda x: tf.debugging.assert_near(x, [1.0, 1.0]), 1.0, 1.1),
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("known", [True, False], ids=["shape", "any_shape"])
def test_checks(name: str, known: bool) -> None:
    check, good, bad = CHECKS[name]
    signature = [tf.TensorSpec([2] if known else [None], tf.float32)]

    @tf.function(input_signature=signature)
    def f(x: Any) -> Any:
        y = x * 2.0
        check(x)
        return y + 1.0

    def given(value: float) -> Any:
        return tf.constant([good, value], tf.float32)

    for _ in range(2):
        agree(f(given(good)), [2.0 * good + 1.0] * 2)
        with refuses(InvalidArgument, *(["told"] if "numerics" in name else [])):
            f(given(bad) if name != "Assert" else tf.constant([bad, bad]))


@pytest.mark.tfcompat_only
def test_what_was_assigned_before_a_check_stays_and_nothing_after_it_happens(
    printed: Printed,
) -> None:
    v, w = tf.Variable([1.0, 1.0]), tf.Variable(0.0)

    @tf.function
    def f(x: Any) -> Any:
        v.assign_add([1.0, 2.0])
        tf.print("a", output_stream=printed.stream)
        tf.debugging.assert_positive(x)
        w.assign_add(10.0)
        v.assign_add([10.0, 20.0])
        tf.debugging.assert_less(x, 5.0)
        w.assign_add(100.0)
        tf.print("b", output_stream=printed.stream)
        return x * 2.0

    agree(f(tf.constant(1.0)), 2.0)
    agree([v.value(), w.value()], [[12.0, 23.0], 110.0])
    with refuses(InvalidArgument):
        f(tf.constant(-1.0))
    agree([v.value(), w.value()], [[13.0, 25.0], 110.0])
    with refuses(InvalidArgument):
        f(tf.constant(7.0))
    agree([v.value(), w.value()], [[24.0, 47.0], 120.0])
    agree(f(tf.constant(1.0)), 2.0)
    agree([v.value(), w.value()], [[35.0, 69.0], 230.0])
    assert printed.taken() == ["a", "b", "a", "a", "a", "b"]


@pytest.mark.tfcompat_only
def test_a_check_comes_before_what_it_guards() -> None:
    @tf.function
    def f(x: Any, i: Any) -> Any:
        tf.debugging.assert_less(i, 3, message="the index")
        return tf.gather(x, i)

    agree(f(tf.constant([1.0, 2.0, 3.0]), tf.constant(2)), 3.0)
    with refuses(InvalidArgument, "the index"):
        f(tf.constant([1.0, 2.0, 3.0]), tf.constant(3))


@pytest.mark.parametrize("autograph", [True, False])
@pytest.mark.parametrize("within", ["function", "branch", "loop"])
def test_errors_tell_the_line_of_the_check(within: str, autograph: bool) -> None:
    def check(x: Any) -> Any:
        tf.debugging.assert_positive(x, message="told")  # the line
        return x

    @tf.function(autograph=autograph)
    def f(x: Any) -> Any:
        if within == "function":
            return check(x) * 2.0
        if within == "branch":
            return tf.cond(x < 5.0, lambda: check(x) * 2.0, lambda: x)
        return tf.while_loop(lambda x: x < 5.0, lambda x: (check(x) * 2.0,), (x,))[0]

    assert float(f(tf.constant(4.0))) == 8.0
    with refuses(InvalidArgument) as caught:
        f(tf.constant(-1.0))
    start = check.__code__.co_firstlineno
    assert f'File "{__file__}", line {start + 1}, in check' in str(caught.error)


def test_variables_as_arguments() -> None:
    @tf.function
    def f(v: Any, x: Any) -> Any:
        v.assign_add(x)
        tf.debugging.assert_less(v, 10.0)
        return v * 2.0

    first, second = tf.Variable(1.0), tf.Variable(2.0)
    agree([f(first, tf.constant(1.0)), f(second, tf.constant(1.0))], [4.0, 6.0])
    with refuses(InvalidArgument):
        f(second, tf.constant(8.0))
    agree([f(first, tf.constant(1.0)), second.value()], [6.0, 11.0])


def test_checked_gradients() -> None:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.debugging.check_numerics(x * x, "the value")
            z = tf.sqrt(y)
        gradient = tape.gradient(z, x)
        tf.debugging.assert_all_finite(gradient, "the gradient")
        return z, gradient

    for _ in range(2):
        agree(f(tf.constant(2.0)), (2.0, 1.0))
        with refuses(InvalidArgument, "the value"):
            f(tf.constant(np.nan, tf.float32))
        with refuses(InvalidArgument, "gradient"):
            f(tf.constant(0.0))
    # No tape goes on recording after an error.
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v * 2.0
    agree(tape.gradient(y, v), 2.0)


# ---------------------------------------------------------------------------- tapes and functions
def test_derivatives_by_tapes_outside(printed: Printed) -> None:
    w = tf.Variable(3.0)

    @tf.function
    def f(x: Any) -> Any:
        tf.debugging.assert_positive(x)
        y = w * x**3
        tf.print(y, output_stream=printed.stream)
        y = tf.py_function(lambda a: a * 2.0, [y], tf.float32)
        y.set_shape([])
        return y * x + w

    x = tf.constant(2.0)
    for _ in range(2):
        with tf.GradientTape() as second:
            second.watch(x)
            with tf.GradientTape() as first:
                first.watch(x)
                y = f(x)
            by_x, by_w = first.gradient(y, [x, w])
        agree([y, by_x, by_w], [99.0, 192.0, 33.0])
        assert printed.taken() == ["24"]
    with refuses(InvalidArgument), tf.GradientTape():
        f(-x)


def test_a_tape_over_calls_of_python() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    seen: list[float] = []

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.nn.relu(v * x) + 1.0
            z = tf.boolean_mask(y, y > 2.0)
            tf.py_function(lambda z: seen.append(float(tf.reduce_sum(z))), [z], [])
            loss = tf.reduce_sum(z * z * 0.5)
        gradient = tape.gradient(loss, v)
        v.assign_sub(0.5 * gradient)
        return loss, tf.size(z)

    agree(step(tf.constant([1.0, 1.0, 1.0])), (12.5, 2))
    agree(v.value(), [1.0, 0.5, 1.0])
    agree(step(tf.constant([1.0, 4.0, -1.0])), (4.5, 1))
    agree(v.value(), [1.0, -5.5, 1.0])
    agree(step(tf.constant([0.0, 0.0, 0.0])), (0.0, 0))
    assert seen == [7.0, 3.0, 0.0]


def test_functions_in_functions(printed: Printed) -> None:
    @tf.function
    def inner(x: Any) -> Any:
        tf.debugging.assert_non_negative(x, message="inner")
        tf.print("in", x, output_stream=printed.stream)
        return tf.sqrt(x) * 2.0 - 1.0

    @tf.function
    def outer(x: Any) -> Any:
        y = inner(inner(x))
        z = tf.py_function(lambda a: a * 2.0, [y], tf.float32)
        return inner(y) + z

    agree(outer(tf.constant(169.0)), 23.0)
    assert printed.taken() == ["in 169", "in 25", "in 9"]
    with refuses(InvalidArgument, "inner"):
        outer(tf.constant(0.0))
    assert printed.taken() == ["in 0"]
    agree(inner(tf.constant(4.0)), 3.0)
    agree(outer(tf.constant([169.0])), [23.0])


# ---------------------------------------------------------------------------- branches and loops
def test_effects_in_branches(printed: Printed) -> None:
    v = tf.Variable(0.0)

    @tf.function
    def f(x: Any) -> Any:
        y = tf.tanh(x) * 0.0 + x
        if tf.reduce_sum(x) > 0.0:
            tf.print("positive", x, output_stream=printed.stream)
            v.assign_add(1.0)
            tf.debugging.assert_less(x, 10.0)
            y = y * 2.0
        else:
            y = y * 3.0
        return y + v

    agree(f(tf.constant([1.0, 2.0])), [3.0, 5.0])
    agree(f(tf.constant([-1.0, -2.0])), [-2.0, -5.0])
    agree(f(tf.constant([1.0, 2.0])), [4.0, 6.0])
    with refuses(InvalidArgument):
        f(tf.constant([1.0, 20.0]))
    assert printed.taken() == ["positive [1 2]", "positive [1 2]", "positive [1 20]"]
    agree(v.value(), 3.0)


@pytest.mark.parametrize("kind", ["print", "check", "both"])
def test_effects_in_loops(kind: str, printed: Printed) -> None:
    v = tf.Variable(0.0)

    @tf.function
    def f(x: Any, n: Any) -> Any:
        for i in tf.range(n):
            x = x * 2.0
            x = x + 1.0
            if kind != "check":
                tf.print(i, x, output_stream=printed.stream)
            v.assign_add(x)
            if kind != "print":
                tf.debugging.assert_less(x, 100.0, message="too far")
            x = tf.identity(x) - 1.0
        return x

    agree(f(tf.constant(1.0), tf.constant(3)), 8.0)
    agree(v.value(), 17.0)
    shown = ["0 3", "1 5", "2 9"] if kind != "check" else []
    assert printed.taken() == shown
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, tf.constant(4))
    agree(tape.gradient(y, x), 16.0)
    printed.taken()
    if kind != "print":
        with refuses(InvalidArgument, "too far"):
            f(tf.constant(20.0), tf.constant(9))
        assert printed.taken() == (["0 41", "1 81", "2 161"] if kind == "both" else [])


@pytest.mark.tfcompat_only
def test_state_after_a_check_in_a_loop_failed(printed: Printed) -> None:
    v, w = tf.Variable(0.0), tf.Variable([0.0, 0.0])

    @tf.function
    def f(x: Any, n: Any) -> Any:
        w.assign_add([1.0, 2.0])
        for _ in tf.range(n):
            v.assign_add(x)
            if v > 2.0:
                tf.debugging.assert_less(v, 5.0)
                x = x + 0.0
            x = x * 2.0
        w.assign_add([10.0, 20.0])
        tf.print("done", output_stream=printed.stream)
        return x

    for _ in range(2):
        v.assign(0.0)
        w.assign([0.0, 0.0])
        agree(f(tf.constant(1.0), tf.constant(2)), 4.0)
        agree([v.value(), w.value()], [3.0, [11.0, 22.0]])
        with refuses(InvalidArgument):
            f(tf.constant(0.5), tf.constant(9))
        agree([v.value(), w.value()], [6.5, [12.0, 24.0]])
        assert printed.taken() == ["done"]


def test_derivatives_of_loops_with_checks() -> None:
    @tf.function
    def f(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(n):
                tf.debugging.assert_all_finite(y, "told")
                y = tf.cond(y > 0.0, lambda y=y: y * x, lambda y=y: -y)
        return y, tape.gradient(y, x)

    agree(f(tf.constant(2.0), tf.constant(2)), (8.0, 12.0))
    agree(f(tf.constant(2.0), tf.constant(3)), (16.0, 32.0))
    with refuses(InvalidArgument, "told"):
        f(tf.constant(np.nan, tf.float32), tf.constant(2))


def test_checks_beside_random_numbers() -> None:
    @tf.function
    def f(x: Any) -> Any:
        drawn = tf.random.uniform([2], seed=3) + 0.5
        for _ in tf.range(3):
            tf.debugging.assert_less(x, 5.0)
            x = x + 1.0
        tf.debugging.assert_less(drawn, 1.5)
        return x, drawn

    def draws() -> list[Any]:
        tf.random.set_seed(1)
        return [f(tf.constant(1.0))[1].numpy() for _ in range(2)]

    first, second = draws()
    assert not np.array_equal(first, second)
    with refuses(InvalidArgument):
        f(tf.constant(4.0))
    again = draws()
    np.testing.assert_array_equal(again, [first, second])


def test_checks_in_mapped_functions() -> None:
    @tf.function
    def f(x: Any) -> Any:
        def row(r: Any) -> Any:
            tf.debugging.assert_less(r, 10.0)
            return r * 2.0 + 1.0

        return tf.map_fn(row, x)

    agree(f(tf.constant([1.0, 2.0])), [3.0, 5.0])
    with refuses(InvalidArgument):
        f(tf.constant([1.0, 20.0]))
    agree(f(tf.constant([1.0, 2.0, 3.0])), [3.0, 5.0, 7.0])


# -------------------------------------------------------------------------------- files and clocks
def test_files_are_written_when_the_function_runs(tmp_path: Path) -> None:
    path = tmp_path / "written"

    @tf.function
    def write(x: Any) -> Any:
        tf.io.write_file(str(path), "text")
        return x + 1

    @tf.function
    def read() -> Any:
        return tf.io.read_file(str(path))

    write.get_concrete_function(tf.TensorSpec([], tf.int32))
    assert not path.exists()
    agree(write(tf.constant(1)), 2)
    agree(read(), "text")
    path.unlink()
    agree(write(tf.constant(1)), 2)
    agree(read(), "text")


def test_the_time_of_each_run() -> None:
    @tf.function
    def now(x: Any) -> Any:
        return tf.timestamp(), x * 2.0

    first, second = (float(now(tf.constant(1.0))[0]) for _ in range(2))
    assert second > first
    assert now(tf.constant(1.0))[0].dtype == tf.float64
