"""An example of a third party's backend for tfcompat: NumPy, differentiated by autograd."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vspaces import ArrayVSpace

from tfcompat import dtypes
from tfcompat.eager_backend import EagerBackend

from . import derivative, elementwise, networks, reductions, shapes

# NumPy's operations give scalars for arrays without axes; this type autograd does not know.
ArrayBox.register(ml_dtypes.bfloat16)
ArrayVSpace.register(ml_dtypes.bfloat16)


class _Derivatives:
    vjp = staticmethod(derivative.vjp)
    vjp_rows = staticmethod(derivative.vjp_rows)
    jvp = staticmethod(derivative.jvp)
    reads = staticmethod(derivative.reads)
    add = elementwise.add
    ones_like = elementwise.ones_like
    zeros_like = elementwise.zeros_like
    gather = shapes.gather


class _Backend(EagerBackend):
    #: What the conformance suite is to expect.
    conformance_known_failures = Path(__file__).parent / "known_failures.toml"

    def execute_constant(self, *args: Any, **kwargs: Any) -> Any:
        # Infinities and NaN are results in TensorFlow, not reasons for a warning.
        with np.errstate(all="ignore"):
            return super().execute_constant(*args, **kwargs)

    def wrap(self, native: Any, dtype: Any = None) -> Any:
        # Some of NumPy's functions compute bfloat16 as float32.
        return super().wrap(np.asarray(native, dtype and self.native_dtypes[dtype]), dtype)


_DTYPES = (
    dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64,
    dtypes.complex64, dtypes.complex128, dtypes.bool,
    dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64,
    dtypes.uint8, dtypes.uint16, dtypes.uint32, dtypes.uint64,
)  # fmt: skip

backend = _Backend(
    name="autograd",
    version=version("autograd"),
    native_dtypes={dtype: np.dtype(dtype.as_numpy_dtype) for dtype in _DTYPES},
    from_array=np.asarray,
    to_numpy=np.asarray,
    derivatives=_Derivatives,
    families={
        "math": elementwise,
        "bitwise": elementwise,
        "transcendental": elementwise,
        "complex": elementwise,
        "casting": elementwise,
        "norms": elementwise,
        "array": shapes,
        "joining": shapes,
        "selection": shapes,
        "scatter": shapes,
        "creation": shapes,
        "reductions": reductions,
        "linalg": networks,
        "nn": networks,
        "losses": networks,
    },
)
