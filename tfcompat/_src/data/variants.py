"""Objects as tensors of dtype variant: so datasets and iterators travel through graphs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.dtypes import variant
from tfcompat._src.host import HostTensor


def pack_object(value: Any) -> HostTensor:
    """A scalar that holds a Python object."""
    found = np.empty((), object)
    found[()] = value
    return HostTensor(found, variant)


def unpack_object(tensor: Any) -> Any:
    """The object in a scalar of dtype variant. Raises TypeError for another tensor."""
    if tensor._dtype is not variant:
        raise TypeError(f"Expected a tensor of dtype variant, received {tensor!r}")
    return tensor._numpy()[()]
