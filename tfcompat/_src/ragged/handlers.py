"""What the public ops do with ragged tensors; installed when the first one is made."""

from __future__ import annotations

from typing import Any

from tfcompat._src.overloads import redirect
from tfcompat._src.overloads.elementwise_apis import ASSERTING, BINARY, UNARY
from tfcompat._src.ragged import (
    dynamic_shape,
    elementwise,
    gathering,
    joining,
    operators,
    products,
    reductions,
    selecting,
    shaping,
    texts,
)
from tfcompat._src.ragged.tensor import RaggedTensor

_RAGGED: dict[str, Any] = {
    # TensorFlow counts log_softmax among them, and refuses ragged tensors in it.
    **dict.fromkeys((name for name in UNARY if name != "nn.log_softmax"), elementwise.unary),
    **dict.fromkeys(BINARY, elementwise.binary),
    **dict.fromkeys(ASSERTING, elementwise.asserting),
    # TensorFlow does not dispatch these as element-wise, but takes them so.
    "bitcast": elementwise.unary,
    "identity": elementwise.unary,
    "io.decode_compressed": elementwise.unary,
    "stop_gradient": elementwise.unary,
    "math.add_n": elementwise.add_n,
    "strings.join": elementwise.join,
    "repeat": elementwise.repeat,
    "debugging.assert_type": elementwise.assert_type,
    "nn.dropout": elementwise.dropout,
    "nn.experimental.stateless_dropout": elementwise.dropout,
    "math.reduce_sum": reductions.reduce_sum,
    "math.reduce_prod": reductions.reduce_prod,
    "math.reduce_max": reductions.reduce_max,
    "math.reduce_min": reductions.reduce_min,
    "math.reduce_mean": reductions.reduce_mean,
    "math.reduce_all": reductions.reduce_all,
    "math.reduce_any": reductions.reduce_any,
    "math.reduce_variance": reductions.reduce_variance,
    "math.reduce_std": reductions.reduce_std,
    "math.reduce_logsumexp": reductions.reduce_logsumexp,
    "math.unsorted_segment_sum": reductions.unsorted,
    "math.unsorted_segment_prod": reductions.unsorted,
    "math.unsorted_segment_max": reductions.unsorted,
    "math.unsorted_segment_min": reductions.unsorted,
    "math.unsorted_segment_mean": reductions.unsorted,
    "math.unsorted_segment_sqrt_n": reductions.unsorted,
    "concat": joining.concat,
    "stack": joining.stack_op,
    "expand_dims": shaping.expand_dims,
    "squeeze": shaping.squeeze,
    "tile": shaping.tile,
    "reverse": shaping.reverse,
    "split": shaping.split,
    "size": shaping.size,
    "rank": shaping.rank,
    "one_hot": shaping.one_hot,
    "shape": dynamic_shape.shape_of,
    "reshape": dynamic_shape.reshape,
    "broadcast_to": dynamic_shape.broadcast_to,
    "gather": gathering.gather,
    "gather_nd": gathering.gather_nd,
    "nn.embedding_lookup": gathering.embedding_lookup,
    "nn.embedding_lookup_sparse": gathering.embedding_lookup_sparse,
    "where": selecting.where,
    "dynamic_partition": selecting.dynamic_partition,
    "linalg.matmul": products.matmul,
    "nn.softmax": products.softmax,
    "math.cumsum": products.cumsum,
    "math.bincount": products.bincount,
    "strings.reduce_join": texts.reduce_join,
    "strings.format": texts.format_op,
    "print": texts.print_op,
}
_SHAPES: dict[str, Any] = {
    "reshape": dynamic_shape.reshape,
    "broadcast_to": dynamic_shape.broadcast_to,
    "zeros": dynamic_shape.filled,
    "ones": dynamic_shape.filled,
    "fill": dynamic_shape.filled,
}


def install() -> None:
    """Called once."""
    operators.install()
    redirect.register(RaggedTensor, _RAGGED)
    redirect.register(dynamic_shape.DynamicRaggedShape, _SHAPES)
