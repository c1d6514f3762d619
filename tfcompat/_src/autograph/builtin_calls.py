"""Calls of Python's built-in functions in converted code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from tfcompat._src import dtypes, functional
from tfcompat._src.autograph.ranges import staged_range
from tfcompat._src.autograph.scopes import FunctionScope
from tfcompat._src.autograph.staged import as_tensor, is_staged
from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import casting, creation, selection, sizes, sorting, string_numbers
from tfcompat._src.print_op import print as print_tensors
from tfcompat._src.tensor_array import TensorArray

_MISSING = object()


def _len(value: Any) -> Any:
    if isinstance(value, TensorArray):
        return value.size()
    if not is_staged(value):
        return len(value)
    tensor = as_tensor(value)
    if tensor.shape.rank == 0:
        raise ValueError(f"len requires a non-scalar tensor, got one of shape {tensor.shape}")
    static = tensor.shape[0] if tensor.shape.rank is not None else None
    return sizes.shape(tensor)[0] if static is None else static


def _number(plain: type, dtype: dtypes.DType) -> Callable[..., Any]:
    def call(value: Any = _MISSING, base: Any = _MISSING) -> Any:
        if value is _MISSING:
            return plain()
        if not is_staged(value):
            return plain(value) if base is _MISSING else plain(value, base)
        if base not in (_MISSING, 10):
            raise NotImplementedError(f"base {base} not supported for int")
        tensor = as_tensor(value)
        if tensor.dtype.name == "string":
            return string_numbers.to_number(tensor, dtype)
        return casting.cast(tensor, dtype)

    return call


def _range(*args: Any) -> Any:
    if not any(map(is_staged, args)):
        return range(*args)
    if len(args) == 1:
        return creation.range(args[0])
    # Where Python's range is empty, tf.range refuses.
    numbers = staged_range(args, None, reversible=True)
    if numbers is None:
        return creation.range(*args)
    start, limit, delta = (to_tensor(e, numbers.dtype) for e in numbers.ends())
    return creation.range(start, limit, delta)


def _sorted(value: Any, /, *, key: Any = None, reverse: bool = False) -> Any:
    if not is_staged(value):
        return sorted(value, key=key, reverse=reverse)
    tensor = as_tensor(value)
    direction = "DESCENDING" if reverse else "ASCENDING"
    if key is not None:
        if tensor.shape.rank != 1:
            raise ValueError("sort only supports 1D tensors")
        return selection.gather(
            tensor, sorting.argsort(functional.map_fn(key, tensor), direction=direction)
        )
    if tensor.shape.rank not in (1, None):
        raise ValueError("sort only supports 1D tensors")
    return sorting.sort(tensor, direction=direction)


def _print(*values: Any, **kwargs: Any) -> None:
    if not any(map(is_staged, values)):
        print(*values, **kwargs)
        return
    unknown = set(kwargs) - {"sep", "end", "file", "flush"}
    if unknown:
        raise ValueError(f"invalid keyword arguments: {sorted(unknown)}")
    options = {name: kwargs[name] for name in ("sep", "end") if kwargs.get(name) is not None}
    print_tensors(*values, output_stream=kwargs.get("file") or sys.stdout, **options)


OVERLOADS: dict[Any, Callable[..., Any]] = {
    len: _len,
    int: _number(int, dtypes.int32),
    float: _number(float, dtypes.float32),
    range: _range,
    sorted: _sorted,
    print: _print,
}


# ----------------------------------------------------------- what looks at the caller's own frame
def _frame_of(scope: FunctionScope) -> FrameType:
    """The frame of the user's function, as opposed to those of parts of its body."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        # Parts of the body have the scope from the function around them.
        if scope.name not in frame.f_code.co_freevars and frame.f_locals.get(scope.name) is scope:
            return frame
        frame = frame.f_back
    raise RuntimeError("no frame of the calling function; expected a call in converted code")


def _super(scope: FunctionScope, args: tuple[Any, ...]) -> Any:
    if args:
        return super(*args)
    frame = _frame_of(scope)
    found = frame.f_locals
    if "__class__" not in found or not frame.f_code.co_argcount:
        raise RuntimeError("super(): no arguments")
    return super(found["__class__"], found[frame.f_code.co_varnames[0]])


def _locals(scope: FunctionScope, args: tuple[Any, ...]) -> Any:
    return dict(_frame_of(scope).f_locals)


def _globals(scope: FunctionScope, args: tuple[Any, ...]) -> Any:
    return _frame_of(scope).f_globals


def _eval(scope: FunctionScope, args: tuple[Any, ...]) -> Any:
    frame = _frame_of(scope)
    names = args[1:] or (frame.f_globals, dict(frame.f_locals))
    return eval(args[0], *names)


IN_FRAME: dict[Any, Callable[[FunctionScope, tuple[Any, ...]], Any]] = {
    super: _super,
    locals: _locals,
    globals: _globals,
    eval: _eval,
}
