"""tf.experimental.dlpack: hand tensors to other frameworks, and take theirs, without a copy."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor


@public("tfcompat.experimental.dlpack")
def to_dlpack(tf_tensor: Any) -> Any:
    """A DLPack capsule with the memory of a tensor, which its receiver must not write to.

    Raises InvalidArgumentError for a dtype that DLPack does not have.
    """
    tensor = to_tensor(tf_tensor)
    try:
        return tensor.native.__dlpack__()
    except (BufferError, TypeError, AttributeError) as error:
        raise invalid_argument(
            "to_dlpack", f"received a tensor of {tensor._dtype.name}, which DLPack cannot carry"
        ) from error


class _Capsule:
    """A capsule on the host as an object of the protocol, which newer frameworks insist on."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule

    def __dlpack__(self, **_: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


@public("tfcompat.experimental.dlpack")
def from_dlpack(dlcapsule: Any) -> Tensor:
    """A tensor on the memory of a capsule, or of an object with `__dlpack__`.

    A bare capsule does not tell its device and must be on the host.
    """
    holder = dlcapsule if hasattr(dlcapsule, "__dlpack__") else _Capsule(dlcapsule)
    return dispatch.backend().from_dlpack(holder)
