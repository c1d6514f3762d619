"""The names of ops in graphs: TensorFlow's, which programs print."""

from __future__ import annotations

from tfcompat._src import scopes

#: Public functions whose op is not named like the function in capitals.
NAMES = {
    "add": "Add",
    "all": "All",
    "any": "Any",
    "argmax": "ArgMax",
    "argmin": "ArgMin",
    "bias_add": "BiasAdd",
    "boolean_mask": "boolean_mask/GatherV2",
    "broadcast_to": "BroadcastTo",
    "concat": "concat",
    "conv2d": "Conv2D",
    "conv3d": "Conv3D",
    "constant": "Const",
    "convert_to_tensor": "Const",
    "divide": "truediv",
    "einsum": "einsum/Einsum",
    "eye": "eye/diag",
    "floordiv": "floordiv",
    "floormod": "FloorMod",
    "gather": "GatherV2",
    "getitem": "strided_slice",
    "l2_normalize": "l2_normalize",
    "inv": "MatrixInverse",
    "linspace": "linspace/Slice",
    "matmul": "MatMul",
    "multiply": "Mul",
    "negative": "Neg",
    "norm": "norm/Squeeze",
    "normal": "random_normal",
    "one_hot": "one_hot",
    "ones": "ones",
    "ones_like": "ones_like",
    "pow": "Pow",
    "py_function": "EagerPyFunc",
    "numpy_function": "PyFunc",
    "range": "range",
    "reduce_all": "All",
    "reduce_any": "Any",
    "reduce_max": "Max",
    "reduce_mean": "Mean",
    "reduce_min": "Min",
    "reduce_prod": "Prod",
    "reduce_sum": "Sum",
    "repeat": "Repeat/Reshape_1",
    "reverse": "ReverseV2",
    "sequence_mask": "SequenceMask/Less",
    "sigmoid": "Sigmoid",
    "split": "split",
    "stack": "stack",
    "subtract": "Sub",
    "tensor_scatter_nd_update": "TensorScatterUpdate",
    "top_k": "TopKV2",
    "transpose": "transpose",
    "truediv": "truediv",
    "uniform": "random_uniform/RandomUniform",
    "unstack": "unstack",
    "value": "ReadVariableOp",
    "variable_getitem": "strided_slice",
    "where": "SelectV2",
    "zeros": "zeros",
    "zeros_like": "zeros_like",
}
# How an op is called here -> its type in TensorFlow.
_TYPES = {
    "Add": "AddV2",
    "cond": "StatelessIf",
    "concat": "ConcatV2",
    "einsum": "Einsum",
    "floordiv": "FloorDiv",
    "linspace": "LinSpace",
    "one_hot": "OneHot",
    "random_normal": "AddV2",
    "range": "Range",
    "split": "Split",
    "stack": "Pack",
    "strided_slice": "StridedSlice",
    "transpose": "Transpose",
    "truediv": "RealDiv",
    "unstack": "Unpack",
    "while": "StatelessWhile",
    "While": "StatelessWhile",
    "zeros_like": "ZerosLike",
}
# What TensorFlow makes a constant of, the axes of a reduction over everything, takes a name too.
_WITH_AXES = frozenset({"reduce_all", "reduce_any", "reduce_max", "reduce_mean", "reduce_min",
                        "reduce_prod", "reduce_sum"})  # fmt: skip


def op_name(function: str) -> str:
    """The name of the op that a public function makes."""
    found = NAMES.get(function)
    return "".join([part.capitalize() for part in function.split("_")]) if found is None else found


def op_type(name: str) -> str:
    """The type of an op that is called so."""
    return _TYPES.get(name, name.rpartition("/")[2])


class Names:
    """Hands out names, each once: what differs in case only is the same."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """`name`, with a number behind it from the second time on."""
        key = name.lower()
        count = self._taken.get(key, 0)
        self._taken[key] = count + 1
        if not count:
            return name
        found = f"{name}_{count}"
        # Somebody may have asked for just that name.
        return self.unique(name) if found.lower() in self._taken else self._take(found)

    def _take(self, name: str) -> str:
        self._taken[name.lower()] = 1
        return name

    def of_call(self, function: str, given: str | None) -> str:
        """The name for a call of a public function."""
        if function in _WITH_AXES:
            self.unique("Const")
        scope = f"{scopes.local.name}/" if scopes.local.name else ""
        if given is not None:
            return self.unique(scope + given)
        head, slash, rest = op_name(function).partition("/")
        return self.unique(scope + head) + slash + rest
