"""`found.json`: programs of which something once differed, with what TensorFlow tells of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from .telling import Told

FILE = Path(__file__).with_name("found.json")

Program = tuple[list[str], list[Told]]


def load() -> list[Program]:
    """The lines, and what TensorFlow tells of each."""
    if not FILE.exists():
        return []
    return [(entry["lines"], entry["told"]) for entry in json.loads(FILE.read_text())]


def add(found: Iterable[Program]) -> None:
    """Adds programs that are not there yet."""
    known = load()
    texts = [lines for lines, _ in known]
    known += [(lines, told) for lines, told in found if lines not in texts]
    entries = [json.dumps({"lines": lines, "told": told}) for lines, told in known]
    FILE.write_text("[\n" + ",\n".join(entries) + "\n]\n")
