"""What image ops ask of their arguments: ranks, sizes, and the float type they compute in."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.arguments import int_scalar
from tfcompat._src.tensor import Tensor


def image_of(image: Any, op: str) -> Tensor:
    """An image, [height, width, channels], or a batch of them.

    Raises ValueError for another rank, or an image without pixels.
    """
    x = image if isinstance(image, Tensor) else to_tensor(image)
    shape = x._shape
    rank = len(shape)
    if 2 < rank < 5 and 0 not in shape:
        return x
    x = at_least_3d(x, op)
    if rank > 4:
        raise ValueError(
            f"{op}: 'image' (shape {tuple(x._shape)}) must have either 3 or 4 dimensions."
        )
    return x


def at_least_3d(image: Any, op: str) -> Tensor:
    """Images behind any number of leading axes. Raises ValueError for fewer, or no pixels."""
    x = image if isinstance(image, Tensor) else to_tensor(image)
    shape = tuple(x._shape)
    if len(shape) < 3:
        raise ValueError(f"{op}: 'image' (shape {shape}) must be at least three-dimensional.")
    if 0 in shape[-3:]:
        raise ValueError(f"{op}: inner 3 dims of 'image.shape' must be > 0: {shape}")
    return x


def check_channels(x: Tensor, op: str, at_least: int = 3) -> None:
    """Raises InvalidArgumentError unless there are three channels behind enough axes."""
    shape = list(x._shape)
    if len(shape) < at_least:
        raise invalid_argument(
            op, f"input must be at least {at_least}-D: received the shape {shape}"
        )
    if shape[-1] != 3:
        raise invalid_argument(op, f"input must have 3 channels: received the shape {shape}")


class Number:
    """An integer argument, and how TensorFlow refuses it: a tensor's value is another error."""

    def __init__(self, value: Any, op: str, what: str) -> None:
        self.op, self.what = op, what
        self._tensor = isinstance(value, Tensor) or hasattr(value, "__tf_tensor__")
        if isinstance(value, float):
            raise invalid_argument(op, f"received {what}={value!r}; expected an integer")
        self.value = int_scalar(value, op, what)

    def require(self, holds: bool, message: str) -> None:
        """Raises ValueError, or InvalidArgumentError for a tensor, unless a condition holds."""
        if holds:
            return
        if self._tensor:
            raise invalid_argument(self.op, f"received {self.what}={self.value}: {message}")
        raise ValueError(f"{self.op}: received {self.what}={self.value}: {message}")


def positive(value: Any, op: str, what: str) -> int:
    """A target size. Raises TypeError for a float, ValueError for one below 1."""
    if isinstance(value, float):
        raise TypeError(f"{op}: Cannot convert {what}={value!r} to EagerTensor of dtype int32")
    number = Number(value, op, what)
    number.require(number.value > 0, f"{what} must be > 0.")
    return number.value


def not_real(op: str, x: Tensor) -> AttributeError:
    """What TensorFlow raises for images of booleans, complex numbers and strings."""
    return AttributeError(
        f"{op}: received {x._dtype.name}; dtype must be either floating point or integer"
    )


def real_image(image: Any, op: str) -> Tensor:
    """A tensor of numbers. Raises AttributeError for any other dtype, as TensorFlow does."""
    x = image if isinstance(image, Tensor) else to_tensor(image)
    if x._dtype not in dtypes.REAL:
        raise not_real(op, x)
    return x


def static_list(value: Any, op: str, what: str) -> tuple[int, ...]:
    """Four numbers, one per axis of a batch of images.

    Raises:
      TypeError: not a list.
      InvalidArgumentError: not four of them.
    """
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{op}: Expected list for '{what}', not {value!r}.")
    numbers = tuple([int(n) for n in value])
    if len(numbers) != 4:
        raise invalid_argument(op, f"received {what}={list(numbers)}; expected four numbers")
    return numbers
