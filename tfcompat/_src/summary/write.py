"""tf.summary.write, and the scopes that stand in front of its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.files.tensor_proto import serialized
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import scalar_string, strings
from tfcompat._src.scopes import get_current_name_scope, name_scope
from tfcompat._src.summary import messages
from tfcompat._src.summary.state import current, is_recording, step_number
from tfcompat._src.tensor import Tensor

_NOT_IN_SCOPES = re.compile(r"[^-_/.A-Za-z0-9]")


@public("tfcompat.summary.experimental")
@contextmanager
def summary_scope(
    name: str | None, default_name: str = "summary", values: Any = None
) -> Iterator[tuple[str, str]]:
    """A name scope around one summary; gives its tag, and the scope's name with a slash.

    `values` is not used.
    """
    chosen = name or default_name
    outer = get_current_name_scope()
    tag = f"{outer}/{chosen}" if outer else chosen
    scope = _NOT_IN_SCOPES.sub("", chosen)
    with name_scope(scope or default_name) as inner:
        yield tag, inner


@public("tfcompat.summary")
def write(
    tag: str, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None
) -> Tensor:
    """Writes a tensor, or what a function without arguments gives, under a tag.

    `metadata` is a SummaryMetadata message or its bytes. The function is called only if the
    summary is recorded. Returns whether it was, as a bool tensor.

    Raises:
      ValueError: there is no step, given or set.
    """
    with summary_scope(name, "write_summary"):
        if not is_recording():
            return to_tensor(False)
        about = _metadata(metadata)
        number = step_number(step)
        value = to_tensor(tensor() if callable(tensor) else tensor)
        summaries = messages.summaries()
        entry = summaries.Summary.Value(tag=tag, metadata=about)
        entry.tensor.MergeFromString(serialized(value))
        written = summaries.Summary(value=[entry]).SerializeToString()
        _writer().write_event(number, written)
        return to_tensor(True)


def _writer() -> Any:
    return current.writer


def _metadata(metadata: Any) -> Any:
    kind = messages.summaries().SummaryMetadata
    if metadata is None:
        return kind()
    if hasattr(metadata, "SerializeToString"):
        return kind.FromString(metadata.SerializeToString())
    data = scalar_string(metadata, "WriteSummary", "summary_metadata")
    try:
        return kind.FromString(data)
    except Exception:
        # TensorFlow, too, writes the tensor without what it cannot read.
        return kind()


@public("tfcompat.summary.experimental")
def write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> Tensor:
    """Writes the bytes of a Summary message. Returns whether it was written.

    Raises:
      ValueError: there is no step, given or set.
    """
    with summary_scope(name, "write_raw_pb"):
        if not is_recording():
            return to_tensor(False)
        number = step_number(step)
        for item in strings(tensor, "WriteRawProtoSummary", 1).reshape(-1):
            _writer().write_event(number, item)
        return to_tensor(True)
