"""Paths and files of this machine, with TensorFlow's errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat._src import errors

_T = TypeVar("_T")

_BY_NUMBER: dict[int, type[errors.OpError]] = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.EBUSY: errors.UnavailableError,
    errno.EINVAL: errors.InvalidArgumentError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EMFILE: errors.ResourceExhaustedError,
    errno.EXDEV: errors.UnimplementedError,
}


def text_of(path: Any) -> str:
    """A path given as str, bytes or os.PathLike, without the scheme file://.

    Raises:
      TypeError: nothing of the kind.
      UnimplementedError: another scheme.
    """
    if hasattr(path, "__fspath__"):
        path = path.__fspath__()
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str):
        raise TypeError(f"Expected binary or unicode string, got {path!r}")
    scheme, separator, rest = path.partition("://")
    if not separator or not scheme.isalnum():
        return path
    if scheme == "file":
        return rest
    raise errors.UnimplementedError(
        None,
        None,
        f"File system scheme {scheme!r} not implemented (file: {path!r}); the files of this "
        "machine are, with or without file://",
    )


def file_of(path: Any) -> str:
    """`text_of` a file that is opened: TensorFlow passes over slashes behind its name."""
    text = text_of(path)
    return text.rstrip("/") or text


def translated(error: OSError, path: str) -> errors.OpError:
    """TensorFlow's exception for one of the operating system."""
    kind = _BY_NUMBER.get(error.errno or 0)
    message = f"{path}; {error.strerror or error}"
    if kind is None:
        return errors.UnknownError(None, None, message)
    return kind(None, None, message)  # type: ignore[call-arg]


def attempt(path: str, action: Callable[[], _T]) -> _T:
    """Runs an action on files; its OSError becomes TensorFlow's exception."""
    try:
        return action()
    except OSError as error:
        raise translated(error, path) from None
