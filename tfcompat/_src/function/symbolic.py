"""The tensors of a graph: a dtype, a shape that may be partly unknown, and no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tfcompat._src.errors import OperatorNotAllowedInGraphError
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    import numpy as np

    from tfcompat._src.dtypes import DType
    from tfcompat._src.function.graph import Graph

Dims = tuple[int | None, ...] | None


class InaccessibleTensorError(ValueError):
    """A tensor of a branch, a loop or an inner function is used in the graph around that."""


class HiddenSymbolError(TypeError):
    """A tensor of a graph where only values do: out of its graph, or inside an object of a call."""


@public("tfcompat")
class Operation:
    """What a tensor of a graph comes from, as far as programs print it: its `name` and `type`."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.type = kind

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


class SymbolicTensor(Tensor):
    """Stands for the value that a tensor of a graph will have.

    _index: its place among the graph's tensors; _constant: the value, where tracing computed it.
    _shadow, _other: what stands for it when shapes are inferred. They differ in the sizes they have
    in the place of unknown ones; _other is None where all sizes are known.
    """

    # What print(type(x)) says, but for the package's name, is what it says in TensorFlow.
    __module__ = "tfcompat.python.framework.ops"
    __slots__ = (
        "_constant",
        "_dims",
        "_dtype",
        "_example",
        "_graph",
        "_index",
        "_kind",
        "_name",
        "_other",
        "_shadow",
        "assign",
    )

    def __init__(self, graph: Graph, index: int, name: str, kind: str, dtype: DType, dims: Dims):
        self._graph = graph
        self._index = index
        self._name = name
        self._kind = kind
        self._dtype = dtype
        self._dims = dims
        self._constant: Tensor | None = None
        self._shadow: Any = None
        self._other: Any = None
        self._example = False

    # ---------------------------------------------------------------------------- what is known
    @property
    def shape(self) -> TensorShape:
        """The static shape, a tf.TensorShape with None for what is not known."""
        return TensorShape(self._dims)

    @property
    def _shape(self) -> tuple[int, ...]:
        dims = self._dims
        if dims is None or None in dims:
            raise ValueError(
                f"{self._name}: received a tensor of the shape {self.shape}, of which not all is "
                "known while the function is traced; expected a fully known shape"
            )
        return dims  # type: ignore[return-value]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        if self._dims is None:
            raise ValueError(f"{self._name}: the rank is not known while the function is traced")
        return len(self._dims)

    @property
    def name(self) -> str:
        """The name in the graph, as in "add:0"."""
        return self._name

    @property
    def op(self) -> Operation:
        """The op that gives it."""
        return Operation(self._name.partition(":")[0], self._kind)

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        return self._graph

    @property
    def value_index(self) -> int:
        """Which of its op's results it is."""
        return int(self._name.partition(":")[2])

    @property
    def device(self) -> str:
        """Empty: where it will be is not known."""
        return ""

    def set_shape(self, shape: Any) -> None:
        """Adds what `shape` says to what is known of the shape.

        Raises ValueError where they disagree.
        """
        self._graph.refine(self, TensorShape(shape))

    # --------------------------------------------------------------------------- what cannot be
    def _refuse(self, what: str) -> NoReturn:
        raise OperatorNotAllowedInGraphError(
            f"{what} is not allowed. You can attempt the following resolutions to the problem: If "
            "you are running in Graph mode, use Eager execution mode or decorate this function "
            "with @tf.function. If you are using AutoGraph, you can try decorating this function "
            "with @tf.function. If that does not work, then you may be using an unsupported "
            "feature or your source code may not be visible to AutoGraph."
        )

    def __bool__(self) -> bool:
        self._refuse("Using a symbolic `tf.Tensor` as a Python `bool`")

    def __iter__(self) -> Any:
        self._refuse("Iterating over a symbolic `tf.Tensor`")

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self._name}). Please call `x.shape` "
            "rather than `len(x)` for shape information."
        )

    def _no_number(self, what: str, kinds: str) -> NoReturn:
        raise TypeError(f"{what}() argument must be {kinds}, not 'SymbolicTensor'")

    def __int__(self) -> int:
        self._no_number("int", "a string, a bytes-like object or a real number")

    def __float__(self) -> float:
        self._no_number("float", "a string or a real number")

    def __complex__(self) -> complex:
        self._no_number("complex", "a string or a number")

    def __index__(self) -> int:
        raise TypeError("'SymbolicTensor' object cannot be interpreted as an integer")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self._name}) to a numpy array. This error may "
            "indicate that you're trying to pass a Tensor to a NumPy call, which is not supported."
        )

    @property
    def numpy(self) -> Any:
        """A tensor of a graph has no value: AttributeError."""
        raise AttributeError("'SymbolicTensor' object has no attribute 'numpy'")

    def origin(self) -> str:
        """What an error tells of the user's line that made the tensor; empty for an argument."""
        for node in self._graph.nodes:
            if self._index in node.outs and node.line is not None:
                return f"\n\n{self!r} was defined here:\n{node.line.partition(chr(10))[2]}"
        return ""

    def __getattr__(self, name: str) -> Any:
        # What backends look for in their own tensors.
        if name in _OF_BACKENDS:
            from tfcompat._src.function import tracing

            # Only while tracing is there anybody to tell it from other errors.
            kind = TypeError if tracing.local.graph is None else HiddenSymbolError
            raise kind(
                f"{self!r} is out of scope and cannot be used here. Use return values, explicit "
                f"Python locals or TensorFlow collections to access it.{self.origin()}"
            )
        raise AttributeError(f"'SymbolicTensor' object has no attribute {name!r}")

    def _numpy(self) -> Any:
        return self.__getattr__("native")

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle a tensor of a graph")

    # ----------------------------------------------------------------------------------- printing
    def __repr__(self) -> str:
        shown = "<unknown>" if self._dims is None else str(self.shape)
        return f"<tf.Tensor '{self._name}' shape={shown} dtype={self._dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self._dims is None else f", shape={self.shape}"
        return f'Tensor("{self._name}"{shape}, dtype={self._dtype.name})'

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError("unsupported format string passed to SymbolicTensor.__format__")
        return str(self)


_OF_BACKENDS = frozenset(
    {
        "native",
        "value",
        "_raw",
        "_recording",
        "_graph_tensor",
        "_slot",
        "_aval",
        "_trace",
        "_native",
    }
)


def is_symbolic(value: Any) -> bool:
    """Whether `value` is a tensor of a graph that is being, or was, traced."""
    return value.__class__ is SymbolicTensor


def is_out_of_scope(value: Any) -> bool:
    """Whether `value` is a tensor of a graph that this thread is not within: of no use here."""
    if not is_symbolic(value):
        return False
    around = tracing.local.graph
    while around is not None and around is not value._graph:
        around = around.outer
    return around is None


def known_value(tensor: Tensor) -> Any:
    """The value of a tensor as NumPy has it; None where tracing did not compute it."""
    if isinstance(tensor, SymbolicTensor):
        return None if tensor._constant is None else tensor._constant.numpy()
    return tensor.numpy()


def _named(operator: str, name: str) -> Callable[..., Any]:
    def call(self: Any, *other: Any) -> Any:
        from tfcompat._src.function import tracing

        tracing.local.name = name
        try:
            return getattr(super(SymbolicTensor, self), operator)(*other)
        finally:
            tracing.local.name = None

    return call


#: What an op that an operator calls is named, where it is not the name of the function's own op.
OPERATOR_NAMES = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "truediv",
    "floordiv": "floordiv",
    "mod": "mod",
    "pow": "pow",
    "matmul": "matmul",
    "and": "and",
    "or": "or",
    "xor": "xor",
}


for _operator, _name in OPERATOR_NAMES.items():
    for _method in (f"__{_operator}__", f"__r{_operator}__"):
        setattr(SymbolicTensor, _method, _named(_method, _name))
