"""tf.range where a loop goes over it: its numbers are counted, not made."""

from __future__ import annotations

import math
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.autograph.staged import is_staged
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.ops import casting, creation, math as math_ops, selection
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

_PARAMETERS = ("start", "limit", "delta", "dtype", "name")


class StagedRange:
    """A range that a loop of the graph goes through.

    start, limit, delta: numbers where they are known, else tensors; dtype: that of all of them.
    """

    __slots__ = ("delta", "dtype", "limit", "start")

    def __init__(self, start: Any, limit: Any, delta: Any, dtype: dtypes.DType) -> None:
        self.start, self.limit, self.delta, self.dtype = start, limit, delta, dtype

    def ends(self) -> tuple[Any, Any, Any]:
        """Start, limit and delta; the limit is never before the start."""
        start, limit, delta = self.start, self.limit, self.delta
        if isinstance(delta, Tensor):
            up, down = math_ops.maximum(start, limit), math_ops.minimum(start, limit)
            limit = selection.where(delta > 0, up, down)
        elif isinstance(start, Tensor) or isinstance(limit, Tensor):
            limit = (math_ops.maximum if delta > 0 else math_ops.minimum)(start, limit)
        return start, limit, delta

    def count(self) -> int | None:
        """How many numbers there are; None if that is not known."""
        start, limit, delta = ends = (self.start, self.limit, self.delta)
        if any(isinstance(end, Tensor) for end in ends):
            return None
        rounds: int = math.ceil((limit - start) / delta)
        return max(0, rounds)


def staged_range(
    args: tuple[Any, ...], kwargs: dict[str, Any] | None, reversible: bool = False
) -> StagedRange | None:
    """The range of a call of tf.range in a traced function; None if tf.range itself must say it.

    That is where its arguments are wrong. reversible: a limit before the start is not.
    """
    given = dict(zip(_PARAMETERS, args, strict=False), **(kwargs or {}))
    if tracing.current() is None or "start" not in given or set(given) - set(_PARAMETERS):
        return None
    start, limit = given["start"], given.get("limit")
    if limit is None:
        start, limit = 0, start
    ends = [start, limit, given.get("delta", 1)]
    try:
        tensors = [to_tensor(end) for end in ends]
        wanted = given.get("dtype")
        if wanted is None:
            found = [_ORDER.index(t.dtype) for t in tensors]
            dtype = _ORDER[max(found)]
        else:
            dtype = dtypes.as_dtype(wanted)
    except (TypeError, ValueError):
        return None
    if dtype not in _ORDER or any(t.shape.rank != 0 for t in tensors):
        return None
    known = [_known(end) for end in ends]
    if known[2] == 0:
        return None
    if None not in known and (known[1] - known[0]) * known[2] < 0:
        if not reversible:
            return None
        known[1] = known[0]
    parts = [
        casting.cast(t, dtype) if k is None else k for t, k in zip(tensors, known, strict=True)
    ]
    first, last, step = parts
    return StagedRange(first, last, step, dtype)


_ORDER = (dtypes.int32, dtypes.int64, dtypes.float16, dtypes.bfloat16,
          dtypes.float32, dtypes.float64)  # fmt: skip


def _known(end: Any) -> Any:
    if isinstance(end, (int, float)) and not isinstance(end, bool):
        return end
    constant = end if isinstance(end, Tensor) and not is_staged(end) else None
    if constant is None:
        constant = getattr(end, "_constant", None)
    if constant is None or isinstance(end, Variable) or constant.shape.rank != 0:
        return None
    return constant._numpy().item()


def is_range(function: Any) -> bool:
    """Whether a function is tf.range, or Python's range."""
    return function is creation.range or function is range
