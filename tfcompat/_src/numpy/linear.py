"""Products of vectors and matrices: dot, matmul, einsum, kron, cross, polyval, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src.errors import FailedPreconditionError, InvalidArgumentError
from tfcompat._src.naming import public
from tfcompat._src.numpy import arithmetic, shaping
from tfcompat._src.numpy.promotion import as_tensor, converted, promoted, promoted_pair
from tfcompat._src.ops import (
    array as arrays,
    complex as parts,
    creation,
    joining,
    linalg,
    math,
    repeating,
)
from tfcompat._src.ops.einsum import einsum as _einsum
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")


def _contracted(x: Tensor, y: Tensor, axis_of_y: int) -> Tensor:
    """The sum over the last axis of x and one axis of y; a product where one is a scalar."""
    if not x._shape or not y._shape:
        return arithmetic.multiply(x, y)
    at = -1 if len(y._shape) == 1 else axis_of_y
    return linalg.tensordot(x, y, [[-1], [at]])


@tnp
def dot(a: Any, b: Any) -> Tensor:
    """The sum over the last axis of a and the last but one of b; a product with a scalar."""
    x, y = promoted_pair(a, b)
    return _contracted(x, y, -2)


@tnp
def inner(a: Any, b: Any) -> Tensor:
    """The sum over the last axis of both; a product with a scalar."""
    x, y = promoted_pair(a, b)
    return _contracted(x, y, -1)


@tnp
def vdot(a: Any, b: Any) -> Tensor:
    """The sum of the products of all elements, those of a conjugated."""
    x, y = promoted(a, b)
    x = shaping.ravel(x)
    return dot(parts.conj(x) if x._dtype.is_complex else x, shaping.ravel(y))


@tnp
def outer(a: Any, b: Any) -> Tensor:
    """The product of every element of a with every one of b, a matrix."""
    x, y = promoted_pair(a, b)
    return arithmetic.multiply(arrays.reshape(x, (-1, 1)), arrays.reshape(y, (1, -1)))


@tnp
def matmul(x1: Any, x2: Any) -> Tensor:
    """The product of matrices or stacks of them; a vector is a row on the left, a column else.

    Raises ValueError for sizes or dtypes that do not fit and a scalar; IndexError for a scalar
    behind a vector.
    """
    x, y = promoted(x1, x2)
    rank, other = x._rank, y._rank
    if not rank:
        raise ValueError("matmul: received a scalar; expected at least one axis")
    if not other:
        wrong = IndexError if rank == 1 else ValueError
        raise wrong("matmul: received a scalar; expected at least one axis")
    try:
        if other == 1:
            return linalg.tensordot(x, y, [[-1], [0]])
        if rank == 1:
            return linalg.tensordot(x, y, [[-1], [-2]])
        return linalg.matmul(x, y)
    except InvalidArgumentError as error:
        raise ValueError(f"matmul: {error}") from error


@tnp
def tensordot(a: Any, b: Any, axes: Any = 2) -> Tensor:
    """The sum of the products along pairs of axes: a number of them, or their lists."""
    x, y = promoted_pair(a, b)
    return linalg.tensordot(x, y, axes)


_PATHS = ("greedy", "optimal", "branch-2", "branch-all", "auto")


@tnp
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Tensor:
    """The sum of the products of arrays whose axes are named by letters.

    `casting="safe"` promotes the operands, "no" does not; anything else raises ValueError.
    """
    casting = kwargs.get("casting", "safe")
    optimize = kwargs.get("optimize", False)
    if casting == "safe":
        tensors = promoted(*operands)
    elif casting == "no":
        tensors = tuple([as_tensor(x) for x in operands])
    else:
        raise ValueError(f"einsum: received casting={casting!r}; expected 'safe' or 'no'")
    if optimize is True or optimize is False:
        optimize = "greedy"
    elif optimize not in _PATHS:
        raise ValueError(f"einsum: received optimize={optimize!r}; expected one of {_PATHS}")
    return _einsum(subscripts, *tensors, optimize=optimize)


@tnp
def kron(a: Any, b: Any) -> Tensor:
    """b times each element of a, put together as the elements of a lie."""
    x, y = promoted(a, b)
    rank = max(len(x._shape), len(y._shape))
    left = (1,) * (rank - len(x._shape)) + tuple(x._shape)
    right = (1,) * (rank - len(y._shape)) + tuple(y._shape)
    spread_left = [n for size in left for n in (size, 1)]
    spread_right = [n for size in right for n in (1, size)]
    product = arithmetic.multiply(arrays.reshape(x, spread_left), arrays.reshape(y, spread_right))
    return arrays.reshape(product, [m * n for m, n in zip(left, right, strict=True)])


@tnp
def cross(
    a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None
) -> Tensor:
    """The cross product of vectors of 2 or 3 components; of 2 and 2 it is a number.

    The vectors lie along `axisa` and `axisb`, and those of the result along `axisc`.

    Raises FailedPreconditionError for other numbers of components.
    """
    x, y = promoted_pair(a, b)
    if not x._shape or not y._shape:
        raise IndexError("cross: received a scalar; index -1 is out of bounds")
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = shaping.moveaxis(x, axisa, -1), shaping.moveaxis(y, axisb, -1)
    sizes = x._shape[-1], y._shape[-1]
    if not set(sizes) <= {2, 3}:
        raise FailedPreconditionError(
            None, None, f"cross: received vectors of {sizes} components; expected 2 or 3"
        )
    x, y = _with_third(x), _with_third(y)
    batch = broadcast_shapes(tuple(x._shape)[:-1], tuple(y._shape)[:-1], "cross")
    x, y = (repeating.broadcast_to(v, (*batch, 3)) for v in (x, y))
    result = linalg.cross(x, y)
    if sizes == (2, 2):
        return result[..., 2]
    return result if axisc == -1 else shaping.moveaxis(result, -1, axisc)


def _with_third(x: Tensor) -> Tensor:
    if x._shape[-1] == 3:
        return x
    return joining.concat([x, creation.zeros_like(x[..., :1])], -1)


@tnp
def polyval(p: Any, x: Any) -> Tensor:
    """The polynomial with the coefficients along the first axis of `p`, the highest first, at x."""
    coefficients, at = promoted_pair(p, x)
    if not coefficients._shape:
        coefficients = arrays.reshape(coefficients, (1,))
    count = coefficients._shape[0]
    shape = broadcast_shapes(tuple(coefficients._shape)[1:], tuple(at._shape), "polyval")
    total = converted(creation.zeros(shape), at._dtype)
    if count == 1:
        return repeating.broadcast_to(coefficients[0], shape)
    if count:
        total = repeating.broadcast_to(coefficients[0], shape)
    for n in range(1, count):
        total = math.add(coefficients[n], math.multiply(total, at))
    return total
