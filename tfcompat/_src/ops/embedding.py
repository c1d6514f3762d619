"""tf.nn.embedding_lookup: rows of a table, or of a table in parts."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.norms import clip_by_norm
from tfcompat._src.ops.selection import gather
from tfcompat._src.tensor import Tensor


@public("tfcompat.nn")
def embedding_lookup(
    params: Any, ids: Any, max_norm: Any = None, name: str | None = None
) -> Tensor:
    """The rows of a table that ids name; its gradient is tf.IndexedSlices.

    Args:
      params: the table, or a list of tables that follow each other.
      ids: int32 or int64, of any shape.
      max_norm: rows with a larger Euclidean norm are scaled down to it.
      name: ignored.

    Raises ValueError without tables.
    """
    if params is None or (isinstance(params, (list, tuple)) and not params):
        raise ValueError("embedding_lookup: received no params; params must be specified")
    if isinstance(params, (list, tuple)):
        if len(params) > 1 and not len(to_tensor(params[0])._shape):
            raise IndexError("embedding_lookup: received scalars; expected tables with rows")
        table = params[0] if len(params) == 1 else concat(list(params), 0)
    else:
        table = params
    rows = gather(table, ids)
    if max_norm is None:
        return rows
    rank = len(rows._shape) - (len(table.shape) - 1)
    return clip_by_norm(rows, max_norm, axes=list(range(rank, len(rows._shape))))
