"""tf.Graph: what the graph of a concrete function is, for programs that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfcompat._src.naming import public

if TYPE_CHECKING:
    from tfcompat._src.function.graph_def import ListedOperation
    from tfcompat._src.function.symbolic import SymbolicTensor


@public("tfcompat")
class Graph:
    """The ops that one trace of a tf.function recorded.

    Raises NotImplementedError when it is made by calling the class: graphs come from tf.function.
    """

    #: What `tf.function` was told about compiling the whole; None leaves it to the backend.
    jit_compile: bool | None = None
    _symbols: list[SymbolicTensor]

    def __new__(cls, *args: Any, **kwargs: Any) -> Graph:
        if cls is Graph:
            raise NotImplementedError(
                "tf.Graph: graphs are made by tracing only; put the code into a function and use "
                "tf.function"
            )
        return super().__new__(cls)

    def get_operations(self) -> list[ListedOperation]:
        """The ops that give tensors, in the order of the trace."""
        from tfcompat._src.function.graph_def import listed

        return listed(self)  # type: ignore[arg-type]

    def get_operation_by_name(self, name: str) -> ListedOperation:
        """The op of a name such as "add". Raises KeyError if there is none."""
        for operation in self.get_operations():
            if operation.name == name:
                return operation
        raise KeyError(f"get_operation_by_name: received {name!r}; the graph has no such operation")

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The ops as a protocol buffer GraphDef, which programs print; it cannot be run again.

        Args:
          from_version: not used.
          add_shapes: whether each op says what is known of its results' shapes.
        """
        from tfcompat._src.function.graph_def import graph_def

        return graph_def(self, add_shapes)  # type: ignore[arg-type]

    def get_tensor_by_name(self, name: str) -> SymbolicTensor:
        """The tensor of a name such as "add:0". Raises KeyError if there is none."""
        for tensor in self._symbols:
            if tensor.name == name:
                return tensor
        for operation in self.get_operations():
            for tensor in operation.outputs:
                if tensor.name == name:
                    return tensor
        raise KeyError(f"get_tensor_by_name: received {name!r}; the graph has no such tensor")
