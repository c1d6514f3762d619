"""Known failures: data, not code. One TOML file per backend, one reason per test id pattern.

    ["tape/test_tape.py::test_case*"]
    reason = "the kernel is wrong for ..."

A pattern is a test id relative to this folder; ``*`` matches anything and nothing else is special
(ids are full of brackets). The listing is strict: a listed test that passes fails the run, and when
the whole suite runs, a pattern that matches no test is an error.

    ["kernel erf"]
    reason = "needs SciPy"

names a kernel that a backend leaves out, or with ``*`` several: tests that fail for the want of it
are unsupported. When the whole suite runs, one that no test wants is an error.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

FOLDER = Path(__file__).parent / "known_failures"
GROUP = "tfcompat.backends"
MISSING = re.compile(r"(\w+): the backend '.*' has no kernel")


class KnownFailuresError(ValueError):
    """A known-failures file that cannot be used as it stands."""


@dataclass(frozen=True)
class Entry:
    """One line of a known-failures file."""

    pattern: str
    reason: str

    def matches(self, test_id: str) -> bool:
        expression = ".*".join(re.escape(part) for part in self.pattern.split("*"))
        return re.fullmatch(expression, test_id, re.DOTALL) is not None


def load(path: Path) -> list[Entry]:
    """The entries of one file. Raises KnownFailuresError for anything but ``[pattern] reason=``."""
    with path.open("rb") as file:
        try:
            table = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise KnownFailuresError(f"{path}: not TOML: {error}") from error
    entries = []
    for pattern, body in table.items():
        if not isinstance(body, dict) or set(body) != {"reason"} or not body["reason"]:
            raise KnownFailuresError(
                f"{path}: entry {pattern!r} holds {body!r}. Accepted: exactly one key, reason."
            )
        entries.append(Entry(pattern, str(body["reason"])))
    return entries


def file_for(backend: str) -> Path | None:
    """Where a backend's list is: named by CONFORMANCE_KNOWN_FAILURES, here, or in its package.

    A third-party backend names its own file with an attribute ``conformance_known_failures`` (a
    path) on the object its entry point loads.
    """
    named = os.environ.get("CONFORMANCE_KNOWN_FAILURES")
    if named:
        return Path(named)
    own = FOLDER / f"{backend}.toml"
    if own.exists():
        return own
    for point in entry_points(group=GROUP):
        if point.name == backend:
            path = getattr(point.load(), "conformance_known_failures", None)
            return None if path is None else Path(path)
    return None


def for_backend(backend: str) -> list[Entry]:
    """Every known failure of a backend; a backend without a file has none."""
    path = file_for(backend)
    return [] if path is None else load(path)


def missing_kernel(error: BaseException) -> str | None:
    """The kernel whose absence is behind an error, or None."""
    for one in _chain(error):
        found = MISSING.search(str(one))
        if found:
            return found.group(1)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def unmatched(entries: Iterable[Entry], test_ids: Iterable[str]) -> list[Entry]:
    """The entries that match none of these tests."""
    ids = list(test_ids)
    return [entry for entry in entries if not any(map(entry.matches, ids))]
