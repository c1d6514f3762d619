"""The messages of event files, which the package tensorboard defines."""

from __future__ import annotations

import importlib
from typing import Any


def module(name: str) -> Any:
    """A module of the package tensorboard.

    Raises:
      ImportError: it is not installed.
    """
    try:
        return importlib.import_module(f"tensorboard.{name}")
    except ModuleNotFoundError as error:
        raise ImportError(
            "tf.summary: the package tensorboard, which defines the files, is not installed; "
            "install it with: pip install 'tfcompat[summary]'",
            name="tensorboard",
        ) from error


def events() -> Any:
    """The messages Event and SourceMetadata."""
    return module("compat.proto.event_pb2")


def summaries() -> Any:
    """The messages Summary and SummaryMetadata."""
    return module("compat.proto.summary_pb2")


def empty_metadata() -> Any:
    """A SummaryMetadata message to fill in."""
    return summaries().SummaryMetadata()


def metadata_of(plugin: str) -> Any:
    """How one of TensorBoard's plugins describes its data."""
    return module(f"plugins.{plugin}.metadata")
