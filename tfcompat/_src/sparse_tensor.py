"""tf.SparseTensor: the non-zero elements of a tensor with their coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfcompat._src import nest
from tfcompat._src.dtypes import DType, int64
from tfcompat._src.function.symbolic import is_symbolic, known_value
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.type_spec import CompositeTensor

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor
    from tfcompat._src.type_spec import TypeSpec


@public("tfcompat")
class SparseTensor(CompositeTensor):
    """`values[i]` stands at the coordinates `indices[i]` of a tensor of `dense_shape`.

    Elements are in row-major order where an op asks for it; `tf.sparse.reorder` brings them there.

    Raises ValueError unless indices are [n, rank], values [n] and dense_shape [rank].
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        from tfcompat._src.convert import to_tensor

        at, size = to_tensor(indices, int64), to_tensor(dense_shape, int64)
        found = to_tensor(values)
        shapes = at.shape, found.shape, size.shape
        if shapes[2].rank == 0:
            raise TypeError(
                f"tf.SparseTensor: received dense_shape={dense_shape!r}; expected a list"
            )
        for shape, rank in zip(shapes, (2, 1, 1), strict=True):
            if shape.rank not in (None, rank):
                raise ValueError(
                    f"tf.SparseTensor: Shape {shape} must have rank {rank}; expected indices of "
                    "shape [n, rank], values [n] and dense_shape [rank]"
                )
        rows, count = _size(shapes[0], 0), _size(shapes[1], 0)
        columns, axes = _size(shapes[0], 1), _size(shapes[2], 0)
        for a, b in ((rows, count), (columns, axes)):
            if a is not None and b is not None and a != b:
                raise ValueError(f"tf.SparseTensor: Dimensions {a} and {b} are not compatible")
        self._indices = at
        self._values = found
        self._dense_shape = size
        # What the type, or the list given, says of the shape, where its value is not known.
        self._declared: TensorShape | None = None
        if is_symbolic(size) and isinstance(dense_shape, (list, tuple)):
            self._declared = TensorShape([d if isinstance(d, int) else None for d in dense_shape])
        self._static: TensorShape | None = None

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A SparseTensor of anything with `indices`, `values` and `dense_shape`, or itself."""
        parts = [getattr(sparse_tensor_value, n, None) for n in cls._FIELDS]
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
            found = self._inferred()
            if not found.is_fully_defined():
                return found.merge_with(self._declared)
            self._static = found
        return self._static

    def _inferred(self) -> TensorShape:
        from tfcompat.backend import ValueNeeded

        size = self._dense_shape
        try:
            known = known_value(size) if is_symbolic(size) else size._numpy()
        except ValueNeeded:
            known = None
        if known is not None:
            return TensorShape(known.tolist())
        rank = _size(size.shape, 0)
        rank = _size(self._indices.shape, 1) if rank is None else rank
        return TensorShape(None if rank is None else [None] * rank)

    def _declare(self, shape: TensorShape | None) -> None:
        """Notes what is known of the shape; what contradicts the values is left out."""
        if self._inferred().is_compatible_with(shape):
            self._declared = shape

    def get_shape(self) -> TensorShape:
        """The shape, as the attribute `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Checks `shape` against the tensor's own. Raises ValueError where they disagree."""
        self._declared = self.shape.merge_with(shape)

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same coordinates."""
        made = SparseTensor(self._indices, new_values, self._dense_shape)
        made._declared = self._declared
        return made

    def _mapped(self, op: str, function: Callable[[Any], Any]) -> SparseTensor:
        """What an op of one tensor gives: for those that keep zeros, it acts on the values."""
        if op not in _KEEP_ZEROS:
            raise ValueError(
                f"{op}: Attempt to convert a value ({self!r}) with an unsupported type "
                f"({type(self)}) to a Tensor."
            )
        return self.with_values(function(self._values))

    def consumers(self) -> list[Any]:
        """The ops that use the tensor; nobody keeps account of them."""
        return []

    @property
    def op(self) -> Any:
        """The op that made the values; eager tensors have none."""
        if is_symbolic(self._values):
            return self._values.op  # type: ignore[attr-defined]
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    @property
    def graph(self) -> Any:
        """The graph of the values; eager tensors have none."""
        if is_symbolic(self._values):
            return self._values.graph  # type: ignore[attr-defined]
        raise AttributeError("Tensor.graph is undefined when eager execution is enabled.")

    @property
    def _type_spec(self) -> TypeSpec:
        from tfcompat._src.sparse_tensor_spec import SparseTensorSpec

        return SparseTensorSpec(self.shape, self.dtype)

    def _shape_invariant_to_type_spec(self, shape: Any) -> TypeSpec:
        from tfcompat._src.sparse_tensor_spec import SparseTensorSpec

        return SparseTensorSpec(TensorShape(shape), self.dtype)

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


# Ops of one tensor that take sparse ones.
_KEEP_ZEROS = frozenset(
    {
        "Abs",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "BesselI0e",
        "BesselI1e",
        "Cast",
        "Erf",
        "Identity",
        "Neg",
        "Sign",
        "Sin",
        "Sqrt",
        "Square",
        "StopGradient",
        "Tan",
        "Tanh",
    }
)


def _size(shape: TensorShape, axis: int) -> int | None:
    return None if shape.rank is None else shape[axis]


def _rebuilt(like: SparseTensor, components: list[Any]) -> SparseTensor:
    made = type(like)(*components)
    if like._declared is not None:
        made._declare(like._declared)
    return made


nest.register_composite(
    SparseTensor, lambda sparse: [sparse._indices, sparse._values, sparse._dense_shape], _rebuilt
)
