"""tf.strings.regex_full_match and regex_replace."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from operator import not_
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import adopted, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    Array,
    filled,
    flat,
    mapped,
    measured,
    scalar_string,
    strings,
    typed,
)
from tfcompat._src.tensor import Tensor
from tfcompat._src.text.flat_strings import lines
from tfcompat._src.text.re2 import PatternError, compiled


def _pattern(value: Any, op: str) -> re.Pattern[str]:
    written = scalar_string(to_tensor(value, dtypes.string), op, "pattern")
    try:
        return compiled(written.decode("utf-8"))
    except UnicodeDecodeError:
        raise invalid_argument(op, f"Invalid pattern: {written!r}, error: invalid UTF-8") from None
    except PatternError as error:
        raise invalid_argument(op, f"Invalid pattern: {written.decode()}, error: {error}") from None


def _decoded(item: bytes) -> str:
    return item.decode("utf-8", "surrogateescape")


# Letters of ASCII that mean themselves and classes of such, once or, before a plus, more often:
# of these RE2 and Python think alike, and of bytes as of text. None is the end of a line.
_PLAIN = re.compile(r"(?:(?:[\w ,:;@#%&=<>/'\"!~`-]|\[(?:\w(?:-\w)?| )+\])\+?)+", re.ASCII)
_FIRST_OF_SEVERAL = re.compile(r"\A(\[[^]]+\]|.)\+")


@lru_cache(maxsize=256)
def _plain(pattern: str) -> re.Pattern[bytes] | None:
    """The pattern for bytes, if it is of the plainest sort."""
    if not _PLAIN.fullmatch(pattern):
        return None
    # Python looks faster for one of a class than for the beginning of several.
    quick = _FIRST_OF_SEVERAL.sub(r"\1\1*", pattern)
    try:
        return re.compile(quick.encode())
    except re.error:
        return None


@public("tfcompat.strings")
def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether each whole string matches the pattern, in RE2's syntax.

    Raises:
      InvalidArgumentError: what RE2 does not know, such as backreferences and lookaheads.
    """
    x = typed(input, dtypes.string, "RegexFullMatch")
    plain = _plain(pattern) if pattern.__class__ is str else None
    if plain is not None and (many := flat(x)) is not None:
        return adopted(_matching(many, plain).reshape(x._shape), dtypes.bool_)
    array = x._numpy()
    if plain is not None:
        found = [match is not None for match in map(plain.fullmatch, array.reshape(-1).tolist())]
        return adopted(np.array(found, bool).reshape(array.shape), dtypes.bool_)
    match = _pattern(pattern, "RegexFullMatch").fullmatch
    return measured(lambda item: match(_decoded(item)) is not None, array, dtypes.bool_)


def _matching(flat: Array, plain: re.Pattern[bytes]) -> Array:
    """Which strings match a pattern that no end of a line does."""
    # As the lines of one text: what matches none, or begins otherwise, is found soon.
    left, count = _of_lines(plain).subn(b"\n", lines(flat))
    if not count:
        return np.zeros(flat.size, bool)
    return np.array(list(map(not_, left.split(b"\n")[1:-1])), bool)


@lru_cache(maxsize=256)
def _of_lines(plain: re.Pattern[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"\n(?:" + plain.pattern + b")\0*(?=\n)")


@public("tfcompat.strings")
def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Tensor:
    r"""Each string with the matches of a pattern, in RE2's syntax, replaced by `rewrite`.

    In `rewrite`, \0 is the match, \1 to \9 are its groups. Without `replace_global` only the first
    match is replaced.
    """
    op = "RegexReplace"
    array = strings(input, op)
    if pattern.__class__ is rewrite.__class__ is str and replace_global is True:
        made = _replaced_in_lines(array.reshape(-1).tolist(), pattern, rewrite)
        if made is not None:
            return filled(made, array.shape)
    found = _pattern(pattern, op)
    replace_global = replace_global is None or bool(replace_global)
    parts, is_whole = _parts(
        _decoded(scalar_string(to_tensor(rewrite, dtypes.string), op, "rewrite"))
    )
    highest = max([part for part in parts if isinstance(part, int)], default=0)
    if highest > found.groups or not (is_whole or replace_global):
        # RE2 then leaves the text as it is.
        return mapped(lambda item: item, array)

    if replace_global and (table := _letters_replaced(found, pattern, parts)) is not None:
        kept, dropped = table
        return mapped(lambda item: item.translate(kept, dropped), array)

    def text_of(match: re.Match[str]) -> str:
        if match.start() == match.end():
            raise _EmptyMatchError
        return "".join([part if isinstance(part, str) else match[part] or "" for part in parts])

    def replace(item: bytes) -> bytes:
        body = _decoded(item)
        try:
            made = found.sub(text_of, body, 0 if replace_global else 1)
        except _EmptyMatchError:
            made = _replaced(found, body, parts, replace_global)
        return made.encode("utf-8", "surrogateescape")

    return mapped(replace, array)


def _replaced_in_lines(items: list[bytes], pattern: str, rewrite: str) -> list[bytes] | None:
    """All strings at once, as the lines of one text, where nothing can tell the difference."""
    plain = _plain(pattern)
    if plain is None or "\\" in rewrite or "\n" in rewrite or not items:
        return None
    lines = b"\n".join(items)
    if lines.count(b"\n") >= len(items):
        return None
    try:
        return plain.sub(rewrite.encode(), lines).split(b"\n")
    except UnicodeEncodeError:
        return None


class _EmptyMatchError(Exception):
    """Python goes on behind an empty match in another way than RE2."""


# One class of ASCII letters, each written as itself or behind a backslash that means nothing else.
_CLASS = re.compile(r"\[(?!\^|\[?:)(?:\\[!-/:-@\[-`{-~]|[ -Z^-~])+\]")


@cache
def _letters(pattern: re.Pattern[str]) -> bytes:
    """Which letters of ASCII a pattern of one letter is."""
    return bytes([code for code in range(128) if pattern.fullmatch(chr(code))])


def _letters_replaced(
    found: re.Pattern[str], pattern: Any, parts: list[str | int]
) -> tuple[bytes | None, bytes] | None:
    """What bytes.translate wants, for a pattern that is one letter of several."""
    rewritten = "".join([str(part) for part in parts])
    if not all(isinstance(part, str) for part in parts) or len(rewritten) > 1:
        return None
    if not rewritten.isascii() or not isinstance(pattern, str) or not _CLASS.fullmatch(pattern):
        return None
    letters = _letters(found)
    if not rewritten:
        return None, letters
    return bytes.maketrans(letters, rewritten.encode() * len(letters)), b""


def _parts(rewrite: str) -> tuple[list[str | int], bool]:
    """Texts and numbers of groups; and whether all of it is understood, the rest being dropped."""
    parts: list[str | int] = []
    at = 0
    while at < len(rewrite):
        if rewrite[at] != "\\":
            parts.append(rewrite[at])
        else:
            at += 1
            letter = rewrite[at : at + 1]
            if letter == "\\":
                parts.append(letter)
            elif letter.isascii() and letter.isdigit():
                parts.append(int(letter))
            else:
                return parts, False
        at += 1
    return parts, True


def _replaced(pattern: re.Pattern[str], body: str, parts: list[str | int], everywhere: bool) -> str:
    """RE2's way through the text: no empty match right behind a match."""
    made: list[str] = []
    at, last_end = 0, -1
    while at <= len(body):
        match = pattern.search(body, at)
        if match is None:
            break
        start, end = match.span()
        if start == end == last_end:
            made.append(body[at : at + 1])
            at += 1
            continue
        made.append(body[at:start])
        made += [part if isinstance(part, str) else match[part] or "" for part in parts]
        at = last_end = end
        if not everywhere:
            break
    made.append(body[at:])
    return "".join(made)
