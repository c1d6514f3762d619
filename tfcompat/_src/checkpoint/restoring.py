"""Reading a checkpoint into objects, some of which come to be later, and what became of it."""

from __future__ import annotations

import functools
import sys
from collections import deque
from contextlib import nullcontext
from typing import Any

from tfcompat._src import logging
from tfcompat._src.checkpoint.files import CheckpointReader
from tfcompat._src.checkpoint.graph import printed, walk
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.device import device
from tfcompat._src.naming import public
from tfcompat._src.tracking.trackable import await_children, children_of, own_tensors
from tfcompat._src.variable import Variable


class Restoration:
    """One reading of a checkpoint: which of its nodes belong to which objects."""

    def __init__(self, reader: CheckpointReader) -> None:
        self.reader = reader
        self.graph = reader.graph
        self.bound: dict[int, Any] = {}
        self.partial = False
        self._given_up = False
        # What objects held before, while it may have to be put back.
        self._before: list[tuple[Any, dict[str, Any]]] | None = []

    def start(self, root: Any) -> None:
        """Restores a root and what is under it, or, where that fails, nothing."""
        try:
            self.bind(0, root)
        except BaseException:
            self._given_up = self.partial = True
            for value, tensors in reversed(self._before or ()):
                value._restore_from_tensors({k: to_tensor(v) for k, v in tensors.items()})
            raise
        finally:
            self._before = None

    def bind(self, number: int, value: Any) -> None:
        """Restores an object and its children from a node and its."""
        waiting = deque([(number, value)])
        while waiting:
            number, value = waiting.popleft()
            known = self.bound.get(number)
            if known is not None:
                if known is not value and self.graph[number]["attributes"]:
                    logging.warn(
                        "Inconsistent references when loading the checkpoint into this object "
                        "graph: %s belongs to two objects; only the first is restored.",
                        printed(self.graph, number),
                    )
                continue
            node = self.graph[number]
            self._restore(node["attributes"], value)
            self.bound[number] = value
            position = functools.partial(self._later, number)
            for holder in (value, getattr(value, "_self_root", None)):
                await_children(holder, position)
            for name, child in children_of(value, "restore").items():
                if name in node["children"]:
                    waiting.append((node["children"][name], child))

    def _later(self, number: int, name: str, child: Any) -> bool:
        found = self.graph[number]["children"].get(name)
        if found is None or self._given_up:
            return False
        self.bind(found, child)
        return True

    def _restore(self, attributes: dict[str, str], value: Any) -> None:
        before = own_tensors(value) if attributes else None
        if not before:
            return
        reader = self.reader
        # A variable stays where it is, whatever device is the current one.
        with device(value.device) if isinstance(value, Variable) else nullcontext():
            found = {
                name: from_numpy(reader.array(key), reader.dtype(key))
                for name, key in attributes.items()
            }
        if self._before is not None:
            self._before.append((value, before))
        value._restore_from_tensors(found)

    def lost(self) -> list[int]:
        """The nodes with values that belong to no object."""
        return [
            number
            for number, node in enumerate(self.graph)
            if node["attributes"] and number not in self.bound
        ]

    def __del__(self) -> None:
        if sys is None or sys.is_finalizing() or getattr(self, "partial", True):
            return
        lost = self.lost()
        if lost:
            logging.warn(
                "A tf.train.Checkpoint is deleted with values that were never restored. Use "
                "`status.expect_partial()` where that is meant, or `status.assert_consumed()` to "
                "make it an error."
            )
        for number in lost:
            logging.warn(
                "Value in checkpoint could not be found in the restored object: %s",
                printed(self.graph, number),
            )


@public("tfcompat.train")
class CheckpointLoadStatus:
    """What became of a checkpoint that was read; the assertions raise AssertionError."""

    def __init__(self, restoration: Restoration, root: Any) -> None:
        self._restoration = restoration
        self._root = root

    def assert_consumed(self) -> CheckpointLoadStatus:
        """Every value of the checkpoint was restored, and every object of the program got its."""
        restoration = self._restoration
        for number in restoration.lost():
            node = restoration.graph[number]
            raise AssertionError(
                f"Unresolved object in checkpoint {printed(restoration.graph, number)}: its values "
                f"are {sorted(node['attributes'].values())}"
            )
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """Every object that the program has by now got its values."""
        bound = {id(value) for value in self._restoration.bound.values()}
        missing = [
            node.value
            for node in walk(self._root, "restore")
            if id(node.value) not in bound and own_tensors(node.value)
        ]
        if missing:
            shown = missing[:10]
            raise AssertionError(
                f"Found {len(missing)} Python objects that were not bound to checkpointed values, "
                "likely due to changes in the Python program. Showing "
                f"{len(shown)} of {len(missing)} unmatched objects: {shown}"
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """Some object below the root was found in the checkpoint."""
        if len(self._restoration.bound) < 2:
            raise AssertionError(
                f"Nothing except the root object matched a checkpointed value: {self._root!r} has "
                f"the children {sorted(children_of(self._root, 'restore'))}, the checkpoint's root "
                f"has {sorted(self._restoration.graph[0]['children'])}"
            )
        return self

    def expect_partial(self) -> CheckpointLoadStatus:
        """Silences the warnings about values that are never restored."""
        self._restoration.partial = True
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Does nothing: what could be restored, is."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Does nothing: what could be restored, is."""


@public("tfcompat.train")
class InitializationOnlyStatus:
    """What `restore(None)` gives: nothing is restored, so every assertion fails."""

    def _fail(self) -> Any:
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    def assert_consumed(self, session: Any = None) -> InitializationOnlyStatus:
        """Raises AssertionError."""
        return self._fail()

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed
    run_restore_ops = assert_consumed

    def expect_partial(self) -> InitializationOnlyStatus:
        """Does nothing."""
        return self

    def initialize_or_restore(self, session: Any = None) -> None:
        """Does nothing: variables have their initial values."""
