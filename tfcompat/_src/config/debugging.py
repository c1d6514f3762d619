"""Switches of tf.debugging that only TensorFlow's own machinery heeds: they are kept."""

from __future__ import annotations

import threading
from typing import Final

from tfcompat._src.naming import public


class _Switches(threading.local):
    traceback_filtering = True
    log_device_placement = False


_switches: Final = _Switches()


@public("tfcompat.debugging")
def enable_traceback_filtering() -> None:
    """Says that tracebacks shall be short; there is no TensorFlow code in them to leave out."""
    _switches.traceback_filtering = True


@public("tfcompat.debugging")
def disable_traceback_filtering() -> None:
    """Says that tracebacks shall be whole, as they always are."""
    _switches.traceback_filtering = False


@public("tfcompat.debugging")
def is_traceback_filtering_enabled() -> bool:
    """What was said last; True at first. Each thread has its own answer."""
    return _switches.traceback_filtering


@public("tfcompat.debugging")
def set_log_device_placement(enabled: bool) -> None:
    """Keeps the wish; a backend places ops where their tensors are and logs nothing."""
    _switches.log_device_placement = bool(enabled)


@public("tfcompat.debugging")
def get_log_device_placement() -> bool:
    """The wish last set; False at first."""
    return _switches.log_device_placement
