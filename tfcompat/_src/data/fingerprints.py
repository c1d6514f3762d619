"""Dataset.fingerprint: a number of how a dataset is made."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import constant
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.hashes.farmhash import fingerprint64
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.data.dataset import DatasetV2


def _described(value: Any) -> bytes:
    from tfcompat._src.data.dataset import DatasetV2

    if isinstance(value, DatasetV2):
        args, kwargs = value._made
        parts = [_described(item) for item in (*args, *kwargs.values())]
        return b"(" + type(value).__name__.encode() + b" ".join(parts) + b")"
    if isinstance(value, Tensor):
        value = value._numpy()
    if isinstance(value, np.ndarray):
        data = repr(value.tolist()).encode() if value.dtype == object else value.tobytes()
        return f"{value.dtype}{value.shape}".encode() + data
    if isinstance(value, Mapped):
        return f"{value.output_spec!r}".encode() + _described(value.function)
    if nest.is_nested(value):
        return b"[" + b" ".join([_described(item) for item in nest.flatten(value)]) + b"]"
    if callable(value):
        code = getattr(value, "__code__", None)
        if code is None:
            return repr(type(value)).encode()
        cells = [cell.cell_contents for cell in value.__closure__ or () if _filled(cell)]
        given = [value.__defaults__, value.__kwdefaults__, *cells]
        return _of_code(code) + b" ".join([_described(item) for item in given])
    return repr(value).encode()


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _of_code(code: CodeType) -> bytes:
    """What a function does, as far as its own text says: its steps, constants and names."""
    constants = [
        _of_code(c) if isinstance(c, CodeType) else repr(c).encode() for c in code.co_consts
    ]
    return b"|".join([bytes(code.co_code), repr(code.co_names).encode(), *constants])


def fingerprint(dataset: DatasetV2) -> Any:
    """A uint64 scalar, the same for datasets that are made in the same way."""
    data = np.frombuffer(_described(dataset), np.uint8)
    return constant(int(fingerprint64(data.tobytes())), "uint64")
