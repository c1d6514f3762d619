"""Between JAX's arrays and tensors: conversion, devices, switches."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tfcompat._src.dtypes import DType
from tfcompat._src.memory import aligned

from .sharing import host_alone
from .tensor import EagerTensor, wrap
from .trace import Poison, PutOff
from .trie import BIG, TO_NATIVE


def set_default_device(kind: str, index: int) -> None:
    """Where new tensors go from now on."""
    jax.config.update("jax_default_device", _device((kind, index)))


def _device(device: tuple[str, int]) -> Any:
    kind, index = device
    return jax.devices("cpu" if kind == "CPU" else "gpu")[index]


def set_deterministic(enabled: bool) -> None:
    """Nothing to choose: XLA's kernels are deterministic on the CPU, and by flag on a GPU."""


def set_threads(count: int) -> None:
    """Not possible in a running process."""
    raise NotImplementedError(
        f"set_intra_op_parallelism_threads: received {count}, which the backend 'jax' cannot set "
        "in a running process; set XLA_FLAGS=--xla_cpu_multi_thread_eigen=false before it starts"
    )


def device_count(kind: str) -> int:
    """How many devices of a kind, "CPU" or "GPU", this backend sees."""
    try:
        return len(jax.devices("cpu" if kind == "CPU" else "gpu"))
    except RuntimeError:
        return 0


def from_numpy(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor with a copy of `array`, whose NumPy dtype is that of `dtype`."""
    native = TO_NATIVE[dtype]
    if device is not None:
        return wrap(jax.device_put(np.array(array, native), _device(device)))
    # A small one stays on the host until it is used a second time: most never are.
    if array.nbytes < BIG:
        return wrap(np.array(array, native))
    copy = aligned(array.shape, native)
    copy[...] = array
    return _large(copy)


def adopt(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """`from_numpy` of an array that nobody else has: it need not be copied."""
    if device is not None or array.dtype != TO_NATIVE[dtype]:
        return from_numpy(array, dtype, device)
    return wrap(array) if array.nbytes < BIG else _large(array)


def _large(array: np.ndarray[Any, Any]) -> EagerTensor:
    return wrap(array if host_alone() else jax.device_put(array))


def from_native(native: Any) -> EagerTensor:
    """A tensor around somebody's jax.Array."""
    return wrap(native)


def from_dlpack(holder: Any) -> EagerTensor:
    """A tensor on somebody else's memory."""
    return wrap(jnp.from_dlpack(holder))


def is_native(value: Any) -> bool:
    """Whether `value` is a jax.Array."""
    return isinstance(value, jax.Array)


def concrete(tensor: EagerTensor) -> np.ndarray[Any, Any] | None:
    """The value where it is not pending."""
    if isinstance(tensor._trace, PutOff):
        tensor._trace.run()
    raw = tensor._raw
    return None if raw is None or raw.__class__ is Poison else np.asarray(raw)


def copy_to_device(tensor: EagerTensor, device: tuple[str, int]) -> EagerTensor:
    """The same value on another device."""
    return wrap(jax.device_put(tensor.native, _device(device)))
