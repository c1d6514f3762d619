"""tf.train.CheckpointManager: numbered checkpoints of which the last few are kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from tfcompat._src.checkpoint import files
from tfcompat._src.checkpoint.checkpoint import Checkpoint, CheckpointOptions, _call_back
from tfcompat._src.checkpoint.state import CheckpointState, get_checkpoint_state, write_state
from tfcompat._src.naming import public


@public("tfcompat.train")
class CheckpointManager:
    """Saves into a folder, deletes what is too old, and finds the latest again.

    Args:
      checkpoint: what is saved.
      directory: the folder; it may exist and have checkpoints.
      max_to_keep: how many are kept; None for all.
      keep_checkpoint_every_n_hours: one checkpoint per so many hours is never deleted.
      checkpoint_name: what the names of the files begin with.
      step_counter: a variable that counts steps.
      checkpoint_interval: `save` does nothing until so many steps have passed.
      init_fn: called by `restore_or_initialize` where there is nothing to restore.
      last_checkpoint_step: the step of the latest checkpoint.

    Raises:
      ValueError: a `max_to_keep` below 1, or an interval without a counter.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                "CheckpointManager: Expected a positive integer or `None` for `max_to_keep`, got "
                f"{max_to_keep}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError(
                "CheckpointManager: `step_counter` should be passed if `checkpoint_interval` is "
                "not None."
            )
        self._checkpoint = checkpoint
        self._directory: str = os.fspath(directory)
        self._max_to_keep = max_to_keep
        self._every_hours = keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._step_counter = step_counter
        self._interval = checkpoint_interval
        self._init_fn = init_fn
        self._last_step = last_checkpoint_step
        now = time.time()
        self._latest: str | None = None
        # Path -> when it was written, oldest first.
        self._kept: dict[str, float] = {}
        self._preserved = now
        state = get_checkpoint_state(self._directory)
        if state is not None:
            self._latest = state.model_checkpoint_path
            moments = state.all_model_checkpoint_timestamps
            if len(moments) != len(state.all_model_checkpoint_paths):
                moments = [now] * len(state.all_model_checkpoint_paths)
            self._kept = dict(zip(state.all_model_checkpoint_paths, moments, strict=True))
            if state.last_preserved_timestamp is not None:
                self._preserved = state.last_preserved_timestamp

    @property
    def directory(self) -> str:
        """The folder."""
        return self._directory

    @property
    def checkpoint(self) -> Checkpoint:
        """What is saved."""
        return self._checkpoint

    @property
    def checkpoint_interval(self) -> int | None:
        """How many steps lie between two checkpoints."""
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest checkpoint; None before the first."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of those kept, oldest first; those kept per hours are not among them."""
        return list(self._kept)

    def save(
        self,
        checkpoint_number: Any = None,
        check_interval: bool = True,
        options: CheckpointOptions | None = None,
    ) -> str | None:
        """Saves, deletes what is too old, and returns the new prefix.

        None, and nothing is saved, where `check_interval` is True and the interval has not passed.
        An interrupted call leaves the earlier checkpoints, and the latest as it was.
        """
        if self._interval is not None:
            step = int(self._step_counter)
            if check_interval and self._last_step is not None:
                if step < self._last_step + self._interval:
                    return None
            self._last_step = step
        number = None if checkpoint_number is None else int(checkpoint_number)
        path = self._checkpoint._write_numbered(self._prefix, number)
        self._kept.pop(path, None)
        self._kept[path] = time.time()
        self._latest = path
        # Named before others are deleted: there is a latest one at every moment.
        self._write_state()
        if self._sweep():
            self._write_state()
        _call_back(options, path)
        return path

    def _sweep(self) -> bool:
        found = False
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            path = next(iter(self._kept))
            moment = self._kept.pop(path)
            if self._every_hours and moment - self._every_hours * 3600 >= self._preserved:
                self._preserved = moment
            else:
                files.delete(path)
            found = True
        return found

    def _write_state(self) -> None:
        state = CheckpointState(
            self._latest or "", list(self._kept), list(self._kept.values()), self._preserved
        )
        write_state(self._directory, state)

    def restore_or_initialize(self) -> str | None:
        """Restores the latest checkpoint and returns its prefix; else calls `init_fn`."""
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            if self._step_counter is not None:
                self._last_step = int(self._step_counter)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None

    def sync(self) -> None:
        """Does nothing: `save` returns when everything is written."""
