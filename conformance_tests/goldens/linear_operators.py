"""Every kind of LinearOperator and all of its methods, as one case for each kind and dtype."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .cases import Case, Input

ORDER = {"float32": 0, "float64": 2, "complex64": 0, "complex128": 1}
SLACK = 100.0
SLACKS = {"float32": 10 * SLACK, "complex64": 10 * SLACK}
KNOWN = {"is_self_adjoint": True, "is_positive_definite": True}


class Kind(NamedTuple):
    """How to make an operator of tensors, and what to expect of it.

    ``size`` are its rows and columns, ``shapes`` those of the tensors without the batch. Where
    TensorFlow's complex derivatives are not what they should be, ``complex_order`` is 0.
    """

    build: Callable[..., Any]
    size: tuple[int, int]
    shapes: tuple[tuple[int, ...], ...] = ()
    solvable: bool = True
    broadcasts: bool = True
    complex_order: int = 1


def _solid(tf: Any, m: Any) -> Any:
    """A matrix far from a singular one."""
    return m / 2 + 4 * tf.eye(m.shape[-1], dtype=m.dtype)


def _full(tf: Any, m: Any, **hints: Any) -> Any:
    return tf.linalg.LinearOperatorFullMatrix(_solid(tf, m), **hints)


def _positive(tf: Any, m: Any) -> Any:
    matrix = tf.matmul(m, m, adjoint_b=True) + tf.eye(m.shape[-1], dtype=m.dtype)
    return tf.linalg.LinearOperatorFullMatrix(matrix, **KNOWN)


def _away(tf: Any, d: Any) -> Any:
    """Numbers away from 0."""
    return d / 2 + 4


def _diag(tf: Any, d: Any, **hints: Any) -> Any:
    return tf.linalg.LinearOperatorDiag(_away(tf, d), **hints)


def _size(tf: Any, d: Any) -> Any:
    return tf.cast(tf.abs(d) + 1, d.dtype)


def _first(tf: Any, x: Any) -> Any:
    """The vector with a first element that outweighs the others."""
    return x + 8 * tf.one_hot(0, x.shape[-1], dtype=x.dtype)


def _three(tf: Any, d: Any) -> Any:
    upper, main, lower = tf.unstack(d, axis=-2)
    return [upper, main + 8, lower]


def _circulant(name: str) -> Callable[..., Any]:
    def build(tf: Any, s: Any) -> Any:
        return getattr(tf.linalg, name)(_away(tf, s), input_output_dtype=s.dtype)

    return build


KINDS: dict[str, Kind] = {
    "FullMatrix": Kind(_full, (3, 3), ((3, 3),)),
    "FullMatrix positive": Kind(_positive, (3, 3), ((3, 3),)),
    "FullMatrix wide": Kind(
        lambda tf, m: tf.linalg.LinearOperatorFullMatrix(m), (2, 3), ((2, 3),), solvable=False
    ),
    "LowerTriangular": Kind(
        lambda tf, m: tf.linalg.LinearOperatorLowerTriangular(_solid(tf, m)), (3, 3), ((3, 3),)
    ),
    "Diag": Kind(_diag, (3, 3), ((3,),)),
    "Diag positive": Kind(
        lambda tf, d: tf.linalg.LinearOperatorDiag(_size(tf, d), **KNOWN), (3, 3), ((3,),)
    ),
    "ScaledIdentity": Kind(
        lambda tf, s: tf.linalg.LinearOperatorScaledIdentity(3, _away(tf, s)), (3, 3), ((),)
    ),
    "ScaledIdentity positive": Kind(
        lambda tf, s: tf.linalg.LinearOperatorScaledIdentity(3, _size(tf, s), **KNOWN),
        (3, 3), ((),),
    ),
    "Householder": Kind(
        lambda tf, v: tf.linalg.LinearOperatorHouseholder(v), (3, 3), ((3,),)
    ),
    "Toeplitz": Kind(
        lambda tf, c, r: tf.linalg.LinearOperatorToeplitz(_first(tf, c), r),
        (4, 4), ((4,), (4,)), broadcasts=False,
    ),
    "Tridiag": Kind(
        lambda tf, d: tf.linalg.LinearOperatorTridiag(tf.stack(_three(tf, d), axis=-2)),
        (4, 4), ((3, 4),), broadcasts=False, complex_order=0,
    ),
    "Tridiag sequence": Kind(
        lambda tf, d: tf.linalg.LinearOperatorTridiag(_three(tf, d), "sequence"),
        (4, 4), ((3, 4),), broadcasts=False, complex_order=0,
    ),
    "Tridiag matrix": Kind(
        lambda tf, m: tf.linalg.LinearOperatorTridiag(
            tf.linalg.band_part(_solid(tf, m), 1, 1), "matrix"
        ),
        (4, 4), ((4, 4),), broadcasts=False, complex_order=0,
    ),
    "Circulant": Kind(_circulant("LinearOperatorCirculant"), (4, 4), ((4,),)),
    "Circulant2D": Kind(_circulant("LinearOperatorCirculant2D"), (6, 6), ((2, 3),)),
    "Circulant3D": Kind(_circulant("LinearOperatorCirculant3D"), (4, 4), ((2, 1, 2),)),
    "LowRankUpdate": Kind(
        lambda tf, b, u, d, v: tf.linalg.LinearOperatorLowRankUpdate(
            _diag(tf, b), u / 3, _away(tf, d), v / 3
        ),
        (4, 4), ((4,), (4, 2), (2,), (4, 2)), complex_order=0,
    ),
    "LowRankUpdate of itself": Kind(
        lambda tf, m, u: tf.linalg.LinearOperatorLowRankUpdate(_positive(tf, m), u),
        (3, 3), ((3, 3), (3, 2)),
    ),
    "BlockDiag": Kind(
        lambda tf, m, d: tf.linalg.LinearOperatorBlockDiag([_full(tf, m), _diag(tf, d)]),
        (5, 5), ((2, 2), (3,)),
    ),
    "BlockDiag positive": Kind(
        lambda tf, m, n: tf.linalg.LinearOperatorBlockDiag([_positive(tf, m), _positive(tf, n)]),
        (5, 5), ((2, 2), (3, 3)),
    ),
    "BlockLowerTriangular": Kind(
        lambda tf, m, n, d: tf.linalg.LinearOperatorBlockLowerTriangular(
            [[_full(tf, m)], [tf.linalg.LinearOperatorFullMatrix(n), _diag(tf, d)]]
        ),
        (5, 5), ((2, 2), (3, 2), (3,)),
    ),
    "Kronecker": Kind(
        lambda tf, m, d: tf.linalg.LinearOperatorKronecker([_full(tf, m), _diag(tf, d)]),
        (6, 6), ((2, 2), (3,)),
    ),
    "Kronecker positive": Kind(
        lambda tf, m, n: tf.linalg.LinearOperatorKronecker([_positive(tf, m), _positive(tf, n)]),
        (4, 4), ((2, 2), (2, 2)),
    ),
    "Composition": Kind(
        lambda tf, m, n: tf.linalg.LinearOperatorComposition(
            [_full(tf, m), _full(tf, n)]
        ),
        (3, 3), ((3, 3), (3, 3)),
    ),
    "Adjoint": Kind(
        lambda tf, m: tf.linalg.LinearOperatorAdjoint(_full(tf, m)), (3, 3), ((3, 3),)
    ),
    "Inversion": Kind(
        lambda tf, m: tf.linalg.LinearOperatorInversion(_full(tf, m)), (3, 3), ((3, 3),)
    ),
}  # fmt: skip


def _fixed_kinds() -> dict[str, Kind]:
    """Operators that are not made of tensors with a derivative."""
    return {
        "Identity": Kind(
            lambda tf, dtype, batch: tf.linalg.LinearOperatorIdentity(3, batch, dtype=dtype), (3, 3)
        ),
        "Zeros": Kind(
            lambda tf, dtype, batch: tf.linalg.LinearOperatorZeros(
                2, 3, batch, dtype, is_square=False, is_self_adjoint=False
            ),
            (2, 3), solvable=False,
        ),
        "Permutation": Kind(
            lambda tf, dtype, batch: tf.linalg.LinearOperatorPermutation(
                tf.broadcast_to([2, 0, 1], (*batch, 3)), dtype
            ),
            (3, 3),
        ),
    }  # fmt: skip


def _hints(tf: Any, operator: Any) -> Any:
    """The four hints as numbers, with 2 for None."""
    found = [
        operator.is_non_singular, operator.is_self_adjoint,
        operator.is_positive_definite, operator.is_square,
    ]  # fmt: skip
    return tf.constant([2 if hint is None else int(hint) for hint in found])


def _unless_complex(tf: Any, x: Any) -> Any:
    """The same without its derivative if complex, which in TensorFlow is not conjugated."""
    return tf.stop_gradient(x) if x.dtype.is_complex else x


def methods(tf: Any, operator: Any, x: Any, kind: Kind) -> dict[str, Any]:
    """What the operator says of a matrix with as many rows as it has columns, and two columns."""
    y = x if kind.size[0] == kind.size[1] else x[..., : kind.size[0], :]
    turned = tf.linalg.adjoint(x)
    found = {
        "matmul": operator.matmul(x),
        "matmul adjoint": operator.matmul(y, adjoint=True),
        "matmul adjoint_arg": operator.matmul(turned, adjoint_arg=True),
        "matvec": operator.matvec(x[..., 0]),
        "matvec adjoint": operator.matvec(y[..., 0], adjoint=True),
        "dense": operator.to_dense(),
        "H": operator.H.to_dense(),
        "diag_part": operator.diag_part(),
        "trace": operator.trace(),
        "hints": _hints(tf, operator),
        "hints of H": _hints(tf, operator.H),
        "shape": operator.shape_tensor(),
        "batch_shape": operator.batch_shape_tensor(),
        "rank": operator.tensor_rank_tensor(),
        "domain": operator.domain_dimension_tensor(),
        "range": operator.range_dimension_tensor(),
    }
    if kind.solvable:
        inverse = operator.inverse()
        found |= {
            "solve": operator.solve(x),
            "solve adjoint": operator.solve(x, adjoint=True),
            "solve adjoint_arg": operator.solve(turned, adjoint_arg=True),
            "solvevec": operator.solvevec(x[..., 0]),
            "solvevec adjoint": operator.solvevec(x[..., 0], adjoint=True),
            "determinant": _unless_complex(tf, operator.determinant()),
            "log_abs_determinant": operator.log_abs_determinant(),
            "inverse": inverse.to_dense(),
            "hints of inverse": _hints(tf, inverse),
            "square": operator.matmul(operator).to_dense(),
        }
    if operator.is_self_adjoint and operator.is_positive_definite:
        factor = operator.cholesky()
        found |= {"cholesky": factor.to_dense(), "hints of cholesky": _hints(tf, factor)}
    return found


def _case(kind: Kind) -> Callable[..., Any]:
    def call(tf: Any, x: Any, *tensors: Any) -> Any:
        return methods(tf, kind.build(tf, *tensors), x, kind)

    return call


def _numbers(kind: Kind) -> Callable[..., Any]:
    """What has a derivative of its own kind, or none."""

    def call(tf: Any, x: Any, *tensors: Any) -> Any:
        operator = kind.build(tf, *tensors)
        found = {
            "cond": operator.cond(),
            "add_to_tensor": operator.add_to_tensor(tf.ones_like(operator.to_dense())),
        }
        if operator.is_self_adjoint:
            found["eigvals"] = tf.sort(tf.math.real(operator.eigvals()))
        return found

    return call


def _sliced(kind: Kind) -> Callable[..., Any]:
    def call(tf: Any, x: Any, *tensors: Any) -> Any:
        operator = kind.build(tf, *tensors)
        return {
            "first": operator[0].to_dense(),
            "part": operator[1:].to_dense(),
            "new axis": operator[tf.newaxis, ..., 0].to_dense(),
        }

    return call


def _blockwise(tf: Any, x: Any, y: Any, m: Any, d: Any) -> Any:
    diagonal = tf.linalg.LinearOperatorBlockDiag([_full(tf, m), _diag(tf, d)])
    lower = tf.linalg.LinearOperatorBlockLowerTriangular(
        [[_full(tf, m)], [tf.linalg.LinearOperatorFullMatrix(d[:, None] * m[:1]), _diag(tf, d)]]
    )
    found = {}
    for name, operator in {"diagonal": diagonal, "lower": lower}.items():
        for way in (False, True):
            answers = {
                "matmul": operator.matmul([x, y], adjoint=way),
                "matvec": operator.matvec([x[:, 0], y[:, 0]], adjoint=way),
                "solve": operator.solve([x, y], adjoint=way),
                "solvevec": operator.solvevec([x[:, 0], y[:, 0]], adjoint=way),
                "adjoint_arg": operator.matmul(
                    [tf.linalg.adjoint(x), tf.linalg.adjoint(y)], adjoint=way, adjoint_arg=True
                ),
            }
            for method, (one, two) in answers.items():
                found[f"{name} {method} {way} 0"], found[f"{name} {method} {way} 1"] = one, two
    return found


def _dispatched(tf: Any, m: Any, d: Any, x: Any) -> Any:
    """The functions of tf.linalg that take operators."""
    full, diagonal, sure = _full(tf, m), _diag(tf, d), _positive(tf, m)
    linalg = tf.linalg
    return {
        "matmul": linalg.matmul(full, x),
        "matmul adjoint_a": linalg.matmul(full, x, adjoint_a=True),
        "matmul on the right": linalg.matmul(x, full),
        "matmul adjoint_b": linalg.matmul(x, full, adjoint_b=True),
        "operator on the right": x @ diagonal,
        "operator on the left": diagonal @ x,
        "both": (full @ diagonal).to_dense(),
        "matvec": linalg.matvec(full, d),
        "solve": linalg.solve(full, x),
        "solve adjoint": linalg.solve(full, x, adjoint=True),
        "quotient": linalg.solve(full, diagonal).to_dense(),
        "det": _unless_complex(tf, linalg.det(full)),
        "logdet": linalg.logdet(sure),
        "inv": linalg.inv(full).to_dense(),
        "adjoint": linalg.adjoint(full).to_dense(),
        "trace": linalg.trace(full),
        "diag_part": linalg.diag_part(full),
        "cholesky": linalg.cholesky(sure).to_dense(),
    }


def cases() -> Iterator[Case]:
    for name, kind in KINDS.items():
        for dtype, batch, order in [
            ("float32", (), 0), ("float64", (), 2), ("float64", (2,), 0),
            ("complex128", (), kind.complex_order),
        ]:  # fmt: skip
            x = Input((*batch, kind.size[1], 2), dtype)
            given = (x, *[Input((*batch, *shape), dtype) for shape in kind.shapes])
            yield Case(
                f"{name} {dtype} {batch}", _case(kind), given, order, SLACKS.get(dtype, SLACK)
            )
            if order or dtype == "complex128":
                yield Case(f"{name} {dtype} {batch} numbers", _numbers(kind), given, 0, SLACK)
        given = (
            Input((1,), "float64"), *[Input((3, 2, *shape), "float64") for shape in kind.shapes]
        )  # fmt: skip
        yield Case(f"{name} sliced", _sliced(kind), given, 0, SLACK)
        if kind.broadcasts:
            x = Input((3, kind.size[1], 2), "float64")
            given = (x, *[Input((2, 1, *shape), "float64") for shape in kind.shapes])
            yield Case(f"{name} broadcast", _case(kind), given, 0, SLACK)
    for name, kind in _fixed_kinds().items():
        for dtype, order in ORDER.items():
            for batch in ((), (2,)) if dtype == "float64" else ((),):
                yield Case(
                    f"{name} {dtype} {batch}",
                    lambda tf, x, kind=kind, dtype=dtype, batch=batch: methods(
                        tf, kind.build(tf, tf.as_dtype(dtype), batch), x, kind
                    ),
                    (Input((*batch, kind.size[1], 2), dtype),),
                    min(order, 1),
                    SLACK,
                )
    for dtype, order in ORDER.items():
        given = (
            Input((2, 2), dtype),
            Input((3, 2), dtype),
            Input((2, 2), dtype),
            Input((3,), dtype),
        )
        yield Case(f"blockwise {dtype}", _blockwise, given, order, SLACK)
        given = (Input((3, 3), dtype), Input((3,), dtype), Input((3, 3), dtype))
        yield Case(f"dispatched {dtype}", _dispatched, given, order, SLACK)
