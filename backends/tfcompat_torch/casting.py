"""Kernels that change the type of elements."""

from __future__ import annotations

import torch

from tfcompat._src.dtypes import DType

from .tensor import TO_NATIVE


def cast(x: torch.Tensor, dtype: DType) -> torch.Tensor:
    if x.is_complex() and not dtype.is_complex:
        x = x.real
        if TO_NATIVE[dtype] is x.dtype:
            return x
    return x.to(TO_NATIVE[dtype])


def bitcast(x: torch.Tensor, dtype: DType, shape: tuple[int, ...]) -> torch.Tensor:
    native = TO_NATIVE[dtype]
    if not x.numel():
        return x.new_empty(shape, dtype=native)
    if not x.dim():
        x = x.reshape(1)
    return x.contiguous().view(native).reshape(shape)
