"""Between PyTorch's tensors and ours: conversion, devices, switches."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.utils.dlpack

from tfcompat._src import dispatch, dtypes
from tfcompat._src.dtypes import DType

from .tensor import TO_NATIVE, EagerTensor, default_device, wrap


def set_deterministic(enabled: bool) -> None:
    """Chooses deterministic kernels."""
    torch.use_deterministic_algorithms(enabled)


def set_threads(count: int) -> None:
    """Sets the threads of one op."""
    torch.set_num_threads(count)


def device_count(kind: str) -> int:
    """How many devices of a kind, "CPU" or "GPU", this backend sees."""
    return torch.cuda.device_count() if kind == "GPU" else 1


_SMALL = 1 << 12  # bytes that NumPy copies faster
_CPU = torch.device("cpu")


def from_numpy(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor with a copy of `array`, whose NumPy dtype is that of `dtype`."""
    if dtype is dtypes.bfloat16:
        native = torch.from_numpy(array.view(np.uint16).copy()).view(torch.bfloat16)
    elif array.nbytes <= _SMALL:
        native = torch.from_numpy(np.array(array, order="C"))
    else:
        # Memory that begins where vectors do. PyTorch's own copy waits for all of its threads: on a
        # busy machine a thousand times longer than NumPy copies.
        native = torch.empty(array.shape, dtype=TO_NATIVE[dtype])
        np.copyto(native.numpy(), array)
    where = placement(device)
    if where != _CPU:
        native = native.to(where)
    return wrap(native, dtype)


def adopt(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor on the memory of `array`, which nobody else has."""
    if not array.flags.carray or dtype is dtypes.bfloat16:
        return from_numpy(array, dtype, device)
    native = torch.from_numpy(array)
    where = placement(device)
    return wrap(native if where == _CPU else native.to(where), dtype)


def placement(device: tuple[str, int] | None) -> torch.device:
    """PyTorch's name of a device; of the default one for None."""
    if device is None:
        return default_device()
    kind, index = device
    return torch.device("cuda", index) if kind == "GPU" else torch.device("cpu")


def from_native(native: torch.Tensor) -> EagerTensor:
    """A tensor around somebody's torch.Tensor, cut off from its autograd graph."""
    return wrap(native.detach())


def from_dlpack(holder: Any) -> EagerTensor:
    """A tensor on somebody else's memory."""
    return wrap(torch.utils.dlpack.from_dlpack(holder))


def is_native(value: Any) -> bool:
    """Whether `value` is a torch.Tensor."""
    return isinstance(value, torch.Tensor)


def alias(tensor: EagerTensor) -> EagerTensor:
    """The same value under an identity of its own, unknown to every recording."""
    native = tensor.native
    if native.is_meta:
        return dispatch.execute_constant(same, (tensor,), (), tensor._dtype)
    return wrap(native, tensor._dtype)


def same(x: torch.Tensor) -> torch.Tensor:
    return x


def concrete(tensor: EagerTensor) -> np.ndarray[Any, Any] | None:
    """The value where no copy from a device is needed."""
    return tensor._numpy() if tensor.native.is_cpu else None


def copy_to_device(tensor: EagerTensor, device: tuple[str, int]) -> EagerTensor:
    """The same value on another device."""
    if tensor.native.is_meta:
        return dispatch.execute_constant(_moved, (tensor,), (device,), tensor._dtype)
    return wrap(_moved(tensor.native, device), tensor._dtype)


def _moved(x: torch.Tensor, device: tuple[str, int]) -> torch.Tensor:
    return x if x.is_meta else x.to(placement(device))
