"""tf.device: where new tensors are placed, and the names of devices."""

from __future__ import annotations

import os
import re
import threading
from types import TracebackType
from typing import Any

from tfcompat._src import dispatch

VARIABLE = "TFCOMPAT_DEVICE"
_NAME = re.compile(
    r"^(?:/job:[^/]+)?(?:/replica:\d+)?(?:/task:\d+)?/?(?:device:)?(CPU|GPU|TPU)(?::(\d+|\*))?$",
    re.IGNORECASE,
)

Device = tuple[str, int]


class _SoftPlacement:
    """Whether a device that does not exist stands for the CPU."""

    enabled = True


soft_placement = _SoftPlacement()


class _Local(threading.local):
    def __init__(self) -> None:
        self.device: Device | None = None


_local = _Local()
# An entry for each open context of any thread: while there is none, nobody need look for his own
# thread's device, which takes longer than filling a small array.
_contexts: list[None] = []


def parse(name: str) -> Device:
    """("GPU", 1) from any of TensorFlow's spellings. Raises ValueError for anything else."""
    match = _NAME.match(name)
    if match is None:
        raise ValueError(
            f"tf.device: received {name!r}; expected a name such as '/CPU:0', '/GPU:1' or 'gpu'"
        )
    index = match.group(2)
    return match.group(1).upper(), 0 if index in (None, "*") else int(index)


def apply_environment(engine: Any) -> None:
    """Makes TFCOMPAT_DEVICE the backend's default, when the backend is loaded.

    Raises ValueError for a malformed name and RuntimeError for a device that does not exist.
    """
    name = os.environ.get(VARIABLE)
    if name:
        found = parse(name)
        _check(engine, found, f"{VARIABLE}={name}")
        engine.set_default_device(*found)


def _check(engine: Any, device: Device, received: str) -> None:
    kind, index = device
    if index >= engine.device_count(kind):
        have = [f"{k}:{i}" for k in ("CPU", "GPU") for i in range(engine.device_count(k))]
        raise RuntimeError(
            f"tf.device: received {received}, unknown device; the backend {engine.name!r} has "
            f"{', '.join(have)}"
        )


def current_device() -> Device | None:
    """Where tf.device puts a new tensor; None outside, where the backend's default counts."""
    return _local.device if _contexts else None


class device:
    """A context in which new tensors are placed on the named device.

    A device that does not exist stands for the CPU, unless soft placement was turned off: then
    entering raises RuntimeError. Raises ValueError for a malformed name.
    """

    def __init__(self, device_name: Any) -> None:
        name = getattr(device_name, "name", device_name)
        self._device = None if name is None else parse(str(name))
        self._before: list[Device | None] = []

    def __enter__(self) -> None:
        if self._device is not None:
            kind, index = self._device
            if index >= dispatch.backend().device_count(kind):
                if not soft_placement.enabled:
                    _check(dispatch.backend(), self._device, f"{kind}:{index}")
                self._device = ("CPU", 0)
        _contexts.append(None)
        self._before.append(_local.device)
        self._switch(self._device)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._switch(self._before.pop())
        _contexts.pop()

    @staticmethod
    def _switch(to: Device | None) -> None:
        from tfcompat._src.convert import forget_scalars

        if to != _local.device:
            forget_scalars()
        _local.device = to
