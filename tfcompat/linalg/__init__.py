"""tf.linalg: matrices."""

from tfcompat._src.ops.creation import eye as eye
from tfcompat._src.ops.decompositions import (
    cholesky as cholesky,
    cholesky_solve as cholesky_solve,
    det as det,
    eig as eig,
    eigh as eigh,
    eigvals as eigvals,
    eigvalsh as eigvalsh,
    expm as expm,
    inv as inv,
    logdet as logdet,
    lstsq as lstsq,
    lu as lu,
    matrix_rank as matrix_rank,
    pinv as pinv,
    qr as qr,
    slogdet as slogdet,
    solve as solve,
    svd as svd,
    triangular_solve as triangular_solve,
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
