"""Functions of a state and an element: those of scan and reduce."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.errors import invalid_argument

_ROUNDS = 4


class StateFunction:
    """A function that is given a state and an element, and returns the next state.

    first: the components of the first state; spec: the types of a state, with sizes unknown that
    the function changes; results: whether it returns a pair of a state and a result, whose types
    are `output_spec`.
    """

    def __init__(
        self,
        element_spec: Any,
        initial_state: Any,
        function: Callable[..., Any],
        op: str,
        results: bool,
    ) -> None:
        self._op, self._results = op, results
        self.spec, self.first = structure.encode(initial_state, op)
        for _ in range(_ROUNDS):
            self._mapped = Mapped(function, (self.spec, element_spec), f"Dataset.{op}()")
            found = self._state_of(self._mapped.output_spec)
            if structure.is_subtype(found, self.spec):
                break
            self.spec = structure.common(self.spec, found)
        self.output_spec = self._mapped.output_spec[1] if results else None

    def _state_of(self, returned: Any) -> Any:
        """The types of the state in what the function returns. Raises TypeError for others."""
        if self._results:
            if not isinstance(returned, tuple) or len(returned) != 2:
                raise TypeError(
                    f"Invalid `{self._op}_func`. `{self._op}_func` should return a pair consisting "
                    f"of new state and the output value but its return type is {returned}."
                )
            returned = returned[0]
        mine, its = structure.flatten(self.spec), structure.flatten(returned)
        if len(mine) != len(its):
            raise invalid_argument(
                f"Dataset.{self._op}",
                "The number of components of the initial state and the function's output does not "
                f"match. (initial_state={len(mine)}, output={len(its)}).",
            )
        structure.assert_same(self.spec, returned)
        for old, new in zip(mine, its, strict=True):
            kinds = [getattr(s, "dtype", type(s)) for s in (old, new)]
            if kinds[0] != kinds[1] or old.most_specific_common_supertype([new]) is None:
                raise TypeError(
                    f"Invalid `{self._op}_func`. The element types for the new state must match "
                    f"the initial state. Expected {kinds[0]!r}, got {kinds[1]!r}."
                )
        return returned

    def started(self) -> Mapped:
        """The function for one pass, of the components of a state and those of an element."""
        return self._mapped.started()
