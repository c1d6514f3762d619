"""Making arrays: zeros, eye, arange, linspace, meshgrid, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy.elementwise import log10
from tfcompat._src.numpy.promotion import (
    as_tensor,
    converted,
    promoted,
    requested,
    result_type,
    static,
)
from tfcompat._src.numpy.shaping import moveaxis
from tfcompat._src.numpy.state import STATE, dtype_of
from tfcompat._src.ops import array as arrays, comparisons, creation, division, math, repeating
from tfcompat._src.ops.selection import where
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")


# -------------------------------------------------------------------------------------- from values
@tnp
def array(val: Any, dtype: Any = None, copy: bool = True, ndmin: int = 0) -> Tensor:
    """A tensor of numbers, lists, arrays or tensors; Python's numbers are int64 and float64.

    `ndmin` puts axes of size 1 in front. Tensors never change, so `copy` has no effect.

    Raises:
      ValueError: no rectangular list, or no value that an array can hold.
      UnimplementedError: strings as numbers or numbers as strings.
    """
    x = requested(as_tensor(val), dtype)
    missing = ndmin - len(x._shape)
    return arrays.reshape(x, (1,) * missing + tuple(x._shape)) if missing > 0 else x


@tnp
def asarray(a: Any, dtype: Any = None) -> Tensor:
    """`a` as a tensor; one that it is already is returned as it is."""
    return requested(as_tensor(a), dtype)


@tnp
def asanyarray(a: Any, dtype: Any = None) -> Tensor:
    """`asarray`."""
    return asarray(a, dtype)


@tnp
def ascontiguousarray(a: Any, dtype: Any = None) -> Tensor:
    """`asarray`, with at least one axis."""
    return array(a, dtype, ndmin=1)


@tnp
def copy(a: Any) -> Tensor:
    """`a` as a tensor."""
    return as_tensor(a)


# ---------------------------------------------------------------------------------------- constants
def _float(dtype: Any) -> DType:
    return dtype_of(dtype)


@tnp
def empty(shape: Any, dtype: Any = float) -> Tensor:
    """Zeros: there is no memory to leave unset."""
    return zeros(shape, dtype)


@tnp
def empty_like(a: Any, dtype: Any = None) -> Tensor:
    """Zeros in the shape of `a`."""
    return zeros_like(a, dtype)


@tnp
def zeros(shape: Any, dtype: Any = float) -> Tensor:
    """A tensor of zeros."""
    return creation.zeros(shape, _float(dtype))


@tnp
def zeros_like(a: Any, dtype: Any = None) -> Tensor:
    """Zeros in the shape and, unless another is given, the dtype of `a`."""
    return creation.zeros_like(as_tensor(a), None if dtype is None else dtype_of(dtype))


@tnp
def ones(shape: Any, dtype: Any = float) -> Tensor:
    """A tensor of ones."""
    return creation.ones(shape, _float(dtype))


@tnp
def ones_like(a: Any, dtype: Any = None) -> Tensor:
    """Ones in the shape and, unless another is given, the dtype of `a`."""
    return creation.ones_like(as_tensor(a), None if dtype is None else dtype_of(dtype))


@tnp
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """`fill_value` broadcast to a shape."""
    sizes = [shape] if isinstance(shape, int) else shape
    return repeating.broadcast_to(asarray(fill_value, dtype), sizes)


@tnp
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
) -> Tensor:
    """`fill_value` in the shape and, unless another is given, the dtype of `a`.

    Another order, subok=False or a shape raise ValueError.
    """
    if order != "K" or not subok or shape is not None:
        raise ValueError(
            f"full_like: received order={order!r}, subok={subok}, shape={shape}; expected 'K', "
            "True and None"
        )
    x = as_tensor(a)
    wanted = x._dtype if dtype is None else dtype_of(dtype)
    return repeating.broadcast_to(converted(fill_value, wanted), tuple(x._shape))


# ----------------------------------------------------------------------------------------- matrices
def _on_diagonals(op: str, rows: Any, columns: Any, dtype: Any, choose: Any) -> Tensor:
    n = int(static(rows))
    m = n if columns is None or (op == "eye" and not columns) else int(static(columns))
    if n < 0 or m < 0:
        raise invalid_argument(op, f"received the sizes {n} and {m}: Dimension must be >= 0")
    wanted = _float(dtype)
    offsets = np.arange(m)[None, :] - np.arange(n)[:, None]
    return from_numpy(choose(offsets).astype(wanted.as_numpy_dtype), wanted)


@tnp
def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = float) -> Tensor:
    """N rows and M columns (N unless given) of zeros with ones on the diagonal k."""
    return _on_diagonals("eye", N, M, dtype, lambda offsets: offsets == static(k))


@tnp
def identity(n: Any, dtype: Any = float) -> Tensor:
    """The unit matrix."""
    return eye(n, dtype=dtype)


@tnp
def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Tensor:
    """N rows and M columns with ones on and below the diagonal k, zeros above."""
    wanted = float if dtype is None else dtype
    return _on_diagonals("tri", N, M, wanted, lambda offsets: offsets <= static(k))


@tnp
def vander(x: Any, N: Any = None, increasing: bool = False) -> Tensor:
    """The powers of a vector in columns, N of them (as many as x has unless given).

    Raises ValueError where x has other than one axis, or for a negative N.
    """
    base = as_tensor(x)
    if not base._shape and N is None:
        raise invalid_argument("vander", "received a scalar; expected a vector")
    if len(base._shape) != 1:
        raise ValueError(f"vander: received the shape {tuple(base._shape)}; expected a vector")
    count = base._shape[0] if N is None else static(N)
    if count < 0:
        raise ValueError(f"vander: received N={count}; N must be nonnegative")
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    exponents = converted(np.ceil(powers), base._dtype)
    return math.pow(arrays.expand_dims(base, -1), exponents)


# ------------------------------------------------------------------------------------------- ranges
@tnp
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """`start`, `start + step`, ... up to but without `stop`; `arange(stop)` starts at 0.

    Raises ValueError for a step of 0; what leads nowhere is empty.
    """
    if isinstance(step, (bool, int, float, np.generic)) and not step:
        raise ValueError(f"arange: received step={step}; step must be non-zero")
    wanted = dtype_of(dtype) if dtype is not None else _range_dtype(start, stop, step)
    if stop is None:
        start, stop = 0, start
    ends = start, stop, step
    if start.__class__ is stop.__class__ is step.__class__ is int and wanted.is_integer:
        if max(start, stop, -start, -stop) < 2**31:
            return creation.whole_range(start, stop, step, wanted)
    if (step > 0 and stop < start) or (step < 0 and stop > start):
        return creation.zeros([0], wanted)
    # TensorFlow counts in the dtype of its own ranges: float32 for Python's floats.
    return converted(creation.range(*ends), wanted)


def _range_dtype(start: Any, stop: Any, step: Any) -> DType:
    return result_type(start, step) if stop is None else result_type(start, step, stop)


@tnp
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = float,
    axis: Any = 0,
) -> Any:
    """`num` evenly spaced values from `start` to `stop`, along a new axis.

    `endpoint=False` leaves `stop` out, `retstep=True` gives the step too. As in TensorFlow the
    result has the dtype of the ends, and `dtype` has no effect.

    Raises ValueError for a negative number.
    """
    if dtype is not None:
        dtype = dtype_of(dtype)
    first, last = promoted(start * 1.0, stop * 1.0)
    count = static(num)
    if not isinstance(count, (int, np.integer)):
        raise TypeError(f"linspace: received num={num!r}; Argument `num` must be an integer")
    if count < 0:
        raise ValueError(f"linspace: received num={count}; expected a non-negative integer")
    step: Any = float("nan")
    if endpoint:
        result = _spaced(first, last, int(count), axis)
        if count > 1:
            step = division.divide(math.subtract(last, first), count - 1)
    elif count > 0:
        step = division.divide(math.subtract(last, first), count)
        result = _spaced(first, math.subtract(last, step), int(count), axis)
    else:
        result = _spaced(first, last, 0, axis)
    return (result, to_tensor(step)) if retstep else result


def _spaced(first: Tensor, last: Tensor, count: int, axis: Any) -> Tensor:
    if count:
        return creation.linspace(first, last, count, axis=axis)
    return _none_of(creation.linspace(first, last, 1, axis=axis), axis)


def _none_of(x: Tensor, axis: Any) -> Tensor:
    at = int(static(axis)) % len(x._shape)
    return x[(slice(None),) * at + (slice(0, 0),)]


@tnp
def logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: Any = 0,
) -> Tensor:
    """The powers of `base` with the exponents that `linspace` gives."""
    exponents = linspace(start, stop, num=num, endpoint=endpoint, axis=axis)
    return math.pow(converted(base, exponents._dtype), exponents)


@tnp
def geomspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: Any = 0,
) -> Tensor:
    """`num` values of one sign in a constant ratio from `start` to `stop`, along a new axis."""
    wanted = None if dtype is None else as_dtype(dtype)
    default = np.float32 if STATE.prefer_float32 else np.float64
    common = result_type(start, stop, float(static(num)), np.zeros((), default))
    if common.is_complex:
        raise invalid_argument("geomspace", f"received {common.name}; expected real numbers")
    if wanted is not None:
        common = wanted
    first, last = converted(start, common), converted(stop, common)
    signs = where(comparisons.less(first, 0), converted(-1, common), converted(1, common))
    low, high = (log10(math.multiply(x, signs)) for x in (first, last))
    exponents = linspace(low, high, num, endpoint=endpoint)
    result = math.multiply(math.pow(10.0, exponents), converted(signs, exponents._dtype))
    if axis:
        result = moveaxis(result, 0, axis)
    return result if wanted is None else converted(result, wanted)


# -------------------------------------------------------------------------------------------- grids
@tnp
def meshgrid(*xi: Any, **kwargs: Any) -> list[Tensor]:
    """The coordinates of every point of a grid with the given axes, a tensor per axis.

    `indexing="ij"` keeps the order of the axes. sparse=True and copy=False raise ValueError.
    """
    indexing = kwargs.get("indexing", "xy")
    if kwargs.get("sparse", False) or not kwargs.get("copy", True):
        raise ValueError(
            f"meshgrid: received sparse={kwargs.get('sparse', False)} and "
            f"copy={kwargs.get('copy', True)}; expected False and True"
        )
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: received indexing={indexing!r}; expected 'xy' or 'ij'")
    axes = [as_tensor(x) for x in xi]
    if len({x._dtype for x in axes}) < 2:
        return repeating.meshgrid(*axes, indexing=indexing)
    if not STATE.methods or STATE.mode == "off":
        return repeating.meshgrid(*axes, indexing=indexing)
    # TensorFlow multiplies by ones of the first axis' dtype, which then widens the others.
    common = [result_type(x, axes[0]) for x in axes]
    return [
        repeating.meshgrid(*[converted(x, dtype) for x in axes], indexing=indexing)[n]
        for n, dtype in enumerate(common)
    ]


@tnp
def ix_(*args: Any) -> list[Tensor]:
    """Vectors of positions, or of truth values, shaped so that they index a grid together.

    Raises ValueError for another rank or dtype.
    """
    grids = []
    for position, value in enumerate(args):
        x = as_tensor(value)
        if len(x._shape) != 1:
            raise ValueError(
                f"ix_: received the shape {tuple(x._shape)} for argument {position}; expected 1-d"
            )
        if x._dtype is dtypes.bool_:
            x = to_tensor(np.nonzero(x._numpy())[0].astype(np.int64))
        elif not x._dtype.is_integer:
            raise ValueError(f"ix_: received {x._dtype.name}; expected integers or bool")
        shape = [1] * len(args)
        shape[position] = -1
        grids.append(arrays.reshape(x, shape))
    return grids


@tnp
def diag_indices(n: Any, ndim: int = 2) -> tuple[Tensor, ...]:
    """The positions 0 to n - 1, `ndim` times. Raises ValueError for a negative n."""
    count = static(n)
    if count < 0:
        raise ValueError(f"diag_indices: received n={count}; n must be nonnegative")
    return (creation.range(count),) * ndim
