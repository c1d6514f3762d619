"""tf.linalg: matrices."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from tfcompat._src.ops.creation import eye as eye
from tfcompat._src.ops.decompositions import (
    cholesky as cholesky,
    det as det,
    eig as eig,
    eigh as eigh,
    eigvals as eigvals,
    eigvalsh as eigvalsh,
    expm as expm,
    inv as inv,
    logdet as logdet,
    lu as lu,
    matrix_rank as matrix_rank,
    pinv as pinv,
    qr as qr,
    slogdet as slogdet,
    svd as svd,
)
from tfcompat._src.ops.diagonals import (
    band_part as band_part,
    diag as diag,
    diag_part as diag_part,
    set_diag as set_diag,
    tensor_diag as tensor_diag,
    tensor_diag_part as tensor_diag_part,
    trace as trace,
)
from tfcompat._src.ops.einsum import einsum as einsum
from tfcompat._src.ops.linalg import (
    adjoint as adjoint,
    cross as cross,
    matmul as matmul,
    matrix_transpose as matrix_transpose,
    matvec as matvec,
    tensordot as tensordot,
)
from tfcompat._src.ops.linear_systems import (
    cholesky_solve as cholesky_solve,
    lstsq as lstsq,
    solve as solve,
    triangular_solve as triangular_solve,
)
from tfcompat._src.ops.matrix_functions import (
    logm as logm,
    lu_matrix_inverse as lu_matrix_inverse,
    lu_reconstruct as lu_reconstruct,
    lu_solve as lu_solve,
    sqrtm as sqrtm,
)
from tfcompat._src.ops.norms import (
    global_norm as global_norm,
    l2_normalize as l2_normalize,
    norm as norm,
    normalize as normalize,
)
from tfcompat._src.ops.tridiagonal import (
    banded_triangular_solve as banded_triangular_solve,
    eigh_tridiagonal as eigh_tridiagonal,
    tridiagonal_matmul as tridiagonal_matmul,
    tridiagonal_solve as tridiagonal_solve,
)
from tfcompat.linalg import experimental as experimental

if _TYPE_CHECKING:
    from tfcompat._src.linear_operators.kinds import (
        LinearOperator as LinearOperator,
        LinearOperatorAdjoint as LinearOperatorAdjoint,
        LinearOperatorBlockDiag as LinearOperatorBlockDiag,
        LinearOperatorBlockLowerTriangular as LinearOperatorBlockLowerTriangular,
        LinearOperatorCirculant as LinearOperatorCirculant,
        LinearOperatorCirculant2D as LinearOperatorCirculant2D,
        LinearOperatorCirculant3D as LinearOperatorCirculant3D,
        LinearOperatorComposition as LinearOperatorComposition,
        LinearOperatorDiag as LinearOperatorDiag,
        LinearOperatorFullMatrix as LinearOperatorFullMatrix,
        LinearOperatorHouseholder as LinearOperatorHouseholder,
        LinearOperatorIdentity as LinearOperatorIdentity,
        LinearOperatorInversion as LinearOperatorInversion,
        LinearOperatorKronecker as LinearOperatorKronecker,
        LinearOperatorLowerTriangular as LinearOperatorLowerTriangular,
        LinearOperatorLowRankUpdate as LinearOperatorLowRankUpdate,
        LinearOperatorPermutation as LinearOperatorPermutation,
        LinearOperatorScaledIdentity as LinearOperatorScaledIdentity,
        LinearOperatorToeplitz as LinearOperatorToeplitz,
        LinearOperatorTridiag as LinearOperatorTridiag,
        LinearOperatorZeros as LinearOperatorZeros,
    )

# The classes are many, and most programs do without.
_LAZY = frozenset(
    {
        "LinearOperator",
        "LinearOperatorAdjoint",
        "LinearOperatorBlockDiag",
        "LinearOperatorBlockLowerTriangular",
        "LinearOperatorCirculant",
        "LinearOperatorCirculant2D",
        "LinearOperatorCirculant3D",
        "LinearOperatorComposition",
        "LinearOperatorDiag",
        "LinearOperatorFullMatrix",
        "LinearOperatorHouseholder",
        "LinearOperatorIdentity",
        "LinearOperatorInversion",
        "LinearOperatorKronecker",
        "LinearOperatorLowRankUpdate",
        "LinearOperatorLowerTriangular",
        "LinearOperatorPermutation",
        "LinearOperatorScaledIdentity",
        "LinearOperatorToeplitz",
        "LinearOperatorTridiag",
        "LinearOperatorZeros",
    }
)


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(_import_module("tfcompat._src.linear_operators.kinds"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
