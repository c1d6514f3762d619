"""The logger named `tensorflow`, which tutorials show and programs configure."""

from __future__ import annotations

import logging
import sys
from typing import TextIO


class _ToStderr(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to the sys.stderr of the moment, as TensorFlow's handler does."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: object) -> None:
        pass


def get_logger() -> logging.Logger:
    """The logger `tensorflow`; the first call gives it TensorFlow's own form on stderr."""
    logger = logging.getLogger("tensorflow")
    if not logger.handlers and not logging.getLogger().handlers:
        handler = _ToStderr()
        handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
        logger.addHandler(handler)
    return logger


def warn(message: str, *values: object) -> None:
    """Logs a warning."""
    get_logger().warning(message, *values)


_said: set[str] = set()


def warn_once(message: str) -> None:
    """Logs a warning the first time only."""
    if message not in _said:
        _said.add(message)
        warn(message)
