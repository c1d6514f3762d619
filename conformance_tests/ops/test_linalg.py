"""Products of matrices, einsum, diagonals and factorizations."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
A = [[4.0, 1.0], [2.0, 3.0]]
R = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def stack():
    return tf.reshape(tf.range(12.0), [2, 2, 3])


def complex_matrix():
    return tf.constant([[1 + 2j, 2 + 0j], [3 + 0j, 4j]], tf.complex64)


# -------------------------------------------------------------------------------------- products
def test_matmul_turns_its_factors():
    z = complex_matrix()
    agree(tf.matmul(A, A, transpose_b=True), [[17.0, 11.0], [11.0, 13.0]])
    got = tf.matmul(z, z, adjoint_a=True)
    agree(got, [[14 + 0j, 2 + 8j], [2 - 8j, 20 + 0j]], dtype=tf.complex64)
    got = tf.matmul(z, z, transpose_a=True)
    agree(got, [[6 + 4j, 2 + 16j], [2 + 16j, -12 + 0j]], dtype=tf.complex64)
    with refuses(ValueError, "transpose_a", "adjoint_a"):
        tf.matmul(A, A, transpose_a=True, adjoint_a=True)


def test_matmul_broadcasts_stacks():
    agree(tf.matmul(stack(), tf.ones([3, 1])), [[[3.0], [12.0]], [[21.0], [30.0]]])
    got = tf.matmul(tf.ones([3, 1, 1, 2]), stack())
    agree(got, np.broadcast_to([[[3.0, 5, 7]], [[15, 17, 19]]], (3, 2, 1, 3)).astype(np.float32))
    agree(tf.matmul(tf.ones([2, 0]), tf.ones([0, 2])), [[0.0, 0.0], [0.0, 0.0]])


@pytest.mark.parametrize("dtype", [tf.int32, tf.int64], ids=lambda d: d.name)
def test_matmul_of_integers(dtype):
    i = tf.constant([[1, 2], [3, 4]], dtype)
    agree(tf.matmul(i, i), np.array([[7, 10], [15, 22]]), dtype=dtype)
    agree(tf.matmul(i, i, transpose_a=True), np.array([[10, 14], [14, 20]]), dtype=dtype)
    agree(
        tf.linalg.matvec(i, [1, 2]) if dtype == tf.int32 else i[:, 0] + 2 * i[:, 1],
        np.array([5, 11]),
        dtype=dtype,
    )


def test_matmul_of_bytes_needs_an_output_type():
    i = tf.constant([[100, 2], [3, 4]], tf.int8)
    agree(tf.matmul(i, i, output_type=tf.int32), [[10006, 208], [312, 22]])
    with refuses(InvalidArgument, "int8"):
        tf.matmul(i, i)


@pytest.mark.parametrize(
    ("a", "b"),
    [((2,), (2, 2)), ((2, 2), (2,)), ((2,), (2, 2, 2)), ((), ())],
)
def test_matmul_refuses_ranks(a, b):
    with refuses(InvalidArgument, "MatMul", "rank 2"):
        tf.matmul(tf.ones(a), tf.ones(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [((2, 3), (2, 3)), ((5, 2, 3), (5, 2, 3)), ((3, 2, 2), (2, 2, 2))],
)
def test_matmul_refuses_sizes(a, b):
    with refuses(InvalidArgument, "MatMul", str(list(a))[1:-1][:1]):
        tf.matmul(tf.ones(a), tf.ones(b))


def test_matmul_refuses_dtypes():
    with refuses(InvalidArgument, "float32", "int32"):
        tf.matmul(tf.constant(A), tf.constant([[1, 2], [3, 4]]))
    with refuses(InvalidArgument, "bool"):
        tf.matmul([[True]], [[True]])


def test_matmul_gradients():
    a, b = first(tf.matmul, A, R)
    agree(a, [[6.0, 15.0], [6.0, 15.0]])
    agree(b, [[6.0, 6.0, 6.0], [4.0, 4.0, 4.0]])
    z = complex_matrix()
    a, b = first(lambda x, y: tf.matmul(x, y, adjoint_a=True), z, z)
    agree(a, [[6 + 4j, 6 + 4j], [6 + 8j, 6 + 8j]], dtype=tf.complex64)
    agree(b, a.numpy())
    agree(second(lambda x: tf.matmul(x, x), A), [[7.0, 11.0], [9.0, 13.0]])


def test_the_operator_multiplies_matrices():
    a = tf.constant(A)
    agree(a @ [[1, 0], [0, 1]], A)
    agree([[1, 0], [0, 1]] @ a, A)
    agree(np.eye(2) @ a, A)
    agree(tf.Variable(a) @ a, [[18.0, 7.0], [14.0, 11.0]])


def test_matvec():
    agree(tf.linalg.matvec(stack(), [1.0, 2.0, 3.0]), [[8.0, 26.0], [44.0, 62.0]])
    agree(tf.linalg.matvec(A, [1.0, 2.0], transpose_a=True), [8.0, 7.0])
    with refuses(InvalidArgument, "(2, 2)", "(3,)"):
        tf.linalg.matvec(A, [1.0, 2.0, 3.0])


def test_tensordot():
    agree(tf.tensordot(R, R, [[1], [1]]), [[14.0, 32.0], [32.0, 77.0]])
    agree(tf.tensordot(R, R, [[-1], [-1]]), [[14.0, 32.0], [32.0, 77.0]])
    agree(tf.tensordot(R, R, 2), 91.0)
    agree(tf.tensordot([1.0, 2.0], [3.0, 4.0], 0), [[3.0, 4.0], [6.0, 8.0]])
    agree(tf.tensordot(tf.constant([1, 2]), tf.constant([3, 4]), 1), 11)
    agree(first(lambda x: tf.tensordot(x, R, [[1], [1]]), R), [[5.0, 7.0, 9.0], [5.0, 7.0, 9.0]])


@pytest.mark.parametrize(
    ("axes", "error"),
    [
        (1, InvalidArgument),
        (-1, ValueError),
        (3, ValueError),
        ([[0], [0, 1]], ValueError),
        ([1], ValueError),
        ([[2], [0]], IndexError),
    ],
)
def test_tensordot_refuses(axes, error):
    with refuses(error, "tensordot"):
        tf.tensordot(R, R, axes)


# ---------------------------------------------------------------------------------------- einsum
@pytest.mark.parametrize(
    ("equation", "inputs", "expected"),
    [
        ("ij,jk->ik", (A, R), [[8.0, 13.0, 18.0], [14.0, 19.0, 24.0]]),
        ("ij,jk", (A, R), [[8.0, 13.0, 18.0], [14.0, 19.0, 24.0]]),
        ("ji", (R,), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
        ("ij->j", (R,), [5.0, 7.0, 9.0]),
        ("ii->i", (A,), [4.0, 3.0]),
        ("ii", (A,), 7.0),
        (" i j , j k -> i k ", (A, R), [[8.0, 13.0, 18.0], [14.0, 19.0, 24.0]]),
        ("Ab,bC->AC", (A, R), [[8.0, 13.0, 18.0], [14.0, 19.0, 24.0]]),
        ("ij,jk,kl->il", (A, A, A), [[86.0, 39.0], [78.0, 47.0]]),
        ("i,j->ij", ([1.0, 2.0], [3.0, 4.0]), [[3.0, 4.0], [6.0, 8.0]]),
        ("...i->...", (R,), [6.0, 15.0]),
        ("...,...->...", (R, [1.0, 2.0, 3.0]), [[1.0, 4.0, 9.0], [4.0, 10.0, 18.0]]),
        ("ij,ij->...", (R, R), 91.0),
        (",ij->ij", (2.0, A), [[8.0, 2.0], [4.0, 6.0]]),
    ],
)
def test_einsum(equation, inputs, expected):
    agree(tf.einsum(equation, *map(tf.constant, inputs)), expected)


def test_einsum_of_stacks():
    expected = [[[8.0, 17.0], [26.0, 62.0]], [[44.0, 107.0], [62.0, 152.0]]]
    for equation in ("...ij,jk->...ik", "...ij,jk", "bij,jk->bik"):
        agree(tf.einsum(equation, stack(), tf.transpose(R)), expected)


def test_einsum_of_integers():
    agree(tf.einsum("i,i->", tf.constant([1, 2]), tf.constant([3, 4])), 11)


@pytest.mark.parametrize(
    ("equation", "inputs", "error"),
    [
        ("i->ii", 1, ValueError),
        ("ij,jk->im", 2, ValueError),
        ("i1->i", 1, ValueError),
        ("ij->i->j", 1, ValueError),
        ("..i->i", 1, ValueError),
        ("ij,jk->ik", 1, ValueError),
        ("ij", 2, ValueError),
        ("ijk->k", 1, InvalidArgument),
        ("i->i", 1, InvalidArgument),
        ("ij,jk->ik", 2, InvalidArgument),
        ("ii->i", 1, InvalidArgument),
        ("...j->j", 1, InvalidArgument),
    ],
)
def test_einsum_refuses(equation, inputs, error):
    with refuses(error, "insum"):
        tf.einsum(equation, *[tf.constant(R)] * inputs)


def test_einsum_refuses_dtypes_and_keywords():
    with refuses(InvalidArgument, "float32", "int32"):
        tf.einsum("ij,jk->ik", tf.constant(A), tf.constant([[1, 2], [3, 4]]))
    with refuses(tf.errors.NotFoundError, "bool"):
        tf.einsum("ij->ji", tf.constant([[True]]))
    with refuses(TypeError, "foo", "optimize"):
        tf.einsum("ij->ji", tf.constant(A), foo=3)


def test_einsum_gradients():
    a, b = first(lambda x, y: tf.einsum("ij,jk->ik", x, y), A, R)
    agree(a, [[6.0, 15.0], [6.0, 15.0]])
    agree(b, [[6.0, 6.0, 6.0], [4.0, 4.0, 4.0]])
    agree(first(lambda x: tf.einsum("ii->i", x), A), [[1.0, 0.0], [0.0, 1.0]])


# ------------------------------------------------------------------------------------- diagonals
@pytest.mark.parametrize(
    ("values", "keywords", "expected"),
    [
        ([1.0, 2.0], {}, [[1.0, 0.0], [0.0, 2.0]]),
        ([1.0, 2.0], {"k": -1}, [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0]]),
        ([1.0, 2.0], {"num_rows": 3}, [[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]),
        ([1.0, 2.0], {"padding_value": 9}, [[1.0, 9.0], [9.0, 2.0]]),
        (
            [[0.0, 8.0, 9.0], [1.0, 2.0, 3.0], [4.0, 5.0, 0.0]],
            {"k": (-1, 1)},
            [[1.0, 8.0, 0.0], [4.0, 2.0, 9.0], [0.0, 5.0, 3.0]],
        ),
        (
            [[8.0, 9.0, 0.0], [1.0, 2.0, 3.0], [0.0, 4.0, 5.0]],
            {"k": (-1, 1), "align": "LEFT_RIGHT"},
            [[1.0, 8.0, 0.0], [4.0, 2.0, 9.0], [0.0, 5.0, 3.0]],
        ),
    ],
)
def test_diag(values, keywords, expected):
    agree(tf.linalg.diag(values, **keywords), expected)


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({}, [1.0, 5.0]),
        ({"k": 2}, [3.0]),
        ({"k": (-1, 1)}, [[2.0, 6.0], [1.0, 5.0], [4.0, 0.0]]),
        ({"k": (-1, 1), "padding_value": 9}, [[2.0, 6.0], [1.0, 5.0], [4.0, 9.0]]),
        (
            {"k": (-1, 2), "align": "RIGHT_RIGHT"},
            [[0.0, 3.0], [2.0, 6.0], [1.0, 5.0], [0.0, 4.0]],
        ),
    ],
)
def test_diag_part(keywords, expected):
    agree(tf.linalg.diag_part(R, **keywords), expected)


def test_set_diag():
    agree(tf.linalg.set_diag(R, [8.0, 9.0]), [[8.0, 2.0, 3.0], [4.0, 9.0, 6.0]])
    got = tf.linalg.set_diag(R, [[8.0, 9.0], [6.0, 7.0]], k=(0, 1))
    agree(got, [[6.0, 8.0, 3.0], [4.0, 7.0, 9.0]])
    x, d = first(tf.linalg.set_diag, R, [8.0, 9.0])
    agree(x, [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    agree(d, [1.0, 1.0])


def test_band_part():
    agree(tf.linalg.band_part(R, 0, 1), [[1.0, 2.0, 0.0], [0.0, 5.0, 6.0]])
    agree(tf.linalg.band_part(R, -1, 0), [[1.0, 0.0, 0.0], [4.0, 5.0, 0.0]])
    agree(first(lambda x: tf.linalg.band_part(x, 0, 0), A), [[1.0, 0.0], [0.0, 1.0]])
    agree(tf.linalg.band_part([[float("nan"), 1.0]], 0, 0)[0, 1], 0.0)
    with refuses(InvalidArgument, "3", "at most 2"):
        tf.linalg.band_part(R, 3, 0)


def test_diagonals_refuse():
    with refuses(InvalidArgument, "(0, -1)"):
        tf.linalg.diag([[1.0], [2.0]], k=(0, -1))
    with refuses(InvalidArgument, "num_rows=1"):
        tf.linalg.diag([1.0, 2.0], num_rows=1)
    with refuses(InvalidArgument, "foo", "LEFT_RIGHT"):
        tf.linalg.diag([1.0, 2.0], align="foo")
    with refuses(InvalidArgument, "3"):
        tf.linalg.diag_part(R, k=3)
    with refuses(InvalidArgument, "(1,)", "(2,)"):
        tf.linalg.set_diag(R, [8.0])
    with refuses(InvalidArgument, "(1,)"):
        tf.linalg.trace([1.0])


def test_trace_and_tensor_diag():
    agree(tf.linalg.trace(R), 6.0)
    agree(tf.linalg.tensor_diag([1.0, 2.0]), [[1.0, 0.0], [0.0, 2.0]])
    agree(tf.linalg.tensor_diag_part(tf.linalg.tensor_diag(R)), R)


def test_cross():
    agree(tf.linalg.cross([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]), [-3.0, 6.0, -3.0])
    x, y = first(tf.linalg.cross, [1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    agree(x, [-1.0, 2.0, -1.0])
    agree(y, [1.0, -2.0, 1.0])
    with refuses(InvalidArgument, "(1, 3)", "(3,)"):
        tf.linalg.cross([[1.0, 2.0, 3.0]], [4.0, 5.0, 6.0])
    with refuses(tf.errors.FailedPreconditionError, "3-vectors"):
        tf.linalg.cross([1.0, 2.0], [4.0, 5.0])


def test_matrix_transpose():
    z = complex_matrix()
    agree(tf.linalg.matrix_transpose(R), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])
    agree(tf.linalg.adjoint(z), [[1 - 2j, 3 - 0j], [2 - 0j, -4j]], dtype=tf.complex64)
    with refuses(ValueError, "(1,)"):
        tf.linalg.matrix_transpose([1.0])
