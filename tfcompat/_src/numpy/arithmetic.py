"""Functions of two arrays, element-wise, which first get a common dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy import elementwise
from tfcompat._src.numpy.elementwise import truth
from tfcompat._src.numpy.promotion import as_tensor, promoted, promoted_pair
from tfcompat._src.numpy.state import astype, default_float, is_numpy_inexact
from tfcompat._src.ops import bitwise, casting, comparisons, division, math, reductions
from tfcompat._src.ops.common import concrete
from tfcompat._src.ops.creation import ones_like as _ones_like, zeros_like as _zeros_like
from tfcompat._src.ops.nn import relu
from tfcompat._src.ops.selection import where as _where
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")
Op = Callable[[Tensor, Tensor], Tensor]


def _binary(op: Op, x1: Any, x2: Any, logic: Op | None = None) -> Tensor:
    """An op on operands of one dtype; `logic` is what it means for bool."""
    x, y = promoted_pair(x1, x2)
    if logic is not None and x._dtype is dtypes.bool_:
        return logic(x, y)
    return op(x, y)


@tnp
def add(x1: Any, x2: Any) -> Tensor:
    """x1 + x2; for bool whether any holds, for strings their concatenation."""
    return _binary(math.add, x1, x2, comparisons.logical_or)


@tnp
def subtract(x1: Any, x2: Any) -> Tensor:
    """x1 - x2; not for bool."""
    return _binary(math.subtract, x1, x2)


@tnp
def multiply(x1: Any, x2: Any) -> Tensor:
    """x1 * x2; for bool whether both hold."""
    return _binary(math.multiply, x1, x2, comparisons.logical_and)


def _quotient(x: Tensor, y: Tensor) -> Tensor:
    if x._dtype is dtypes.bool_:
        # By way of integers: XLA makes of a quotient of booleans a choice, 0 where 0 / 0 is NaN.
        wide = default_float()
        x = casting.cast(casting.cast(x, dtypes.int8), wide)
        y = casting.cast(casting.cast(y, dtypes.int8), wide)
    return division.truediv(x, y)


@tnp
def true_divide(x1: Any, x2: Any) -> Tensor:
    """x1 / x2; integers divide as floats."""
    return _binary(_quotient, x1, x2)


@tnp
def divide(x1: Any, x2: Any) -> Tensor:
    """x1 / x2; integers divide as floats."""
    return true_divide(x1, x2)


def _counted(op: Op) -> Op:
    """An op for which bool counts as int8."""

    def counted(x: Tensor, y: Tensor) -> Tensor:
        # Looked at before the cast, which would leave a value still to be computed.
        found = concrete(y)
        if found is not None and not found.all():
            raise invalid_argument("floor_divide", "received False as a divisor")
        return op(casting.cast(x, dtypes.int8), casting.cast(y, dtypes.int8))

    return counted


_floordiv_of_bool = _counted(division.floordiv)
_mod_of_bool = _counted(division.floormod)


@tnp
def floor_divide(x1: Any, x2: Any) -> Tensor:
    """x1 // x2, rounded towards minus infinity; bool counts as int8."""
    return _binary(division.floordiv, x1, x2, _floordiv_of_bool)


@tnp
def mod(x1: Any, x2: Any) -> Tensor:
    """The remainder of floor_divide, with the sign of x2; bool counts as int8."""
    return _binary(division.floormod, x1, x2, _mod_of_bool)


@tnp
def remainder(x1: Any, x2: Any) -> Tensor:
    """The remainder of floor_divide, with the sign of x2; bool counts as int8."""
    return mod(x1, x2)


@tnp
def divmod(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    """floor_divide and remainder."""
    return floor_divide(x1, x2), mod(x1, x2)


@tnp
def power(x1: Any, x2: Any) -> Tensor:
    """x1 to the power of x2. Raises InvalidArgumentError for a negative power of an integer."""
    return _binary(math.pow, x1, x2)


@tnp
def float_power(x1: Any, x2: Any) -> Tensor:
    """`power`; as in TensorFlow, integers stay integers."""
    return power(x1, x2)


@tnp
def maximum(x1: Any, x2: Any) -> Tensor:
    """The larger of both; where equal, the gradient goes to x1.

    Beside a Python number that is 0 the dtype of x1 stays, and a gradient at 0 is 0.
    """
    if isinstance(x2, (int, float)) and not isinstance(x2, bool) and x2 == 0:
        x = as_tensor(x1)
        if isinstance(x1, Tensor) and x._dtype in dtypes.REAL:
            return relu(x)
    return _binary(math.maximum, x1, x2, comparisons.logical_or)


@tnp
def minimum(x1: Any, x2: Any) -> Tensor:
    """The smaller of both; where equal, the gradient goes to x1."""
    return _binary(math.minimum, x1, x2, comparisons.logical_and)


@tnp
def clip(a: Any, a_min: Any, a_max: Any) -> Tensor:
    """`a` within the bounds, the lower one winning; None for no bound, but not twice."""
    if a_min is None and a_max is None:
        raise ValueError("clip: received None for a_min and a_max; expected at most one None")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    x, low, high = promoted(a, a_min, a_max)
    shapes = [tuple(t._shape) for t in (x, low, high)]
    broadcast_shapes(broadcast_shapes(shapes[0], shapes[1], "clip"), shapes[2], "clip")
    return math.maximum(math.minimum(x, high), low)


# ------------------------------------------------------------------------------------------- floats
@tnp
def arctan2(x1: Any, x2: Any) -> Tensor:
    """The angle of the point (x2, x1), for floats."""
    from tfcompat._src.ops.transcendental import atan2

    return _binary(atan2, x1, x2)


@tnp
def nextafter(x1: Any, x2: Any) -> Tensor:
    """The next representable number after x1 in the direction of x2: float32 and float64."""
    return _binary(math.nextafter, x1, x2)


@tnp
def hypot(x1: Any, x2: Any) -> Tensor:
    """sqrt(x1² + x2²)."""
    return elementwise.sqrt(elementwise.square(x1) + elementwise.square(x2))


@tnp
def heaviside(x1: Any, x2: Any) -> Tensor:
    """0 below 0, 1 above 0, and x2 elsewhere."""
    x, at_zero = promoted_pair(x1, x2)
    step = _where(
        comparisons.less(x, 0),
        _zeros_like(x),
        _where(comparisons.greater(x, 0), _ones_like(x), at_zero),
    )
    return step if is_numpy_inexact(step._dtype) else astype(step, default_float())


def _log_of_sum(x1: Any, x2: Any, tail: Callable[[Any], Tensor]) -> Tensor:
    larger = maximum(x1, x2)
    difference = x1 - x2
    return elementwise_where(
        elementwise.isnan(difference),
        x1 + x2,
        larger + tail(elementwise.negative(elementwise.abs(difference))),
    )


def elementwise_where(condition: Tensor, x: Any, y: Any) -> Tensor:
    """`where` of two values, which get a common dtype."""
    chosen = promoted(x, y)
    return _where(condition, chosen[0], chosen[1])


@tnp
def logaddexp(x1: Any, x2: Any) -> Tensor:
    """log(exp(x1) + exp(x2)) of tensors or numbers, without overflow."""
    return _log_of_sum(x1, x2, lambda x: elementwise.log1p(elementwise.exp(x)))


@tnp
def logaddexp2(x1: Any, x2: Any) -> Tensor:
    """log2(2**x1 + 2**x2) of tensors or numbers, without overflow."""
    return _log_of_sum(x1, x2, lambda x: elementwise.log1p(elementwise.exp2(x)) / np.log(2))


# ----------------------------------------------------------------------------------------- integers
def _of_integers(name: str, function: Callable[..., Any], x1: Any, x2: Any) -> Tensor:
    x, y = promoted_pair(x1, x2)
    if not x._dtype.is_integer:
        raise ValueError(f"{name}: received {x._dtype.name}; expected integers")
    if x._dtype.is_unsigned:
        raise invalid_argument(name, f"received {x._dtype.name}; expected signed integers")
    broadcast_shapes(tuple(x._shape), tuple(y._shape), name)
    with np.errstate(all="ignore"):
        return to_tensor(np.asarray(function(x._numpy(), y._numpy())), x._dtype)


def _least_common(x: Any, y: Any) -> Any:
    divisor = np.gcd(x, y)
    # The product may wrap, as TensorFlow's does.
    return np.where(divisor == 0, 0, np.abs(x * y) // np.where(divisor == 0, 1, divisor)).astype(
        x.dtype
    )


@tnp
def gcd(x1: Any, x2: Any) -> Tensor:
    """The greatest common divisor, of signed integers; it has no gradient."""
    return _of_integers("gcd", np.gcd, x1, x2)


@tnp
def lcm(x1: Any, x2: Any) -> Tensor:
    """The least common multiple, of signed integers; it has no gradient."""
    return _of_integers("lcm", _least_common, x1, x2)


@tnp
def bitwise_and(x1: Any, x2: Any) -> Tensor:
    """The bits set in both, of integers or bool."""
    return _binary(bitwise.bitwise_and, x1, x2, comparisons.logical_and)


@tnp
def bitwise_or(x1: Any, x2: Any) -> Tensor:
    """The bits set in any, of integers or bool."""
    return _binary(bitwise.bitwise_or, x1, x2, comparisons.logical_or)


@tnp
def bitwise_xor(x1: Any, x2: Any) -> Tensor:
    """The bits set in just one, of integers or bool."""
    return _binary(bitwise.bitwise_xor, x1, x2, comparisons.logical_xor)


# --------------------------------------------------------------------------------------- comparison
def _compare(op: Op, x1: Any, x2: Any, logic: Op | None = None) -> Tensor:
    """A comparison, whose operands meet by the rules of the mode."""
    x, y = promoted(x1, x2)
    return _binary(op, x, y, logic)


@tnp
def equal(x1: Any, x2: Any) -> Tensor:
    """Whether x1 equals x2."""
    return _compare(comparisons.equal, x1, x2)


@tnp
def not_equal(x1: Any, x2: Any) -> Tensor:
    """Whether x1 differs from x2."""
    return _compare(comparisons.not_equal, x1, x2)


def _greater_bool(x: Tensor, y: Tensor) -> Tensor:
    return comparisons.logical_and(x, comparisons.logical_not(y))


def _greater_equal_bool(x: Tensor, y: Tensor) -> Tensor:
    return comparisons.logical_or(x, comparisons.logical_not(y))


@tnp
def greater(x1: Any, x2: Any) -> Tensor:
    """x1 > x2."""
    return _compare(comparisons.greater, x1, x2, _greater_bool)


@tnp
def greater_equal(x1: Any, x2: Any) -> Tensor:
    """x1 >= x2."""
    return _compare(comparisons.greater_equal, x1, x2, _greater_equal_bool)


@tnp
def less(x1: Any, x2: Any) -> Tensor:
    """x1 < x2."""
    return _compare(comparisons.less, x1, x2, lambda x, y: _greater_bool(y, x))


@tnp
def less_equal(x1: Any, x2: Any) -> Tensor:
    """x1 <= x2."""
    return _compare(comparisons.less_equal, x1, x2, lambda x, y: _greater_equal_bool(y, x))


@tnp
def isclose(
    a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Whether |a - b| <= atol + rtol |b|; integers and bool must be equal."""
    x, y = promoted_pair(a, b)
    if not is_numpy_inexact(x._dtype):
        # The operator: shapes that do not broadcast are not equal.
        return to_tensor(x == y)
    real = x._dtype.real_dtype
    allowed = math.add(
        casting.cast(to_tensor(np.asarray(atol)), real),
        math.multiply(casting.cast(to_tensor(np.asarray(rtol)), real), math.abs(y)),
    )
    # Two equal infinities are no distance apart that could be compared, as in TensorFlow.
    result = comparisons.less_equal(math.abs(math.subtract(x, y)), allowed)
    if equal_nan:
        result = comparisons.logical_or(result, comparisons.logical_and(_is_nan(x), _is_nan(y)))
    return result


def _is_nan(x: Tensor) -> Tensor:
    return comparisons.not_equal(x, x)


@tnp
def allclose(
    a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Whether all elements are close, as `isclose` says."""
    return reductions.reduce_all(isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))


@tnp
def array_equal(a1: Any, a2: Any) -> Tensor:
    """Whether both have one shape and equal elements."""
    x, y = promoted(a1, a2)
    if tuple(x._shape) != tuple(y._shape):
        return to_tensor(False)
    return reductions.reduce_all(comparisons.equal(x, y))


# -------------------------------------------------------------------------------------------- logic
@tnp
def logical_and(x1: Any, x2: Any) -> Tensor:
    """Whether both differ from 0."""
    return comparisons.logical_and(truth(x1), truth(x2))


@tnp
def logical_or(x1: Any, x2: Any) -> Tensor:
    """Whether any differs from 0."""
    return comparisons.logical_or(truth(x1), truth(x2))


@tnp
def logical_xor(x1: Any, x2: Any) -> Tensor:
    """Whether just one differs from 0."""
    return comparisons.logical_xor(truth(x1), truth(x2))
