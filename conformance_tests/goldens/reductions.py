"""Reductions, cumulative ops, sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .cases import COMPLEX, EVERY, HALVES, Case, Input
from .elementwise import function_of

AXES: dict[str, Any] = {
    "all": None, "first": 0, "last": -1, "middle": 1, "two": [0, 2], "two reversed": [-1, 0],
    "none": [], "every": [0, 1, 2],
}  # fmt: skip


class Reduction(NamedTuple):
    name: str
    kind: str = "any"
    order: int = 2
    slack: float = 2.0
    exact: bool = False


REDUCTIONS = [
    Reduction("reduce_sum"), Reduction("reduce_mean"), Reduction("reduce_prod", "nonzero"),
    Reduction("reduce_max", "distinct"), Reduction("reduce_min", "distinct"),
    Reduction("reduce_any", exact=True), Reduction("reduce_all", exact=True),
    Reduction("math.reduce_logsumexp"), Reduction("math.reduce_std", slack=4),
    Reduction("math.reduce_variance", slack=4), Reduction("math.reduce_euclidean_norm"),
    Reduction("math.count_nonzero", exact=True),
]  # fmt: skip


def over_all_axes(name: str, keepdims: bool) -> Callable[..., Any]:
    function = function_of(name)

    def call(tf: Any, x: Any) -> Any:
        return {label: _with(tf, function, x, axis, keepdims) for label, axis in AXES.items()}

    return call


def _with(tf: Any, function: Callable[..., Any], x: Any, axis: Any, keepdims: bool) -> Any:
    return function(_Keyword(tf, axis=axis, keepdims=keepdims), x)


class _Keyword:
    """``tf`` whose functions get these keywords too."""

    def __init__(self, inside: Any, **keywords: Any) -> None:
        self._inside, self._keywords = inside, keywords

    def __getattr__(self, name: str) -> Any:
        return _Keyword(getattr(self._inside, name), **self._keywords)

    def __call__(self, *arguments: Any) -> Any:
        return self._inside(*arguments, **self._keywords)


def cases() -> Iterator[Case]:
    for op in REDUCTIONS:
        yield from _reduction(op)
    yield from _positions()
    yield from _cumulative()
    yield from _sorting()


def _reduction(op: Reduction) -> Iterator[Case]:
    function = function_of(op.name)
    logical = op.name in ("reduce_any", "reduce_all")
    plain = "bool" if logical else "float32"
    for keepdims in (False, True):
        yield Case(
            f"{op.name} axes{' kept' if keepdims else ''}",
            over_all_axes(op.name, keepdims),
            (Input((2, 3, 2), plain, op.kind),),
            0 if logical else op.order,
            op.slack,
            op.exact,
        )
    for dtype in EVERY:
        order = op.order if dtype == "float64" else 1 if dtype in COMPLEX else 0
        yield Case(
            f"{op.name} {dtype}",
            lambda tf, x: {"all": function(tf, x), "last": _with(tf, function, x, -1, False)},
            (Input((2, 3), dtype, op.kind),),
            order,
            op.slack * (2 if dtype in HALVES else 1),
            op.exact,
        )
    for shape in ((), (0, 3), (2, 0), (1, 3), (3, 1)):
        yield Case(
            f"{op.name} {shape}",
            lambda tf, x, shape=shape: {
                "all": function(tf, x),
                **({"first": _with(tf, function, x, 0, False)} if shape else {}),
            },
            (Input(shape, plain, op.kind),),
            0 if logical else min(1, op.order),
            op.slack,
            op.exact,
        )
    if not logical:
        for kind in ("ties", "edges"):
            yield Case(
                f"{op.name} {kind}",
                lambda tf, x: {"all": function(tf, x), "last": _with(tf, function, x, -1, True)},
                (Input((2, 4), "float64", kind),),
                # Where several elements are zero, the derivative of a norm has no value.
                0 if "std" in op.name or "norm" in op.name else 1,
                op.slack,
                op.exact,
            )
        for dtype in ("float16", "bfloat16", "float64"):
            yield Case(
                f"{op.name} {dtype} special",
                lambda tf, x: _with(tf, function, x, 0, True),
                (Input((10, 3), dtype, "special"),),
                0,
                op.slack * (2 if dtype in HALVES else 1),
                op.exact,
            )
        # The squares of the largest integers wrap around, and have a root or none.
        wrapping = op.name == "math.reduce_euclidean_norm"
        for dtype in ("int8", "int32", "int64", "uint8") if not wrapping else ():
            yield Case(
                f"{op.name} {dtype} special",
                lambda tf, x: _with(tf, function, x, -1, False),
                (Input((3, 8), dtype, "special"),),
                exact=op.exact,
            )
        yield Case(
            f"{op.name} special",
            lambda tf, x: _with(tf, function, x, 1, False),
            (Input((10, 3), "float32", "special"),),
            0,
            op.slack,
            op.exact,
        )


def _positions() -> Iterator[Case]:
    for name in ("argmax", "argmin"):
        for shape in ((1, 3), (3, 1), (2, 0), (1,)):
            yield Case(
                f"{name} {shape}",
                lambda tf, x, name=name: {
                    str(axis): getattr(tf, name)(x, axis=axis)
                    for axis in range(-len(x.shape), len(x.shape))
                    if x.shape[axis]
                },
                (Input(shape),),
                exact=True,
            )
        for dtype in EVERY:
            yield Case(
                f"{name} {dtype}",
                lambda tf, x, name=name: {
                    "default": getattr(tf, name)(x),
                    "last": getattr(tf, name)(x, axis=-1),
                    "int32": getattr(tf, name)(x, axis=1, output_type=tf.int32),
                },
                (Input((3, 4), dtype),),
                1 if dtype == "float32" else 0,
                exact=True,
            )
        for kind in ("ties", "edges", "special"):
            yield Case(
                f"{name} {kind}",
                lambda tf, x, name=name: getattr(tf, name)(x, axis=1),
                (Input((3, 10), "float32", kind),),
                exact=True,
            )


def _cumulative() -> Iterator[Case]:
    ways = [(exclusive, backward) for exclusive in (False, True) for backward in (False, True)]
    for name, kind in (("cumsum", "any"), ("math.cumprod", "nonzero")):
        function = function_of(name)

        def call(tf: Any, x: Any, function: Any = function) -> Any:
            return {
                f"{axis} {exclusive} {backward}": function(
                    _Keyword(tf, axis=axis, exclusive=exclusive, reverse=backward), x
                )
                for axis in (0, 1, -1)
                for exclusive, backward in ways
            }

        for dtype in ("float32", "float64", "int32", "complex64"):
            order = {"float32": 1, "float64": 2}.get(dtype, 0)
            yield Case(f"{name} ways {dtype}", call, (Input((2, 3, 2), dtype, kind),), order, 3)
        yield Case(f"{name} (0, 2)", call, (Input((0, 2, 1)),), 1)
        for dtype in EVERY:
            yield Case(
                f"{name} {dtype} rows",
                lambda tf, x, function=function: function(_Keyword(tf, axis=-1), x),
                (Input((2, 4), dtype, kind),),
                0,
                8 if dtype in HALVES else 3,
            )
        # No extremes: what sums and products of them overflow to is a matter of their order.
        for what in ("ties", "edges"):
            yield Case(
                f"{name} {what}",
                lambda tf, x, function=function: function(_Keyword(tf, axis=0, reverse=True), x),
                (Input((10,), "float64", what),),
                1,
                3,
            )


def _sorting() -> Iterator[Case]:
    def both(tf: Any, x: Any) -> Any:
        return {
            f"{name} {direction}": getattr(tf, name)(x, axis=axis, direction=direction)
            for name in ("sort", "argsort")
            for axis in (-1,)
            for direction in ("ASCENDING", "DESCENDING")
        }

    for dtype in ("float32", "float64", "int32", "int64", "uint8", "float16", "bfloat16"):
        order = {"float32": 1, "float64": 2}.get(dtype, 0)
        kind = "distinct" if dtype in ("float32", "float64", *HALVES) else "positive"
        yield Case(f"sort {dtype}", both, (Input((3, 4), dtype, kind),), order, exact=True)
    yield Case(
        "sort axis 0",
        lambda tf, x: {"sort": tf.sort(x, axis=0), "argsort": tf.argsort(x, axis=0)},
        (Input((4, 3), kind="distinct"),),
        1,
        exact=True,
    )
    for dtype in EVERY:
        yield Case(
            f"sort rows {dtype}",
            lambda tf, x: {
                "up": tf.sort(x, axis=0),
                "down": tf.sort(x, axis=0, direction="DESCENDING"),
                "places": tf.argsort(x, axis=0, stable=True),
            },
            (Input((3, 2), dtype, "ties"),),
            exact=True,
        )
        yield Case(
            f"top_k rows {dtype}",
            lambda tf, x: tf.math.top_k(x, 2)._asdict(),
            (Input((2, 4), dtype, "ties"),),
            exact=True,
        )
    for dtype in ("float32", "float64", *HALVES):
        given = (Input((8,), dtype, "edges"),)
        yield Case(f"sort edges {dtype}", both, given, exact=True)
    yield Case(
        "sort (1, 1)",
        lambda tf, x: {"one": tf.sort(x), "other": tf.argsort(x, axis=-2)},
        (Input((1, 1)),),
        1,
        exact=True,
    )
    yield Case("sort ties", both, (Input((3, 6), kind="ties"),), exact=True)
    yield Case("sort empty", both, (Input((3, 0)),), exact=True)
    for dtype in ("float32", "float64", "int32", "uint8"):
        order = {"float32": 1, "float64": 2}.get(dtype, 0)
        kind = "distinct" if order else "any"
        yield Case(
            f"top_k {dtype}",
            lambda tf, x: {
                f"{k} {part}": value
                for k in (0, 1, 3, 5)
                for part, value in tf.math.top_k(x, k)._asdict().items()
            },
            (Input((2, 5), dtype, kind),),
            order,
            exact=True,
        )
    yield Case(
        "top_k ties",
        lambda tf, x: tf.math.top_k(x, 4)._asdict(),
        (Input((3, 6), kind="ties"),),
        exact=True,
    )
    yield Case(
        "in_top_k",
        lambda tf, x: tf.math.in_top_k([0, 2, 4], x, 2),
        (Input((3, 5), kind="distinct"),),
        exact=True,
    )
