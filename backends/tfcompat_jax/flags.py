"""Flags of XLA, which it reads with its first program."""

from __future__ import annotations

import os

# XLA's CPU writes loops over elements in two ways. By tiles, as it does where two arrays are added
# and the like, they take three to ten times as long.
_NOT_BY_TILES = "--xla_backend_extra_options=xla_cpu_disable_tiled_emitter"


def set_flags() -> None:
    """Adds to XLA_FLAGS, unless options of this kind are given there."""
    given = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in given:
        os.environ["XLA_FLAGS"] = f"{given} {_NOT_BY_TILES}".strip()
