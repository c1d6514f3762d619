"""`tfcompat check`."""

from __future__ import annotations

import argparse
from typing import Any


def arguments(commands: Any) -> None:
    """Adds the command to the parser's."""


def main(options: argparse.Namespace) -> int:
    """Runs the command; the exit status."""
    return 2
