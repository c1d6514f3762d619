"""Kernels that choose and repeat: what graphs with tf.cond and tf.while_loop are compiled to."""

from __future__ import annotations

from typing import Any, Protocol


class ControlKernels(Protocol):
    """The module `control`, which a backend without captures lacks.

    All programs take all of `xs`, and return results of the same shapes and dtypes. A constant of a
    program is none of the kernel's inputs: nothing is differentiated by it; see Program.opened.
    A gradient by an input is 0 where only what did not run reads it. Results are tuples.
    """

    def cond(self, pred: Any, /, *xs_and_programs: Any) -> tuple[Any, ...]:
        """(pred, *xs, (yes, no)): the results of one of two programs, by a bool of shape []."""
        ...

    def switch(self, index: Any, /, *xs_and_programs: Any) -> tuple[Any, ...]:
        """(index, *xs, programs): the results of one; of the last one for an index out of range."""
        ...

    def while_loop(self, *xs_and_rest: Any) -> tuple[Any, ...]:
        """(*xs, test, body, maximum, count): the first `count` of xs after some steps of `body`.

        `body` gives new values for them, and `test` a bool whether to go on; the rest of xs stays
        what it is. maximum: the most steps, or None. Of a long loop only first derivatives exist.
        """
        ...


class RowKernels(Protocol):
    """The module `rows`. Programs take all of `xs`, but those of `rows` columns by their rows."""

    def put_row(self, rows: Any, index: Any, row: Any, /) -> Any:
        """The rows with another in the place of one; an index of shape []."""
        ...

    def take_row(self, rows: Any, index: Any, /) -> Any:
        """One of the rows."""
        ...

    def scan(self, *xs_and_rest: Any) -> tuple[Any, ...]:
        """(*xs, body, carried, rows, backwards): the last values of the first `carried` of xs.

        `rows` columns follow those in xs, of one length that is not 0. For each row `body` gives
        new values, and behind them what is stacked, each at the place of its row.
        """
        ...

    def vectorized(self, *xs_and_rest: Any) -> tuple[Any, ...]:
        """(*xs, body, rows): the results of `body` for each row of the first `rows` of xs."""
        ...
