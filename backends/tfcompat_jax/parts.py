"""Kernels that take a part of one array, and what to do with them where no tape follows it.

As an op every other position would be another program, to be compiled for reading one number or
one batch. What is small and on the host is cut there; else the position becomes an input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .trie import Attrs, Kernel


class Part(NamedTuple):
    """Other ways to what a kernel does.

    on_host: on a NumPy array. moving: a kernel that also reads where the part starts; start:
    splits the attributes into those numbers and the attributes that are left.
    """

    on_host: Callable[..., Any]
    moving: Kernel
    start: Callable[..., tuple[list[int], Attrs]]


parts: dict[Kernel, Part] = {}

#: All of it: arrays never change, so that two tensors may share one.
WHOLE = Part(lambda x: x, lambda x: x, lambda: ([], ()))
