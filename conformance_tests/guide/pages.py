"""The blocks of a page's code, and what they print.

A page of docs/guide is Markdown with blocks of ``python``, run in order in one process, and
below a block that prints, a block of ``text`` with what it prints. Numbers with a point or an
exponent may differ a little, ``...`` stands for anything, spaces that only align do not count.

    python -m conformance_tests.guide.pages PAGE             runs a page and prints JSON
    python -m conformance_tests.guide.pages --record [PAGE]  writes the outputs into it, or all;
            with CONFORMANCE_SUBJECT=tensorflow, since they are to be TensorFlow's
"""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import math
import os
import re
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

from ..subject import SUBJECT

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
# What each page says of itself, below its title.
HEADER = "*Runs on every backend; the outputs are those of TensorFlow 2.21.*"

_BLOCK = re.compile(
    r"^```python\n(?P<source>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.M | re.S
)
_FRACTION = re.compile(r"[-+]?(?:\d+\.\d*|\d+(?=e[-+]?\d))(?:e[-+]?\d+)?")
_RELATIVE, _ABSOLUTE = 2e-5, 2e-6


@dataclass(frozen=True)
class Block:
    """One block of code: its line in the page, and the text that it should print."""

    page: str
    line: int
    source: str
    output: str


def pages() -> list[Path]:
    return sorted(GUIDE.glob("*.md"))


def read(path: Path) -> list[Block]:
    """The blocks of one page."""
    text = path.read_text(encoding="utf-8")
    return [
        Block(
            path.stem,
            text.count("\n", 0, match.start("source")) + 1,
            match["source"],
            match["output"] or "",
        )
        for match in _BLOCK.finditer(text)
    ]


def same(printed: str, shown: str) -> bool:
    """Whether a page's text tells what was printed."""
    got, expected = _lines(printed), _lines(shown)
    fractions = [float(number) for number in _FRACTION.findall(expected)]
    rest = map(re.escape, _FRACTION.split(expected))
    pattern = f"({_FRACTION.pattern})".join(rest).replace(r"\.\.\.", ".*?")
    match = re.fullmatch(pattern, got, re.S)
    return match is not None and all(
        math.isclose(float(number), fraction, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        for number, fraction in zip(match.groups(), fractions, strict=True)
    )


def _lines(text: str) -> str:
    """The text without the spaces that depend on how many digits its numbers have."""
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r"\[ | (?=\])", lambda match: match[0].strip(), text)
    return "\n".join(line.strip() for line in text.strip().split("\n"))


def outputs(path: Path) -> list[str]:
    """Runs one page in a fresh process: what each block prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"{__package__}.pages", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{path.name} ended with {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def run(path: Path) -> list[str]:
    """Runs the blocks of a page here, in a folder of their own, up to one that fails."""
    scope: dict[str, object] = {"__name__": "__main__"}
    printed: list[str] = []
    known: list[str] = []
    failure = ""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        tempfile.tempdir = folder  # what a page leaves behind goes with it
        for block in read(path):
            stdout = io.StringIO()
            source = "\n" * (block.line - 1) + block.source
            source = source.replace("import tfcompat as", f"import {SUBJECT} as")
            # tf.function reads the source of what it converts.
            lines = source.splitlines(keepends=True)
            known += ["\n"] * (block.line - 1 - len(known)) + lines[block.line - 1 :]
            linecache.cache[str(path)] = (1, None, known, str(path))
            with contextlib.redirect_stdout(stdout):
                try:
                    if not failure:
                        exec(compile(source, str(path), "exec"), scope)
                except Exception as error:
                    failure = "".join(traceback.format_exception_only(error))
                    traceback.print_exc(file=stdout)
            printed.append(stdout.getvalue() or failure)
    return printed


def record(path: Path) -> int:
    """Writes what the blocks print below them, but for what the page tells already."""
    text = path.read_text(encoding="utf-8")
    results = outputs(path)
    failed = next((output for output in results if "Traceback (most" in output), None)
    if failed:
        raise RuntimeError(f"{path.name} is left as it is, for a block of it fails:\n{failed}")
    printed = iter(results)
    changed = 0

    def told(match: re.Match[str]) -> str:
        nonlocal changed
        output = next(printed)
        if same(output, match["output"] or ""):
            return match[0]
        changed += 1
        code = f"```python\n{match['source']}```\n"
        lines = "\n".join(line.rstrip() for line in output.strip("\n").split("\n"))
        return f"{code}\n```text\n{lines}\n```\n" if output.strip() else code

    path.write_text(_BLOCK.sub(told, text), encoding="utf-8")
    return changed


def main(arguments: list[str]) -> None:
    if arguments[0] != "--record":
        print(json.dumps(run(Path(arguments[0]).resolve())))
        return
    for path in [Path(name) for name in arguments[1:]] or pages():
        print(f"{path.name}: {record(path)} outputs changed")


if __name__ == "__main__":
    # Set before a framework starts: its own talk is no part of a page.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(sys.argv[1:])
