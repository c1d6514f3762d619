"""tf.SparseTensor: the non-zero elements of a tensor with their coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfcompat._src import nest
from tfcompat._src.dtypes import DType, int64
from tfcompat._src.function.symbolic import known_value
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor


@public("tfcompat")
class SparseTensor:
    """`values[i]` stands at the coordinates `indices[i]` of a tensor of `dense_shape`.

    Elements are in row-major order where an op asks for it; `tf.sparse.reorder` brings them there.

    Raises ValueError unless indices are [n, rank], values [n] and dense_shape [rank].
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        from tfcompat._src.convert import to_tensor

        at, size = to_tensor(indices, int64), to_tensor(dense_shape, int64)
        found = to_tensor(values)
        for tensor, rank in ((at, 2), (found, 1), (size, 1)):
            if len(tensor._shape) != rank:
                raise ValueError(
                    f"tf.SparseTensor: Shape {tuple(tensor._shape)} must have rank {rank}; "
                    "expected indices of shape [n, rank], values [n] and dense_shape [rank]"
                )
        for a, b in ((at._shape[0], found._shape[0]), (at._shape[1], size._shape[0])):
            if a != b:
                raise ValueError(f"tf.SparseTensor: Dimensions {a} and {b} are not compatible")
        self._indices = at
        self._values = found
        self._dense_shape = size
        self._static: TensorShape | None = None

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A SparseTensor of anything with `indices`, `values` and `dense_shape`, or itself."""
        parts = [getattr(sparse_tensor_value, n, None) for n in cls._FIELDS]
        if isinstance(sparse_tensor_value, cls):
            return sparse_tensor_value
        if any(part is None for part in parts):
            raise TypeError(
                f"tf.SparseTensor.from_value: received {sparse_tensor_value!r}, which is neither "
                "a SparseTensor nor SparseTensorValue"
            )
        return cls(*parts)

    _FIELDS = ("indices", "values", "dense_shape")

    @property
    def indices(self) -> Tensor:
        """Where each value stands: int64, shape [n, rank]."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The elements: shape [n]."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole: int64, a vector."""
        return self._dense_shape

    @property
    def dtype(self) -> DType:
        """The element type of the values."""
        return self._values._dtype

    @property
    def _dtype(self) -> DType:
        return self._values._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole, a tf.TensorShape."""
        if self._static is None:
            known = known_value(self._dense_shape)
            if known is None:
                return TensorShape([None] * (self._dense_shape.shape[0] or 0))
            self._static = TensorShape(known.tolist())
        return self._static

    def get_shape(self) -> TensorShape:
        """The shape, as the attribute `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Checks `shape` against the tensor's own. Raises ValueError where they disagree."""
        self._static = self.shape.merge_with(shape)

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same coordinates."""
        return SparseTensor(self._indices, new_values, self._dense_shape)

    def consumers(self) -> list[Any]:
        """The ops that use the tensor; nobody keeps account of them."""
        return []

    @property
    def op(self) -> Any:
        """The op that made the values; eager tensors have none."""
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    @property
    def graph(self) -> Any:
        """The graph of the values; eager tensors have none."""
        raise AttributeError("Tensor.graph is undefined when eager execution is enabled.")

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """TensorFlow 1's way to a value; raises AttributeError, as there is no graph."""
        return self.graph

    def __mul__(self, y: Any) -> SparseTensor:
        from tfcompat._src.ops.sparse import multiply

        return multiply(self, y)

    def __truediv__(self, y: Any) -> SparseTensor:
        from tfcompat._src.ops.sparse import divide

        return divide(self, y)

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices!s}, values={self._values!s}, "
            f"dense_shape={self._dense_shape!s})"
        )


nest.register_composite(
    SparseTensor,
    lambda sparse: [sparse._indices, sparse._values, sparse._dense_shape],
    lambda like, components: type(like)(*components),
)
