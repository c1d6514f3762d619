"""experimental_enable_numpy_behavior: NumPy's methods, indexing and promotion for tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes, operators
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.naming import public
from tfcompat._src.numpy import arithmetic, indexing, reductions, shaping, weak
from tfcompat._src.numpy.lattice import strong
from tfcompat._src.numpy.linear import matmul
from tfcompat._src.numpy.promotion import converted, result_type
from tfcompat._src.numpy.state import MODES, OFF, STATE
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor, TensorBase


# ------------------------------------------------------------------------------------------ methods
def _astype(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """`tf.cast`."""
    return strong(cast(x, as_dtype(dtype)))


def _reshape(a: Any, *newshape: Any, **kwargs: Any) -> Tensor:
    """`reshape`; the sizes may be arguments of their own. The only keyword is `order`."""
    order = kwargs.pop("order", "C")
    if kwargs:
        raise ValueError(f"reshape: received the arguments {sorted(kwargs)}; expected order alone")
    if len(newshape) == 1 and not isinstance(newshape[0], int):
        return shaping.reshape(a, newshape[0], order)
    return shaping.reshape(a, list(newshape), order)


def _max(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Tensor:
    """The largest element."""
    return reductions.amax(a, axis, out, keepdims)


def _min(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Tensor:
    """The smallest element."""
    return reductions.amin(a, axis, out, keepdims)


def _tolist(self: Tensor) -> Any:
    """The elements as nested lists of Python's values."""
    return self.numpy().tolist()


def _itself(self: Tensor) -> Tensor:
    """The tensor."""
    return self


def _transposed(self: Tensor) -> Tensor:
    """The axes in opposite order."""
    return self.transpose()  # type: ignore[attr-defined]


METHODS: dict[str, Any] = {
    "T": property(_transposed),
    "__pos__": _itself,
    "astype": _astype,
    "clip": arithmetic.clip,
    "data": property(_itself),
    "flatten": shaping.flatten,
    "max": _max,
    "mean": reductions.mean,
    "min": _min,
    "ravel": shaping.ravel,
    "reshape": _reshape,
    "size": property(shaping.size),
    "tolist": _tolist,
    "transpose": shaping.transpose,
}
_KEEPING = ("flatten", "max", "mean", "min", "ravel", "reshape", "transpose")


def _same(method: Any) -> Any:
    return method


# ---------------------------------------------------------------------------------------- operators
def _operand(value: Any, dtype: DType) -> Tensor:
    if value.__class__ is bool or (dtype is dtypes.string and not isinstance(value, TensorBase)):
        return to_tensor(value, dtype)
    return converted(value, dtype)


def _operands(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    if isinstance(x, Tensor) and isinstance(y, Tensor) and x._dtype is y._dtype:
        return x, y
    dtype = result_type(x, y)
    return _operand(x, dtype), _operand(y, dtype)


def _promoting(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operation(x: Any, y: Any) -> Any:
        return op(*_operands(x, y))

    return operation


def _comparing(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """== and !=, which take None for a value."""

    def operation(self: Any, other: Any) -> Any:
        return op(self, other) if other is None else op(*_operands(self, other))

    return operation


def _promote_operators() -> None:
    binary = {name: _promoting(op) for name, op in operators.BINARY.items()}
    binary["matmul"] = matmul
    others = {name: _promoting(operators.OTHERS[name]) for name in ("lt", "le", "gt", "ge")}
    others |= {name: _comparing(operators.OTHERS[name]) for name in ("eq", "ne")}
    operators.install_operators(binary, others)


# ---------------------------------------------------------------------------------------- switching
@public("tfcompat.experimental.numpy")
def experimental_enable_numpy_behavior(
    prefer_float32: bool = False, dtype_conversion_mode: str = "legacy"
) -> None:
    """Gives tensors NumPy's methods and indexing, and operators a promotion of dtypes.

    It lasts as long as the process.

    Args:
      prefer_float32: Python's floats and complex numbers count as float32 and complex64.
      dtype_conversion_mode: "legacy" promotes by NumPy's rules, "off" does not promote. "all"
        promotes by a lattice in which Python's numbers are weak, "safe" likewise but refusing,
        by TypeError, what may lose precision.

    Raises:
      ValueError: another mode.
    """
    if dtype_conversion_mode not in MODES:
        raise ValueError(
            "experimental_enable_numpy_behavior: received dtype_conversion_mode="
            f"{dtype_conversion_mode!r}; accepted are {MODES}"
        )
    STATE.methods = True
    STATE.mode = dtype_conversion_mode
    STATE.prefer_float32 = bool(prefer_float32)
    keep = weak.keeping if STATE.weak else _same
    for name, method in METHODS.items():
        setattr(Tensor, name, keep(method) if name in _KEEPING else method)
    Tensor.__getitem__ = indexing.getitem  # type: ignore[method-assign]
    if STATE.weak:
        weak.install()
        operators.install_operators(weak.binary_operators(), weak.other_operators())
    elif dtype_conversion_mode == OFF:
        operators.install_operators(operators.BINARY, operators.OTHERS)
    else:
        _promote_operators()
