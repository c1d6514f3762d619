"""The text forms of tensors and variables, made from their NumPy values.

A value is an array of any rank, a NumPy or Python scalar, or bytes. NumPy lays it out, so its
print options apply; scalars follow TensorFlow, which writes Python numbers in `repr`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType, string


def _is_scalar(value: Any) -> bool:
    return getattr(value, "ndim", 0) == 0


def _python_scalar(value: Any) -> Any:
    """A float, int, complex, bool or bytes, for any kind of scalar."""
    return value.item() if isinstance(value, np.ndarray | np.generic) else value


def _readable(value: Any, dtype: DType) -> Any:
    """What NumPy prints as TensorFlow does."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return value[()]
        if dtype is string and value.dtype != object:
            # Fixed-width strings would print their width and drop trailing NULs.
            return value.astype(object)
    return value


def numpy_text(value: Any, dtype: DType) -> str:
    """What stands after `numpy=` in a repr; more than one line starts on a line of its own."""
    if _is_scalar(value):
        # The shortest digits that give the value back, as TensorFlow printed them before NumPy 2
        # and as its tutorials show: -0.33333334, where it prints -0.3333333432674408 today.
        item = value[()] if isinstance(value, np.ndarray) else value
        return repr(item) if isinstance(item, bytes) else str(item)
    text = repr(_readable(value, dtype))
    return "\n" + text if "\n" in text else text


def repr_tensor(value: Any, dtype: DType, shape: Any) -> str:
    """`repr` of an eager tensor."""
    return f"<tf.Tensor: shape={shape}, dtype={dtype.name}, numpy={numpy_text(value, dtype)}>"


def str_tensor(value: Any, dtype: DType, shape: Any) -> str:
    """`str` of an eager tensor."""
    text = str(_readable(value, dtype))
    if "\n" in text:
        text = "\n" + text
    return f"tf.Tensor({text}, shape={shape}, dtype={dtype.name})"


def format_tensor(value: Any, dtype: DType, spec: str) -> str:
    """`format` of an eager tensor: a scalar formats as a Python number, an array as by NumPy."""
    if _is_scalar(value):
        return format(_python_scalar(value), spec)
    return format(_readable(value, dtype), spec)


def repr_variable(name: str, value: Any, dtype: DType, shape: Any) -> str:
    """`repr` and `str` of a variable, whose `shape` may be less definite than its value's."""
    return (
        f"<tf.Variable '{name}' shape={shape} dtype={dtype.name}, numpy={numpy_text(value, dtype)}>"
    )


def repr_variable_in_graph(name: str, dtype: DType, shape: Any) -> str:
    """`repr` and `str` of a variable inside a traced function, where its value is not known."""
    return f"<tf.Variable '{name}' shape={shape} dtype={dtype.name}>"
