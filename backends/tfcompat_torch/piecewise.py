"""Special functions of float32 by quadratics on pieces of the line."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import torch

from tfcompat._src.numpy_kernels.table import NotHere, NumpyKernel
from tfcompat._src.pieces import Pieces

from .derivative import Kernel
from .large import in_parts

Array = np.ndarray[Any, Any]

_lock = threading.Lock()


def piecewise(
    exact: Kernel,
    low: float,
    high: float,
    bits: int,
    power: int | None = None,
    least: int = 0,
    few: NumpyKernel | None = None,
) -> Kernel:
    """`exact`, but by `Pieces` of it for float32 in the processor's memory.

    Fewer numbers than `least` are left to `exact`: a function of PyTorch's takes less than a
    dozen calls of NumPy. As many as it is good for are left to `few`, which takes one.
    """
    fewest = few.few if few is not None else 0
    made: list[Pieces] = []

    def values(x: Array) -> Array:
        return exact(torch.from_numpy(x)).numpy()

    def pieces() -> Pieces:
        with _lock, np.errstate(all="ignore"):
            if not made:
                made.append(Pieces(values, low, high, bits, power))
        return made[0]

    def kernel(x: torch.Tensor) -> torch.Tensor:
        size = x.numel()
        is_few = 0 < size <= fewest
        if x.dtype is not torch.float32 or (size < least and not is_few) or not x.is_cpu:
            return exact(x)
        try:
            array = (x.detach() if x.requires_grad else x).numpy()
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            return exact(x)
        if few is not None and is_few:
            try:
                return torch.from_numpy(np.asarray(few.function(array)))
            except NotHere:
                # Near an end of its domain.
                if size < least:
                    return exact(x)
        run = made[0] if made else pieces()
        found, missing = run.of_many(array, in_parts)
        if missing is not None:
            found[missing] = exact(torch.from_numpy(array[missing])).numpy()
        return torch.from_numpy(found)

    return kernel
