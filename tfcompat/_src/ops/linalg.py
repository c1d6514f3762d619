"""Products of matrices: tf.matmul, tf.linalg.matvec, tf.tensordot, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.naming import public
from tfcompat._src.ops.common import mismatch, wrong_dtype
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("linalg")

_FACTORS = dtypes.FLOAT_OR_COMPLEX | dtypes.INDEX
_BYTES = frozenset({dtypes.int8, dtypes.uint8})


# ------------------------------------------------------------------------------ matrix products
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
        a, b = operands(a, b)
    dtype = a._dtype
    if output_type is not None:
        a, b, dtype = _widened(a, b, as_dtype(output_type))
    if dtype is not b._dtype:
        if not (a_is_sparse or b_is_sparse):
            raise mismatch("MatMul", a, b)
        a, b, dtype = _of_sparse(a, b)
    if dtype not in _FACTORS:
        raise _refused(dtype)
    flagged = transpose_a or transpose_b or adjoint_a or adjoint_b
    try:
        if len(a._shape) > 1 and len(b._shape) > 1:
            if dtype.is_integer:
                kernel = kernels.integer_matmul
            elif flagged:
                kernel = kernels.matmul_with
            else:
                return dispatch.execute2(kernels.matmul, a, b, dtype)
            flags = _flags(transpose_a, adjoint_a, "a"), _flags(transpose_b, adjoint_b, "b")
            return dispatch.execute(kernel, (a, b), flags, dtype)  # type: ignore[no-any-return]
    except Exception:
        # Only a failure pays for this check: every backend refuses sizes that do not fit.
        _check_sizes(a, b, transpose_a or adjoint_a, transpose_b or adjoint_b)
        raise
    raise invalid_argument(
        "MatMul",
        f"received the shapes {tuple(a._shape)} and {tuple(b._shape)}; "
        "expected matrices or stacks of them, of rank 2 or more",
    )


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


def _widened(a: Tensor, b: Tensor, wanted: DType) -> tuple[Tensor, Tensor, DType]:
    """The factors in the dtype asked for, which is their own or int32 for bytes."""
    from tfcompat._src.ops.array import cast

    if wanted is dtypes.int32 and a._dtype in _BYTES and b._dtype in _BYTES:
        return cast(a, wanted), cast(b, wanted), wanted
    if wanted is not a._dtype:
        raise not_found(
            "MatMul",
            f"received {a._dtype.name} and output_type={wanted.name}; accepted: the factors' own "
            "dtype, or int32 for int8 and uint8",
        )
    return a, b, wanted


def _of_sparse(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, DType]:
    """A product declared sparse may mix float32 and bfloat16; it is made in float32."""
    from tfcompat._src.ops.array import cast

    if {a._dtype, b._dtype} != {dtypes.float32, dtypes.bfloat16}:
        raise mismatch("SparseMatMul", a, b)
    return cast(a, dtypes.float32), cast(b, dtypes.float32), dtypes.float32
