"""Where the tutorials are."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "tutorials"


def programs() -> list[Path]:
    """The programs, without the module of data that they share."""
    return sorted(path for path in FOLDER.glob("*.py") if path.stem != "toy_data")
