"""`tfcompat check`: what of TensorFlow programs use, and whether it is there, without running them.

Neither the programs nor a framework are imported: programs are parsed, and what is supported is
read from the source of tfcompat, of its backends and of Keras.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfcompat._src import dispatch

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})


def arguments(commands: Any) -> None:
    """Adds the command to the parser's."""
    check = commands.add_parser(
        "check",
        help="what a program uses of TensorFlow, and whether it is supported; runs nothing",
        description="Reads programs, notebooks and packages, without running them, and tells line "
        "by line what of TensorFlow they use, whether it is supported, and what to write instead.",
        epilog="Exit status: 0 if everything is supported, 1 if something is not, 2 if a file "
        "cannot be read.",
    )
    check.add_argument("paths", metavar="PATH", nargs="+", help="a .py or .ipynb file, or a folder")
    check.add_argument(
        "--backend", metavar="NAME", action="append", help="only this one; may be repeated"
    )
    check.add_argument("--json", action="store_true", help="the same as a JSON object")
    check.add_argument(
        "--only-problems", action="store_true", help="leave out what is supported in full"
    )


@dataclass(frozen=True)
class Line:
    """One thing that is said of one place in a file."""

    line: int
    column: int
    symbol: str
    words: dict[str, str]
    notes: dict[str, str]
    instead: str
    old: bool
    cell: int | None = None

    @property
    def is_problem(self) -> bool:
        """Whether it is to be looked at."""
        return self.old or any(word != "yes" for word in self.words.values())

    @property
    def is_missing(self) -> bool:
        """Whether it does not work on some backend."""
        return "no" in self.words.values()


@dataclass
class File:
    """What is said of one file, or why it cannot be read."""

    path: str
    lines: list[Line] = field(default_factory=list)
    problem: str | None = None


def main(options: argparse.Namespace) -> int:
    """Runs the command; the exit status."""
    backends = options.backend or sorted(dispatch.available(), reverse=True)
    unknown = [name for name in backends if name not in dispatch.available()]
    if unknown or not backends:
        known = ", ".join(sorted(dispatch.available())) or "none is installed"
        print(f"tfcompat check: --backend: received {unknown}; expected {known}", file=sys.stderr)
        return 2
    files = list(check(options.paths, backends))
    if options.json:
        print(json.dumps(_as_json(files, backends, options.only_problems), indent=2))
    else:
        print(_as_text(files, backends, options.only_problems))
    if any(file.problem for file in files):
        return 2
    return int(any(line.is_missing for file in files for line in file.lines))


def check(paths: Sequence[str], backends: Sequence[str]) -> Iterator[File]:
    """Reads the files, and those of the folders, one after the other."""
    from tfcompat._src.cli.check_names import Names

    names = Names(backends)
    for path in _files(paths):
        try:
            yield _read(path, names)
        except SyntaxError as error:
            at = f"line {error.lineno}: " if error.lineno else ""
            yield File(str(path), problem=f"{at}{error.msg}")
        except (OSError, ValueError) as error:
            yield File(str(path), problem=str(error))


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(
                inner for inner in folders if inner not in _SKIPPED and not inner.startswith(".")
            )
            for file in sorted(files):
                if file.endswith((".py", ".ipynb")):
                    yield Path(folder, file)


# ----------------------------------------------------------------------------------------- one file
def _read(path: Path, names: Any) -> File:
    file = File(str(path))
    if path.suffix != ".ipynb":
        file.lines += _lines(_parse(path.read_bytes(), str(path)), names)
        return file
    from tfcompat._src.cli import notebooks

    # The cells as one program, of which each line knows its cell and its line there.
    text: list[str] = []
    places: list[tuple[int, int]] = []
    for cell in notebooks.code_cells(notebooks.read(path)):
        lines = _python_of(cell.source).split("\n")
        if not _parses("\n".join(lines)):
            file.problem = file.problem or f"cell {cell.number} is not Python that can be parsed"
            continue
        text += lines
        places += [(cell.number, number) for number in range(1, len(lines) + 1)]
    for line in _lines(_parse("\n".join(text), str(path)), names):
        number, at = places[line.line - 1]
        file.lines.append(Line(**{**vars(line), "line": at, "cell": number}))
    return file


def _parse(source: str | bytes, name: str) -> ast.Module:
    with warnings.catch_warnings():
        # Python's opinions about the program are not ours.
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree: ast.Module = compile(source, name, "exec", flags, dont_inherit=True)
    return tree


def _parses(source: str) -> bool:
    try:
        _parse(source, "cell")
    except SyntaxError:
        return False
    return True


def _python_of(source: str) -> str:
    """A cell without what is not Python, line for line."""
    from tfcompat._src.cli import magics

    def replace(magic: magics.Magic) -> str:
        if magic.name in magics.PYTHON_LINES and _parses(magic.rest):
            return magic.indent + magic.rest
        return f"{magic.indent}{magic.target} = None" if magic.target else f"{magic.indent}pass"

    magic = magics.cell_magic(source)
    if magic is None:
        return magics.to_python(source, replace)
    if magic.name not in magics.PYTHON_CELLS:
        return "\n" * source.count("\n")
    before = source[: len(source) - len(magic.body)].count("\n")
    return "\n" * before + magics.to_python(magic.body, replace)


def _lines(tree: ast.Module, names: Any) -> Iterator[Line]:
    from tfcompat._src.cli import check_arguments, check_scopes
    from tfcompat._src.cli.check_names import PACKAGES

    told: set[tuple[int, str]] = set()
    for use in check_scopes.uses(tree, PACKAGES):
        at = (use.line, use.column)
        for name, old in check_arguments.old_arguments(use.symbol, use.keywords):
            answer = names.all("yes" if old.works else "no", "an old argument", old.instead, True)
            yield Line(*at, f"{use.symbol}({name}=)", **vars(answer))
        if use.symbol.startswith("."):
            method = check_arguments.old_method(use.symbol, use.has_arguments)
            if method is not None:
                word = "yes" if method.works else "no"
                note = "an old method" if method.works else "it is TensorFlow's own"
                answer = names.all(word, note, method.instead, True)
                yield Line(*at, use.symbol, **vars(answer))
            continue
        if use.guarded and use.symbol in PACKAGES:
            continue  # the program can do without
        if (use.line, use.symbol) not in told:
            told.add((use.line, use.symbol))
            yield Line(*at, use.symbol, **vars(names.answer(use.symbol)))


# --------------------------------------------------------------------------------------- the report
def _as_text(files: Sequence[File], backends: Sequence[str], only_problems: bool) -> str:
    blocks = []
    for file in files:
        lines = [line for line in file.lines if line.is_problem or not only_problems]
        problem = [f"  cannot be read: {file.problem}"] if file.problem else []
        if problem or lines:
            blocks.append("\n".join([file.path, *problem, *_rows(lines, backends)]))
    return "\n\n".join([*blocks, _summary(files, backends)])


def _rows(lines: Sequence[Line], backends: Sequence[str]) -> Iterator[str]:
    places = [_place(line) for line in lines]
    width = max(map(len, places), default=0)
    for place, line in zip(places, lines, strict=True):
        yield f"  {place:>{width}}  {line.symbol:<36} {_told(line, backends)}".rstrip()


def _place(line: Line) -> str:
    return str(line.line) if line.cell is None else f"cell {line.cell}, line {line.line}"


def _told(line: Line, backends: Sequence[str]) -> str:
    """One phrase for all the backends where they agree, else one for each."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in backends:
        groups.setdefault((line.words[name], line.notes.get(name, "")), []).append(name)
    phrases = []
    for (word, note), named in groups.items():
        word = "old" if line.old and word == "yes" else word
        phrase = f"{word}: {note}" if note else word
        phrases.append(phrase if len(groups) == 1 else f"{', '.join(named)} {phrase}")
    told = "; ".join(phrases)
    return f"{told}; write {line.instead}" if line.instead else told


def _counts(files: Sequence[File], backends: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each backend, how many symbols are supported, partly, or not."""
    found: dict[str, dict[str, int]] = {}
    for name in backends:
        words = {line.symbol: line.words[name] for file in files for line in file.lines}
        count = Counter(words.values())
        found[name] = {word: count[word] for word in ("yes", "partly", "no")}
    return found


def _summary(files: Sequence[File], backends: Sequence[str]) -> str:
    symbols = {line.symbol for file in files for line in file.lines}
    old = {line.symbol for file in files for line in file.lines if line.old}
    places = sum(len(file.lines) for file in files)
    unread = sum(file.problem is not None for file in files)
    rows = [f"{_count(len(symbols), 'symbol')} in {_count(places, 'place')}, {_files_of(files)}"]
    rows[0] += f", {len(old)} of them old forms" if old else ""
    rows[0] += f"; {_count(unread, 'file')} cannot be read" if unread else ""
    rows.append(f"  {'backend':<10}{'supported':>10}{'partly':>10}{'missing':>10}")
    for name, counts in _counts(files, backends).items():
        numbers = "".join(f"{counts[word]:>10}" for word in ("yes", "partly", "no"))
        rows.append(f"  {name:<10}{numbers}")
    return "\n".join(rows)


def _files_of(files: Sequence[File]) -> str:
    return _count(len(files), "file")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _as_json(files: Sequence[File], backends: Sequence[str], only_problems: bool) -> dict[str, Any]:
    return {
        "files": [
            {
                "path": file.path,
                "problem": file.problem,
                "uses": [vars(line) for line in file.lines if line.is_problem or not only_problems],
            }
            for file in files
        ],
        "backends": _counts(files, backends),
        "symbols": len({line.symbol for file in files for line in file.lines}),
    }
