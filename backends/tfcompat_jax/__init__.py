"""tfcompat on JAX.

Loading this turns on JAX's 64-bit types: TensorFlow's argmax is int64, and NumPy's floats stay
float64. It adds to XLA_FLAGS too (flags.py).
"""

from __future__ import annotations

import jax

from . import (
    array as array,
    big_arrays as big_arrays,
    big_elementwise as big_elementwise,
    big_functions as big_functions,
    big_matrices as big_matrices,
    big_sorting as big_sorting,
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
    reductions as reductions,
    rows as rows,
    scatter as scatter,
    segments as segments,
    selection as selection,
    shape_rules as shape_rules,
    sorting as sorting,
    special as special,
    transcendental as transcendental,
    tridiagonal as tridiagonal,
)
from .capture import Capture as Capture
from .custom_gradient import custom_gradient as custom_gradient
from .execute import (
    alias as alias,
    execute as execute,
    execute1 as execute1,
    execute2 as execute2,
    execute_constant as execute_constant,
)
from .forward import Accumulator as Accumulator
from .isolation import apart as apart
from .one_by_one import one_by_one as one_by_one
from .runtime import (
    adopt as adopt,
    concrete as concrete,
    copy_to_device as copy_to_device,
    device_count as device_count,
    from_dlpack as from_dlpack,
    from_native as from_native,
    from_numpy as from_numpy,
    is_native as is_native,
    set_default_device as set_default_device,
    set_deterministic as set_deterministic,
    set_threads as set_threads,
)
from .sharing import in_parts as in_parts
from .tape import Tape as Tape
from .tensor import EagerTensor as EagerTensor
from .trie import TO_NATIVE as native_dtypes

name = "jax"
# Every op is compiled for the shapes of its arguments.
compiles_ops = True
# A program's inputs may be gone after its run, where their variables get new values.
donates = True
framework = "jax"


def version() -> str:
    """The framework's version."""
    return jax.__version__


__all__ = ["native_dtypes"]
