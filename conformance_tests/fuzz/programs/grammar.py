"""Grammars in text files, and the programs that they make.

A line that is not indented names a rule; the indented lines that follow are its alternatives, each
as likely as the others, or as many times as it says in front (`3* ...`). A word in capitals that
names a rule stands for one of its alternatives. Rules that every kind needs are in `common.txt`.

A program is some lines of the rule START, some of STEP and some of END.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

Rules = dict[str, list[str]]

FOLDER = Path(__file__).with_name("grammars")
WORD = re.compile(r"\b[A-Z][A-Z0-9_]*\b")

#: Beyond this depth the first alternative is taken, which is to be a simple one.
DEEP = 12


def kinds() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem != "common")


@cache
def rules_of(kind: str) -> Rules:
    return {**_read("common"), **_read(kind)}


def _read(kind: str) -> Rules:
    rules: Rules = {}
    alternatives: list[str] = []
    for line in (FOLDER / f"{kind}.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            alternatives = rules[line.strip()] = []
            continue
        times = re.match(r" +(?:(\d+)\* )?(.*)", line)
        if times:
            alternatives += [times[2]] * int(times[1] or 1)
    return rules


def program(kind: str, seed: int) -> list[str]:
    """The lines of one program; the same for the same seed."""
    draw = random.Random(f"{kind} {seed}")
    rules = rules_of(kind)
    names = ["START"] * draw.choice((1, 1, 2)) + ["STEP"] * draw.choice((1, 2, 3, 4, 5)) + ["END"]
    lines = list(rules.get("FIRST", []))
    for name in names:
        if name in rules:
            lines += _expanded(name, rules, draw, 0).split(" ;; ")
    return lines


def _expanded(name: str, rules: Rules, draw: random.Random, depth: int) -> str:
    alternatives = rules[name]
    text = alternatives[0] if depth > DEEP else draw.choice(alternatives)
    return WORD.sub(
        lambda word: _expanded(word[0], rules, draw, depth + 1) if word[0] in rules else word[0],
        text,
    )
