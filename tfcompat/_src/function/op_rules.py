"""What ops give whose results depend on values, such as what stands in files and strings."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.function.symbolic import SymbolicTensor, known_value
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec


def _shape(x: Any) -> TensorShape:
    """The shape of an argument, unknown for what is no tensor yet."""
    return TensorShape(x.shape) if hasattr(x, "shape") else TensorShape(None)


def one_string(*args: Any, **kwargs: Any) -> Any:
    """A scalar."""
    return TensorSpec([], dtypes.string)


def names(*args: Any, **kwargs: Any) -> Any:
    """A vector of strings."""
    return TensorSpec([None], dtypes.string)


def as_many_strings(x: Any, *args: Any, **kwargs: Any) -> Any:
    """A string for each one."""
    return TensorSpec(_shape(x), dtypes.string)


def tensor(serialized: Any, out_type: Any, name: Any = None) -> Any:
    """A tensor of some shape."""
    return TensorSpec(None, as_dtype(out_type))


def columns(records: Any, record_defaults: Any, *args: Any, **kwargs: Any) -> Any:
    """A tensor for each column."""
    from tfcompat._src.convert import convert_to_tensor

    kinds = [
        default.dtype if hasattr(default, "dtype") else convert_to_tensor(default).dtype
        for default in record_defaults
    ]
    return [TensorSpec(_shape(records), kind) for kind in kinds]


def image(
    contents: Any,
    channels: Any = None,
    dtype: Any = dtypes.uint8,
    name: Any = None,
    expand_animations: bool = True,
) -> Any:
    """A picture, or several of them if it may be animated."""
    shape = None if expand_animations else [None, None, channels or None]
    return TensorSpec(shape, as_dtype(dtype))


def webp(contents: Any, channels: Any = 0, dtype: Any = dtypes.uint8, name: Any = None) -> Any:
    """Pictures one after the other."""
    return TensorSpec([None, None, None, channels or None], as_dtype(dtype))


def cropped(contents: Any, crop_window: Any, channels: Any = 0, *args: Any, **kwargs: Any) -> Any:
    """A part of a picture."""
    window = known_value(crop_window) if hasattr(crop_window, "dtype") else crop_window
    known = window is not None and not any(isinstance(x, SymbolicTensor) for x in window)
    sizes = [int(window[2]), int(window[3])] if known else [None, None]
    return TensorSpec([*sizes, channels or None], dtypes.uint8)


def picture_sizes(contents: Any, output_type: Any = dtypes.int32, name: Any = None) -> Any:
    """Height, width and channels."""
    return TensorSpec([3], as_dtype(output_type))


def sound(
    contents: Any, desired_channels: int = -1, desired_samples: int = -1, name: Any = None
) -> Any:
    """Samples and their rate."""
    from tfcompat._src.ops.audio import DecodeWav

    sizes = [None if size < 0 else size for size in (desired_samples, desired_channels)]
    parts: Any = TensorSpec(sizes, dtypes.float32), TensorSpec([], dtypes.int32)
    return DecodeWav(*parts)


def counted(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: Any = None
) -> Any:
    """Evenly spaced numbers."""
    from tfcompat._src.convert import to_tensor
    from tfcompat._src.ops.creation import _RANGE

    if dtype is not None:
        return TensorSpec([None], as_dtype(dtype))
    ends = [x for x in (start, limit, delta) if x is not None]
    kinds = [x.dtype if hasattr(x, "dtype") else to_tensor(x)._dtype for x in ends]
    return TensorSpec([None], max(map(as_dtype, kinds), key=_RANGE.index))
