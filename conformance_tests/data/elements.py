"""Elements as Python values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..subject import tf


def plain(value: Any) -> Any:
    """Lists and numbers for arrays and tensors; (indices, values, shape) for a sparse one."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    if isinstance(value, tf.SparseTensor):
        return tuple(plain(x) for x in (value.indices, value.values, value.dense_shape))
    if value is None or isinstance(value, bytes):
        return value
    if hasattr(value, "to_list"):
        return value.to_list()
    found = np.asarray(value)
    return (
        [plain(item) for item in found] if found.dtype == object and found.ndim else found.tolist()
    )


def read_on(dataset: Any, most: int = 50) -> list[Any]:
    """The elements, and the classes of errors in their places; up to an error that repeats."""
    found: list[Any] = []
    iterator = iter(dataset)
    while len(found) < most:
        try:
            found.append(plain(next(iterator)))
        except StopIteration:
            break
        except tf.errors.OpError as error:
            if found and found[-1] is type(error):
                break
            found.append(type(error))
    return found
