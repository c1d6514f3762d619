"""Where the tutorials are."""

from __future__ import annotations

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "tutorials"


def programs() -> list[Path]:
    """The programs that can run here, without the module of data that they share."""
    without = {"toy_data"}
    if importlib.util.find_spec("tensorboard") is None:
        without.add("tensorboard_logs")
    return sorted(path for path in FOLDER.glob("*.py") if path.stem not in without)
