"""tf.math.special: Bessel functions and special integrals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import Case, Input

#: Name, kind of inputs: those of the second kind have no values below 0.
BESSEL = {
    "bessel_i0": "any", "bessel_i0e": "any", "bessel_i1": "any", "bessel_i1e": "any",
    "bessel_j0": "any", "bessel_j1": "any", "bessel_k0": "positive", "bessel_k0e": "positive",
    "bessel_k1": "positive", "bessel_k1e": "positive", "bessel_y0": "positive",
    "bessel_y1": "positive",
}  # fmt: skip
INTEGRALS = {
    "dawsn": "any", "expint": "positive", "fresnel_cos": "any", "fresnel_sin": "any",
    "spence": "positive",
}  # fmt: skip
#: TensorFlow's own values in single precision are off by more than a unit.
SLACK = 4.0


ENDS = (float("nan"), float("inf"), 1.0, float("-inf"), 0.0, -0.0)


def _at(name: str, values: tuple[float, ...], dtype: str) -> Any:
    return lambda tf: getattr(tf.math.special, name)(tf.constant(values, dtype))


def _call(name: str, scale: float) -> Any:
    return lambda tf, x: getattr(tf.math.special, name)(x * tf.cast(scale, x.dtype))


def cases() -> Iterator[Case]:
    for name, kind in (BESSEL | INTEGRALS).items():
        dtypes = ("float16", "float32", "float64") if name in BESSEL else ("float32", "float64")
        for dtype in dtypes:
            order = 0 if dtype == "float16" else 2
            about = f"special {name} {dtype}"
            plain = _call(name, 1.0)
            yield Case(about, plain, (Input((2, 3), dtype, kind),), order, SLACK)
            yield Case(f"{about} scalar", plain, (Input((), dtype, kind),), order, SLACK)
            yield Case(f"{about} empty", plain, (Input((0, 2), dtype, kind),), order)
            if dtype == "float16":
                continue
            yield Case(f"{about} far", _call(name, 6.0), (Input((16,), dtype, kind),), 1, 4 * SLACK)
            yield Case(f"{about} near", _call(name, 0.1), (Input((9,), dtype, kind),), 1, SLACK)
            ends = ENDS if kind == "any" else ENDS[:3]
            yield Case(f"{about} ends", _at(name, ends, dtype), (), 0, SLACK)
            # In single precision TensorFlow has NaN below 0 where it has -inf in double.
            if name not in ("bessel_y0", "bessel_y1"):
                yield Case(f"{about} edges", plain, (Input((8,), dtype, "edges"),), 2, SLACK)
