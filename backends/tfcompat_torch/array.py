"""Kernels for shape and selection."""

from __future__ import annotations

import torch

from tfcompat._src.dtypes import DType

from .runtime import TO_NATIVE


def identity(x: torch.Tensor) -> torch.Tensor:
    return x.view_as(x)


reshape = torch.reshape


def cast(x: torch.Tensor, dtype: DType) -> torch.Tensor:
    return x.to(TO_NATIVE[dtype])


def gather(params: torch.Tensor, indices: torch.Tensor, axis: int, batch_dims: int) -> torch.Tensor:
    return params[indices.long()]
