"""tf.py_function and tf.numpy_function: Python functions among the ops."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import errors, nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.naming import public
from tfcompat._src.ops.random_seeds import drawing_from
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable

_BY_EXCEPTION = (
    ((TypeError, ValueError), errors.InvalidArgumentError),
    (StopIteration, errors.OutOfRangeError),
    (MemoryError, errors.ResourceExhaustedError),
    (NotImplementedError, errors.UnimplementedError),
)


def _missing(argument: str, op: str) -> TypeError:
    return TypeError(
        f"{op}: Missing argument `{argument}`; without a function, it is a decorator "
        f"@tf.{op}(Tout=...)"
    )


@public("tfcompat")
def py_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    name: str | None = None,
) -> Any:
    """Calls a Python function of tensors and gives its results as tensors of the dtypes `Tout`.

    Tapes follow what the function does. Without `func` it is a decorator.

    Raises:
      TypeError: `inp` or `Tout` is missing.
      ValueError: `func` cannot be called.
      InvalidArgumentError: the function raises TypeError or ValueError, returns too few values, or
        one that `Tout` does not hold.
      UnknownError: it raises any other exception; some have classes of their own.
    """
    if Tout is None:
        raise _missing("Tout", "py_function")
    if func is None:
        return lambda function: _decorated(function, Tout, py_function)
    if inp is None:
        raise _missing("inp", "py_function")
    if not callable(func):
        raise ValueError(
            f"py_function: Expected func to be callable. Received func={func!r} of type "
            f"{type(func)}."
        )
    wanted = list(Tout) if isinstance(Tout, (list, tuple)) else [Tout]
    dtypes = [as_dtype(t.dtype if isinstance(t, TensorSpec) else t) for t in wanted]
    arguments = [to_tensor(item) for item in inp]
    try:
        with drawing_from(None):
            found = func(*arguments)
        values = [] if found is None else found if isinstance(found, (list, tuple)) else [found]
        results = [
            to_tensor(_current(value), dtype) for value, dtype in zip(values, dtypes, strict=False)
        ]
    except Exception as error:
        raise _translated(error) from error
    if len(results) < len(dtypes):
        raise errors.invalid_argument(
            "py_function",
            f"the function returns {len(results)} values, but expects to see {len(dtypes)} values.",
        )
    return results if isinstance(Tout, (list, tuple)) else results[0]


def _current(value: Any) -> Any:
    if isinstance(value, Variable):
        return value.read_value()
    return value


def _translated(error: Exception) -> errors.OpError:
    text = f"py_function: {type(error).__name__}: {error}"
    for classes, kind in _BY_EXCEPTION:
        if isinstance(error, classes):
            return kind(None, None, text)
    return errors.UnknownError(None, None, text)


def _decorated(function: Callable[..., Any], Tout: Any, op: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def decorated(*args: Any) -> Any:
        return op(function, args, Tout)

    return decorated


def numpy_function_in_graph(
    func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: str | None = None
) -> Any:
    """What `numpy_function` does in a run of a graph, which relies on the dtypes that were told."""
    dtypes = [as_dtype(getattr(t, "dtype", t)) for t in nest.flatten(Tout)]
    with drawing_from(None):
        # Scalars are no arrays there, but NumPy's numbers and bytes.
        found = func(*[np.array(item)[()] for item in inp])
    values = [] if found is None else found if isinstance(found, (list, tuple)) else [found]
    if len(values) != len(dtypes):
        raise errors.invalid_argument(
            "numpy_function",
            f"the function returns {len(values)} values, but expects to see {len(dtypes)} values.",
        )
    results = [to_tensor(np.asarray(value)) for value in values]
    for i, (result, dtype) in enumerate(zip(results, dtypes, strict=True)):
        if result.dtype != dtype:
            raise errors.invalid_argument(
                "numpy_function",
                f"{i}-th value returned by the function is {result.dtype.name}, but expects "
                f"{dtype.name}",
            )
    return results if isinstance(Tout, (list, tuple)) else results[0]


@public("tfcompat")
def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Calls a Python function of NumPy arrays and gives its results as tensors.

    No gradient flows through. The results keep the dtypes that NumPy gives them. Without `func` it
    is a decorator. Raises TypeError where `inp` or `Tout` is missing.
    """
    if Tout is None:
        raise _missing("Tout", "numpy_function")
    if func is None:
        return lambda function: _decorated(function, Tout, numpy_function)
    if inp is None:
        raise _missing("inp", "numpy_function")
    with drawing_from(None):
        found = nest.flatten(func(*[np.array(item) for item in inp]))
    results = [None if item is None else to_tensor(item) for item in found]
    return results[0] if len(results) == 1 else results
