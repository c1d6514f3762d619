"""tfcompat on PyTorch."""

from __future__ import annotations

import torch

from . import (
    array as array,
    bitwise as bitwise,
    casting as casting,
    colour as colour,
    complex as complex,
    control as control,
    convolution as convolution,
    creation as creation,
    decompositions as decompositions,
    devices as devices,
    diagonals as diagonals,
    fourier as fourier,
    image as image,
    joining as joining,
    linalg as linalg,
    losses as losses,
    math as math,
    nn as nn,
    norms as norms,
    optimizers as optimizers,
    patches as patches,
    profiler as profiler,
    quantization as quantization,
    random as random,
    recurrent as recurrent,
    reductions as reductions,
    rows as rows,
    scatter as scatter,
    segments as segments,
    selection as selection,
    sorting as sorting,
    special as special,
    transcendental as transcendental,
    tridiagonal as tridiagonal,
)
from .capture import (
    Accumulator as Accumulator,
    Capture as Capture,
    Tape as Tape,
    custom_gradient as custom_gradient,
)
from .execute import (
    execute as execute,
    execute1 as execute1,
    execute2 as execute2,
    execute_constant as execute_constant,
)
from .isolation import apart as apart
from .large import in_parts as in_parts
from .runtime import (
    adopt as adopt,
    alias as alias,
    concrete as concrete,
    copy_to_device as copy_to_device,
    device_count as device_count,
    from_dlpack as from_dlpack,
    from_native as from_native,
    from_numpy as from_numpy,
    is_native as is_native,
    set_deterministic as set_deterministic,
    set_threads as set_threads,
)
from .tensor import (
    TO_NATIVE as native_dtypes,
    EagerTensor as EagerTensor,
    set_default_device as set_default_device,
)

name = "torch"
framework = "torch"


def version() -> str:
    """The framework's version."""
    return torch.__version__


__all__ = ["native_dtypes"]
