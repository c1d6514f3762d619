"""The command `tfcompat`, and the ways by which `import tensorflow` gets tfcompat."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = ("info", "run", "check")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    command = importlib.import_module(f"{__name__}.{options.command}")
    if options.command == "run":
        return int(command.main(options))
    try:
        status = int(command.main(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has read enough; Python would flush, and fail, once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tfcompat", description="TensorFlow 2's Python API on PyTorch or JAX."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"{__name__}.{name}").arguments(commands)
    return parser


class _Version(argparse.Action):
    """Looks the version up only if it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        info = importlib.import_module(f"{__name__}.info")
        print(f"tfcompat {info.version('tfcompat')}")
        parser.exit()
