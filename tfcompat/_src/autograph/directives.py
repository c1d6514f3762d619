"""Statements that say something about the loop they stand in."""

from __future__ import annotations

from typing import Any, Final

from tfcompat._src.naming import public

UNSPECIFIED: Final = object()


@public("tfcompat.autograph.experimental")
def set_loop_options(
    parallel_iterations: Any = UNSPECIFIED,
    swap_memory: Any = UNSPECIFIED,
    maximum_iterations: Any = UNSPECIFIED,
    shape_invariants: Any = UNSPECIFIED,
) -> None:
    """Gives the loop whose first statement it is more arguments of tf.while_loop.

    `shape_invariants` is a list of pairs of a variable of the loop and the shape, a tf.TensorShape
    with None where it changes. It does nothing in loops that Python runs.
    """
