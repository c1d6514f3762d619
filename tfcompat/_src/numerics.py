"""Infinities and NaNs: tf.debugging.check_numerics, for one tensor or for the result of every op.

While `enable_check_numerics` is on, the functions through which ops reach the backend are
replaced by ones that look at results; while it is off there is nothing to pay.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tfcompat._src import afterwards, dispatch, dtypes, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import identity
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.comparisons import equal, is_finite, is_inf, is_nan
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.reductions import reduce_any
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor


def _kinds(array: np.ndarray[Any, Any]) -> str:
    """Which of "Inf" and "NaN" occur; empty for finite numbers."""
    if np.isfinite(array).all():
        return ""
    found = [word for word, test in (("Inf", np.isinf), ("NaN", np.isnan)) if test(array).any()]
    return " and ".join(found)


def _check(x: Tensor, message: str) -> None:
    if afterwards.is_asked() and afterwards.checked(is_finite(x), _not_finite, x, message):
        return
    if _kinds(x._numpy()):
        _not_finite(x, message)


def _not_finite(x: Tensor, message: str) -> None:
    kinds = _kinds(x._numpy())
    raise invalid_argument("CheckNumerics", f"{message} : Tensor had {kinds} values")


def verified(tensor: Any, message: Any, name: str | None = None) -> tuple[Tensor, str]:
    """The arguments, converted, if all numbers are finite."""
    if isinstance(message, bytes):
        message = message.decode()
    if not isinstance(message, str):
        raise TypeError(f"Expected string for argument 'message' not {message!r}.")
    x = to_tensor(tensor)
    check_dtype("CheckNumerics", x, dtypes.FLOATS)
    _check(x, message)
    return x, message


@public("tfcompat.debugging")
def check_numerics(tensor: Any, message: Any, name: str | None = None) -> Tensor:
    """The tensor itself, if it has neither infinities nor NaNs; its gradient is checked as well.

    Takes bfloat16, float16, float32 and float64. Raises InvalidArgumentError otherwise, and for a
    value that is not finite; `message` comes first in the error.
    """
    x, message = verified(tensor, message)
    if afterwards.is_asked():
        if recording.nobody_derives():
            return identity(x)
        if (tape := recording.only_tape()) is not None:
            return _probed(tape, x, message)

    def grad(upstream: Tensor) -> Tensor:
        return check_numerics(upstream, _in_gradient(message))

    return custom_gradient(lambda value: (identity(value), grad))(x)


def _in_gradient(message: str) -> str:
    found = "Not a number (NaN) or infinity (Inf) values detected in gradient."
    return f"{found} {message.encode()!r}"


def _probed(tape: GradientTape, x: Tensor, message: str) -> Tensor:
    """The tensor itself in a program, whose tape asks for the gradient by one number more.

    That gradient is 0 where the tensor's is finite, 1 with infinities in it, 2 with NaNs, 3 with
    both: so no op of the program has to raise.
    """
    from tfcompat._src.ops.casting import cast

    def grad(upstream: Tensor) -> list[Tensor]:
        kinds = [reduce_any(test(upstream)) for test in (is_inf, is_nan)]
        first, second = [cast(kind, x._dtype) for kind in kinds]
        return [upstream, first + second * 2]

    probe = zeros([], x._dtype)

    def check(found: Tensor) -> None:
        afterwards.checked(equal(found, 0), _refused, found, _in_gradient(message))

    tape._probe(probe, check)
    return custom_gradient(lambda value, _: (identity(value), grad))(x, probe)


def _refused(found: Tensor, message: str) -> None:
    seen = int(np.bitwise_or.reduce(found._numpy().astype(np.int32).ravel()))
    kinds = ("", "Inf", "NaN", "Inf and NaN")[seen]
    raise invalid_argument("CheckNumerics", f"{message} : Tensor had {kinds} values")


@public("tfcompat.debugging")
def assert_all_finite(x: Any, message: Any, name: str | None = None) -> Tensor:
    """The tensor itself, if it has neither infinities nor NaNs; as `check_numerics`."""
    return check_numerics(x, message, name)


# --------------------------------------------------------------------------- the result of any op
# Ops that only move or choose among their inputs: the op that made the value is the one to blame.
_SAFE = frozenset(
    "reshape transpose concat unstack strided_slice slice getitem fill maximum minimum identity "
    "expand_dims squeeze clip_by_value top_k".split()
)


class _Threads(threading.local):
    enabled = False
    stack_height_limit = 30
    path_length_limit = 50


_threads = _Threads()
_lock = threading.Lock()
_count = 0
_NAMES = ("execute", "execute1", "execute2", "execute_constant")
_plain: dict[str, Callable[..., Any]] = {}
_names: dict[int, str] = {}
_plain_gradient = GradientTape.gradient


def _counts(array: np.ndarray[Any, Any]) -> list[str]:
    tests = (("-Inf", np.isneginf), ("+Inf", np.isposinf), ("+NaN", np.isnan))
    numbers = [(kind, int(test(array).sum())) for kind, test in tests]
    return [f"  # of {kind} elements: {n}" for kind, n in numbers if n]


def _report(op: str, at: int, outputs: int, x: Tensor, inputs: tuple[Tensor, ...]) -> None:
    array = x._numpy()
    wide = array.astype(np.float64)
    if np.isfinite(wide).all():
        return
    given = [f"         {i}: {tensor!s}" for i, tensor in enumerate(inputs)]
    lines = [
        f'!!! Detected Infinity or NaN in output {at} of eagerly-executing op "{op}" '
        f"(# of outputs: {outputs}) !!!",
        f"  dtype: {x._dtype!s}",
        f"  shape: {tuple(x._shape)}",
        *_counts(wide),
    ]
    if len(inputs) == 1:
        lines += ["", f"  Input tensor: {inputs[0]!s}"]
    elif inputs:
        lines += ["", f"  Input tensors ({len(inputs)}):", *given]
    raise InvalidArgumentError(
        None, None, "CheckNumericsV2: \n\n" + "\n".join(lines) + f"\n\n : {_had(wide)}"
    )


def _had(wide: np.ndarray[Any, Any]) -> str:
    tests = (("-Inf", np.isneginf), ("+Inf", np.isposinf), ("NaN", np.isnan))
    return f"Tensor had {' and '.join([k for k, test in tests if test(wide).any()])} values"


def _check_results(op: str, result: Any, inputs: tuple[Tensor, ...]) -> None:
    if op in _SAFE:
        return
    outputs = result if isinstance(result, (tuple, list)) else (result,)
    for at, tensor in enumerate(outputs):
        if isinstance(tensor, Tensor) and tensor._dtype in dtypes.FLOATS:
            _report(op, at, len(outputs), tensor, inputs)


def _kernel_names() -> dict[int, str]:
    """What a backend's kernels are called here: many are the framework's own functions."""
    engine: Any = dispatch.backend()
    modules = [m for m in vars(engine).values() if isinstance(m, ModuleType)]
    return {
        id(kernel): name
        for module in modules
        if module.__name__.startswith(engine.__name__)
        for name, kernel in vars(module).items()
        if callable(kernel) and not name.startswith("_")
    }


def _checking(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    takes_tuple = name in ("execute", "execute_constant")

    def execute(kernel: Callable[..., Any], *args: Any) -> Any:
        result = plain(kernel, *args)
        if _threads.enabled:
            op = _names.get(id(kernel)) or str(getattr(kernel, "__name__", kernel))
            _check_results(op, result, args[0] if takes_tuple else tuple(args[:-1]))
        return result

    return execute


def _checked_gradient(self: GradientTape, *args: Any, **kwargs: Any) -> Any:
    found = _plain_gradient(self, *args, **kwargs)
    if _threads.enabled:
        from tfcompat._src import nest

        for part in nest.flatten(found, expand_composites=True):
            _check_results("gradient", part, ())
    return found


@public("tfcompat.debugging")
def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """From now on every op of this thread raises InvalidArgumentError for a result not finite.

    Results of reshape, concat, maximum and others that only pass values on are not looked at.
    The gradients that a tape gives are. The arguments limit what TensorFlow shows of graphs and
    are kept. Reading every result makes programs slow.
    """
    global _count
    dispatch.backend()
    with _lock:
        if not _threads.enabled:
            if not _count:
                _names.update(_kernel_names())
                for name in _NAMES:
                    _plain[name] = getattr(dispatch, name)
                    setattr(dispatch, name, _checking(name, _plain[name]))
                GradientTape.gradient = _checked_gradient  # type: ignore[method-assign]
            _count += 1
        _threads.enabled = True
        _threads.stack_height_limit = stack_height_limit
        _threads.path_length_limit = path_length_limit


@public("tfcompat.debugging")
def disable_check_numerics() -> None:
    """Ends what `enable_check_numerics` began in this thread."""
    global _count
    with _lock:
        if not _threads.enabled:
            return
        _threads.enabled = False
        _count -= 1
        if not _count:
            for name in _NAMES:
                setattr(dispatch, name, _plain[name])
            GradientTape.gradient = _plain_gradient  # type: ignore[method-assign]


_DUMPS = (
    "TensorFlow's debugger dumps are not part of tfcompat; use tf.debugging.enable_check_numerics, "
    "or the debugger of the backend"
)


@public("tfcompat.debugging.experimental")
def enable_dump_debug_info(
    dump_root: Any,
    tensor_debug_mode: str = "NO_TENSOR",
    circular_buffer_size: int = 1000,
    op_regex: str | None = None,
    tensor_dtypes: Any = None,
) -> None:
    """Raises NotImplementedError: the dumps are of TensorFlow's own graphs."""
    raise NotImplementedError(f"enable_dump_debug_info: {_DUMPS}")


@public("tfcompat.debugging.experimental")
def disable_dump_debug_info() -> None:
    """Does nothing: no dump can have been enabled."""
