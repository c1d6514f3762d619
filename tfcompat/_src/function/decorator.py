"""The decorator `tf.function`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tfcompat._src.naming import public


@public("tfcompat")
def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: str | None = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Mapping[str, Any] | None = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Makes a function that is traced into a graph once for every signature, and run from it.

    Tensors count by dtype and shape, Python values by value, objects by identity. Python code runs
    while the function is traced, its ops at every call. Without `func` it is a decorator.

    Args:
      func: the function, method or object to call.
      input_signature: a tf.TensorSpec, or a structure of them, for each argument; calls are cast
        to it, and there is one trace.
      autograph: whether `if`, `while` and `for` on tensors become ops.
      jit_compile: whether to compile the whole where the backend leaves a choice.
      reduce_retracing: a second trace leaves open what differs between the shapes of the first two.
      experimental_autograph_options: tf.autograph.experimental.Feature, or several of them.
      experimental_relax_shapes: the old name of `reduce_retracing`.
      experimental_compile: the old name of `jit_compile`.
      experimental_implements: accepted; it tells TensorFlow's own compilers what to put in place.
      experimental_attributes: accepted; hints for TensorFlow's own runtime.
      experimental_follow_type_hints: accepted, without an effect as in TensorFlow.

    Raises:
      TypeError: `func` cannot be called, or `input_signature` does not fit its parameters.
    """
    # What tracing needs is not imported before somebody traces.
    from tfcompat._src.function.function import Function
    from tfcompat._src.function.options import Options, check_attributes
    from tfcompat._src.function.signature import checked

    if input_signature is not None:
        checked(input_signature)
    check_attributes(experimental_attributes)
    options = Options(
        input_signature,
        autograph,
        experimental_compile if jit_compile is None else jit_compile,
        bool(reduce_retracing or experimental_relax_shapes),
        experimental_autograph_options,
    )

    def decorated(inner: Callable[..., Any]) -> Function:
        if not callable(inner):
            raise TypeError(f"{inner!r} is not a callable object")
        return Function(inner, options)

    return decorated if func is None else decorated(func)
