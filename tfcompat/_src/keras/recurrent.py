"""LSTM layers as one kernel, where the backend has one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src import dispatch, nest
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.dtypes import float32
from tfcompat._src.function import symbolic
from tfcompat._src.ops.array import expand_dims

kernels = dispatch.family("recurrent")


def patch(module: ModuleType) -> None:
    """Gives Keras' backend for TensorFlow, in the module that defines it, an `lstm` of its own.

    A layer asks for it, and does without where NotImplementedError is raised.
    """

    def lstm(
        inputs: Any,
        initial_state_h: Any,
        initial_state_c: Any,
        mask: Any,
        kernel: Any,
        recurrent_kernel: Any,
        bias: Any,
        activation: Any,
        recurrent_activation: Any,
        return_sequences: bool = False,
        go_backwards: bool = False,
        unroll: bool = False,
        time_major: bool = False,
    ) -> Any:
        """The last output, all outputs (or the last again) and the two states."""
        from keras.src import activations, ops

        if (
            unroll
            or time_major
            or mask is not None
            or bias is None
            or activation not in (activations.tanh, ops.tanh)
            or recurrent_activation not in (activations.sigmoid, ops.sigmoid)
            or not dispatch.has("recurrent", "lstm")
        ):
            raise NotImplementedError
        arguments = (inputs, initial_state_h, initial_state_c, kernel, recurrent_kernel, bias)
        tensors = tuple([convert_to_tensor(each) for each in arguments])
        if any([each.dtype is not float32 for each in tensors]):
            raise NotImplementedError
        state = (tensors[0].shape[0], tensors[4].shape[0])
        if not all([each.shape.is_compatible_with(state) for each in tensors[1:3]]):
            raise NotImplementedError
        outputs, h, c = dispatch.execute(kernels.lstm, tensors, (bool(go_backwards),))
        return h, outputs if return_sequences else expand_dims(h, 1), [h, c]

    module.__dict__["lstm"] = lstm


def patch_layer(module: ModuleType) -> None:
    """Has the class LSTM, in the module that defines it, not call itself unfit for XLA."""
    layer = module.LSTM
    keras_inner_loop = layer.inner_loop

    def inner_loop(self: Any, *args: Any, **kwargs: Any) -> Any:
        """The outputs and states of all steps."""
        supports = self.supports_jit
        found = keras_inner_loop(self, *args, **kwargs)
        # TensorFlow's kernel of this kind is none that XLA takes; this one is a kernel like others.
        self.supports_jit = supports
        return found

    layer.inner_loop = inner_loop


def patch_cells(module: ModuleType) -> None:
    """Has cells that a program calls itself draw a dropout mask for each graph, as in Keras 2.

    Keras keeps a mask until the layer RNN resets it, also that of a graph which is finished.
    """
    cell = module.DropoutRNNCell
    cell.get_dropout_mask = _of_this_graph(cell.get_dropout_mask, "_dropout_mask")
    cell.get_recurrent_dropout_mask = _of_this_graph(
        cell.get_recurrent_dropout_mask, "_recurrent_dropout_mask"
    )


def _of_this_graph(keras_mask: Callable[..., Any], kept: str) -> Callable[..., Any]:
    @functools.wraps(keras_mask)
    def mask(self: Any, step_input: Any) -> Any:
        if any(symbolic.is_out_of_scope(one) for one in nest.flatten(getattr(self, kept, None))):
            setattr(self, kept, None)
        return keras_mask(self, step_input)

    return mask
