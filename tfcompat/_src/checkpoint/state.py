"""The text file `checkpoint` of a folder: which checkpoints it has, and which is the latest."""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence

from tfcompat._src import logging
from tfcompat._src.checkpoint import files
from tfcompat._src.naming import public

FILE_NAME = "checkpoint"


@public("tfcompat.train")
class CheckpointState:
    """What the file says."""

    def __init__(
        self,
        model_checkpoint_path: str = "",
        all_model_checkpoint_paths: Sequence[str] = (),
        all_model_checkpoint_timestamps: Sequence[float] = (),
        last_preserved_timestamp: float | None = None,
    ) -> None:
        self.model_checkpoint_path = model_checkpoint_path
        self.all_model_checkpoint_paths = list(all_model_checkpoint_paths)
        self.all_model_checkpoint_timestamps = list(all_model_checkpoint_timestamps)
        self.last_preserved_timestamp = last_preserved_timestamp

    def __repr__(self) -> str:
        lines = [f"model_checkpoint_path: {_quoted(self.model_checkpoint_path)}"]
        for path in self.all_model_checkpoint_paths:
            lines.append(f"all_model_checkpoint_paths: {_quoted(path)}")
        for moment in self.all_model_checkpoint_timestamps:
            lines.append(f"all_model_checkpoint_timestamps: {moment!r}")
        if self.last_preserved_timestamp is not None:
            lines.append(f"last_preserved_timestamp: {self.last_preserved_timestamp!r}")
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _parsed(text: str) -> CheckpointState:
    state = CheckpointState()
    for line in text.splitlines():
        field, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise ValueError(f"the line {line!r} has no field")
        read = ast.literal_eval(value.strip())
        if field == "model_checkpoint_path":
            state.model_checkpoint_path = str(read)
        elif field == "all_model_checkpoint_paths":
            state.all_model_checkpoint_paths.append(str(read))
        elif field == "all_model_checkpoint_timestamps":
            state.all_model_checkpoint_timestamps.append(float(read))
        elif field == "last_preserved_timestamp":
            state.last_preserved_timestamp = float(read)
    return state


def _relative(path: str, folder: str) -> str:
    whole, base = os.path.abspath(path), os.path.abspath(folder)
    return os.path.relpath(whole, base) if whole.startswith(base + os.sep) else path


def write_state(folder: str, state: CheckpointState) -> None:
    """Writes the file of a folder; checkpoints in the folder are named without it."""
    kept = CheckpointState(
        _relative(state.model_checkpoint_path, folder),
        [_relative(path, folder) for path in state.all_model_checkpoint_paths],
        state.all_model_checkpoint_timestamps,
        state.last_preserved_timestamp,
    )
    files.replace(os.path.join(folder, FILE_NAME), [repr(kept).encode()])


@public("tfcompat.train")
def get_checkpoint_state(
    checkpoint_dir: str, latest_filename: str | None = None
) -> CheckpointState | None:
    """What a folder's file `checkpoint` says, with whole paths; None if there is none.

    Raises ValueError for a file that names no checkpoint.
    """
    folder = os.fspath(checkpoint_dir)
    path = os.path.join(folder, latest_filename or FILE_NAME)
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        state = _parsed(text)
    except (ValueError, SyntaxError) as error:
        logging.warn("%s: %s", path, error)
        return None
    if not state.model_checkpoint_path:
        raise ValueError(f"get_checkpoint_state: {path} names no latest checkpoint")
    state.model_checkpoint_path = os.path.join(folder, state.model_checkpoint_path)
    state.all_model_checkpoint_paths = [
        os.path.join(folder, item) for item in state.all_model_checkpoint_paths
    ]
    return state


@public("tfcompat.train")
def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """The prefix of a folder's latest checkpoint; None if there is none."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if not files.exists(state.model_checkpoint_path):
        logging.get_logger().error(
            "Couldn't match files for checkpoint %s", state.model_checkpoint_path
        )
        return None
    return state.model_checkpoint_path
