"""Products of matrices: tf.matmul, tf.linalg.matvec, tf.tensordot, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import failed_precondition, invalid_argument, not_found
from tfcompat._src.naming import public
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, is_operator, mismatch, wrong_dtype
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("linalg")

_FACTORS = dtypes.FLOAT_OR_COMPLEX | dtypes.INDEX
_BYTES = frozenset({dtypes.int8, dtypes.uint8})
_NEITHER = (0, 0)


# ------------------------------------------------------------------------------ matrix products
def _matrices_of(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors, the first by itself, the second of its dtype where the values allow that."""
    a = to_tensor(a)
    try:
        return operands(a, b)
    except TypeError:
        return a, to_tensor(b)


@public("tfcompat.linalg")
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, or of stacks of matrices whose outer axes broadcast.

    The dtypes are floating, complex, int32 or int64 and agree; int8 and uint8 need
    `output_type=tf.int32`. That a factor is sparse, or a gradient, makes no difference.

    Raises:
      InvalidArgumentError: a rank below 2, sizes that do not fit, or dtypes that differ.
      ValueError: a factor is to be both transposed and conjugated.
    """
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        if is_operator(a) or is_operator(b):
            return _of_operators(a, b, transpose_a or transpose_b, adjoint_a, adjoint_b)
        a, b = _matrices_of(a, b)
    flagged = transpose_a or transpose_b or adjoint_a or adjoint_b
    flags = _NEITHER
    if adjoint_a or adjoint_b:
        flags = _flags(transpose_a, adjoint_a, "a"), _flags(transpose_b, adjoint_b, "b")
    elif flagged:
        flags = 1 if transpose_a else 0, 1 if transpose_b else 0
    dtype = a._dtype
    if output_type is not None:
        stacked = a._rank > 2 or b._rank > 2
        _check_conjugate(a, stacked, transpose_a or transpose_b, adjoint_a or adjoint_b)
        a, b, dtype = _widened(a, b, as_dtype(output_type))
    if dtype is not b._dtype:
        if not (a_is_sparse or b_is_sparse):
            raise mismatch("MatMul", a, b)
        a, b, dtype = _of_sparse(a, b)
    if dtype not in _FACTORS and not (dtype is dtypes.int16 and max(a._rank, b._rank) > 2):
        stacked = a._rank > 2 or b._rank > 2
        _check_conjugate(a, stacked, transpose_a or transpose_b, adjoint_a or adjoint_b)
        raise _refused(dtype)
    if (a_is_sparse or b_is_sparse) and not a._rank == b._rank == 2:
        raise invalid_argument("SparseMatMul", "expected matrices: stacks of them are never sparse")
    try:
        if a._rank > 1 and b._rank > 1:
            if dtype.is_integer:
                kernel = kernels.integer_matmul
            elif flagged:
                kernel = kernels.matmul_with
            else:
                return dispatch.execute2(kernels.matmul, a, b, dtype)
            return dispatch.execute(kernel, (a, b), flags, dtype)
    except Exception:
        # Only a failure pays for this check: every backend refuses sizes that do not fit.
        _check_sizes(a, b, transpose_a or adjoint_a, transpose_b or adjoint_b)
        raise
    raise invalid_argument(
        "MatMul",
        f"received the shapes {tuple(a._shape)} and {tuple(b._shape)}; "
        "expected matrices or stacks of them, of rank 2 or more",
    )


def _of_operators(a: Any, b: Any, transposed: bool, adjoint_a: bool, adjoint_b: bool) -> Any:
    """A product in which a LinearOperator is a factor, or both are."""
    if transposed:
        raise ValueError("MatMul: LinearOperators cannot be transposed; use adjoint_a or adjoint_b")
    if is_operator(a):
        return a.matmul(b, adjoint=adjoint_a, adjoint_arg=adjoint_b)
    return adjoint(b.matmul(to_tensor(a), adjoint=not adjoint_b, adjoint_arg=not adjoint_a))


def _flags(transpose: bool, adjoint: bool, which: str) -> int:
    """0 as it is, 1 transposed, 2 transposed and conjugated."""
    if transpose and adjoint:
        raise ValueError(
            f"MatMul: received transpose_{which}=True and adjoint_{which}=True; expected at most "
            "one of them"
        )
    return 2 if adjoint else 1 if transpose else 0


def _check_sizes(a: Tensor, b: Tensor, turned_a: bool, turned_b: bool) -> None:
    x, y = tuple(a._shape), tuple(b._shape)
    if x[-2 if turned_a else -1] != y[-1 if turned_b else -2]:
        raise invalid_argument(
            "MatMul",
            f"matrix size-incompatible: received {list(x)}{' transposed' if turned_a else ''} "
            f"and {list(y)}{' transposed' if turned_b else ''}; expected as many columns in the "
            "first as rows in the second",
        )
    broadcast_shapes(x[:-2], y[:-2], "BatchMatMulV2")


def _refused(dtype: DType) -> Exception:
    if dtype in dtypes.UNSIGNED_INTEGERS:
        return not_found("MatMul", f"received {dtype.name}; no kernel multiplies matrices of it")
    return wrong_dtype("MatMul", dtype, _FACTORS)


# What TensorFlow's product with a dtype of its own for the result may have.
_PRODUCTS = dtypes.FLOAT_OR_COMPLEX | {dtypes.int16, dtypes.int32, dtypes.int64}


def _check_conjugate(a: Tensor, stacked: bool, transposed: bool, adjoint: bool) -> None:
    """Bool has no conjugate: that of a matrix is in an adjoint, of a stack in a transpose."""
    if a._dtype is dtypes.bool_ and (transposed if stacked else adjoint):
        raise TypeError("MatMul: received bool and a conjugate of it; expected numbers")


def _widened(a: Tensor, b: Tensor, wanted: DType) -> tuple[Tensor, Tensor, DType]:
    """The factors in the dtype asked for, which is their own or int32 for bytes."""
    if wanted is dtypes.int32 and a._dtype in _BYTES and b._dtype in _BYTES:
        return cast(a, wanted), cast(b, wanted), wanted
    if wanted not in _PRODUCTS:
        raise wrong_dtype("MatMul", wanted, _PRODUCTS)
    if a._dtype not in _PRODUCTS | _BYTES:
        raise wrong_dtype("MatMul", a._dtype, _PRODUCTS | _BYTES)
    if wanted is not a._dtype:
        raise not_found(
            "MatMul",
            f"received {a._dtype.name} and output_type={wanted.name}; accepted: the factors' own "
            "dtype, or int32 for int8 and uint8",
        )
    return a, b, wanted


def _of_sparse(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, DType]:
    """A product declared sparse may mix float32 and bfloat16; it is made in float32."""
    if {a._dtype, b._dtype} != {dtypes.float32, dtypes.bfloat16}:
        raise mismatch("SparseMatMul", a, b)
    return cast(a, dtypes.float32), cast(b, dtypes.float32), dtypes.float32


@public("tfcompat.linalg")
def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector, or of stacks of them whose outer axes broadcast.

    Raises:
      InvalidArgumentError: ranks, sizes or dtypes that do not fit.
      ValueError: the matrix is to be both transposed and conjugated.
    """
    if is_operator(a):
        if transpose_a:
            raise ValueError("MatVec: a LinearOperator cannot be transposed; use adjoint_a")
        return a.matvec(b, adjoint=adjoint_a)
    a, b = _matrices_of(a, b)
    turn = _flags(transpose_a, adjoint_a, "a")
    _check_conjugate(a, a._rank > 2 or b._rank > 1, transpose_a, adjoint_a)
    if not (a._dtype is b._dtype is dtypes.int16 and (a._rank > 2 or b._rank > 1)):
        a, b = _factors(a, b, "MatMul")
    x, y = tuple(a._shape), tuple(b._shape)
    if len(x) < 2 or not y or y[-1] != x[-2 if turn else -1]:
        raise invalid_argument(
            "MatVec",
            f"received a matrix of shape {x}{' transposed' if turn else ''} and a vector of shape "
            f"{y}; expected as many columns in the matrix as elements in the vector",
        )
    broadcast_shapes(x[:-2], y[:-1], "BatchMatMulV2")
    return dispatch.execute(kernels.matvec, (a, b), (turn,), a._dtype)


def _factors(a: Any, b: Any, op: str) -> tuple[Tensor, Tensor]:
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        a, b = operands(a, b)
    if a._dtype is not b._dtype:
        raise mismatch(op, a, b)
    if a._dtype not in _FACTORS:
        raise _refused(a._dtype)
    return a, b


@public("tfcompat")
def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sum of the products of two tensors along pairs of axes.

    Args:
      a: the first tensor.
      b: the second, of the same dtype.
      axes: how many of a's last axes to pair with b's first, or the axes of a and those of b.
      name: ignored.

    Raises:
      InvalidArgumentError: paired axes of different sizes, or different dtypes.
      ValueError: a number of axes that the tensors have not, or lists of different lengths.
      IndexError: an axis that a tensor has not.
    """
    # Each by itself: here neither takes the other's dtype.
    a, b = to_tensor(a), to_tensor(b)
    of_a, of_b = _paired(axes, a._rank, b._rank)
    a, b = _factors(a, b, "MatMul")
    if [a._shape[i] for i in of_a] != [b._shape[i] for i in of_b]:
        raise invalid_argument(
            "tensordot",
            f"received axes {of_a} of the shape {tuple(a._shape)} and {of_b} of the shape "
            f"{tuple(b._shape)}; expected pairs of equal sizes",
        )
    return dispatch.execute(kernels.tensordot, (a, b), (of_a, of_b), a._dtype)


def _paired(axes: Any, rank_a: int, rank_b: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if isinstance(axes, Tensor) or hasattr(axes, "__array__"):
        axes = to_tensor(axes)._numpy().tolist()
    if isinstance(axes, int):
        if not 0 <= axes <= rank_a:
            raise ValueError(
                f"tensordot: received axes={axes}; expected 0 to {rank_a} for a tensor of rank "
                f"{rank_a}"
            )
        if axes > rank_b:
            raise IndexError(f"tensordot: received axes={axes} for a tensor of rank {rank_b}")
        return tuple(range(rank_a - axes, rank_a)), tuple(range(axes))
    if isinstance(axes, str):
        raise TypeError(f"tensordot: received axes={axes!r}; expected an integer or two lists")
    if len(axes) != 2:
        raise ValueError(f"tensordot: received axes={axes}; expected an integer or two lists")
    of_a, of_b = [[one] if isinstance(one, int) else list(one) for one in axes]
    if len(of_a) != len(of_b):
        raise ValueError(
            f"tensordot: received {len(of_a)} axes of a and {len(of_b)} of b; expected pairs"
        )
    return _counted(of_a, rank_a), _counted(of_b, rank_b)


def _counted(axes: list[Any], rank: int) -> tuple[int, ...]:
    found = []
    for axis in map(int, axes):
        if rank and axis < -rank:
            raise invalid_argument("tensordot", f"received axis {axis} of a tensor of rank {rank}")
        if not -rank <= axis < rank:
            raise IndexError(f"tensordot: received axis {axis} of a tensor of rank {rank}")
        found.append(axis % rank)
    if len(set(found)) < len(found):
        raise ValueError(f"tensordot: received axes {axes}; expected each axis once")
    return tuple(found)


# ---------------------------------------------------------------------------------- transposition
@public("tfcompat.linalg")
def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """Swaps the last two axes; `conjugate` conjugates as well.

    Raises ValueError for a rank below 2.
    """
    x = to_tensor(a)
    if x._rank < 2:
        raise ValueError(
            f"matrix_transpose: received a tensor of shape {tuple(x._shape)}; expected a rank of 2 "
            "or more"
        )
    turn = 2 if conjugate and x._dtype.is_complex else 1
    return dispatch.execute(kernels.matrix_transpose, (x,), (turn,), x._dtype)


@public("tfcompat.linalg")
def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """Swaps the last two axes and conjugates. Raises ValueError for a rank below 2."""
    if is_operator(matrix):
        return matrix.adjoint()
    return matrix_transpose(matrix, conjugate=True)


# --------------------------------------------------------------------------------- three-vectors
@public("tfcompat.linalg")
def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The vectors perpendicular to pairs of 3-vectors in the last axis.

    Raises:
      InvalidArgumentError: the shapes or dtypes differ.
      FailedPreconditionError: the last axis has not 3 elements.
    """
    x, y = operands(a, b)
    if x._dtype is not y._dtype:
        raise mismatch("Cross", x, y)
    check_dtype("Cross", x, dtypes.REAL)
    shape = tuple(x._shape)
    if shape != tuple(y._shape) or not shape:
        raise invalid_argument(
            "Cross",
            f"received shapes {shape} and {tuple(y._shape)}; expected the same, with 1 axis or "
            "more",
        )
    if shape[-1] != 3:
        raise failed_precondition("Cross", f"received shape {shape}; expected 3-vectors")
    return dispatch.execute2(kernels.cross, x, y, x._dtype)
