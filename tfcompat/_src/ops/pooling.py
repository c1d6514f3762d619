"""Pooling: tf.nn.max_pool, tf.nn.avg_pool and those for a number of axes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.convolution import not_both
from tfcompat._src.ops.windows import Geometry, centred, channels_first, frozen, geometry, per_axis
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("convolution")

_OPS = {"MAX": "MaxPool", "AVG": "AvgPool"}
_VOLUMES = {"MAX": dtypes.FLOATS - {dtypes.float64}, "AVG": dtypes.FLOATS}
_ACCEPTED = {
    "MAX": dtypes.REAL - {dtypes.uint32, dtypes.uint64},
    "AVG": dtypes.FLOATS,
}


def _pool(
    kind: str,
    rank: int | None,
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any = None,
    *,
    explicit: bool = False,
) -> Tensor:
    x = to_tensor(input)
    op = _OPS[kind] if rank is None else f"{_OPS[kind]}{rank}D"
    have = len(x._shape) - 2
    if rank is None:
        if not 1 <= have <= 3:
            raise ValueError(
                f"{op}: input.shape.rank must be 3, 4 or 5; received input.shape="
                f"{tuple(x._shape)} of rank {have + 2}"
            )
        rank = have
    check_dtype(op, x, _ACCEPTED[kind] if rank < 3 else _VOLUMES[kind])
    how = frozen(ksize), frozen(strides), padding, data_format, frozen(dilations), explicit
    try:
        attrs = _planned(op, rank, x._shape, *how)
    except TypeError:
        # What is no key: a list of paddings, or arguments that are about to be refused.
        how = ksize, strides, padding, data_format, dilations, explicit
        attrs = _plan(op, rank, x._shape, *how)
    if attrs is None:
        return _pool_channels(x, ksize, strides, op)
    if rank == 3 and padding == "SAME":
        x = centred(x, attrs[0], Geometry(*attrs[1:]))
    kernel = kernels.max_pool if kind == "MAX" else kernels.avg_pool
    return dispatch.execute(kernel, (x,), attrs, x._dtype)


def _plan(
    op: str,
    rank: int,
    shape: tuple[int, ...],
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    explicit: bool,
) -> tuple[Any, ...] | None:
    """What the kernel gets beside its input, checked; None for maxima over channels."""
    first = channels_first(data_format, rank, op)
    if len(shape) - 2 != rank:
        raise invalid_argument(
            op, f"received the shape {tuple(shape)}; expected {rank} spatial dimensions"
        )
    if op[0] == "M" and rank == 2 and not first and _over_channels(ksize):
        return None
    window = per_axis(ksize, rank, first, op, "ksize")
    strides = per_axis(strides, rank, first, op, "strides")
    dilations = per_axis(dilations, rank, first, op, "dilations")
    sizes = tuple(shape[2:] if first else shape[1:-1])
    how = geometry(op, sizes, window, strides, padding, dilations, first, explicit=explicit)
    if not isinstance(padding, str):
        for size, pair in zip(window, how.padding, strict=True):
            if max(pair) >= size:
                raise invalid_argument(
                    op, f"received padding={padding!r}; expected less than the window's {window}"
                )
    return (window, *how)


_planned = lru_cache(maxsize=1024)(_plan)


def _over_channels(ksize: Any) -> bool:
    return isinstance(ksize, (list, tuple)) and len(ksize) == 4 and ksize[3] > 1


def _pool_channels(x: Tensor, ksize: Any, strides: Any, op: str) -> Tensor:
    """The largest of every few channels."""
    size, depth = int(ksize[3]), x._shape[3]
    steps = list(strides) if isinstance(strides, (list, tuple)) else [int(strides)] * 4
    if [int(n) for n in ksize[:3]] != [1, 1, 1]:
        raise unimplemented(
            op,
            "MaxPooling supports exactly one of pooling across depth or pooling across "
            f"width/height: received ksize={list(ksize)}",
        )
    if depth % size or int(steps[-1]) != size:
        raise unimplemented(
            op,
            "Depthwise max pooling requires the depth window to equal the depth stride and to "
            f"divide the depth: received {size}, {steps[-1]} and {depth}",
        )
    rows = reshape(x, (-1, depth, 1))
    how = geometry(op, (depth,), (size,), (size,), "VALID", (1,), first=False)
    y: Tensor = dispatch.execute(kernels.max_pool, (rows,), ((size,), *how), x._dtype)
    return reshape(y, (*x._shape[:3], depth // size))


@public("tfcompat.nn")
def max_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The largest element of each window; of equal ones, the first gets the gradient.

    Args:
      input: [batch, spatial axes, channels].
      ksize: the windows' size: one number, one for each spatial axis, or one for each axis.
      strides: likewise.
      padding: "SAME", "VALID", or pairs of numbers for all axes.
      data_format: such as "NHWC", or "NCHW" for channels in axis 1.
      name: ignored.

    Raises InvalidArgumentError or ValueError for what does not fit.
    """
    return _pool("MAX", None, input, ksize, strides, padding, data_format, explicit=True)


@public("tfcompat.nn")
def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """`max_pool` along one axis."""
    return _pool("MAX", 1, input, ksize, strides, padding, data_format, explicit=True)


@public("tfcompat.nn")
def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """`max_pool` of images."""
    return _pool("MAX", 2, input, ksize, strides, padding, data_format, explicit=True)


@public("tfcompat.nn")
def max_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """`max_pool` of volumes."""
    return _pool("MAX", 3, input, ksize, strides, padding, data_format)


@public("tfcompat.nn")
def avg_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The mean of each window, of which the padding is no part. Arguments as in `max_pool`."""
    return _pool("AVG", None, input, ksize, strides, padding, data_format)


@public("tfcompat.nn")
def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """`avg_pool` along one axis."""
    return _pool("AVG", 1, input, ksize, strides, padding, data_format)


@public("tfcompat.nn")
def avg_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """`avg_pool` of images."""
    return _pool("AVG", 2, input, ksize, strides, padding, data_format)


@public("tfcompat.nn")
def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """`avg_pool` of volumes."""
    return _pool("AVG", 3, input, ksize, strides, padding, data_format)


def _each(numbers: Any, rank: int, what: str) -> tuple[int, ...]:
    """A whole number for each axis; ValueError for others, and for numbers below 1."""
    if numbers is None:
        return (1,) * rank
    whole = tuple([int(n) for n in numbers]) if len(numbers) == rank else ()
    if min(whole, default=0) < 1:
        raise ValueError(f"pool: received {what}={numbers}; expected {rank} positive numbers")
    return whole


@public("tfcompat.nn")
def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """`max_pool` or `avg_pool`, as `pooling_type` says: "MAX" or "AVG"; windows may be dilated.

    Raises:
      ValueError: other types, windows and strides, and dilated windows with "SAME".
      TypeError: a single number for all axes.
    """
    if pooling_type not in _OPS:
        raise ValueError(f"pool: received pooling_type={pooling_type!r}; accepted: 'MAX', 'AVG'")
    for what, numbers in (
        ("window_shape", window_shape),
        ("strides", strides),
        ("dilations", dilations),
    ):
        if numbers is not None and not hasattr(numbers, "__len__"):
            raise TypeError(f"pool: received {what}={numbers!r}; expected a list of numbers")
    x, rank = to_tensor(input), len(window_shape)
    if not 1 <= rank <= 3 or len(x._shape) != rank + 2:
        raise ValueError(
            f"pool: received window_shape={list(window_shape)} and an input of shape "
            f"{tuple(x._shape)}; expected a number for each of 1 to 3 spatial axes"
        )
    channels_first(data_format, rank, "pool")
    window_shape = [int(n) for n in window_shape]
    strides = _each(strides, rank, "strides")
    for step, length in zip(strides, window_shape, strict=True):
        if step > length:
            raise ValueError(
                f"pool: received strides={list(strides)} and window_shape={list(window_shape)}; "
                "expected strides within the window"
            )
    dilations = _each(dilations, rank, "dilations")
    not_both(strides, dilations)
    dilated = max(dilations) > 1
    if dilated and padding == "SAME":
        raise ValueError(
            "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. Received: "
            f"padding={padding} and dilation_rate={list(dilations)}"
        )
    how = (x, window_shape, strides, padding, data_format, dilations)
    return _pool(pooling_type, rank, *how, explicit=pooling_type == "MAX" and not dilated)
