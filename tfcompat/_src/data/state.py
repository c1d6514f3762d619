"""Where a pass stands, as bytes: strings, numbers, arrays, lists and dictionaries in JSON."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np

from tfcompat._src.errors import DataLossError, FailedPreconditionError

_MARK = "tfcompat.iterator.1"


def pack_state(state: Any, spec: Any) -> bytes:
    """The state of an iterator over elements of some types.

    Raises FailedPreconditionError where it holds what cannot be written.
    """
    return json.dumps([_MARK, repr(spec), _plain(state)]).encode()


def unpack_state(data: Any, spec: Any) -> Any:
    """The state in what `pack_state` gave.

    Raises DataLossError for other bytes, and FailedPreconditionError for the state of an iterator
    over elements of other types.
    """
    text = data._numpy()[()] if hasattr(data, "_numpy") else data
    try:
        mark, types, state = json.loads(text)
        if mark != _MARK:
            raise ValueError(mark)
        found = _restored(state)
    except (ValueError, TypeError, KeyError) as error:
        raise DataLossError(
            None, None, f"Iterator.restore: received no state of an iterator: {error}"
        ) from error
    if types != repr(spec):
        raise FailedPreconditionError(
            None,
            None,
            f"Iterator.restore: received the state of an iterator over {types}; expected one over "
            f"{spec!r}",
        )
    return found


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {"d": {key: _plain(item) for key, item in value.items()}}
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    raise FailedPreconditionError(
        None,
        None,
        f"Iterator.save: received {type(value).__name__} in the state of an iterator; only the "
        "states of pipelines whose buffers hold tensors can be saved",
    )


def _plain_array(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype == object:
        return {"s": [_plain(x) for x in array.reshape(-1)], "n": list(array.shape)}
    if array.dtype.kind == "V":
        raw = array.view(f"u{array.dtype.itemsize}")
        return {"v": array.dtype.name, "a": _plain_array(raw)}
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return {"a": base64.b64encode(out.getvalue()).decode()}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "d" in value:
        return {key: _restored(item) for key, item in value["d"].items()}
    if "b" in value:
        return base64.b64decode(value["b"])
    if "s" in value:
        items = [_restored(x) for x in value["s"]]
        found = np.empty(len(items), object)
        found[:] = items
        return found.reshape(value["n"])
    if "v" in value:
        from tfcompat._src.dtypes import as_dtype

        return _restored(value["a"]).view(as_dtype(value["v"]).as_numpy_dtype)
    return np.load(io.BytesIO(base64.b64decode(value["a"])), allow_pickle=False)
