"""Elements as Python values."""

from __future__ import annotations

from pathlib import Path
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


def check(dataset: Any, elements: list[Any], count: int) -> None:
    """The elements, twice: as NumPy's and as tensors, which are of the types that are told."""
    assert [plain(x) for x in dataset.as_numpy_iterator()] == elements
    assert int(dataset.cardinality()) == count
    assert [plain(x) for x in dataset] == elements
    for element in dataset.take(1):
        tf.nest.assert_same_structure(dataset.element_spec, element)


def behind(dataset: Any, taken: int, folder: Path) -> Any:
    """A new iterator that goes on where another was saved, behind `taken` elements."""
    iterator = iter(dataset)
    for _ in range(taken):
        next(iterator)
    saved = tf.train.Checkpoint(iterator=iterator).save(str(folder / "state"))
    fresh = iter(dataset)
    tf.train.Checkpoint(iterator=fresh).restore(saved)
    return fresh
