"""tf.cond, tf.case, tf.switch_case and tf.while_loop; in graphs branches.py and loops.py do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.naming import public
from tfcompat._src.ops.assertions import Assert
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.type_spec import is_composite
from tfcompat._src.variable import Variable


def _holds(pred: Any, op: str) -> bool:
    """Whether a predicate is true, which takes one element."""
    value = pred if isinstance(pred, (Tensor, Variable)) else to_tensor(pred)
    if not value.shape.num_elements():
        raise ValueError(
            f"{op}: received a predicate of shape {value.shape}; expected one element: the truth "
            "value of an empty array is ambiguous"
        )
    return bool(value)


def _function(function: Any, op: str, argument: str) -> Callable[..., Any]:
    if function is None:
        raise TypeError(f"{op}(): '{argument}' argument required")
    if not callable(function):
        raise TypeError(f"{op}: received {function!r}; '{argument}' must be callable.")
    return function


@public("tfcompat")
def cond(pred: Any, true_fn: Any = None, false_fn: Any = None, name: str | None = None) -> Any:
    """What `true_fn()` returns if `pred` is true, else what `false_fn()` does.

    Raises:
      TypeError: one of them is missing or cannot be called.
      ValueError: `pred` has no or several elements.
    """
    first = _function(true_fn, "cond", "true_fn")
    second = _function(false_fn, "cond", "false_fn")
    if tracing.current() is not None:
        from tfcompat._src.function import branches

        return branches.cond(pred, first, second, name)
    return first() if _holds(pred, "cond") else second()


@public("tfcompat")
def case(
    pred_fn_pairs: Any,
    default: Any = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function beside the first true predicate returns, or else `default()`.

    Raises:
      InvalidArgumentError: no predicate is true, and there is no default; or, with `exclusive`,
        several are.
      TypeError: what is no list of pairs of a boolean tensor and a function.
      ValueError: the list is empty, or a dictionary, which has no order.
    """
    if isinstance(pred_fn_pairs, Mapping):
        if not exclusive:
            raise ValueError(
                "case: received a dictionary; Unordered dictionaries are not supported for the "
                "'pred_fn_pairs' argument when `exclusive=False` and eager mode is enabled."
            )
        pred_fn_pairs = list(pred_fn_pairs.items())
    if not isinstance(pred_fn_pairs, (list, tuple)):
        raise TypeError(
            f"case: 'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pred_fn_pairs)}"
        )
    if not pred_fn_pairs:
        raise ValueError("case: received no pairs; expected at least one")
    for pair in pred_fn_pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                f"case: Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}."
            )
        pred, function = pair
        if not isinstance(pred, Tensor):
            raise TypeError(f"case: pred must be a Tensor, got: {pred}")
        if pred._dtype.name != "bool":
            raise TypeError(f"case: pred must be of dtype bool, got: {pred._dtype.name}")
        _function(function, "case", "fn")
    if default is not None:
        _function(default, "case", "default")
    preds = [pred for pred, _ in pred_fn_pairs]
    if exclusive:
        # Without a default TensorFlow looks at all but the last.
        _check_exclusive(preds if default is not None else preds[:-1])
    if tracing.current() is not None:
        from tfcompat._src.function import branches

        return branches.case(pred_fn_pairs, default, name)
    for pred, function in pred_fn_pairs:
        if _holds(pred, "case"):
            return function()
    if default is None:
        told = ", ".join([str(bool(pred)) for pred in preds])
        raise invalid_argument("case", f"Input error: None of conditions evaluated as True: {told}")
    return default()


def _check_exclusive(preds: list[Any]) -> None:
    """Raises InvalidArgumentError where several predicates are true."""
    if len(preds) < 2:
        return
    names = ", ".join([p.name if is_symbolic(p) else "?" for p in preds])
    together = stack(preds)
    Assert(
        reduce_sum(cast(together, int32)) < 2,
        [
            f"Input error: exclusive=True: more than 1 conditions ({names}) evaluated as True:",
            together,
        ],
    )


@public("tfcompat")
def switch_case(
    branch_index: Any, branch_fns: Any, default: Any = None, name: str = "switch_case"
) -> Any:
    """What the function of that number returns; `default()`, or the last, for any other number.

    `branch_fns` is a list of functions, a list of pairs of number and function, or a dictionary.

    Raises:
      TypeError: the index is no integer tensor, or what should be a function is none.
      ValueError: no functions, or numbers that leave a gap.
    """
    if isinstance(branch_fns, Mapping):
        branch_fns = list(branch_fns.items())
    if not isinstance(branch_fns, (list, tuple)):
        raise TypeError("switch_case: 'branch_fns' must be a list, tuple, or dict")
    if not branch_fns:
        raise ValueError("switch_case: Must provide at least one item in 'branch_fns'")
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"switch_case: 'branch_index' must be a Tensor, got {type(branch_index)}")
    if not branch_index._dtype.is_integer:
        raise TypeError(
            f"switch_case: 'branch_index' must be an integer Tensor, got {branch_index._dtype.name}"
        )
    if not all(map(callable, branch_fns)):
        branch_fns = _numbered(branch_fns)
    functions = list(branch_fns)
    last = functions[-1] if default is None else default
    if tracing.current() is not None:
        from tfcompat._src.function import branches

        return branches.switch_case(
            branch_index, functions if default is None else [*functions, default], name
        )
    if branch_index._shape:
        raise invalid_argument(
            "switch_case", f"received an index of shape {branch_index.shape}; expected a scalar"
        )
    at = int(branch_index)
    return functions[at]() if 0 <= at < len(functions) else last()


def _numbered(pairs: Any) -> list[Any]:
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                f"switch_case: Each entry in 'branch_fns' must be a 2-tuple. Received {pair}."
            )
        number, function = pair
        if not isinstance(number, int):
            raise TypeError(f"switch_case: key must be a Python `int`, got {type(number)}")
        if not callable(function):
            raise TypeError(f"switch_case: fn for key {number} must be callable.")
    found = sorted(pairs, key=lambda pair: pair[0])
    if [number for number, _ in found] != list(range(len(found))):
        numbers = ",".join(str(number) for number, _ in found)
        raise ValueError(
            "switch_case: branch indices (keys) must form contiguous range of "
            f"[0 to {len(found)}) but found {{{numbers}}}"
        )
    return [function for _, function in found]


@public("tfcompat")
def while_loop(
    cond: Any,
    body: Any,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Calls `loop_vars = body(*loop_vars)` while `cond(*loop_vars)` is true.

    `body` returns a list or tuple of as many structures as it is given. `shape_invariants`,
    `parallel_iterations`, `back_prop` and `swap_memory` mean something in graphs only.

    Returns:
      The last values as tensors.

    Raises:
      TypeError: `cond` or `body` cannot be called, or `body` returns no list or tuple.
      ValueError: no `loop_vars`, or `body` returns another structure.
    """
    if not callable(cond):
        raise TypeError("while_loop: 'cond' must be callable.")
    if not callable(body):
        raise TypeError("while_loop: 'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("while_loop: 'parallel_iterations' must be a positive integer.")
    if tracing.current() is not None:
        from tfcompat._src.function import loops

        return loops.while_loop(
            cond, body, loop_vars, shape_invariants, maximum_iterations, back_prop, name
        )
    if not isinstance(loop_vars, Mapping) and (
        not isinstance(loop_vars, (list, tuple)) or not loop_vars
    ):
        raise ValueError(
            f"while_loop: received {loop_vars!r}; 'loop_vars' must be provided, as a list or tuple"
        )
    left = -1 if maximum_iterations is None else _most(maximum_iterations)
    values = loop_vars
    structure = list(values)
    while left != 0 and _holds(cond(*values), "while_loop"):
        values = body(*values)
        if left > 0:
            nest.assert_same_structure(loop_vars, values)
            left -= 1
        nest.assert_same_structure(structure, list(values))
    return nest.map_structure(_as_value, values)


def _most(maximum_iterations: Any) -> int:
    tensor = to_tensor(maximum_iterations)
    if tensor._shape:
        raise ValueError(
            "while_loop: 'maximum_iterations' must be a scalar. Received shape: "
            f"{tuple(tensor._shape)}"
        )
    return max(0, int(tensor))


def _as_value(item: Any) -> Any:
    if isinstance(item, (Tensor, TensorArray)) or is_composite(item):
        return item
    return to_tensor(item)
