"""Every public function of the numeric core is called by a golden case, a refusal or a test."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ..subject import tf

pytestmark = pytest.mark.tfcompat_only

SUITE = Path(__file__).resolve().parent.parent
#: The namespaces that must be covered in full; others are covered as far as they go.
SCOPE = (
    "tf", "tf.autodiff", "tf.bitwise", "tf.config", "tf.config.experimental",
    "tf.config.optimizer", "tf.config.threading", "tf.debugging", "tf.dtypes", "tf.errors",
    "tf.linalg", "tf.linalg.experimental", "tf.math", "tf.math.special", "tf.nest", "tf.nn",
    "tf.nn.experimental", "tf.random", "tf.random.experimental", "tf.sets", "tf.signal",
    "tf.sysconfig", "tf.test", "tf.test.experimental", "tf.version", "tf.xla.experimental",
)  # fmt: skip
#: These end the process, or only say something of it.
NOT_CALLED = {"tf.test.main"}
#: Ops that refuse something are called so; these accept whatever they are given.
NEVER_REFUSE = """
    tf.AggregationMethod tf.control_dependencies tf.executing_eagerly tf.get_current_name_scope
    tf.get_logger tf.init_scope tf.inside_function tf.is_symbolic_tensor tf.is_tensor tf.no_op
    tf.timestamp tf.variable_creator_scope tf.guarantee_const tf.grad_pass_through tf.group
    tf.conv2d_backprop_input_v2 tf.nn.zero_fraction
    tf.tuple tf.make_ndarray tf.get_static_value tf.recompute_grad tf.math.zero_fraction
    tf.nest.is_nested tf.math.imag
    tf.random.get_global_generator
    tf.random.set_global_generator tf.random.experimental.get_global_generator
    tf.random.experimental.set_global_generator tf.random.set_seed tf.fftnd tf.ifftnd tf.rfftnd
    tf.irfftnd
""".split()
#: Where every function that takes tensors must have a refusal.
REFUSING = ("tf", "tf.bitwise", "tf.linalg", "tf.math", "tf.math.special", "tf.nn", "tf.random")


class Named(NamedTuple):
    """What files call: chains below tf, and words that stand alone (for getattr, tables)."""

    chains: frozenset[str]
    words: frozenset[str]


def _chain(node: ast.expr) -> tuple[str, str]:
    """The name that ``a.b.c`` starts with, and the rest."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return node.id if isinstance(node, ast.Name) else "", ".".join(reversed(names))


def _names(path: Path) -> Iterator[tuple[str, bool]]:
    """The names in a file, and of each whether it starts at tf."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".txt":
        yield from ((name, True) for name in re.findall(r"\btf\.([\w.]*\w)", text))
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            start, rest = _chain(node)
            if start == "tf":
                yield rest, True
            elif start not in ("np", "pytest", "self", "ast"):
                # A namespace under a short name: ``threading.set_inter_op_parallelism_threads``.
                yield rest.rpartition(".")[2], False
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((name, True) for name in re.findall(r"\btf\.([\w.]*\w)", node.value))
            yield from ((word.strip("."), False) for word in re.findall(r"[\w.]+", node.value)[:99])


@cache
def named(kind: str) -> Named:
    """What the goldens, the refusals or the other tests name."""
    chains, words = set(), set()
    for path in sorted(SUITE.rglob("*")):
        where = path.relative_to(SUITE).as_posix()
        of = "tests"
        if where.startswith("goldens/"):
            of = "refusals" if where.startswith("goldens/refusals") else "goldens"
        if path.suffix not in (".py", ".txt") or of != kind or path == Path(__file__).resolve():
            continue
        # The fuzzer runs on demand only; what it has found is kept in one file.
        if where.startswith("fuzz/") and "found" not in where:
            continue
        for name, below_tf in _names(path):
            (chains if below_tf else words).add(name)
    return Named(frozenset(chains), frozenset(words))


def _resolve(name: str) -> Any:
    value = tf
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


@cache
def called(kind: str) -> frozenset[int]:
    """Identities of what these files name, so that tf.exp stands for tf.math.exp too."""
    found = set()
    with warnings.catch_warnings():
        # Names of older TensorFlows are among them, which tell of newer ones.
        warnings.simplefilter("ignore")
        for name in named(kind).chains:
            value = tf
            for part in name.split("."):
                try:
                    value = getattr(value, part)
                except (AttributeError, NotImplementedError, ImportError):
                    break
                found.add(id(value))
    return frozenset(found)


@cache
def functions() -> dict[str, Any]:
    """The public functions and classes in scope that tfcompat has."""
    from tfcompat._src.support import Support, tensorflow_names

    support = Support("tfcompat_torch")
    names = (f"{space}.{name}" for space in SCOPE for name in tensorflow_names().get(space, ()))
    found = {}
    for symbol in names:
        if symbol in tensorflow_names() or support.verdict(symbol).word == "no":
            continue
        value = _resolve(symbol.removeprefix("tf."))
        if callable(value) and symbol not in NOT_CALLED:
            found[symbol] = value
    return found


def is_named(symbol: str, value: Any, kind: str) -> bool:
    words = named(kind).words
    name = symbol.removeprefix("tf.")
    return id(value) in called(kind) or name in words or name.rpartition(".")[2] in words


def test_every_function_is_tried() -> None:
    kinds = ("goldens", "refusals", "tests")
    missing = [
        symbol
        for symbol, value in functions().items()
        if not any(is_named(symbol, value, kind) for kind in kinds)
    ]
    assert not missing, f"no golden, no refusal and no test of {', '.join(missing)}"


def test_every_function_refuses_something() -> None:
    missing = [
        symbol
        for symbol, value in functions().items()
        if symbol.rpartition(".")[0] in REFUSING
        and not isinstance(value, type)
        and symbol not in NEVER_REFUSE
        and not is_named(symbol, value, "refusals")
    ]
    assert not missing, f"no refusal of {', '.join(missing)}"
