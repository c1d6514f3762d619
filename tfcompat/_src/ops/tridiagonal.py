"""Banded and tridiagonal matrices, given by their diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, operand, operands, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.matrices import elimination
from tfcompat._src.naming import public
from tfcompat._src.ops.array import expand_dims, squeeze
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import beside, check_dtype, concrete, mismatch, wrong_dtype
from tfcompat._src.ops.complex import conj, real
from tfcompat._src.ops.decompositions import eigh
from tfcompat._src.ops.diagonals import diag, diag_part
from tfcompat._src.ops.joining import concat, stack, unstack
from tfcompat._src.ops.linalg import matrix_transpose
from tfcompat._src.ops.linear_systems import triangular_solve
from tfcompat._src.ops.math import abs as absolute
from tfcompat._src.ops.reductions import reduce_max, reduce_min, reduce_sum
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import boolean_mask
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("tridiagonal")

_SOLVED = frozenset({dtypes.float32, dtypes.float64}) | dtypes.COMPLEX
_FORMATS = ("matrix", "sequence", "compact")


# ---------------------------------------------------------------------------------------- banded
@public("tfcompat.linalg")
def banded_triangular_solve(
    bands: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The solutions of triangular systems given by their diagonals; outer axes broadcast.

    Args:
      bands: [..., K, M], the K diagonals nearest to the main one, from upper to lower; those above
        the main one end in padding, those below begin with it.
      rhs: [..., M, N].
      lower: whether the main diagonal is the first of them and not the last.
      adjoint: solve with the conjugate transpose.
      name: ignored.

    Raises InvalidArgumentError for shapes that do not fit, nothing to solve or a singular matrix.
    """
    op = "BandedTriangularSolve"
    a, b = operands(bands, rhs)
    if a._dtype is not b._dtype:
        raise mismatch(op, a, b)
    if a._dtype is dtypes.float16:
        raise not_found(op, "received float16; no kernel computes it, cast to float32 first")
    check_dtype(op, a, _SOLVED)
    x, y = tuple(a._shape), tuple(b._shape)
    if len(x) < 2 or len(y) < 2 or x[-1] != y[-2] or 0 in (*x, *y):
        raise invalid_argument(
            op,
            f"received bands of shape {x} and right-hand sides of shape {y}; expected [..., K, M] "
            "and [..., M, N], none empty",
        )
    broadcast_shapes(x[:-2], y[:-2], op)
    # Where nothing is decided by values, those at hand can be looked at.
    values = concrete(a)
    if values is not None and not np.all(values[..., 0 if lower else -1, :]):
        raise invalid_argument(op, "Input matrix is not invertible.")
    kept = min(x[-2:])
    a = a[..., :kept, :] if lower else a[..., x[-2] - kept :, :]
    if kept == 1:
        matrix = diag(a[..., 0, :])
    else:
        k = (1 - kept, 0) if lower else (0, kept - 1)
        matrix = diag(a, k=k, num_rows=x[-1], num_cols=x[-1], align="LEFT_RIGHT")
    return triangular_solve(matrix, b, lower=lower, adjoint=adjoint)


# ---------------------------------------------------------------------------- tridiagonal formats
def _three(op: str, diagonals: Any, form: str, rhs: Any = ()) -> list[Tensor]:
    """Upper, main and lower diagonal, all of one length."""
    if form not in _FORMATS:
        raise ValueError(f"{op}: received diagonals_format={form!r}; accepted are {_FORMATS}")
    if form == "compact":
        packed = to_tensor(diagonals)
        if not packed._shape and op == "tridiagonal_solve":
            raise IndexError(f"{op}: received a scalar; expected diagonals of shape [..., 3, M]")
        if op == "tridiagonal_solve" and len(packed._shape) > 1 and not packed._shape[-2]:
            outer = packed._shape[:-2]
            if np.shape(rhs)[: len(outer)] != outer:
                raise ValueError(f"{op}: received batches that differ; expected {tuple(outer)}")
            raise invalid_argument(op, f"received no diagonals: {tuple(packed._shape)}")
        rows = packed._shape[-2] if len(packed._shape) > 1 else 0
        # TensorFlow's product reads the first three rows, and its solver counts them.
        if rows < 3 or (rows > 3 and op == "tridiagonal_solve"):
            raise ValueError(
                f"{op}: received diagonals of shape {tuple(packed._shape)}; expected [..., 3, M]"
            )
        return unstack(packed if rows == 3 else packed[..., :3, :], axis=-2)
    if form == "sequence":
        if not isinstance(diagonals, (list, tuple)) or len(diagonals) != 3:
            raise ValueError(f"{op}: expected diagonals to be a list of three tensors")
        return [to_tensor(one) for one in diagonals]
    matrix = to_tensor(diagonals)
    shape = tuple(matrix._shape)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(f"{op}: received matrices of shape {shape}; expected square ones")
    if matrix._dtype.is_integer:
        operand(0.0, matrix._dtype)
    if shape[-1] < 2:
        raise invalid_argument(
            op, f"received matrices of shape {shape}; expected more than one row, or another format"
        )
    main = diag_part(matrix)
    above, below = diag_part(matrix, k=1), diag_part(matrix, k=-1)
    return [_longer(above, 1), main, _longer(below, 0)]


def _longer(x: Tensor, side: int) -> Tensor:
    """One element that is never read before (0) or after (1) the others."""
    padding = from_numpy(np.zeros((*x._shape[:-1], 1), x._dtype.as_numpy_dtype), x._dtype)
    return concat([x, padding] if side else [padding, x], axis=-1)


# -------------------------------------------------------------------------------------- products
@public("tfcompat.linalg")
def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Tensor:
    """The products of tridiagonal matrices and matrices with the same outer axes.

    Args:
      diagonals: the upper, main and lower diagonal: [..., 3, M] ("compact"), three tensors of shape
        [..., M] ("sequence"), or matrices of which no more is read ("matrix"). The last element
        of the upper and the first of the lower one do not matter.
      rhs: [..., M, N].
      diagonals_format: "compact", "sequence" or "matrix".
      name: ignored.

    Raises:
      ValueError: another format.
      InvalidArgumentError: shapes or dtypes that do not fit.
    """
    op = "TridiagonalMatMul"
    try:
        upper, main, lower = _three(op, diagonals, diagonals_format)
    except ValueError as error:
        if diagonals_format != "compact":
            raise
        raise invalid_argument(op, str(error)) from None
    right = beside(rhs, main._dtype)
    if right._dtype is not main._dtype:
        raise mismatch(op, main, right, 3)
    check_dtype(op, main, _SOLVED)
    shape = tuple(right._shape)
    if any(tuple(one._shape) != shape[:-1] for one in (upper, main, lower)) or len(shape) < 2:
        raise invalid_argument(
            op,
            f"received diagonals of shapes {tuple(upper._shape)}, {tuple(main._shape)} and "
            f"{tuple(lower._shape)} and a right-hand side of shape {shape}; expected [..., M] and "
            "[..., M, N]",
        )
    product = main[..., None] * right
    if shape[-2] < 2:
        return product
    none = right[..., :1, :] * 0
    above = concat([upper[..., :-1, None] * right[..., 1:, :], none], axis=-2)
    below = concat([none, lower[..., 1:, None] * right[..., :-1, :]], axis=-2)
    return product + above + below


# ------------------------------------------------------------------------------------- solutions
@public("tfcompat.linalg")
def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Tensor:
    """The solutions of tridiagonal systems, NaN for a singular one.

    Args:
      diagonals: as for `tridiagonal_matmul`; in a "sequence" the upper and the lower diagonal may
        leave out the element that does not matter.
      rhs: [..., M], or [..., M, K], with the same outer axes.
      diagonals_format: "compact", "sequence" or "matrix".
      transpose_rhs: whether matrices in `rhs` are to be transposed first.
      conjugate_rhs: whether `rhs` is to be conjugated first.
      name: ignored.
      partial_pivoting: False allows the elimination to keep the order of the rows. Here rows are
        exchanged all the same.
      perturb_singular: replaces pivots so small that the solution would overflow. Computed on the
        host.

    Raises:
      ValueError: shapes or formats that do not fit, or perturbing without pivoting.
      InvalidArgumentError: dtypes that differ or are not accepted.
    """
    op = "tridiagonal_solve"
    if perturb_singular and not partial_pivoting:
        raise ValueError(f"{op}: partial_pivoting must be True if perturb_singular is")
    three = _three(op, diagonals, diagonals_format, rhs)
    main = three[1]
    m = main._shape[-1]
    for side, name_ in ((0, "upper"), (2, "lower")):
        found = three[side]
        if found._shape[-1] not in (m, m - 1):
            raise ValueError(
                f"{op}: received an {name_} diagonal of length {found._shape[-1]}; expected {m} or "
                f"{m - 1}"
            )
        if found._shape[-1] < m:
            three[side] = _longer(found, 1 if side == 0 else 0)
    right = beside(rhs, main._dtype)
    if not right._shape:
        raise IndexError(f"{op}: received a scalar; expected a vector or matrices")
    vector = len(right._shape) == len(main._shape)
    if not vector and len(right._shape) != len(main._shape) + 1:
        raise ValueError(
            f"{op}: received rhs of rank {len(right._shape)}; expected "
            f"{len(main._shape)} or {len(main._shape) + 1}"
        )
    outer = 1 if vector else 2
    if right._shape[:-outer] != main._shape[:-1]:
        raise ValueError(
            f"{op}: received batches of shapes {tuple(main._shape[:-1])} and "
            f"{tuple(right._shape[:-outer])}; expected the same"
        )
    if vector:
        right = expand_dims(right, -1)
    elif transpose_rhs:
        right = matrix_transpose(right)
    if conjugate_rhs:
        right = conj(right)
    if right._shape[-2] != m:
        raise ValueError(f"{op}: received {m} left-hand and {right._shape[-2]} right-hand sides")
    if right._dtype is not main._dtype:
        raise mismatch("TridiagonalSolve", main, right)
    check_dtype("TridiagonalSolve", main, _SOLVED)
    if 0 in right._shape:
        return right[..., 0] if vector else right
    solved = (_perturbed if perturb_singular else _solved)(*three, right)
    return squeeze(solved, -1) if vector else solved


def _with_gradient(solve: Any) -> Any:
    """The solution as a function whose derivative is again a system to be solved."""

    @custom_gradient
    def run(upper: Tensor, main: Tensor, lower: Tensor, rhs: Tensor) -> Any:
        def grad(upstream: Tensor) -> list[Tensor]:
            x = run(upper, main, lower, rhs)
            above, below = _moved(lower, -1), _moved(upper, 1)
            by_rhs = run(conj(above), conj(main), conj(below), upstream)
            by = [-reduce_sum(by_rhs * conj(_moved_rows(x, step)), axis=-1) for step in (-1, 0, 1)]
            return [*by, by_rhs]

        return solve(upper, main, lower, rhs), grad

    return run


def _moved(x: Tensor, step: int) -> Tensor:
    """A diagonal with its elements one place on (1) or back (-1)."""
    none = x[..., :1] * 0
    return concat([x[..., 1:], none] if step < 0 else [none, x[..., :-1]], axis=-1)


def _moved_rows(x: Tensor, step: int) -> Tensor:
    return x if step == 0 else matrix_transpose(_moved(matrix_transpose(x), step))


def _by_kernel(upper: Tensor, main: Tensor, lower: Tensor, rhs: Tensor) -> Tensor:
    inputs = (upper, main, lower, rhs)
    return dispatch.execute(kernels.tridiagonal_solve, inputs, (), rhs._dtype)


def _on_host(upper: Tensor, main: Tensor, lower: Tensor, rhs: Tensor) -> Tensor:
    values = [np.array(x._numpy()) for x in (upper, main, lower, rhs)]
    with np.errstate(all="ignore"):
        return from_numpy(elimination.solve(*values), rhs._dtype)


_solved = _with_gradient(_by_kernel)
_perturbed = _with_gradient(_on_host)


# ----------------------------------------------------------------------------------- eigenvalues
@public("tfcompat.linalg")
def eigh_tridiagonal(
    alpha: Any,
    beta: Any,
    eigvals_only: bool = True,
    select: str = "a",
    select_range: Any = None,
    tol: Any = None,
    name: str | None = None,
) -> Any:
    """The eigenvalues, smallest first, of a Hermitian tridiagonal matrix.

    Args:
      alpha: the main diagonal, of which imaginary parts do not count.
      beta: the upper diagonal, one element shorter, of the same dtype.
      eigvals_only: False for the pair of eigenvalues and eigenvectors, as columns.
      select: "a" for all; "v" for those above the first and up to the second number of
        `select_range`; "i" for those with such numbers, both included.
      select_range: two numbers.
      tol: how far off an eigenvalue may be; the result is always as exact as the dtype allows.
      name: ignored.

    Raises:
      ValueError: another `select`, or dtypes that differ or are not floating or complex.
      InvalidArgumentError: an empty range, or shapes that do not fit.
    """
    op = "eigh_tridiagonal"
    a, b = to_tensor(alpha), to_tensor(beta)
    if a._dtype is not b._dtype:
        raise ValueError(
            f"{op}: received alpha of {a._dtype.name} and beta of {b._dtype.name}; expected one "
            "dtype"
        )
    if a._dtype not in _SOLVED and len(a._shape) == 1 and a._shape[0] < 2:
        if a._dtype in dtypes.BOOL:
            raise TypeError(f"{op}: received bool; expected numbers")
        return a
    if a._dtype in dtypes.BOOL or a._dtype in dtypes.UNSIGNED_INTEGERS:
        raise wrong_dtype(op, a._dtype, _SOLVED)
    if a._dtype not in _SOLVED | {dtypes.float16}:
        raise ValueError(f"{op}: received {a._dtype.name}; expected a floating or complex dtype")
    if select not in ("a", "i", "v"):
        raise ValueError(f"{op}: received select={select!r}; accepted are 'a', 'i' and 'v'")
    size = a._shape[0] if len(a._shape) == 1 else 0
    if len(a._shape) != 1 or len(b._shape) != 1 or (size and b._shape[0] != size - 1):
        raise invalid_argument(
            op,
            f"received alpha of shape {tuple(a._shape)} and beta of shape {tuple(b._shape)}; "
            "expected [n] and [n - 1]",
        )
    if size < 2:
        return real(a)
    if a._dtype is dtypes.float16:
        wide = [cast(x, dtypes.float32) for x in (a, b)]
        found = eigh_tridiagonal(wide[0], wide[1], eigvals_only, select, select_range)
        half = [cast(x, dtypes.float16) for x in ([found] if eigvals_only else found)]
        return half[0] if eigvals_only else tuple(half)
    diagonal = cast(real(a), a._dtype)
    values, vectors = eigh(diag(diagonal) + diag(conj(b), k=-1))
    # What is not finite leaves no eigenvalue known.
    values = real(values) + 0 * (reduce_sum(real(diagonal)) + reduce_sum(absolute(b)))
    if select == "i":
        values, vectors = _numbered(op, values, vectors, diagonal, b, select_range)
    elif select == "v":
        low, high = (operand(x, values._dtype) for x in (select_range[0], select_range[1]))
        if not bool(low < high):
            raise invalid_argument(op, f"received the empty interval {select_range}")
        inside = (values > low)._numpy() & (values <= high)._numpy()
        values = boolean_mask(values, inside)
        vectors = boolean_mask(vectors, inside, axis=1)
    return values if eigvals_only else (values, vectors)


def _numbered(
    op: str, values: Tensor, vectors: Tensor, a: Tensor, b: Tensor, wanted: Any
) -> tuple[Tensor, Tensor]:
    """The eigenvalues of these numbers; beyond the last or first, bounds of the spectrum."""
    first, last = to_tensor(wanted[0]), to_tensor(wanted[1])
    if first._dtype.is_inexact:
        raise invalid_argument(op, f"received select_range={wanted}; expected integers")
    low, high, size = int(first), int(last), values._shape[0]
    if low > high:
        raise invalid_argument(op, f"received the empty range {wanted}")
    inside = slice(max(low, 0), min(high + 1, size))
    vectors = vectors[:, inside]
    if low >= 0 and high < size:
        return values[inside], vectors
    radius = absolute(stack([_longer(b, 1), _longer(b, 0)]))
    reach = reduce_sum(radius, axis=0)
    below = broadcast_to(reduce_min(real(a) - reach), (max(0, min(-low, high + 1 - low)),))
    above = broadcast_to(reduce_max(real(a) + reach), (max(0, high + 1 - max(low, size)),))
    parts = [below, values[inside], above] if low < size else [above]
    return concat(parts, axis=0), vectors
