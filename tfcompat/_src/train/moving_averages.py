"""tf.train.ExponentialMovingAverage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tfcompat._src import dtypes, recording
from tfcompat._src.naming import public
from tfcompat._src.variable import Variable

_FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)


@public("tfcompat.train")
class ExponentialMovingAverage:
    """Averages of variables in which older values count less and less.

    Args:
      decay: what the average is multiplied with at each step.
      num_updates: where given, the decay is at most (1 + num_updates) / (10 + num_updates).
      zero_debias: accepted; an average begins with the variable's own value, without a bias.
      name: the end of the averages' names.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages: dict[int, tuple[Variable, Variable]] = {}

    @property
    def name(self) -> str:
        """The end of the averages' names."""
        return self._name

    def apply(self, var_list: Iterable[Variable] | None = None) -> None:
        """Takes the present values into the averages; the first time they are the averages.

        Raises TypeError for what is no variable of floats.
        """
        variables = list(var_list or ())
        for variable in variables:
            if not isinstance(variable, Variable):
                raise TypeError(
                    "tf.train.ExponentialMovingAverage does not support non-Variable tensors when "
                    f"eager execution is enabled: received {variable!r}"
                )
            if variable.dtype not in _FLOATS:
                raise TypeError(
                    f"ExponentialMovingAverage.apply: The variables must be half, float, or "
                    f"double: {variable.name}"
                )
        decay = self._decay
        if self._num_updates is not None:
            count = float(self._num_updates)
            decay = min(float(decay), (1.0 + count) / (10.0 + count))
        with recording.paused():
            for variable in variables:
                self._take(variable, decay)

    def _take(self, variable: Variable, decay: Any) -> None:
        known = self._averages.get(id(variable))
        if known is None:
            average = Variable(variable.value(), trainable=False)
            average._name = self.average_name(variable)
            self._averages[id(variable)] = (variable, average)
            known = self._averages[id(variable)]
        average = known[1]
        average.assign_sub((average - variable) * (1.0 - decay))

    def average(self, var: Variable) -> Variable | None:
        """The average of a variable; None if it has none."""
        known = self._averages.get(id(var))
        return None if known is None else known[1]

    def average_name(self, var: Variable) -> str:
        """The name that the average of a variable has, or would have."""
        return f"{var.name.removesuffix(':0')}/{self._name}"

    def variables_to_restore(
        self, moving_avg_variables: Iterable[Variable] | None = None
    ) -> dict[str, Variable]:
        """The variables by the names of their averages."""
        given = moving_avg_variables
        chosen = [v for v, _ in self._averages.values()] if given is None else list(given)
        return {self.average_name(variable): variable for variable in chosen}
