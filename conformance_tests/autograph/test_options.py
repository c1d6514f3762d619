"""tf.autograph: features, loop options, text of converted code, what is left as it is."""

from __future__ import annotations

import gc
import inspect
import logging
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from ..processes import printed
from ..subject import tf

Feature = tf.autograph.experimental.Feature


def branches(x: Any) -> Any:
    """Text that stays."""
    if x > 0:
        y = 1
    else:
        y = 2
    for i in range(3):
        y += i
        if y > 3 and not x == 2:
            break
    return y if x > 0 else -y


def clipped(x: Any) -> Any:
    return 0 if x < 0 else x


def test_names() -> None:
    assert [n for n in dir(tf.autograph) if not n.startswith("_")] == [
        "experimental", "set_verbosity", "to_code", "to_graph", "trace",
    ]  # fmt: skip
    assert [n for n in dir(tf.autograph.experimental) if not n.startswith("_")] == [
        "Feature", "do_not_convert", "set_loop_options",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (tf.autograph.to_code, ["entity", "recursive", "experimental_optional_features"]),
        (tf.autograph.to_graph, ["entity", "recursive", "experimental_optional_features"]),
        (tf.autograph.trace, ["args"]),
        (tf.autograph.set_verbosity, ["level", "alsologtostdout"]),
        (tf.autograph.experimental.do_not_convert, ["func"]),
        (
            tf.autograph.experimental.set_loop_options,
            ["parallel_iterations", "swap_memory", "maximum_iterations", "shape_invariants"],
        ),
    ],
)
def test_parameters(function: Any, parameters: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == parameters


def test_features() -> None:
    assert [f.name for f in Feature] == [
        "ALL", "AUTO_CONTROL_DEPS", "ASSERT_STATEMENTS", "BUILTIN_FUNCTIONS",
        "EQUALITY_OPERATORS", "LISTS", "NAME_SCOPES",
    ]  # fmt: skip
    assert [f.value for f in Feature] == [f.name for f in Feature]
    assert Feature.all() == tuple(Feature)
    rest = set(Feature) - {Feature.ALL}
    assert set(Feature.all_but(Feature.LISTS)) == rest - {Feature.LISTS}
    assert set(Feature.all_but([Feature.LISTS, Feature.NAME_SCOPES])) == rest - {
        Feature.LISTS,
        Feature.NAME_SCOPES,
    }


def test_to_code() -> None:
    code = tf.autograph.to_code(branches)
    assert code.startswith("def tf__branches(x: Any) -> Any:\n")
    for part in (
        "with ag__.FunctionScope('branches', 'fscope', ag__.ConversionOptions(recursive=True, "
        "user_requested=True, optional_features=(), internal_convert_user_code=True)) as fscope:",
        "y = ag__.Undefined('y')",
        "ag__.if_stmt(ag__.ld(x) > 0, if_body, else_body, get_state, set_state, ('y',), 1)",
        "ag__.for_stmt(ag__.converted_call(ag__.ld(range), (3,), None, fscope)",
        "ag__.and_(lambda: ag__.ld(y) > 3, lambda: ag__.not_(ag__.ld(x) == 2))",
        "retval_ = ag__.if_exp(ag__.ld(x) > 0, lambda: ag__.ld(y), lambda: -ag__.ld(y), 'x > 0')",
        "return fscope.ret(retval_, do_return)",
    ):
        assert part in code
    assert "ag__.eq(ag__.ld(x), 2)" in tf.autograph.to_code(
        branches, experimental_optional_features=Feature.EQUALITY_OPERATORS
    )
    assert "recursive=False" in tf.autograph.to_code(branches, recursive=False)
    compile(code, "code", "exec")


def test_to_code_of_lambdas() -> None:
    assert tf.autograph.to_code(lambda x: x if x > 0 else 1).startswith(
        "tf__lam = lambda x: ag__.with_function_scope(lambda lscope: ag__.if_exp(x > 0, lambda: x, "
        "lambda: 1, 'x > 0'), 'lscope', "
    )


def test_to_graph() -> None:
    converted = tf.autograph.to_graph(branches)
    assert converted.__name__ == "tf__branches"
    assert [converted(x) for x in (-3, 1, 2)] == [branches(x) for x in (-3, 1, 2)]
    assert converted(tf.constant(2)) == branches(2)
    assert inspect.signature(converted) == inspect.signature(branches)
    assert tf.function(tf.autograph.to_graph(clipped))(tf.constant(-1)).numpy() == 0

    class Doubler:
        def by_two(self, x: Any) -> Any:
            return x * 2 if x > 0 else x

    assert tf.autograph.to_graph(Doubler().by_two)(None, 3) == 6
    assert tf.autograph.to_graph(lambda x, y=2: x if x > y else y)(1) == 2


@pytest.mark.parametrize("entity", [3, abs, tf.function(branches)], ids=str)
def test_no_functions(entity: Any) -> None:
    for convert in (tf.autograph.to_graph, tf.autograph.to_code):
        with pytest.raises(Exception, match="doesn't expose a __code__ object") as caught:
            convert(entity)
        assert type(caught.value).__name__ == "ConversionError"


def without_source() -> Any:
    names: dict[str, Any] = {"tf": tf}
    exec(
        "def unseen(x):\n    if isinstance(x, int) and x > 0:\n        return 1\n    return 2",
        names,
    )
    return names["unseen"]


def test_functions_without_source() -> None:
    with pytest.raises(Exception, match="Unable to locate the source code") as caught:
        tf.autograph.to_code(without_source())
    assert type(caught.value).__name__ == "ConversionError"
    assert tf.function(without_source())(tf.constant(3)).numpy() == 2


def for_else(x: Any) -> Any:
    for i in range(3):
        if i > 5:
            break
    else:
        x += 100
    return x


def generator(x: Any) -> Iterator[Any]:
    yield x


@pytest.mark.parametrize(
    ("function", "why"),
    [(for_else, "for/else statement"), (generator, "generators are not supported")],
)
def test_what_is_not_converted(function: Any, why: str) -> None:
    for convert in (tf.autograph.to_graph, tf.autograph.to_code):
        with pytest.raises(NotImplementedError, match=why):
            convert(function)


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def heard() -> Iterator[list[str]]:
    handler, logger = _Heard(), logging.getLogger("tensorflow")
    logger.addHandler(handler)
    yield handler.texts
    logger.removeHandler(handler)


def test_the_warning(heard: list[str]) -> None:
    traced = tf.function(for_else)
    assert traced(tf.constant(3)).numpy() == 103
    assert traced(tf.constant(3.0)).numpy() == 103.0
    assert len(heard) == 1
    assert heard[0].startswith("AutoGraph could not transform <function for_else at ")
    assert (
        heard[0].endswith(
            "and will run it as-is.\nCause: for/else statement not yet supported\nTo silence this "
            "warning, decorate the function with @tf.autograph.experimental.do_not_convert"
        )
        or "for/else statement not yet supported" in heard[0]
    )
    tf.function(tf.autograph.experimental.do_not_convert(for_else))(tf.constant(4))
    assert len(heard) == 1


def test_a_loop_option_in_the_wrong_place(heard: list[str]) -> None:
    def late(x: Any) -> Any:
        for _ in range(3):
            x += 1
            x += 1
            tf.autograph.experimental.set_loop_options(maximum_iterations=3)
        return x

    assert tf.function(late)(tf.constant(3)).numpy() == 9
    assert '"set_loop_options" must be the first statement in the loop block' in heard[0]


def test_loop_options() -> None:
    @tf.function
    def options(x: Any) -> Any:
        v = tf.constant((0,))
        for i in tf.range(x):
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(v, tf.TensorShape([None]))]
            )
            v = tf.concat((v, [i]), 0)
        n = 0
        for _ in tf.range(10):
            tf.autograph.experimental.set_loop_options(maximum_iterations=3)
            n += 1
        m = 0
        while m < 10 + x:
            tf.autograph.experimental.set_loop_options(
                maximum_iterations=x, parallel_iterations=1, swap_memory=True
            )
            m += 1
        return v, n, m

    v, n, m = options(tf.constant(3))
    assert v.numpy().tolist() == [0, 0, 1, 2]
    assert (n.numpy(), m.numpy()) == (3, 3)
    assert tf.autograph.experimental.set_loop_options(3) is None
    with pytest.raises(TypeError, match="foo"):
        tf.autograph.experimental.set_loop_options(foo=3)


def test_options_of_other_tensors_do_nothing() -> None:
    @tf.function
    def other(x: Any) -> Any:
        v, w = tf.zeros([2]), 3
        for _ in tf.range(x):
            tf.autograph.experimental.set_loop_options(shape_invariants=[(w, tf.TensorShape([1]))])
            v = v + 1
        return v

    assert other(tf.constant(2)).numpy().tolist() == [2.0, 2.0]


def test_assertions() -> None:
    @tf.function(experimental_autograph_options=Feature.ASSERT_STATEMENTS)
    def checked(x: Any) -> Any:
        assert x > 10, "small"
        assert x > 11
        assert True, "known"
        return x

    assert checked(tf.constant(12)).numpy() == 12
    with pytest.raises(tf.errors.InvalidArgumentError, match="small"):
        checked(tf.constant(3))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Assertion error"):
        checked(tf.constant(11))


def test_prints(capfd: pytest.CaptureFixture[str]) -> None:
    def show(x: Any) -> Any:
        print("a", x, 3)
        print(x[0], x[1], sep="-", end="?\n")
        return x

    tf.function(show, experimental_autograph_options=Feature.BUILTIN_FUNCTIONS)(
        tf.constant([1, 3, 2])
    )
    sys.stdout.flush()
    assert capfd.readouterr().out == "a [1 3 2] 3\n1-3?\n"
    traced = tf.function(show)
    for _ in range(2):
        traced(tf.constant([1, 3, 2]))
    assert capfd.readouterr().out.startswith('a Tensor("x:0", shape=(3,), dtype=int32) 3\nTensor(')


def test_equality() -> None:
    @tf.function(experimental_autograph_options=(Feature.EQUALITY_OPERATORS,))
    def compare(x: Any) -> Any:
        return x == [1, 2], x != 1, 1 == 1, x == 1

    same, other, known, one = compare(tf.constant([1, 3]))
    assert same.numpy().tolist() == [True, False]
    assert other.numpy().tolist() == [False, True]
    assert known.numpy()
    assert one.numpy().tolist() == [True, False]


def test_lists() -> None:
    @tf.function(experimental_autograph_options=Feature.LISTS)
    def items(x: Any) -> Any:
        x[1] = 5
        y = [x[0], x[2]]
        y.append(3)
        last = y.pop()
        return x, y, last, tf.stack(y)

    x, y, last, stacked = items(tf.constant([1, 3, 2]))
    assert x.numpy().tolist() == [1, 5, 2]
    assert [v.numpy() for v in y] == [1, 2]
    assert last.numpy() == 3
    assert stacked.numpy().tolist() == [1, 2]


def test_trace(capsys: pytest.CaptureFixture[str]) -> None:
    tf.autograph.trace(1, tf.constant(2), "a")
    assert capsys.readouterr().out == "1 tf.Tensor(2, shape=(), dtype=int32) a\n"
    assert tf.autograph.set_verbosity(0) is None


def test_converted_functions_are_cached() -> None:
    calls = []

    def make(by: int) -> Any:
        def scale(x: Any) -> Any:
            calls.append(by)
            if x > 0:
                return x * by
            return x

        return scale

    two, three = tf.function(make(2)), tf.function(make(3))
    assert [f(tf.constant(3)).numpy() for f in (two, three, two)] == [6, 9, 6]
    assert calls == [2, 3]


def test_functions_are_let_go_of() -> None:
    def make() -> Any:
        big = Held()

        def use(x: Any) -> Any:
            if x > 0 and big is not None:
                return x
            return -x

        return use

    function = make()
    seen = weakref.ref(function.__closure__[0].cell_contents)
    assert tf.function(function)(tf.constant(3)).numpy() == 3
    del function
    gc.collect()
    assert seen() is None


class Held:
    pass


@pytest.mark.tfcompat_only
def test_malt_is_imported_when_something_is_converted() -> None:
    code = """
import sys
import tfcompat as tf
tf.autograph.trace()
assert not any(name.partition(".")[0] == "malt" for name in sys.modules)
"""
    printed(code)


@pytest.mark.tfcompat_only
def test_more_than_tensorflow_converts() -> None:
    @tf.function
    def annotated(x: Any) -> Any:
        y: int = 5
        if x > 0:
            y: int = 6  # type: ignore[no-redef]
        try:
            y += tf.matmul(x, x)
        except Exception as error:
            y += 1 if str(error) else 2
        return y

    assert [annotated(tf.constant(x)).numpy() for x in (1, -1)] == [7, 6]
