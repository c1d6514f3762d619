"""tf.train.Checkpoint."""

from __future__ import annotations

import inspect
import os
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.checkpoint import files, graph
from tfcompat._src.checkpoint.restoring import (
    CheckpointLoadStatus,
    InitializationOnlyStatus,
    Restoration,
)
from tfcompat._src.checkpoint.state import CheckpointState, write_state
from tfcompat._src.errors import NotFoundError
from tfcompat._src.naming import public
from tfcompat._src.tracking.auto_trackable import AutoTrackable
from tfcompat._src.tracking.containers import wrap
from tfcompat._src.tracking.trackable import Trackable, children_of, is_trackable, own_tensors
from tfcompat._src.variable import Variable


@public("tfcompat.train")
class CheckpointOptions:
    """How a checkpoint is written.

    `experimental_write_callbacks` are called when it is, with its path if they take one. The
    others are kept, and change nothing: one process writes one file before it goes on.
    """

    __slots__ = (
        "enable_async",
        "experimental_enable_async_checkpoint",
        "experimental_io_device",
        "experimental_sharding_callback",
        "experimental_skip_slot_variables",
        "experimental_write_callbacks",
    )

    def __init__(
        self,
        experimental_io_device: Any = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: Any = None,
        enable_async: bool = False,
        experimental_skip_slot_variables: bool = False,
        experimental_sharding_callback: Any = None,
    ) -> None:
        self.experimental_io_device = experimental_io_device
        self.enable_async = experimental_enable_async_checkpoint or enable_async
        self.experimental_enable_async_checkpoint = self.enable_async
        self.experimental_write_callbacks = experimental_write_callbacks
        self.experimental_skip_slot_variables = experimental_skip_slot_variables
        self.experimental_sharding_callback = experimental_sharding_callback


def _trackable(value: Any, name: str) -> Any:
    if not is_trackable(value):
        raise ValueError(
            f"`Checkpoint` was expecting {name} to be a trackable object (an object derived from "
            f"`Trackable`), got {value}."
        )
    return value


@public("tfcompat.train")
class Checkpoint(AutoTrackable):
    """Saves the variables of its attributes, and of theirs, and restores them.

    Args:
      root: an object whose children are the checkpoint's own.
      **kwargs: further children: modules, variables, lists and dictionaries of them, Keras models
        and optimizers, generators of random numbers, other checkpoints.

    Raises:
      ValueError: what is no such object.
    """

    _self_root: Any
    _self_counter: Variable | None

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        # Beside the attributes, which would be saved.
        object.__setattr__(self, "_self_counter", None)
        object.__setattr__(self, "_self_root", None)
        if root is not None:
            object.__setattr__(self, "_self_root", _trackable(wrap(root), "root"))
        for name, value in sorted(kwargs.items()):
            setattr(self, name, value)
            _trackable(getattr(self, name), name)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        own = super()._trackable_children(save_type, **kwargs)
        root = self._self_root
        return own if root is None else {**children_of(root, save_type), **own}

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {} if self._self_root is None else own_tensors(self._self_root)

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        self._self_root._restore_from_tensors(restored_tensors)

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called, an int64 variable that is saved too."""
        if self._self_counter is None:
            counter = Variable(0, name="save_counter", dtype=dtypes.int64, trainable=False)
            object.__setattr__(self, "_self_counter", counter)
            self._track_trackable(counter, "save_counter")
        return self._self_counter  # type: ignore[return-value]

    # ------------------------------------------------------------------------------------ saving
    def write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint of that very name, and returns it.

        An interrupted call leaves the checkpoint of that name as it was. Raises ValueError for a
        list whose elements were moved.
        """
        prefix: str = os.fspath(file_prefix)
        files.write(prefix, *graph.flatten(self))
        _call_back(options, prefix)
        return prefix

    def save(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint with a number behind its name, and makes it its folder's latest.

        Returns the name with the number. Raises as `write` does.
        """
        prefix = os.fspath(file_prefix)
        path = self._write_numbered(prefix, None)
        write_state(os.path.dirname(path), CheckpointState(path, [path]))
        _call_back(options, path)
        return path

    def _write_numbered(self, prefix: str, number: int | None) -> str:
        counter = self.save_counter
        before = counter._value
        counter.assign_add(1)
        path = f"{prefix}-{int(counter) if number is None else number}"
        try:
            files.write(path, *graph.flatten(self))
        except BaseException:
            counter._value = before
            raise
        return path

    # --------------------------------------------------------------------------------- restoring
    def read(
        self, save_path: Any, options: CheckpointOptions | None = None
    ) -> CheckpointLoadStatus:
        """Restores what `write` wrote.

        What does not exist yet is restored when it becomes an attribute. An error leaves all as it
        was.

        Raises:
          DataLossError: the file is damaged, or none of tfcompat's.
          InvalidArgumentError: a variable is of another dtype.
          NotFoundError: there is no such checkpoint.
          ValueError: a variable has another shape.
        """
        restoration = Restoration(files.CheckpointReader(os.fspath(save_path)))
        restoration.start(self)
        return CheckpointLoadStatus(restoration, self)

    def restore(
        self, save_path: Any, options: CheckpointOptions | None = None
    ) -> CheckpointLoadStatus | InitializationOnlyStatus:
        """Restores what `save` wrote, the counter too; None restores nothing.

        Raises as `read` does.
        """
        if save_path is None:
            self.save_counter  # noqa: B018  made by being asked for
            return InitializationOnlyStatus()
        try:
            status = self.read(save_path, options)
        except NotFoundError as error:
            raise NotFoundError(
                None,
                None,
                f"Error when restoring from checkpoint at {save_path}: {error.message}\nPlease "
                "double-check that the path is correct. You may be missing the checkpoint suffix "
                "(e.g. the '-1' in 'path/to/ckpt-1').",
            ) from None
        self.save_counter  # noqa: B018  restored by being made
        return status

    def sync(self) -> None:
        """Does nothing: `save` returns when everything is written."""


def _call_back(options: CheckpointOptions | None, path: str) -> None:
    for callback in (options.experimental_write_callbacks or ()) if options else ():
        if inspect.signature(callback).parameters:
            callback(path)
        else:
            callback()


@public("tfcompat.train.experimental")
class PythonState(Trackable):
    """The base of objects whose state is no tensor; a checkpoint keeps it as text or bytes."""

    def serialize(self) -> str | bytes:
        """The state."""
        raise NotImplementedError(f"{type(self).__name__}.serialize")

    def deserialize(self, string_value: bytes) -> None:
        """Goes back to a state."""
        raise NotImplementedError(f"{type(self).__name__}.deserialize")

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"py_state": self.serialize()}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        self.deserialize(restored_tensors["py_state"].numpy())
