"""tf.nn.RNNCellResidualWrapper and its like: recurrent cells with something around them."""

from __future__ import annotations

from typing import Any

from tfcompat._src import nest
from tfcompat._src.device import device
from tfcompat._src.naming import public
from tfcompat._src.ops import math
from tfcompat._src.ops.dropout import dropout


class _Wrapper:
    """A cell that stands for another one."""

    def __init__(self, cell: Any) -> None:
        if not hasattr(cell, "call") and not callable(cell):
            raise AttributeError(
                f"{type(self).__name__}: received {cell!r}, which has no attribute 'call'"
            )
        self.cell = cell

    @property
    def wrapped_cell(self) -> Any:
        """The cell inside."""
        return self.cell

    @property
    def state_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.output_size

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        """The state to begin with."""
        if inputs is not None:
            batch_size, dtype = inputs.shape[0], inputs.dtype
        # Keras cells of today know the dtype themselves.
        try:
            return self.cell.get_initial_state(batch_size=batch_size, dtype=dtype)
        except TypeError:
            return self.cell.get_initial_state(batch_size=batch_size)

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables of the cell inside."""
        if hasattr(self.cell, "build") and not getattr(self.cell, "built", False):
            self.cell.build(inputs_shape)

    def _inside(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        self.build(inputs.shape)
        return self.cell(inputs, state, **kwargs)

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        """One step: the output and the next state."""
        return self._inside(inputs, state, **kwargs)

    def __call__(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        return self.call(inputs, state, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "cell":
            raise AttributeError(name)
        return getattr(self.cell, name)


@public("tfcompat.nn")
class RNNCellResidualWrapper(_Wrapper):
    """Adds the inputs to the outputs, or calls `residual_fn(inputs, outputs)`."""

    def __init__(self, cell: Any, residual_fn: Any = None, **kwargs: Any) -> None:
        super().__init__(cell)
        self._residual_fn = residual_fn

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        """One step of the cell inside, with the sum for its output."""
        outputs, state = self._inside(inputs, state, **kwargs)
        if self._residual_fn is not None:
            return self._residual_fn(inputs, outputs), state
        return nest.map_structure(math.add, inputs, outputs), state


@public("tfcompat.nn")
class RNNCellDeviceWrapper(_Wrapper):
    """Runs the cell on a device."""

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell)
        self._device = device

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        """One step of the cell inside, on the device."""
        with device(self._device):
            return self._inside(inputs, state, **kwargs)


@public("tfcompat.nn")
class RNNCellDropoutWrapper(_Wrapper):
    """Sets inputs, outputs and states to 0 by chance; each is kept with a probability of its own.

    Raises ValueError for a probability that is none.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: Any = None,
        dropout_state_filter_visitor: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell)
        if variational_recurrent:
            if dtype is None:
                raise ValueError("When variational_recurrent=True, dtype must be provided")
            raise NotImplementedError(
                "tf.nn.RNNCellDropoutWrapper: received variational_recurrent=True, which is not "
                "available; use the argument recurrent_dropout of tf.keras.layers.LSTMCell"
            )
        self._keep = {
            "input": input_keep_prob,
            "state": state_keep_prob,
            "output": output_keep_prob,
        }
        for what, keep in self._keep.items():
            if isinstance(keep, (int, float)) and not 0 < keep <= 1:
                raise ValueError(f"Parameter {what}_keep_prob must be between 0 and 1: {keep}")
        self._seed = seed
        self._filter = dropout_state_filter_visitor

    def _dropped(self, values: Any, what: str) -> Any:
        keep = self._keep[what]
        if isinstance(keep, (int, float)) and keep >= 1:
            return values
        flat = [
            x
            if what == "state" and self._filter is not None and not self._filter(x)
            else dropout(x, 1 - keep, seed=self._seed_of(what, number))
            for number, x in enumerate(nest.flatten(values))
        ]
        return nest.pack_sequence_as(values, flat)

    def _seed_of(self, what: str, number: int) -> int | None:
        if self._seed is None:
            return None
        text = f"{self._seed}{what}_{number}".encode()
        # Seldom needed, and slow to import.
        import hashlib

        return int(hashlib.md5(text, usedforsecurity=False).hexdigest()[:8], 16) & 0x7FFFFFFF

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        """One step of the cell inside, between what is left of inputs, state and outputs."""
        outputs, state = self._inside(self._dropped(inputs, "input"), state, **kwargs)
        return self._dropped(outputs, "output"), self._dropped(state, "state")
