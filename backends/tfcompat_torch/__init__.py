"""tfcompat on PyTorch."""

from __future__ import annotations

import torch

from . import array as array
from . import bitwise as bitwise
from . import casting as casting
from . import complex as complex
from . import creation as creation
from . import joining as joining
from . import convolution as convolution
from . import decompositions as decompositions
from . import diagonals as diagonals
from . import linalg as linalg
from . import losses as losses
from . import math as math
from . import nn as nn
from . import norms as norms
from . import reductions as reductions
from . import scatter as scatter
from . import segments as segments
from . import selection as selection
from . import sorting as sorting
from . import transcendental as transcendental
from . import optimizers as optimizers
from . import random as random
from .custom_gradient import custom_gradient as custom_gradient
from .forward import Accumulator as Accumulator
from .runtime import TO_NATIVE as native_dtypes
from .runtime import EagerTensor as EagerTensor
from .runtime import alias as alias
from .runtime import concrete as concrete
from .runtime import copy_to_device as copy_to_device
from .runtime import device_count as device_count
from .runtime import execute as execute
from .runtime import execute1 as execute1
from .runtime import execute2 as execute2
from .runtime import execute_constant as execute_constant
from .runtime import from_native as from_native
from .runtime import from_numpy as from_numpy
from .runtime import is_native as is_native
from .runtime import set_default_device as set_default_device
from .runtime import set_deterministic as set_deterministic
from .runtime import set_threads as set_threads
from .tape import Tape as Tape

name = "torch"
framework = "torch"


def version() -> str:
    """The framework's version."""
    return torch.__version__


__all__ = ["native_dtypes"]
