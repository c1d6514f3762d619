"""Element-wise ops: one argument, two arguments, clips and selections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .cases import COMPLEX, EVERY, FLOATS, HALVES, SIGNED, UNSIGNED, Case, Input

SHAPES: tuple[tuple[int, ...], ...] = ((), (0, 3), (1, 3, 1))


def function_of(name: str) -> Callable[..., Any]:
    """``math.square`` as a function of (tf, *arguments)."""

    def call(tf: Any, *arguments: Any) -> Any:
        function = tf
        for part in name.split("."):
            function = getattr(function, part)
        return function(*arguments)

    return call


class Unary(NamedTuple):
    """Name, kind of values, how often it can be differentiated, slack, exactness."""

    name: str
    kind: str = "any"
    order: int = 2
    slack: float = 1.0
    exact: bool = False


UNARY = [
    Unary("abs"), Unary("negative", exact=True), Unary("math.sign", exact=True),
    Unary("square"), Unary("sqrt", "positive"), Unary("math.rsqrt", "positive"),
    Unary("exp"), Unary("math.expm1"), Unary("math.log", "positive"),
    Unary("math.log1p", "positive"), Unary("sin"), Unary("cos"), Unary("tan", "unit"),
    Unary("asin", "unit"), Unary("acos", "unit"), Unary("atan"), Unary("sinh"), Unary("cosh"),
    Unary("tanh"), Unary("asinh"), Unary("acosh", "above one"), Unary("atanh", "unit"),
    Unary("math.ceil", exact=True), Unary("floor", exact=True), Unary("round", exact=True),
    Unary("math.rint", exact=True), Unary("math.reciprocal", "nonzero"),
    Unary("math.erf", slack=3), Unary("math.erfc", slack=3),
    Unary("math.erfinv", "unit", slack=5),
    Unary("math.lgamma", "positive", 1, slack=5), Unary("math.digamma", "positive", 1, slack=5),
    Unary("sigmoid"), Unary("math.log_sigmoid"), Unary("math.softplus"), Unary("nn.softsign"),
    Unary("nn.relu"), Unary("nn.relu6"), Unary("nn.elu"), Unary("nn.selu"),
    Unary("nn.leaky_relu"), Unary("nn.silu"), Unary("nn.gelu", slack=5),
    Unary("math.is_nan", exact=True), Unary("math.is_inf", exact=True),
    Unary("math.is_finite", exact=True), Unary("logical_not", exact=True),
    Unary("bitwise.invert", exact=True), Unary("math.real", exact=True),
    Unary("math.imag", exact=True), Unary("math.conj", exact=True), Unary("math.angle"),
    Unary("identity", exact=True), Unary("zeros_like", exact=True),
    Unary("ones_like", exact=True), Unary("stop_gradient", exact=True),
    Unary("math.cumsum"), Unary("math.reciprocal_no_nan", "ties"),
    Unary("math.erfcinv", "probability", slack=5), Unary("math.ndtri", "probability", slack=5),
    Unary("math.bessel_i0", slack=4), Unary("math.bessel_i0e", slack=4),
    Unary("math.bessel_i1", slack=4), Unary("math.bessel_i1e", slack=4),
]  # fmt: skip

#: Too far from the ordinary for a float16 to follow, or simply not interesting there.
NO_EXTREMES = (
    "math.lgamma",
    "math.digamma",
    "math.erf",
    "math.erfinv",
    "tan",
    "sin",
    "cos",
    "math.cumsum",
)


#: TensorFlow's erf of infinity is NaN; it takes half of the least normal number for 0.
NOT_SPECIAL = (
    ("math.erf", "float64"),
    *(("math.erfcinv", dtype) for dtype in ("float32", "float64")),
    *((f"math.bessel_{name}", "float64") for name in ("i1", "i1e")),
)


class Binary(NamedTuple):
    """Name, kinds of both arguments, how often it can be differentiated, exactness."""

    name: str
    kinds: tuple[str, str] = ("any", "any")
    order: int = 2
    exact: bool = False
    slack: float = 1.0


BINARY = [
    Binary("add"), Binary("subtract"), Binary("multiply"),
    Binary("divide", ("any", "nonzero")), Binary("truediv", ("any", "nonzero")),
    Binary("math.floordiv", ("any", "nonzero")), Binary("math.floormod", ("any", "nonzero")),
    Binary("math.mod", ("any", "nonzero")), Binary("truncatediv", ("any", "nonzero")),
    Binary("truncatemod", ("any", "nonzero"), 0),
    Binary("pow", ("positive", "positive"), slack=2), Binary("maximum"), Binary("minimum"),
    Binary("math.squared_difference"), Binary("math.atan2", ("any", "nonzero")),
    Binary("math.divide_no_nan", ("any", "ties")), Binary("math.multiply_no_nan", ("any", "ties")),
    Binary("math.xlogy", ("any", "positive")), Binary("math.xdivy", ("any", "nonzero")),
    Binary("less", exact=True), Binary("less_equal", exact=True), Binary("greater", exact=True),
    Binary("greater_equal", exact=True), Binary("equal", exact=True),
    Binary("not_equal", exact=True), Binary("logical_and", exact=True),
    Binary("logical_or", exact=True), Binary("math.logical_xor", exact=True),
    Binary("bitwise.bitwise_and", exact=True), Binary("bitwise.bitwise_or", exact=True),
    Binary("bitwise.bitwise_xor", exact=True),
    Binary("bitwise.left_shift", ("positive", "positive"), exact=True),
    Binary("bitwise.right_shift", ("positive", "positive"), exact=True),
    Binary("math.xlog1py", ("any", "positive")), Binary("realdiv", ("any", "nonzero")),
    Binary("math.nextafter", exact=True), Binary("math.igamma", ("positive", "positive"), slack=20),
    Binary("math.igammac", ("positive", "positive"), slack=20),
    Binary("math.zeta", ("above one", "positive"), 1, slack=10),
    Binary("math.polygamma", ("counts", "positive"), slack=20),
]  # fmt: skip

#: Beyond where they converge each library ends elsewhere.
SERIES = ("math.igamma", "math.igammac", "math.zeta", "math.polygamma")

#: TensorFlow dies of the lowest integer over -1, and refuses to divide by 0.
DIVISIONS = ("math.floordiv", "math.floormod", "math.mod", "truncatediv", "truncatemod", "realdiv")

BROADCASTS = [
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (2, 3)),
    ((0, 3), (3,)),
    ((2, 1, 3), (4, 1)),
    ((1,), (1,)),
]


def cases() -> Iterator[Case]:
    for unary in UNARY:
        yield from _unary(unary)
    for binary in BINARY:
        yield from _binary(binary)
    yield from _others()


#: TensorFlow does not conjugate the derivatives of these, against its own convention.
NOT_CONJUGATED = ("math.xlogy", "math.xdivy", "math.multiply_no_nan", "nn.silu", "math.cumprod")

#: TensorFlow keeps a coefficient of these as a float32, so float64 is only so exact.
FLOAT32_INSIDE = ("nn.gelu", "nn.leaky_relu", "math.digamma")


def _order(name: str, dtype: str, order: int) -> int:
    if dtype in ("float32", "float64"):
        return order
    # Second derivatives of complex functions follow conventions that nothing documents.
    return min(order, 1) if dtype in COMPLEX and name not in NOT_CONJUGATED else 0


def _slack(name: str, dtype: str, slack: float) -> float:
    if dtype == "float64" and name in FLOAT32_INSIDE:
        return 1e5
    return slack * 2 if dtype in HALVES else slack


def _unary(op: Unary) -> Iterator[Case]:
    call = function_of(op.name)
    for dtype in EVERY:
        given = (Input((2, 3), dtype, op.kind),)
        order = _order(op.name, dtype, op.order)
        slack = _slack(op.name, dtype, op.slack)
        exact = op.exact and (dtype not in COMPLEX or op.name != "math.sign")
        yield Case(f"{op.name} {dtype}", call, given, order, slack, exact)
    if op.name.startswith(("logical", "bitwise")):
        return
    for shape in SHAPES:
        if op.name == "math.cumsum" and shape == ():
            continue
        given = (Input(shape, "float32", op.kind),)
        yield Case(f"{op.name} {shape}", call, given, min(op.order, 1), op.slack, op.exact)
    for dtype in FLOATS:
        if (op.name, dtype) in NOT_SPECIAL:
            continue
        given = (Input((10,), dtype, "special"),)
        slack = _slack(op.name, dtype, op.slack)
        # Near the ends of a range derivatives overflow here and there: only double ones do not.
        order = min(op.order, 1) if dtype == "float64" and op.name not in NO_EXTREMES else 0
        yield Case(f"{op.name} {dtype} special", call, given, order, slack, op.exact)
    edges = (Input((8,), "float64", "edges"),)
    slack = _slack(op.name, "float64", op.slack)
    yield Case(f"{op.name} edges", call, edges, op.order, slack, op.exact)
    for dtype in (*SIGNED, *UNSIGNED):
        given = (Input((8,), dtype, "special"),)
        yield Case(f"{op.name} {dtype} special", call, given, exact=op.exact)


def _binary(op: Binary) -> Iterator[Case]:
    call = function_of(op.name)
    first, second = op.kinds
    # Their derivatives are long, and longer to compile than those of all the others.
    long = op.name in SERIES
    for dtype in EVERY:
        given = (Input((2, 3), dtype, first), Input((2, 3), dtype, second))
        order = _order(
            op.name, dtype, min(op.order, 1) if long and dtype[-2:] == "32" else op.order
        )
        slack = _slack(op.name, dtype, op.slack)
        yield Case(f"{op.name} {dtype}", call, given, order, slack, op.exact)
    plain = "int32" if op.name.startswith("bitwise") else "float32"
    plain = "bool" if "logical" in op.name else plain
    for left, right in BROADCASTS[1:4:2] if long else BROADCASTS:
        given = (Input(left, plain, first), Input(right, plain, second))
        order = op.order if plain == "float32" and not long else 0
        yield Case(f"{op.name} {left} {right}", call, given, order, op.slack, op.exact)
    for dtype in (*SIGNED, *UNSIGNED) if op.name not in DIVISIONS else ():
        given = (Input((8, 1), dtype, "special"), Input((8,), dtype, "special"))
        yield Case(f"{op.name} {dtype} special", call, given, exact=op.exact)
    if plain != "float32":
        return
    for kind in ("ties",) if long else ("ties", "edges"):
        given = (Input((4, 3), "float64", kind), Input((4, 3), "float64", "ties"))
        order = min(op.order, 1) if long else op.order
        yield Case(f"{op.name} {kind}", call, given, order, op.slack, op.exact)
    for dtype in FLOATS if not long else ():
        # No broadcasting: XLA multiplies by the reciprocal of a divisor that is broadcast.
        given = (Input((100,), dtype, "each first"), Input((100,), dtype, "each second"))
        slack = _slack(op.name, dtype, op.slack)
        yield Case(f"{op.name} {dtype} special", call, given, 0, slack, op.exact)


def _others() -> Iterator[Case]:
    any32, any64 = Input((2, 3)), Input((2, 3), "float64")
    integers = Input((2, 3), "int32")

    def clip(tf: Any, x: Any) -> Any:
        return {
            "scalars": tf.clip_by_value(x, -1.0, 1.0),
            "tensor": tf.clip_by_value(x, [-1.0, -0.5, 0.0], [1.0, 0.5, 2.0]),
            "crossed": tf.clip_by_value(x, 1.0, -1.0),
        }

    for given in (any32, Input((2, 3), "float32", "ties")):
        yield Case(f"clip_by_value {given.kind}", clip, (given,), 2)
    yield Case(
        "clip_by_value int32", lambda tf, x: tf.clip_by_value(x, -2, 2), (integers,), exact=True
    )
    yield Case(
        "pow by constants",
        lambda tf, x: {str(n): tf.pow(x, n) for n in (0.0, 1.0, 2.0, 3.0, 0.5, -1.0, 2.5)},
        (Input((2, 3), "float64", "positive"),),
        2,
    )
    yield Case(
        "pow of negative and zero",
        lambda tf, x: {str(n): tf.pow(x, n) for n in (0.0, 1.0, 2.0, 3.0)},
        (Input((8,), "float64", "edges"),),
        1,
    )
    yield Case(
        "gelu approximate", lambda tf, x: tf.nn.gelu(x, approximate=True), (any64,), 2, slack=1e5
    )
    yield Case("leaky_relu alpha", lambda tf, x: tf.nn.leaky_relu(x, alpha=0.5), (any64,), 2)
    yield Case("silu beta", lambda tf, x: tf.nn.silu(x, beta=2.0), (any32,), 2)
    yield Case(
        "complex",
        lambda tf, a, b: tf.complex(a, b),
        (any32, Input((3,))),
        1,
        exact=True,
    )
    yield Case("abs complex zero", lambda tf, x: tf.abs(x), (Input((4,), "complex64", "ties"),), 0)
    yield Case(
        "add_n", lambda tf, *xs: tf.add_n(list(xs)), (any32, Input((2, 3), kind="ties"), any32), 2
    )
    yield Case("scalar_mul", lambda tf, x: tf.math.scalar_mul(2.5, x), (any32,), 1)
    yield Case(
        "where",
        lambda tf, c, a, b: {"same": tf.where(c, a, b), "scalar": tf.where(c, a, 0.0)},
        (Input((2, 3), "bool"), any32, Input((2, 3), kind="ties")),
        2,
    )
    for shapes in [((3,), (2, 3), ()), ((2, 1), (1, 3), (2, 3)), ((), (2,), (1,))]:
        yield Case(
            f"where {shapes}",
            lambda tf, c, a, b: tf.where(c, a, b),
            (Input(shapes[0], "bool"), Input(shapes[1]), Input(shapes[2])),
            2,
        )
    for dtype in (*SIGNED, *UNSIGNED, *FLOATS, *COMPLEX):
        yield Case(
            f"where {dtype}",
            lambda tf, c, a, b: tf.where(c, a, b),
            (Input((2, 3), "bool"), Input((2, 3), dtype), Input((2, 3), dtype)),
            exact=True,
        )
    yield Case(
        "where of a condition", lambda tf, c: tf.where(c), (Input((2, 3, 2), "bool"),), exact=True
    )
    for dtype in EVERY:
        targets = [name for name in EVERY if dtype not in COMPLEX or name in COMPLEX]
        kind = "positive" if dtype not in ("bool", *SIGNED, *UNSIGNED) else "any"
        yield Case(
            f"cast from {dtype}",
            lambda tf, x, targets=tuple(targets): {name: tf.cast(x, name) for name in targets},
            (Input((2, 3), dtype, kind),),
            exact=True,
        )
    yield Case(
        "cast truncates",
        lambda tf, x: {name: tf.cast(x, name) for name in ("int8", "int32", "int64", "bool")},
        (Input((2, 8)),),
        exact=True,
    )
    yield Case("cast gradient", lambda tf, x: tf.cast(x, tf.float64) ** 2, (any32,), 2)
    yield Case(
        "saturate_cast",
        lambda tf, x: tf.saturate_cast(x * 100, tf.int8),
        (Input((2, 8)),),
        exact=True,
    )
