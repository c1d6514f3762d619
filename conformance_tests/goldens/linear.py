"""Products, contractions, norms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import COMPLEX, EVERY, HALVES, Case, Input

TRANSPOSED = [(a, b) for a in (False, True) for b in (False, True)]

EINSUMS: dict[str, tuple[tuple[int, ...], ...]] = {
    "ij,jk->ik": ((2, 3), (3, 4)),
    "ij,jk": ((2, 3), (3, 4)),
    "ij->ji": ((2, 3),),
    "ij->": ((2, 3),),
    "ii->i": ((3, 3),),
    "ii": ((3, 3),),
    "i,j->ij": ((2,), (3,)),
    "bij,bjk->bik": ((2, 2, 3), (2, 3, 1)),
    "...ij,...jk->...ik": ((2, 2, 3), (3, 2)),
    "ij,ij->i": ((2, 3), (2, 3)),
    "ijk,jil->kl": ((2, 3, 2), (3, 2, 2)),
    "i,i->": ((3,), (3,)),
    "a...->...a": ((2, 3, 2),),
    "ij,jk,kl->il": ((2, 3), (3, 2), (2, 2)),
    "ab,cb->ac": ((2, 3), (4, 3)),
    "bqhd,bkhd->bhqk": ((1, 2, 2, 3), (1, 3, 2, 3)),
}

TENSORDOTS: dict[str, tuple[Any, tuple[int, ...], tuple[int, ...]]] = {
    "1": (1, (2, 3), (3, 4)),
    "0": (0, (2,), (3,)),
    "2": (2, (2, 3, 4), (3, 4, 2)),
    "axes": ([[0], [1]], (3, 2), (4, 3)),
    "two axes": ([[1, 0], [0, 2]], (2, 3, 2), (3, 2, 2)),
    "negative": ([[-1], [0]], (2, 3), (3, 2)),
    "numbers": ([1, 1], (2, 3), (4, 3)),
}


def _matmuls(tf: Any, x: Any, y: Any) -> Any:
    return {
        f"{a} {b}": tf.matmul(
            tf.transpose(x) if a else x, tf.transpose(y) if b else y, transpose_a=a, transpose_b=b
        )
        for a, b in TRANSPOSED
    }


def _norms(tf: Any, x: Any) -> Any:
    return {
        "euclidean": tf.norm(x),
        "axis": tf.norm(x, axis=1),
        "kept": tf.norm(x, axis=-1, keepdims=True),
        "1": tf.norm(x, ord=1, axis=0),
        "inf": tf.norm(x, ord=float("inf"), axis=1),
        "3": tf.norm(x, ord=3, axis=1),
        "frobenius": tf.norm(x, ord="fro", axis=[0, 1]),
        "matrix 1": tf.norm(x, ord=1, axis=[0, 1]),
        "l2_normalize": tf.math.l2_normalize(x, axis=1),
        "l2_normalize all": tf.math.l2_normalize(x),
    }


def _clips(tf: Any, x: Any) -> Any:
    return {
        "larger": tf.clip_by_norm(x, 100.0),
        "smaller": tf.clip_by_norm(x, 1.0),
        "axes": tf.clip_by_norm(x, 1.0, axes=[1]),
    }


def _global_clips(tf: Any, x: Any, y: Any) -> Any:
    clipped, norm = tf.clip_by_global_norm([x, None, y], 1.0)
    kept, _ = tf.clip_by_global_norm([x, y], 1000.0)
    return {
        "first": clipped[0],
        "second": clipped[2],
        "norm": norm,
        "kept": kept[1],
        "global_norm": tf.linalg.global_norm([x, None, y]),
    }


def _special() -> Iterator[Case]:
    """Products and norms of what is not finite."""
    for dtype in ("float32", "float64", *HALVES):
        pair = (Input((2, 10), dtype, "special"), Input((10, 2), dtype, "edges"))
        yield Case(f"matmul {dtype} special", lambda tf, x, y: tf.matmul(x, y), pair)
        yield Case(
            f"norm {dtype} special",
            lambda tf, x: {
                str(order): tf.norm(x, ord=order, axis=1) for order in (1, 2, float("inf"))
            },
            (Input((3, 4), dtype, "edges"),),
            0,
            4,
        )
    for kind in ("ties", "edges"):
        yield Case(
            f"norm {kind}",
            lambda tf, x: {
                str(order): tf.norm(x, ord=order, axis=1) for order in (1, 2, float("inf"))
            },
            (Input((3, 4), "float64", kind),),
            1,
            4,
        )


def _dtypes() -> Iterator[Case]:
    for dtype in EVERY:
        order = {"float64": 2, "complex64": 1}.get(dtype, 0)
        slack = 4 if dtype in HALVES else 2
        three = (Input((2, 3), dtype), Input((3, 2), dtype), Input((3,), dtype))
        yield Case(
            f"contractions {dtype}",
            lambda tf, x, y, v: {
                "tensordot": tf.tensordot(x, y, 1),
                "einsum": tf.einsum("ij,jk->ik", x, y),
                "matvec": tf.linalg.matvec(x, v),
                "transposed": tf.linalg.matvec(y, v, transpose_a=True),
                "trace": tf.linalg.trace(tf.matmul(x, y)),
            },
            three,
            order,
            slack,
        )
        if dtype == "bool":
            continue
        yield Case(
            f"clip_by_norm {dtype}",
            lambda tf, x: tf.clip_by_norm(x, tf.cast(1.0, x.dtype)),
            (Input((2, 3), dtype),),
            0,
            slack,
        )
        yield Case(f"norms {dtype}", lambda tf, x: tf.norm(x, axis=-1), (Input((2, 3), dtype),),
                   0, slack)  # fmt: skip


def cases() -> Iterator[Case]:
    yield from _special()
    yield from _dtypes()
    for dtype in EVERY:
        order = {"float32": 1, "float64": 2}.get(dtype, 1 if dtype in COMPLEX else 0)
        given = (Input((2, 3), dtype), Input((3, 4), dtype))
        slack = 4 if dtype in HALVES else 2
        yield Case(f"matmul {dtype}", _matmuls, given, order, slack)
    for left, right in [
        ((2, 2, 3), (2, 3, 2)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (3, 3, 2)),
        ((2, 0), (0, 3)), ((0, 2), (2, 3)), ((1, 1), (1, 1)), ((2, 0, 3), (2, 3, 2)),
    ]:  # fmt: skip
        yield Case(
            f"matmul {left} {right}", lambda tf, x, y: tf.matmul(x, y), (Input(left), Input(right)),
            2, 2,
        )  # fmt: skip
    complex_pair = (Input((2, 3), "complex64"), Input((2, 3), "complex64"))
    yield Case("matmul adjoint", lambda tf, x, y: tf.matmul(x, y, adjoint_b=True), complex_pair, 1)
    yield Case(
        "matmul transposed batch",
        lambda tf, x, y: tf.matmul(x, y, transpose_a=True),
        (Input((2, 3, 2)), Input((2, 3, 2))),
        1,
        2,
    )
    yield Case(
        "matvec",
        lambda tf, a, x: {
            "plain": tf.linalg.matvec(a, x),
            "batch": tf.linalg.matvec(tf.stack([a, a]), x),
        },
        (Input((2, 3)), Input((3,))),
        2,
        2,
    )
    for name, (axes, left, right) in TENSORDOTS.items():
        yield Case(
            f"tensordot {name}",
            lambda tf, x, y, axes=axes: tf.tensordot(x, y, axes),
            (Input(left, "float64"), Input(right, "float64")),
            2,
            2,
        )
    for equation, shapes in EINSUMS.items():
        yield Case(
            f"einsum {equation}",
            lambda tf, *xs, equation=equation: tf.einsum(equation, *xs),
            tuple(Input(shape, "float64") for shape in shapes),
            2,
            2,
        )
    yield Case(
        "einsum float32",
        lambda tf, x, y: tf.einsum("bij,bjk->bik", x, y),
        (Input((2, 2, 3)), Input((2, 3, 2))),
        1,
        2,
    )
    yield Case("norm", _norms, (Input((3, 4), "float64", "nonzero"),), 2, 4)
    yield Case("norm float32", _norms, (Input((3, 4), "float32", "nonzero"),), 1, 4)
    yield Case("norm of zero", lambda tf, x: tf.norm(x * 0.0), (Input((3,)),), 1)
    yield Case("norm complex", lambda tf, x: tf.norm(x, axis=1), (Input((2, 3), "complex64"),), 0)
    yield Case("clip_by_norm", _clips, (Input((3, 4), "float64"),), 2, 4)
    yield Case("clip_by_norm zero", lambda tf, x: tf.clip_by_norm(x * 0.0, 1.0), (Input((3,)),), 1)
    yield Case("clip_by_global_norm", _global_clips, (Input((3, 4)), Input((2,))), 1, 4)
    yield Case(
        "diagonals",
        lambda tf, x: {
            "part": tf.linalg.diag_part(x),
            "diag": tf.linalg.diag(x),
            "trace": tf.linalg.trace(x),
            "transpose": tf.linalg.matrix_transpose(x),
            "lower": tf.linalg.band_part(x, -1, 0),
            "upper": tf.linalg.band_part(x, 0, -1),
        },
        (Input((2, 3, 3)),),
        1,
    )
