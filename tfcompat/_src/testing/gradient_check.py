"""tf.test.compute_gradient: the derivative by the tape beside the one by differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.naming import public
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor

# The best power of two for a central difference, by the digits of the type.
_DELTAS = {
    dtypes.float16: 1.0 / 16,
    dtypes.bfloat16: 1.0 / 16,
    dtypes.float32: 1.0 / 1024,
    dtypes.float64: 1.0 / 2**20,
}
_ACCEPTED = frozenset(_DELTAS) | dtypes.COMPLEX


def _parts(array: np.ndarray[Any, Any], real: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """A vector of the elements; a complex one counts as two real numbers."""
    return np.ascontiguousarray(array).reshape(-1).view(real)


def _numeric(f: Callable[[Tensor], Tensor], x: Tensor, delta: float | None) -> np.ndarray[Any, Any]:
    real = x._dtype.real_dtype
    step = _DELTAS[real] if delta is None else delta
    start = _parts(x.numpy() if x._shape else np.asarray(x.numpy()), real.as_numpy_dtype)
    y = f(x)
    kind = y._dtype.real_dtype.as_numpy_dtype

    def at(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        array = values.view(x._dtype.as_numpy_dtype).reshape(tuple(x._shape))
        return _parts(np.asarray(f(from_numpy(array, x._dtype)).numpy()), kind)

    rows = int(np.prod(y._shape)) * (2 if y._dtype.is_complex else 1)
    result = np.zeros((rows, start.size), real.as_numpy_dtype)
    for column in range(start.size):
        low, high = start.copy(), start.copy()
        low[column] -= step
        high[column] += step
        difference = at(high) - at(low)
        result[:, column] = (difference / (2 * step)).astype(result.dtype)
    return result


def _theoretical(f: Callable[[Tensor], Tensor], x: Tensor) -> np.ndarray[Any, Any]:
    real = x._dtype.real_dtype.as_numpy_dtype
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(x)
    shape = tuple(y._shape)
    size = int(np.prod(shape))
    units = 2 if y._dtype.is_complex else 1
    columns = int(np.prod(x._shape)) * (2 if x._dtype.is_complex else 1)
    result = np.zeros((size * units, columns), real)
    for row in range(size * units):
        seed = np.zeros(size, y._dtype.as_numpy_dtype)
        seed[row // units] = 1j if row % units else 1
        gradient = tape.gradient(y, x, from_numpy(seed.reshape(shape), y._dtype))
        if gradient is not None:
            result[row] = _parts(np.asarray(to_tensor(gradient).numpy()), real)
    return result


@public("tfcompat.test")
def compute_gradient(f: Any, x: Any, delta: float | None = None) -> tuple[Any, Any]:
    """The Jacobians of `f` by each argument in the list `x`: by the tape, and by differences.

    Returns two tuples of matrices, a row for each element of the result and a column for each of
    the argument; a complex element has two of either. `delta` is the step of the differences.

    Raises ValueError unless `x` is a list or tuple, AssertionError for an argument of a dtype that
    has no derivative.
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(
            "`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), "
            f"not a {type(x)}"
        )
    inputs = [to_tensor(item) for item in x]
    for i, tensor in enumerate(inputs):
        if tensor._dtype not in _ACCEPTED:
            raise AssertionError(
                f"Cannot compute gradient for unsupported type {tensor._dtype.name} of argument {i}"
            )

    def by(i: int) -> Callable[[Tensor], Tensor]:
        return lambda value: f(*inputs[:i], value, *inputs[i + 1 :])

    exact = tuple([_theoretical(by(i), tensor) for i, tensor in enumerate(inputs)])
    return exact, tuple([_numeric(by(i), tensor, delta) for i, tensor in enumerate(inputs)])
