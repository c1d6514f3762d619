"""The functions of tf.compat.v1.logging, on the logger of tf.get_logger."""

from __future__ import annotations

import logging

from tfcompat._src.logging import get_logger


def get_verbosity() -> int:
    """The level from which messages are shown."""
    return get_logger().getEffectiveLevel()


def set_verbosity(v: int | str) -> None:
    """Sets the level from which messages are shown, as tf.compat.v1.logging.ERROR."""
    get_logger().setLevel(v)


def log(level: int, msg: str, *args: object) -> None:
    """Logs a message at a level."""
    get_logger().log(level, msg, *args)


def debug(msg: str, *args: object) -> None:
    """Logs a message for who debugs."""
    log(logging.DEBUG, msg, *args)


def info(msg: str, *args: object) -> None:
    """Logs a message that informs."""
    log(logging.INFO, msg, *args)


def warning(msg: str, *args: object) -> None:
    """Logs a warning."""
    log(logging.WARNING, msg, *args)


def warn(msg: str, *args: object) -> None:
    """Logs a warning."""
    log(logging.WARNING, msg, *args)


def error(msg: str, *args: object) -> None:
    """Logs an error."""
    log(logging.ERROR, msg, *args)


def fatal(msg: str, *args: object) -> None:
    """Logs an error that ends the program, which it leaves to the caller."""
    log(logging.FATAL, msg, *args)
