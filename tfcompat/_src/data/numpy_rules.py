"""Ops that NumPy computes as TensorFlow does, bit by bit but for the last digits of functions.

A rule looks at a call and gives a Step, or None for what it leaves to the public op: arguments
that it does not know, types in which NumPy has other ideas. What a step raises is not shown: the
public op is called again, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.lowering import Call, Known, Rule, Step, Variable
from tfcompat._src.function.calls import Node
from tfcompat._src.function.graph import Graph

_RULES: dict[tuple[str, str], Rule] = {}
_OPS = "tfcompat._src.ops."


def rule(module: str, *names: str) -> Callable[[Rule], Rule]:
    """Registers a rule for public functions of a module."""

    def register(function: Rule) -> Rule:
        for name in names:
            _RULES[module, name] = function
        return function

    return register


def rule_for(graph: Graph, node: Node) -> Step | None:
    """The step for a node; None where the public op has to be called."""
    from tfcompat._src.data import image_rules, numpy_array_rules, tensor_rules

    if node.entry is None:
        return tensor_rules.parsed(graph, node)
    if not (node.outs and numpy_array_rules.LOADED and image_rules.LOADED):
        return None
    module = node.entry.function.__globals__["__name__"]
    found = _RULES.get((module, node.entry.name))
    if found is None:
        return None
    try:
        return found(Call(graph, node))
    except (TypeError, KeyError, ValueError, IndexError):
        return None


# -------------------------------------------------------------------------------------- elementwise
_REAL = dtypes.FLOATS | dtypes.INTEGERS


def constant_of(value: Any, dtype: Any) -> Any:
    """A known operand as an array of a type. Raises TypeError or ValueError where it is none."""
    native = dtype.as_numpy_dtype
    if isinstance(value, Known):
        if value.array.dtype != native:
            raise TypeError("another dtype")
        return value.array
    if isinstance(value, (bool, int, float)) or value.__class__ is np.ndarray:
        found = np.asarray(value)
        if found.dtype.kind == "f" and np.dtype(native).kind not in "fV":
            raise TypeError("a fraction for an integer")
        if (found.dtype.kind == "b") != (np.dtype(native).kind == "b"):
            raise TypeError("a truth value")
        return found.astype(native)
    raise TypeError("no operand")


def aligned(*arrays: Any) -> list[Any]:
    """Stacked arrays with as many axes each, behind the one of the rows."""
    most = max([a.ndim for a in arrays])
    return [
        a if a.ndim == most else a.reshape(a.shape[:1] + (1,) * (most - a.ndim) + a.shape[1:])
        for a in arrays
    ]


def elementwise(
    function: Callable[..., Any], operands: list[Any], dtype: Any, quiet: bool = False
) -> Step | None:
    """A step for a function of operands of one type, which broadcast."""
    ins = []
    fixed: dict[int, Any] = {}
    for at, operand in enumerate(operands):
        if isinstance(operand, Variable):
            if operand.dtype is not dtype:
                return None
            ins.append(operand.index)
        else:
            fixed[at] = constant_of(operand, dtype)
    if not ins:
        return None
    if not fixed:
        if len(ins) == 1:
            return Step(function, lambda n, x: function(x), tuple(ins), quiet)
        return Step(function, lambda n, *xs: function(*aligned(*xs)), tuple(ins), quiet)
    widest = max([c.ndim for c in fixed.values()])
    element = _filled(function, [fixed.get(at) for at in range(len(operands))])

    def rows(n: int, *xs: Any) -> Any:
        most = max([widest + 1, *[x.ndim for x in xs]])
        wide = [
            x if x.ndim == most else x.reshape(x.shape[:1] + (1,) * (most - x.ndim) + x.shape[1:])
            for x in xs
        ]
        return element(*wide)

    return Step(element, rows, tuple(ins), quiet)


def _filled(function: Callable[..., Any], fixed: list[Any]) -> Callable[..., Any]:
    """A function with some arguments given; None stands for the others."""
    if len(fixed) == 2:
        first, second = fixed
        if second is None:
            return lambda x: function(first, x)
        return lambda x: function(x, second)

    def element(*xs: Any) -> Any:
        moving = iter(xs)
        return function(*[next(moving) if c is None else c for c in fixed])

    return element


def _binary(
    call: Call, function: Callable[..., Any], kinds: Any, quiet: bool = False
) -> Step | None:
    x, y = call.argument("x"), call.argument("y")
    dtype = _varying(x, y)
    return elementwise(function, [x, y], dtype, quiet) if dtype in kinds else None


def _varying(*operands: Any) -> Any:
    """The dtype of those that are not the same for every element; None where all are."""
    return next((x.dtype for x in operands if isinstance(x, Variable)), None)


def _declare_binary(module: str, names: dict[str, Any], kinds: Any, quiet: bool = False) -> None:
    for name, function in names.items():

        def found(call: Call, function: Any = function) -> Step | None:
            return _binary(call, function, kinds, quiet)

        rule(_OPS + module, name)(found)


_declare_binary(
    "math", {"add": np.add, "subtract": np.subtract, "multiply": np.multiply}, _REAL, True
)
_declare_binary("math", {"maximum": np.maximum, "minimum": np.minimum}, _REAL)
_declare_binary(
    "comparisons",
    {
        "equal": np.equal,
        "not_equal": np.not_equal,
        "less": np.less,
        "less_equal": np.less_equal,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
    },
    _REAL,
)
_declare_binary(
    "comparisons",
    {
        "logical_and": np.logical_and,
        "logical_or": np.logical_or,
        "logical_xor": np.logical_xor,
    },
    frozenset({dtypes.bool_}),
)


@rule(_OPS + "division", "truediv", "divide", "realdiv")
def _quotient(call: Call) -> Step | None:
    x, y = call.argument("x"), call.argument("y")
    have = _varying(x, y)
    wanted = call.output._dtype
    if have in dtypes.FLOATS:
        return elementwise(np.divide, [x, y], have, True)
    if have not in dtypes.INTEGERS or wanted not in (dtypes.float32, dtypes.float64):
        return None
    native = wanted.as_numpy_dtype

    def divide(a: Any, b: Any) -> Any:
        return np.divide(a.astype(native), b.astype(native))

    return elementwise(divide, [x, y], have, True)


def _by_known(call: Call, function: Callable[..., Any]) -> Step | None:
    x, y = call.argument("x"), call.argument("y")
    if not isinstance(x, Variable) or x.dtype not in dtypes.INTEGERS or isinstance(y, Variable):
        return None
    divisor = constant_of(y, x.dtype)
    if not np.all(divisor > 0):
        return None
    return elementwise(function, [x, Known(divisor)], x.dtype)


@rule(_OPS + "division", "floordiv")
def _floordiv(call: Call) -> Step | None:
    return _by_known(call, np.floor_divide)


@rule(_OPS + "division", "floormod")
def _floormod(call: Call) -> Step | None:
    return _by_known(call, np.remainder)


def _unary(function: Callable[..., Any], kinds: Any, quiet: bool) -> Rule:
    def found(call: Call) -> Step | None:
        x = call.argument(next(iter(call.given)))
        if not isinstance(x, Variable) or x.dtype not in kinds:
            return None
        return elementwise(function, [x], x.dtype, quiet)

    return found


_SINGLE_OR_DOUBLE = frozenset({dtypes.float32, dtypes.float64})
rule(_OPS + "math", "negative")(_unary(np.negative, _REAL, True))
rule(_OPS + "math", "square")(_unary(np.square, _REAL, True))
rule(_OPS + "math", "abs")(_unary(np.abs, _REAL, True))
rule(_OPS + "comparisons", "logical_not")(_unary(np.logical_not, frozenset({dtypes.bool_}), False))
for _name, _function in {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
}.items():
    rule(_OPS + "transcendental", _name)(_unary(_function, _SINGLE_OR_DOUBLE, True))
for _name, _function in {"floor": np.floor, "ceil": np.ceil}.items():
    rule(_OPS + "math", _name)(_unary(_function, _SINGLE_OR_DOUBLE, True))


@rule(_OPS + "casting", "cast")
def _cast(call: Call) -> Step | None:
    x, wanted = call.argument("x"), call.output._dtype
    if not isinstance(x, Variable):
        return None
    native = np.dtype(wanted.as_numpy_dtype)
    have = x.dtype
    plain = dtypes.INTEGERS | dtypes.FLOATS | {dtypes.bool_}
    if have not in plain or wanted not in plain:
        return None
    if have in dtypes.FLOATS and wanted not in dtypes.FLOATS | {dtypes.int32, dtypes.int64}:
        return None
    if {have, wanted} & {dtypes.bfloat16, dtypes.float16}:
        return None
    return Step(
        lambda a: a.astype(native), lambda n, a: a.astype(native), (x.index,), have.is_floating
    )


@rule(_OPS + "norms", "clip_by_value")
def _clip(call: Call) -> Step | None:
    x = call.argument("t")
    bounds = [call.argument("clip_value_min"), call.argument("clip_value_max")]
    if not isinstance(x, Variable) or x.dtype not in _REAL:
        return None
    if any(isinstance(b, Variable) for b in bounds):
        return None
    low, high = [constant_of(b, x.dtype) for b in bounds]
    if low.ndim or high.ndim:
        return None
    return elementwise(lambda a: np.minimum(np.maximum(a, low), high), [x], x.dtype)


@rule(_OPS + "selection", "where")
def _where(call: Call) -> Step | None:
    condition, x, y = [call.argument(name) for name in ("condition", "x", "y")]
    dtype = call.output._dtype
    if x is None or y is None or not isinstance(condition, Variable):
        return None
    chosen = [a if isinstance(a, Variable) else Known(constant_of(a, dtype)) for a in (x, y)]
    ins = [condition.index, *[a.index for a in chosen if isinstance(a, Variable)]]
    if any(isinstance(a, Variable) and a.dtype is not dtype for a in chosen):
        return None
    fixed = [None if isinstance(a, Variable) else a.array for a in chosen]
    if any(c is not None and c.ndim for c in fixed):
        return None

    def element(test: Any, *xs: Any) -> Any:
        moving = iter(xs)
        return np.where(test, *[next(moving) if c is None else c for c in fixed])

    return Step(element, lambda n, *arrays: element(*aligned(*arrays)), tuple(ins))
