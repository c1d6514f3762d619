"""Linear operators as objects: subclasses, names, hints, variables, products, slices."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import IS_TENSORFLOW, tf

linalg = tf.linalg
M = [[4.0, 1.0], [1.0, 3.0]]
NEAR = Tolerance(1e-4, 1e-5)


class Doubling(linalg.LinearOperator):
    """A user's operator, of which only the products are known."""

    def __init__(self, matrix, name=None, **hints):
        self._matrix = tf.convert_to_tensor(matrix)
        parameters = {"matrix": matrix, "name": name, **hints}
        super().__init__(dtype=self._matrix.dtype, name=name, parameters=parameters, **hints)

    def _shape(self):
        return self._matrix.shape

    def _shape_tensor(self):
        return tf.shape(self._matrix)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return 2 * tf.matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)


def hints(operator):
    return (
        operator.is_non_singular,
        operator.is_self_adjoint,
        operator.is_positive_definite,
        operator.is_square,
    )


def kind(operator):
    return type(operator).__name__.removeprefix("LinearOperator")


# ------------------------------------------------------------------------------------- subclasses
def test_a_subclass_has_all_methods():
    operator = Doubling(M)
    assert isinstance(operator, tf.Module) and isinstance(operator, linalg.LinearOperator)
    assert operator.name == "Doubling" and Doubling(M, "own").name == "own"
    assert operator.parameters == {"matrix": M, "name": None}
    assert hints(operator) == (None, None, None, True)
    agree(operator.to_dense(), [[8.0, 2.0], [2.0, 6.0]])
    agree(operator.matvec([1.0, 1.0]), [10.0, 8.0])
    agree(operator.solvevec([10.0, 8.0]), [1.0, 1.0], tolerance=NEAR)
    agree(operator.determinant(), 44.0, tolerance=NEAR)
    agree(operator.log_abs_determinant(), np.float32(np.log(44)), tolerance=NEAR)
    agree(operator.trace(), 14.0)
    agree(operator.diag_part(), [8.0, 6.0])
    agree(operator.add_to_tensor([[1.0, 0.0], [0.0, 1.0]]), [[9.0, 2.0], [2.0, 7.0]])
    agree((operator @ operator).to_dense(), [[68.0, 28.0], [28.0, 40.0]])
    agree(operator.H.to_dense(), [[8.0, 2.0], [2.0, 6.0]])
    inverse = operator.inverse()
    assert kind(inverse) == "Inversion" and inverse.name == "Doubling_inv"
    agree(inverse.matvec([10.0, 8.0]), [1.0, 1.0], tolerance=NEAR)


def test_a_subclass_needs_its_shape_and_product():
    with refuses(TypeError, "_matmul", "_shape"):
        linalg.LinearOperator(tf.float32)


def test_hints_choose_the_way():
    operator = Doubling(M, is_self_adjoint=True, is_positive_definite=True)
    assert hints(operator) == (True, True, True, True)
    assert operator.H is operator
    factor = operator.cholesky()
    assert kind(factor) == "LowerTriangular" and hints(factor) == (True, False, None, True)
    agree(factor.matmul(factor.to_dense(), adjoint_arg=True), operator.to_dense(), tolerance=NEAR)
    agree(operator.solvevec([10.0, 8.0]), [1.0, 1.0], tolerance=NEAR)
    agree(operator.determinant(), 44.0, tolerance=NEAR)
    agree(operator.eigvals(), np.linalg.eigvalsh(np.float32(M) * 2), tolerance=NEAR)
    assert operator.assert_positive_definite() is None
    assert operator.assert_self_adjoint() is None
    assert operator.assert_non_singular() is None


# --------------------------------------------------------------------------- names and other words
def test_names_tell_what_is_inside():
    full = linalg.LinearOperatorFullMatrix(M)
    diag = linalg.LinearOperatorDiag([1.0, 2.0])
    assert full.H.name == "LinearOperatorFullMatrix_adjoint"
    assert full.H.H is full
    assert (full @ diag).name == "LinearOperatorFullMatrix_o_LinearOperatorDiag"
    pair = [full, diag]
    direct = "LinearOperatorFullMatrix_ds_LinearOperatorDiag"
    assert linalg.LinearOperatorBlockDiag(pair).name == direct
    product = "LinearOperatorFullMatrix_x_LinearOperatorDiag"
    assert linalg.LinearOperatorKronecker(pair).name == product
    assert linalg.LinearOperatorFullMatrix(M, name="own").inverse().name == "own_inv"
    assert repr(full).startswith("<") and "LinearOperatorFullMatrix object at 0x" in repr(full)


def test_static_and_dynamic_sizes():
    operator = linalg.LinearOperatorFullMatrix(tf.zeros([5, 2, 3]))
    assert operator.shape == [5, 2, 3] and operator.batch_shape == [5]
    assert operator.tensor_rank == 3
    assert operator.range_dimension == 2 and operator.domain_dimension == 3
    agree(operator.shape_tensor(), [5, 2, 3])
    agree(operator.batch_shape_tensor(), [5])
    agree(operator.tensor_rank_tensor(), 3)
    agree(operator.range_dimension_tensor(), 2)
    agree(operator.domain_dimension_tensor(), 3)
    assert operator.is_square is False and operator.dtype is tf.float32
    assert list(operator.graph_parents) == []


def test_parameters_are_the_arguments():
    operator = linalg.LinearOperatorDiag([1.0, 2.0], is_positive_definite=True)
    assert operator.parameters == {
        "diag": [1.0, 2.0],
        "is_non_singular": None,
        "is_self_adjoint": None,
        "is_positive_definite": True,
        "is_square": None,
        "name": "LinearOperatorDiag",
    }
    again = linalg.LinearOperatorDiag(**operator.parameters)
    agree(again.diag, [1.0, 2.0])


# --------------------------------------------------------------------------------------- variables
def test_variables_stay_variables():
    matrix, diagonal = tf.Variable(M), tf.Variable([1.0, 2.0], trainable=False)
    operator = linalg.LinearOperatorComposition(
        [linalg.LinearOperatorFullMatrix(matrix), linalg.LinearOperatorDiag(diagonal)]
    )
    assert [v.ref() for v in operator.variables] == [matrix.ref(), diagonal.ref()]
    assert [v.ref() for v in operator.trainable_variables] == [matrix.ref()]
    assert [v.ref() for v in operator.non_trainable_variables] == [diagonal.ref()]
    assert [kind(one) for one in operator.submodules] == ["FullMatrix", "Diag"]
    agree(operator.matvec([1.0, 1.0]), [6.0, 7.0])
    diagonal.assign([2.0, 2.0])
    agree(operator.matvec([1.0, 1.0]), [10.0, 8.0])
    with tf.GradientTape() as tape:
        value = operator.log_abs_determinant()
    agree(tape.gradient(value, matrix), np.linalg.inv(np.float32(M)).T, tolerance=NEAR)


def test_components():
    operator = linalg.LinearOperatorKronecker(
        [linalg.LinearOperatorFullMatrix(tf.constant(M)), linalg.LinearOperatorIdentity(2)]
    )
    assert tf.nest.flatten(operator) == [operator]
    found = tf.nest.flatten(operator, expand_composites=True)
    assert len(found) == 1
    agree(found[0], M)
    twice = tf.nest.map_structure(lambda x: 2 * x, operator, expand_composites=True)
    agree(twice.trace(), 28.0)


# ---------------------------------------------------------------------------------------- products
def operators():
    known = {"is_self_adjoint": True, "is_positive_definite": True}
    full = linalg.LinearOperatorFullMatrix(M)
    return {
        "identity": linalg.LinearOperatorIdentity(2),
        "scaled": linalg.LinearOperatorScaledIdentity(2, 3.0),
        "diag": linalg.LinearOperatorDiag([1.0, 2.0]),
        "sure diag": linalg.LinearOperatorDiag([1.0, 2.0], **known),
        "zeros": linalg.LinearOperatorZeros(2),
        "lower": linalg.LinearOperatorLowerTriangular(M),
        "full": full,
        "sure": linalg.LinearOperatorFullMatrix(M, **known),
        "adjoint": full.H,
        "inverse": full.inverse(),
        "blocks": linalg.LinearOperatorBlockDiag([linalg.LinearOperatorDiag([1.0])] * 2),
        "circulant": linalg.LinearOperatorCirculant([3.0, 1.0], tf.float32),
    }


@pytest.mark.parametrize(
    ("left", "right", "expected", "known"),
    [
        ("identity", "full", "FullMatrix", (None, None, None, True)),
        ("full", "identity", "FullMatrix", (None, None, None, True)),
        ("zeros", "full", "Zeros", (False, True, False, True)),
        ("full", "zeros", "Zeros", (False, True, False, True)),
        ("scaled", "scaled", "ScaledIdentity", (None, True, None, True)),
        ("scaled", "diag", "Diag", (None, True, None, True)),
        ("diag", "scaled", "Diag", (None, True, None, True)),
        ("diag", "sure diag", "Diag", (None, True, None, True)),
        ("sure diag", "sure diag", "Diag", (True, True, True, True)),
        ("diag", "lower", "LowerTriangular", (None, None, None, True)),
        ("lower", "diag", "LowerTriangular", (None, None, None, True)),
        ("lower", "lower", "Composition", (None, None, None, True)),
        ("full", "adjoint", "Composition", (None, True, None, True)),
        ("sure", "sure", "Composition", (True, True, True, True)),
        ("full", "sure", "Composition", (None, None, None, True)),
        ("blocks", "blocks", "BlockDiag", (None, True, None, True)),
        ("circulant", "circulant", "Circulant", (None, True, None, True)),
    ],
)
def test_products_keep_their_kind(left, right, expected, known):
    table = operators()
    product = table[left] @ table[right]
    assert kind(product) == expected
    assert hints(product) == known
    dense = tf.matmul(table[left].to_dense(), table[right].to_dense())
    agree(tf.math.real(product.to_dense()), dense, tolerance=NEAR)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("identity", "full", "FullMatrix"),
        ("full", "identity", "Inversion"),
        ("scaled", "diag", "Diag"),
        ("sure diag", "diag", "Diag"),
        ("diag", "lower", "LowerTriangular"),
        ("diag", "full", "Composition"),
        ("inverse", "full", "Composition"),
        ("full", "full", "Composition"),
        ("blocks", "blocks", "BlockDiag"),
        ("circulant", "circulant", "Circulant"),
    ],
)
def test_quotients_keep_their_kind(left, right, expected):
    table = operators()
    quotient = table[left].solve(table[right])
    assert kind(quotient) == expected
    dense = tf.linalg.solve(table[left].to_dense(), table[right].to_dense())
    agree(tf.math.real(quotient.to_dense()), dense, tolerance=NEAR)


def test_adjoints_and_inverses_keep_their_kind():
    table = operators()
    for name in ("identity", "scaled", "diag", "zeros", "sure", "circulant", "blocks"):
        assert kind(table[name].H) == kind(table[name])
    for name in ("identity", "scaled", "diag", "circulant", "blocks"):
        assert kind(table[name].inverse()) == kind(table[name])
    assert kind(table["inverse"].inverse()) == "FullMatrix"
    assert kind(table["lower"].H) == "Adjoint"
    pair = linalg.LinearOperatorKronecker([table["sure"], table["sure diag"]])
    assert kind(pair.cholesky()) == kind(pair.inverse()) == kind(pair.H) == "Kronecker"
    rows = linalg.LinearOperatorBlockLowerTriangular(
        [[table["full"]], [table["diag"], table["full"]]]
    )
    assert kind(rows.inverse()) == "BlockLowerTriangular"
    agree(rows.inverse().to_dense(), np.linalg.inv(rows.to_dense().numpy()), tolerance=NEAR)


def test_operators_of_python():
    full, x = linalg.LinearOperatorFullMatrix(M), tf.constant([[1.0, 2.0], [3.0, 4.0]])
    agree(full @ x, [[7.0, 12.0], [10.0, 14.0]])
    agree(x @ full, [[6.0, 7.0], [16.0, 15.0]])
    agree(full @ np.float32([[1.0], [0.0]]), [[4.0], [1.0]])
    agree(full @ [[1.0], [0.0]], [[4.0], [1.0]])
    assert full == full and full != linalg.LinearOperatorFullMatrix(M)
    assert len({full, full}) == 1
    with refuses(TypeError):
        full + full


@pytest.mark.tfcompat_only
def test_arrays_leave_the_product_to_the_operator():
    full = linalg.LinearOperatorFullMatrix(M)
    agree(np.eye(2, dtype=np.float32) @ full, M)


# ------------------------------------------------------------------------------------------ batches
def test_slices_of_a_batch():
    full = linalg.LinearOperatorFullMatrix(tf.reshape(tf.range(48.0), [3, 4, 2, 2]), name="own")
    assert full[0].shape == [4, 2, 2] and full[0].name == "own"
    assert full[..., 1].shape == [3, 2, 2]
    assert full[1:, 2].shape == [2, 2, 2]
    assert full[tf.newaxis, 0].shape == [1, 4, 2, 2]
    agree(full[1, 2].to_dense(), [[24.0, 25.0], [26.0, 27.0]])
    both = linalg.LinearOperatorComposition(
        [full[:, 0], linalg.LinearOperatorDiag(tf.ones([5, 1, 2]))]
    )
    assert both.shape == [5, 3, 2, 2] and both[1, 2].shape == [2, 2]
    agree(both[1, 2].to_dense(), full[2, 0].to_dense())
    assert linalg.LinearOperatorIdentity(2, [3, 4])[0].shape == [4, 2, 2]
    assert linalg.LinearOperatorScaledIdentity(2, [1.0, 2.0])[0].shape == [2, 2]
    with refuses(tf.errors.InvalidArgumentError):
        full[0, 0, 0]


def test_blocks_in_and_out():
    operator = linalg.LinearOperatorBlockDiag(
        [linalg.LinearOperatorFullMatrix(M), linalg.LinearOperatorDiag([2.0, 3.0, 4.0])]
    )
    first, second = operator.matvec([[1.0, 1.0], [1.0, 1.0, 1.0]])
    agree(first, [5.0, 4.0])
    agree(second, [2.0, 3.0, 4.0])
    agree(operator.matvec([1.0, 1.0, 1.0, 1.0, 1.0]), [5.0, 4.0, 2.0, 3.0, 4.0])
    first, second = operator.solvevec([first, second])
    agree(first, [1.0, 1.0], tolerance=NEAR)
    agree(second, [1.0, 1.0, 1.0], tolerance=NEAR)
    assert [kind(one) for one in operator.operators] == ["FullMatrix", "Diag"]


# ------------------------------------------------------------------------------- conjugate gradient
def test_conjugate_gradient_gives_its_state():
    operator = linalg.LinearOperatorFullMatrix(M, is_self_adjoint=True, is_positive_definite=True)
    state = linalg.experimental.conjugate_gradient(operator, tf.constant([1.0, 2.0]))
    assert state._fields == ("i", "x", "r", "p", "gamma")
    agree(state.i, 2)
    agree(state.x, [1 / 11, 7 / 11], tolerance=NEAR)
    none = linalg.experimental.conjugate_gradient(operator, tf.constant([1.0, 2.0]), max_iter=0)
    agree(none.i, 0)
    agree(none.gamma, 5.0)


# ---------------------------------------------------------------------------- functions of matrices
def test_logm_has_no_derivative():
    x = tf.eye(2, dtype=tf.complex64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = linalg.logm(x)
    with refuses(LookupError, "MatrixLogarithm"):
        tape.gradient(y, x)


def test_sqrtm_where_there_is_none():
    agree(linalg.sqrtm([[-1.0, 0.0], [0.0, 4.0]]), [[np.nan] * 2] * 2)
    agree(linalg.sqrtm(tf.zeros([2, 2])), [[np.nan] * 2] * 2)
    agree(linalg.sqrtm([[0.0, -1.0], [1.0, 0.0]]), np.float32([[1, -1], [1, 1]]) / 2**0.5)
    agree(linalg.sqrtm([[1.0, 1.0], [0.0, 1.0]]), [[1.0, 0.5], [0.0, 1.0]])
    agree(linalg.sqrtm([[0.0, 1.0], [0.0, 4.0]]), [[0.0, 0.5], [0.0, 2.0]])
    agree(linalg.sqrtm([[1.0, 2.0], [2.0, 4.0]]), np.float32([[1, 2], [2, 4]]) / 5**0.5)
    hollow = np.diag([1.0, 0.0, 2.0])
    agree(linalg.sqrtm(hollow), np.sqrt(hollow))
    agree(linalg.logm(hollow.astype(np.complex128)), np.full([3, 3], complex(np.nan, np.nan)))


def test_long_tridiagonal_systems():
    random = np.random.RandomState(0)
    diagonals = tf.constant(random.standard_normal([2, 3, 300]))
    x = random.standard_normal([2, 300, 2])
    rhs = linalg.tridiagonal_matmul(diagonals, x)
    agree(linalg.tridiagonal_solve(diagonals, rhs), x, tolerance=Tolerance(1e-7, 1e-7))


@pytest.mark.tfcompat_only
def test_eigh_tridiagonal_has_the_true_derivative():
    a, b = tf.constant([1.0, 2.0, 3.0]), tf.constant([0.5, 0.25])
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        total = tf.reduce_sum(linalg.eigh_tridiagonal(a, b) ** 2)
    by_a, by_b = tape.gradient(total, [a, b])
    agree(by_a, [2.0, 4.0, 6.0], tolerance=NEAR)
    agree(by_b, [2.0, 1.0], tolerance=NEAR)


def test_the_classes_are_listed():
    names = [name for name in dir(linalg) if name.startswith("LinearOperator")]
    assert len(names) >= 21 and all(isinstance(getattr(linalg, name), type) for name in names)
    assert IS_TENSORFLOW or linalg.LinearOperatorDiag.__module__ == "tfcompat.linalg"


def test_diagonals_of_toeplitz_operators_have_the_columns_batch():
    o = tf.linalg.LinearOperatorToeplitz(
        tf.constant([1.0, 2.0]), tf.constant([[1.0, 3.0], [1.0, 4.0]])
    )
    assert o.shape == [2, 2, 2]
    assert o.diag_part().numpy().tolist() == [1.0, 1.0]
    assert o.trace().numpy() == 2.0
