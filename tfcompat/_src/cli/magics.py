"""What notebooks have beside Python: lines as `%time f()` and `!ls`, told from Python's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Cell magics whose body is Python that runs in the notebook's namespace.
PYTHON_CELLS = frozenset({"capture", "prun", "time", "timeit"})
# Line magics that execute the Python on their line.
PYTHON_LINES = frozenset({"prun", "time", "timeit"})

_ASSIGNED = re.compile(r"([A-Za-z_][\w., ]*?)\s*=\s*([%!])(?![=%])\s*(.*)")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Magic:
    """One of these lines: `kind` is "%", "!" or "?"; `indent` and `target` stand before it."""

    kind: str
    name: str
    rest: str
    indent: str = ""
    target: str = ""


@dataclass(frozen=True)
class CellMagic:
    """A whole cell under `%%name rest`."""

    name: str
    rest: str
    body: str


def cell_magic(source: str) -> CellMagic | None:
    """The magic that a cell begins with, if it does."""
    text = source.lstrip("\n")
    if not text.startswith("%%"):
        return None
    first, _, body = text.partition("\n")
    name, _, rest = first[2:].partition(" ")
    return CellMagic(name.strip(), rest.strip(), body)


def to_python(source: str, replace: Callable[[Magic], str]) -> str:
    """The source with each magic line replaced by the Python that `replace` gives for it.

    Lines stay where they are: a line is replaced by as many. As in IPython, a cell may be indented
    as a whole.
    """
    if _is_python(source):
        return source
    indent = _BLANK_LINES.sub("", source)
    indent = indent[: len(indent) - len(indent.lstrip(" \t"))]
    lines = [line.removeprefix(indent) for line in source.split("\n")]
    starts = _statement_starts(lines)
    made: list[str] = []
    while len(made) < len(lines):
        at = len(made)
        magic = find(lines[at]) if starts[at] else None
        if magic is None:
            made.append(lines[at])
            continue
        made.append(replace(magic))
        # A backslash goes on with the next line; it is in the magic's own words by now.
        while lines[at].rstrip().endswith("\\") and len(made) < len(lines):
            at = len(made)
            made.append("")
    return "\n".join(made)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def find(line: str) -> Magic | None:
    """What a line that begins a statement is, if it is not Python."""
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if text.startswith("!"):
        return Magic("!", "", text.lstrip("!").strip(), indent)
    if text.startswith("%"):
        name = _WORD.match(text.lstrip("%"))
        return name and Magic("%", name[0], text.lstrip("%")[name.end() :].strip(), indent)
    assigned = _ASSIGNED.fullmatch(text)
    if assigned is not None:
        target, kind, rest = assigned.groups()
        if kind == "!":
            return Magic("!", "", rest, indent, target)
        name = _WORD.match(rest)
        return name and Magic("%", name[0], rest[name.end() :].strip(), indent, target)
    if text.startswith("?") or (text.endswith("?") and "#" not in text):
        return Magic("?", "", text.strip("?"), indent)
    return None


def _statement_starts(lines: list[str]) -> list[bool]:
    """For each line whether a statement may begin on it: not within brackets or strings."""
    found: list[bool] = []
    quote, depth, continued = "", 0, False
    for line in lines:
        begins = not quote and depth == 0 and not continued
        found.append(begins)
        if begins and find(line) is not None:
            continued = line.rstrip().endswith("\\")
            continue
        was_continued = continued
        for piece in _scan(line, quote):
            quote, depth = piece[0], max(0, depth + piece[1])
        continued = line.endswith("\\") and (not was_continued or not quote)
        if len(quote) == 1 and not continued:
            quote = ""
    return found


def _scan(line: str, quote: str) -> Iterator[tuple[str, int]]:
    """What each piece of a line does: the quotes it leaves open, the brackets that it opens."""
    at = 0
    while at < len(line):
        if quote:
            if line[at] == "\\":
                at += 2
            elif line.startswith(quote, at):
                at += len(quote)
                quote = ""
            else:
                at += 1
            yield quote, 0
            continue
        sign = line[at]
        if sign == "#":
            return
        if sign in "\"'":
            quote = sign * 3 if line.startswith(sign * 3, at) else sign
            at += len(quote)
            yield quote, 0
            continue
        yield quote, (sign in "([{") - (sign in ")]}")
        at += 1
