"""Looking into checkpoints: their keys, their values, their object graphs, new ones in a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._src.checkpoint.files import CheckpointReader
from tfcompat._src.checkpoint.graph import walk
from tfcompat._src.checkpoint.state import latest_checkpoint
from tfcompat._src.naming import public
from tfcompat._src.tracking.trackable import children_of


@public("tfcompat.train")
def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A reader of a checkpoint, or of a folder's latest.

    Raises NotFoundError if there is none, ValueError for a folder without one.
    """
    path = os.fspath(ckpt_dir_or_file)
    if os.path.isdir(path):
        found = latest_checkpoint(path)
        if found is None:
            raise ValueError(
                f"load_checkpoint: Couldn't find 'checkpoint' file or checkpoints in given "
                f"directory {path}"
            )
        path = found
    return CheckpointReader(path)


@public("tfcompat.train")
def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The keys and shapes of a checkpoint, in the order of the keys. Raises as load_checkpoint."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


@public("tfcompat.train")
def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of a key as NumPy has it. Raises NotFoundError if there is none."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


@public("tfcompat.train")
def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """The prefixes of a folder's checkpoints, each when it becomes the latest.

    Ends when none has come for `timeout` seconds and `timeout_fn`, if given, returns True.
    """
    last = None
    while True:
        found = _wait(checkpoint_dir, last, timeout)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        begun = time.time()
        last = found
        yield found
        left = min_interval_secs - (time.time() - begun)
        if left > 0:
            time.sleep(left)


def _wait(folder: Any, last: str | None, timeout: float | None) -> str | None:
    end = None if timeout is None else time.time() + timeout
    while True:
        found = latest_checkpoint(folder)
        if found is not None and found != last:
            return found
        left = 1.0 if end is None else end - time.time()
        if left <= 0:
            return None
        time.sleep(min(1.0, left))


@public("tfcompat.train")
class TrackableView:
    """The objects under a root, as a checkpoint sees them."""

    def __init__(self, root: Any) -> None:
        self._root = root

    @property
    def root(self) -> Any:
        """The root."""
        return self._root

    @classmethod
    def children(cls, obj: Any, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children of an object by name."""
        return children_of(obj, save_type)

    def descendants(self) -> list[Any]:
        """All objects, nearest first."""
        return [node.value for node in walk(self._root)]


@public("tfcompat.train")
class CheckpointView:
    """The object graph of a checkpoint: nodes by number, the root is 0.

    Raises as `load_checkpoint` does.
    """

    def __init__(self, save_path: Any) -> None:
        self._graph = CheckpointReader(os.fspath(save_path)).graph

    def children(self, node_id: int) -> dict[str, int]:
        """The numbers of a node's children by name."""
        return dict(self._graph[node_id]["children"])

    def descendants(self) -> list[int]:
        """The numbers of all nodes, nearest to the root first."""
        order = [0]
        seen = {0}
        for number in order:
            for child in self._graph[number]["children"].values():
                if child not in seen:
                    seen.add(child)
                    order.append(child)
        return order

    def match(self, obj: Any) -> dict[int, Any]:
        """The objects under `obj` that nodes belong to, by number."""
        if not hasattr(obj, "_trackable_children"):
            raise ValueError(f"CheckpointView.match: received {obj!r}; expected a trackable object")
        found = {0: obj}
        order = [0]
        for number in order:
            theirs = children_of(found[number], "restore")
            for name, child in self._graph[number]["children"].items():
                if name in theirs and child not in found:
                    found[child] = theirs[name]
                    order.append(child)
        return found

    def diff(self, obj: Any) -> tuple[dict[int, Any], list[int], list[Any]]:
        """What matches, the numbers of nodes without an object, and the objects without a node."""
        matched = self.match(obj)
        known = {id(value) for value in matched.values()}
        nodes = [number for number in self.descendants() if number not in matched]
        objects = [node.value for node in walk(obj, "restore") if id(node.value) not in known]
        return matched, nodes, objects
