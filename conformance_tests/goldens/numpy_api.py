"""tf.experimental.numpy as it is before any behaviour is enabled: every function, every dtype."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .cases import EVERY, SIGNED, UNSIGNED, Case, Input
from .numpy_calls import function_case, text_cases

#: What NumPy counts as floating or complex: other dtypes need the methods of tensors.
INEXACT = ("float16", "float32", "float64", "complex64", "complex128")


class Unary(NamedTuple):
    """Name, kind of values, order of derivatives, dtypes, slack."""

    name: str
    kind: str = "any"
    order: int = 2
    dtypes: tuple[str, ...] = INEXACT
    slack: float = 2.0


UNARY = [
    Unary("abs", dtypes=EVERY), Unary("absolute", dtypes=EVERY), Unary("fabs", dtypes=EVERY),
    Unary("negative", dtypes=EVERY), Unary("positive", dtypes=EVERY), Unary("sign", dtypes=EVERY),
    Unary("signbit", dtypes=EVERY), Unary("square", dtypes=EVERY), Unary("sqrt", "positive"),
    Unary("cbrt", "nonzero"), Unary("reciprocal", "nonzero"), Unary("exp"), Unary("exp2"),
    Unary("expm1"), Unary("log", "positive"), Unary("log2", "positive"),
    Unary("log10", "positive"), Unary("log1p", "positive"), Unary("sin"), Unary("cos"),
    Unary("tan", "unit"), Unary("arcsin", "unit"), Unary("arccos", "unit"), Unary("arctan"),
    Unary("sinh"), Unary("cosh"), Unary("tanh"), Unary("arcsinh"), Unary("arccosh", "above one"),
    Unary("arctanh", "unit"), Unary("sinc", "nonzero", slack=6), Unary("deg2rad"),
    Unary("rad2deg"), Unary("angle"), Unary("conj", dtypes=EVERY), Unary("conjugate", dtypes=EVERY),
    Unary("real", dtypes=EVERY), Unary("imag", dtypes=EVERY), Unary("isreal", dtypes=INEXACT),
    Unary("iscomplex", dtypes=INEXACT), Unary("iscomplexobj", dtypes=EVERY),
    Unary("isrealobj", dtypes=EVERY), Unary("ceil"), Unary("floor"), Unary("fix"), Unary("isnan"),
    Unary("isfinite"), Unary("isinf", dtypes=EVERY), Unary("isposinf", dtypes=EVERY),
    Unary("isneginf", dtypes=EVERY), Unary("logical_not", dtypes=EVERY),
    Unary("bitwise_not", dtypes=EVERY), Unary("all", dtypes=EVERY), Unary("any", dtypes=EVERY),
    Unary("sum", dtypes=EVERY), Unary("prod", "nonzero", dtypes=EVERY), Unary("mean", dtypes=EVERY),
    Unary("var", dtypes=EVERY, slack=8), Unary("std", dtypes=EVERY, slack=8),
    Unary("max", "distinct", dtypes=EVERY), Unary("min", "distinct", dtypes=EVERY),
    Unary("amax", "distinct", dtypes=EVERY), Unary("amin", "distinct", dtypes=EVERY),
    Unary("ptp", "distinct", dtypes=EVERY), Unary("argmax", "distinct", dtypes=EVERY),
    Unary("argmin", "distinct", dtypes=EVERY), Unary("cumsum", dtypes=EVERY, slack=4),
    Unary("cumprod", "nonzero", dtypes=EVERY, slack=4), Unary("count_nonzero", dtypes=EVERY),
    Unary("average"), Unary("nansum"), Unary("nanprod", "nonzero"), Unary("nanmean"),
    Unary("diff", dtypes=EVERY), Unary("sort", "distinct", dtypes=EVERY),
    Unary("argsort", "distinct", dtypes=EVERY), Unary("ravel", dtypes=EVERY),
    Unary("flatten", dtypes=EVERY), Unary("transpose", dtypes=EVERY),
    Unary("squeeze", dtypes=EVERY),
    Unary("flip", dtypes=EVERY), Unary("fliplr", dtypes=EVERY), Unary("flipud", dtypes=EVERY),
    Unary("rot90", dtypes=EVERY), Unary("diag", dtypes=EVERY), Unary("diagflat", dtypes=EVERY),
    Unary("diagonal", dtypes=EVERY), Unary("trace", dtypes=EVERY), Unary("tril", dtypes=EVERY),
    Unary("triu", dtypes=EVERY), Unary("nonzero", dtypes=EVERY), Unary("copy", dtypes=EVERY),
    Unary("array", dtypes=EVERY), Unary("asarray", dtypes=EVERY), Unary("zeros_like", dtypes=EVERY),
    Unary("ones_like", dtypes=EVERY), Unary("empty_like", dtypes=EVERY),
    Unary("atleast_3d", dtypes=EVERY), Unary("shape", dtypes=EVERY), Unary("size", dtypes=EVERY),
]  # fmt: skip


class Binary(NamedTuple):
    """Name, kinds of both arguments, order of derivatives, dtypes."""

    name: str
    kinds: tuple[str, str] = ("any", "any")
    order: int = 2
    dtypes: tuple[str, ...] = EVERY
    slack: float = 2.0


PRODUCTS = (
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)
BINARY = [
    Binary("add"), Binary("subtract"), Binary("multiply"), Binary("divide", ("any", "nonzero")),
    Binary("true_divide", ("any", "nonzero")), Binary("floor_divide", ("any", "nonzero")),
    Binary("mod", ("any", "nonzero")), Binary("remainder", ("any", "nonzero")),
    Binary("divmod", ("any", "nonzero")), Binary("power", ("positive", "positive")),
    Binary("float_power", ("positive", "positive")), Binary("maximum"), Binary("minimum"),
    Binary("hypot", ("nonzero", "nonzero"), dtypes=INEXACT), Binary("arctan2", ("any", "nonzero")),
    Binary("nextafter", order=0), Binary("heaviside", dtypes=INEXACT),
    Binary("logaddexp", dtypes=INEXACT), Binary("logaddexp2", dtypes=INEXACT, slack=4),
    Binary("gcd", ("nonzero", "nonzero"), 0, (*SIGNED, *UNSIGNED, "float32")),
    Binary("lcm", ("positive", "positive"), 0, SIGNED),
    Binary("bitwise_and"), Binary("bitwise_or"), Binary("bitwise_xor"), Binary("equal"),
    Binary("not_equal"), Binary("greater"), Binary("greater_equal"), Binary("less"),
    Binary("less_equal"), Binary("isclose"), Binary("allclose"), Binary("array_equal"),
    Binary("logical_and"), Binary("logical_or"), Binary("logical_xor"), Binary("append"),
    Binary("outer"), Binary("kron"), Binary("dot", dtypes=PRODUCTS, slack=4),
    Binary("inner", dtypes=PRODUCTS, slack=4), Binary("matmul", dtypes=PRODUCTS, slack=4),
    Binary("vdot", dtypes=PRODUCTS, slack=4), Binary("tensordot", dtypes=PRODUCTS, slack=4),
    Binary("full_like", order=0),
]  # fmt: skip

#: Pairs of dtypes for ops other than add, which is asked for all of them.
PAIRS = [
    ("bool", "int8"), ("int8", "uint8"), ("int32", "float16"), ("int64", "uint64"),
    ("int32", "float32"), ("float32", "float64"), ("float32", "complex64"),
    ("float64", "complex64"), ("bfloat16", "float16"), ("bfloat16", "float32"),
    ("uint16", "int16"), ("bool", "float32"),
]  # fmt: skip
SHAPES: tuple[tuple[int, ...], ...] = ((), (0, 3), (1, 3, 1))


def named(name: str) -> Callable[..., Any]:
    return lambda tnp, *tensors: getattr(tnp, name)(*tensors)


def _order(wanted: int, dtype: str) -> int:
    if dtype == "float64":
        return wanted
    return min(wanted, 1) if dtype in ("float32", "complex64") else 0


def cases() -> Iterator[Case]:
    yield from text_cases("numpy_calls.txt", "")
    for unary in UNARY:
        yield from _unary(unary)
    for binary in BINARY:
        yield from _binary(binary)
    yield from _compositions()
    for dtype in EVERY:
        for other in EVERY:
            if other != dtype:
                yield _pair("add", dtype, other)


def _unary(op: Unary) -> Iterator[Case]:
    function = named(op.name)
    for dtype in op.dtypes:
        shape = (3, 3) if op.name in ("diag", "trace") else (2, 3)
        given = (Input(shape, dtype, op.kind),)
        order = 0 if dtype.startswith("complex") and op.name in NO_COMPLEX else op.order
        yield function_case(
            f"tnp.{op.name} {dtype}", function, given, _order(order, dtype), _slack(op.slack, dtype)
        )
    for shape in SHAPES:
        given = (Input(shape, "float32", op.kind),)
        yield function_case(f"tnp.{op.name} {shape}", function, given, slack=op.slack)


#: Whose derivatives at complex numbers TensorFlow does not define.
NO_COMPLEX = ("abs", "absolute", "fabs", "std", "var", "angle", "prod", "cumprod", "cbrt", "sinc")


def _slack(slack: float, dtype: str) -> float:
    return slack * (4 if dtype in ("float16", "bfloat16") else 1)


def _binary(op: Binary) -> Iterator[Case]:
    function = named(op.name)
    square = op.name in ("dot", "inner", "matmul", "tensordot")
    for dtype in op.dtypes:
        shapes = ((3, 3), (3, 3)) if square else ((2, 3), (2, 3))
        given = tuple(
            Input(shape, dtype, kind) for shape, kind in zip(shapes, op.kinds, strict=True)
        )
        yield function_case(
            f"tnp.{op.name} {dtype}",
            function,
            given,
            _order(op.order, dtype),
            _slack(op.slack, dtype),
        )
    if op.name in ("hypot", "logaddexp", "logaddexp2", "heaviside", "nextafter", "gcd", "lcm"):
        return
    for dtype, other in PAIRS:
        if op.dtypes is not PRODUCTS or op.name == "matmul":
            yield _pair(f"{op.name}", dtype, other, op.kinds, " mixed")


def _pair(
    name: str,
    dtype: str,
    other: str,
    kinds: tuple[str, str] = ("any", "any"),
    label: str = "",
) -> Case:
    given = Input((2, 2), dtype, kinds[0]), Input((2, 2), other, kinds[1])
    slack = 16 if "float16" in (dtype, other) or "bfloat16" in (dtype, other) else 4
    return function_case(f"tnp.{name} {dtype} {other}{label}", named(name), given, slack=slack)


MATRIX = (Input((2, 3), "float64"),)


def _compositions() -> Iterator[Case]:
    """Functions with further arguments, differentiated twice."""
    table: dict[str, Callable[..., Any]] = {
        "clip": lambda tnp, x: tnp.clip(x, -0.5, 0.5) ** 3,
        "where": lambda tnp, x: tnp.where(x > 0, x * x, x),
        "select": lambda tnp, x: tnp.select([x > 1, x > 0], [x**3, x**2], 1.0),
        "take": lambda tnp, x: tnp.take(x, [0, 5, -1], axis=1) ** 2,
        "take of all": lambda tnp, x: tnp.take(x, [4, 0, 0]) ** 2,
        "take_along_axis": lambda tnp, x: tnp.take_along_axis(x, tnp.argsort(x), 1) ** 2,
        "compress": lambda tnp, x: tnp.compress([True, False, True], x, axis=1) ** 2,
        "pad": lambda tnp, x: tnp.pad(x, [(1, 0), (0, 2)], "reflect") ** 2,
        "roll": lambda tnp, x: tnp.roll(x, 1) * x,
        "repeat": lambda tnp, x: tnp.repeat(x, [1, 2], axis=0) ** 2,
        "tile": lambda tnp, x: tnp.tile(x, (2, 1)) ** 2,
        "split": lambda tnp, x: tnp.split(x * x, [1], axis=1),
        "stack": lambda tnp, x: tnp.stack([x, x * x]),
        "vstack, hstack, dstack": lambda tnp, x: [
            tnp.vstack([x, x * x]), tnp.hstack([x, x * x]), tnp.dstack([x, x * x])
        ],
        "moveaxis, swapaxes": lambda tnp, x: [
            tnp.moveaxis(x * x, 0, 1), tnp.swapaxes(x * x, 0, 1)
        ],
        "reshape in columns": lambda tnp, x: tnp.reshape(x * x, (3, 2), order="F"),
        "einsum": lambda tnp, x: tnp.einsum("ij,kj->ik", x, x),
        "cross": lambda tnp, x: tnp.cross(x, x * x),
        "polyval": lambda tnp, x: tnp.polyval(x, x),
        "vander": lambda tnp, x: tnp.vander(x[0] * x[0], 3),
        "linspace": lambda tnp, x: tnp.linspace(x * x, x, 3),
        "logspace": lambda tnp, x: tnp.logspace(x, x * x, 3, base=2.0),
        "average": lambda tnp, x: tnp.average(x, axis=1, weights=x * x),
        "var axis": lambda tnp, x: tnp.var(x, axis=0),
        "std axis": lambda tnp, x: tnp.std(x, axis=1, keepdims=True),
        "mean axis": lambda tnp, x: tnp.mean(x * x, axis=(0, 1), keepdims=True),
        "sum axis": lambda tnp, x: tnp.sum(x * x, axis=-1),
        "diff twice": lambda tnp, x: tnp.diff(x * x, n=2),
        "tril, triu": lambda tnp, x: [tnp.tril(x * x), tnp.triu(x * x, 1)],
        "diagonal": lambda tnp, x: tnp.diagonal(x * x, 1),
        "trace": lambda tnp, x: tnp.trace(x * x),
        "broadcast_to": lambda tnp, x: tnp.broadcast_to(x * x, (2, 2, 3)),
        "broadcast_arrays": lambda tnp, x: tnp.broadcast_arrays(x * x, x[:1]),
        "meshgrid": lambda tnp, x: tnp.meshgrid(x[0] ** 2, x[1]),
        "full": lambda tnp, x: tnp.full((2, 2, 3), x * x),
        "kron": lambda tnp, x: tnp.kron(x, x),
        "append": lambda tnp, x: tnp.append(x, x * x),
        "amax": lambda tnp, x: tnp.amax(x * x, axis=0),
        "sort": lambda tnp, x: tnp.sort(x, axis=0) ** 2,
        "sign at edges": lambda tnp, x: [tnp.sign(x), tnp.signbit(x), tnp.heaviside(x, 0.5)],
    }  # fmt: skip
    for name, function in table.items():
        yield function_case(f"tnp.{name} derived", function, MATRIX, 2, 4)
    edges = (Input((8,), "float64", "edges"),)
    for name in ("abs", "sign", "sqrt", "cbrt", "sinc", "square", "fix", "arctan", "exp2"):
        yield function_case(f"tnp.{name} at edges", named(name), edges, 1, 4)
    ties = Input((6,), "float64", "ties"), Input((6,), "float64", "ties")
    for name in ("maximum", "minimum", "logaddexp", "multiply", "subtract"):
        yield function_case(f"tnp.{name} at ties", named(name), ties, 2, 4)
    special = (Input((10,), "float32", "special"),)
    for name in ("isnan", "isfinite", "isinf", "sign", "signbit", "floor", "exp", "log", "tanh"):
        yield function_case(f"tnp.{name} of special", named(name), special, 0, 4)
