r"""RE2's regular expressions, translated to Python's.

A pattern is read as RE2 reads it and written again in the words of `re`, every atom with its own
flags, so that the two dialects differ nowhere: `$` is the end of the text, `\d` is ASCII, bytes
that are not UTF-8 (surrogate escapes here) match nothing but `\C`.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

Ranges = list[tuple[int, int]]

_LAST = 0x10FFFF
_STRAY = (0xDC80, 0xDCFF)
_MOST_REPEATS = 1000

_PERL: dict[str, Ranges] = {
    "d": [(48, 57)],
    "s": [(9, 10), (12, 13), (32, 32)],
    "w": [(48, 57), (65, 90), (95, 95), (97, 122)],
}
_POSIX: dict[str, Ranges] = {
    "alnum": [(48, 57), (65, 90), (97, 122)],
    "alpha": [(65, 90), (97, 122)],
    "ascii": [(0, 127)],
    "blank": [(9, 9), (32, 32)],
    "cntrl": [(0, 31), (127, 127)],
    "digit": [(48, 57)],
    "graph": [(33, 126)],
    "lower": [(97, 122)],
    "print": [(32, 126)],
    "punct": [(33, 47), (58, 64), (91, 96), (123, 126)],
    "space": [(9, 13), (32, 32)],
    "upper": [(65, 90)],
    "word": [(48, 57), (65, 90), (95, 95), (97, 122)],
    "xdigit": [(48, 57), (65, 70), (97, 102)],
}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_REPEAT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUP_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAME = re.compile(r"\(\?P<(\w+)>", re.ASCII)


class PatternError(ValueError):
    """A pattern that RE2 does not accept, with RE2's reason."""


def _complement(ranges: Ranges) -> Ranges:
    found: Ranges = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST:
        found.append((start, _LAST))
    return found


def _without_strays(ranges: Ranges) -> Ranges:
    low, high = _STRAY
    found: Ranges = []
    for first, last in ranges:
        if last < low or first > high:
            found.append((first, last))
            continue
        if first < low:
            found.append((first, low - 1))
        if last > high:
            found.append((high + 1, last))
    return found


@lru_cache(maxsize=64)
def _category(name: str) -> tuple[tuple[int, int], ...]:
    """The code points of a general category, or of all that begin with its letter."""
    found: Ranges = []
    for point in range(sys.maxunicode + 1):
        if unicodedata.category(chr(point)).startswith(name):
            if found and found[-1][1] == point - 1:
                found[-1] = (found[-1][0], point)
            else:
                found.append((point, point))
    return tuple(found)


_CATEGORIES = frozenset(
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So "
    "Z Zl Zp Zs".split()
)


class _Translator:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str, script: Callable[[str], Ranges | None]) -> None:
        self.pattern = pattern
        self.script = script
        self.at = 0
        self.flags: frozenset[str] = frozenset()
        self.groups = 0
        # How often the atom just read, and anything of this group, repeats what is in it.
        self.inner, self.largest = 1, 1

    def fail(self, reason: str) -> PatternError:
        return PatternError(reason)

    def rest(self, prefix: str) -> bool:
        return self.pattern.startswith(prefix, self.at)

    # -------------------------------------------------------------------------------- structure
    def translate(self) -> str:
        found = self.alternatives()
        if self.at < len(self.pattern):
            raise self.fail(f"unexpected ): {self.pattern}")
        return found

    def alternatives(self) -> str:
        """Up to the closing parenthesis, or the end; flags set inside end there."""
        before = self.flags
        branches = [self.sequence()]
        while self.rest("|"):
            self.at += 1
            branches.append(self.sequence())
        self.flags = before
        return "|".join(branches)

    def sequence(self) -> str:
        parts: list[str] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            repeatable = self.repeat_ahead()
            if repeatable is not None:
                raise self.fail(f"no argument for repetition operator: {repeatable}")
            flags = _GROUP_FLAGS.match(self.pattern, self.at)
            if flags and flags[3] == ")":
                self.at = flags.end()
                self.set_flags(flags)
                if parts:
                    # An operator behind flags is one of what stands before them.
                    parts.append(self.repeated(parts.pop()))
                continue
            if self.rest("\\Q"):
                literals = self.quoted()
                parts += literals[:-1]
                if not literals:
                    continue
                parts.append(self.repeated(literals[-1]))
                continue
            parts.append(self.repeated(self.atom()))
        return "".join(parts)

    def set_flags(self, flags: re.Match[str]) -> None:
        self.flags = (self.flags | set(flags[1])) - set(flags[2] or "")

    def repeat_ahead(self) -> str | None:
        if self.at < len(self.pattern) and self.pattern[self.at] in "*+?":
            return self.pattern[self.at]
        counted = _REPEAT.match(self.pattern, self.at)
        return counted[0] if counted else None

    def repeated(self, atom: str) -> str:
        inner, self.inner = self.inner, 1
        self.largest = max(self.largest, inner)
        operator = self.repeat_ahead()
        if operator is None:
            return atom
        start = self.at
        self.at += len(operator)
        if operator[0] == "{":
            low, comma, high = _REPEAT.fullmatch(operator).groups()  # type: ignore[union-attr]
            most = inner * max(int(low), int(high or 0), 1)
            self.largest = max(self.largest, most)
            if most > _MOST_REPEATS or (high and int(low) > int(high)):
                raise self.fail(f"invalid repetition size: {operator}")
            operator = f"{{{int(low)}{',' + high if comma else ''}}}"
        lazy = self.rest("?")
        self.at += lazy
        if self.repeat_ahead() is not None:
            second = self.repeat_ahead() or ""
            raise self.fail(f"bad repetition operator: {self.pattern[start : self.at] + second}")
        return f"(?:{atom}){operator}{'?' if lazy != ('U' in self.flags) else ''}"

    def atom(self) -> str:
        letter = self.pattern[self.at]
        if letter == "(":
            return self.group()
        if letter == "[":
            return self.char_class()
        if letter == "\\":
            return self.escape()
        self.at += 1
        if letter == ".":
            return self.written([(0, 9), (11, _LAST)] if "s" not in self.flags else [(0, _LAST)])
        if letter == "^":
            return "(?m:^)" if "m" in self.flags else r"\A"
        if letter == "$":
            return "(?m:$)" if "m" in self.flags else r"\Z"
        return self.literal(ord(letter))

    def group(self) -> str:
        start = self.at
        before = self.flags
        flags = _GROUP_FLAGS.match(self.pattern, start)
        name = _NAME.match(self.pattern, start)
        if flags:
            self.at = flags.end()
            self.set_flags(flags)
            opening = "(?:"
        elif name:
            self.at = name.end()
            opening = "("
        elif self.rest("(?P<"):
            raise self.fail(f"invalid named capture group: {self.pattern[start:]}")
        elif self.rest("(?"):
            raise self.fail(f"invalid perl operator: {self.pattern[start : start + 3]}")
        else:
            self.at += 1
            opening = "("
        self.groups += opening == "("
        outside, self.largest = self.largest, 1
        inner = self.alternatives()
        self.inner, self.largest = self.largest, outside
        self.flags = before
        if not self.rest(")"):
            raise self.fail(f"missing ): {self.pattern}")
        self.at += 1
        return f"{opening}{inner})"

    def quoted(self) -> list[str]:
        start = self.at + 2
        end = self.pattern.find("\\E", start)
        last = len(self.pattern) if end < 0 else end
        self.at = last if end < 0 else end + 2
        return [self.literal(ord(letter)) for letter in self.pattern[start:last]]

    # ---------------------------------------------------------------------------------- letters
    def folded(self, written: str) -> str:
        return f"(?i:{written})" if "i" in self.flags else written

    def literal(self, point: int) -> str:
        return self.folded(re.escape(chr(point)))

    def written(self, ranges: Ranges, negated: bool = False) -> str:
        if negated:
            # What is not UTF-8 is not in the complement either.
            return self.folded(f"[^{_spelt([*ranges, _STRAY])}]")
        ranges = _without_strays(ranges)
        return self.folded(f"[{_spelt(ranges)}]") if ranges else "(?!)"

    def escape(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in ("A", "z"):
            self.at += 2
            return r"\A" if letter == "A" else r"\Z"
        if letter in ("b", "B"):
            self.at += 2
            # Python's own \B does not hold in an empty text.
            return r"(?a:\b)" if letter == "b" else r"(?a:(?!\b))"
        if letter == "C":
            raise NotImplementedError(
                "tf.strings.regex: \\C, one byte of a character, has no counterpart in Python's "
                "re; match whole characters"
            )
        found = self.perl_or_property()
        if found is not None:
            ranges, negated = found
            return self.written(ranges, negated)
        return self.literal(self.code_point())

    def perl_or_property(self) -> tuple[Ranges, bool] | None:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter and letter in "dswDSW":
            self.at += 2
            return _PERL[letter.lower()], letter.isupper()
        if letter not in ("p", "P"):
            return None
        start = self.at
        if self.pattern[start + 2 : start + 3] == "{":
            end = self.pattern.find("}", start)
            name = self.pattern[start + 3 : end]
            self.at = end + 1
            if end < 0:
                raise self.fail(f"invalid character class range: {self.pattern[start:]}")
        else:
            name = self.pattern[start + 2 : start + 3]
            self.at = start + 3
        negated = letter == "P"
        if name.startswith("^"):
            name, negated = name[1:], not negated
        if name == "Any":
            return [(0, _LAST)], negated
        ranges = list(_category(name)) if name in _CATEGORIES else self.script(name)
        if ranges is None:
            raise self.fail(f"invalid character class range: {self.pattern[start : self.at]}")
        return ranges, negated

    def code_point(self) -> int:
        """One escaped letter, as a literal."""
        start = self.at
        letter = self.pattern[start + 1 : start + 2]
        if not letter:
            raise self.fail("trailing \\")
        self.at += 2
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "x":
            digits = re.compile(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})").match(self.pattern, self.at)
            if digits:
                point = int(digits[1] or digits[2], 16)
                if point <= _LAST:
                    self.at = digits.end()
                    return point
        elif letter == "0" or (
            letter in "1234567" and self.pattern[self.at : self.at + 1] in list("01234567")
        ):
            octal = re.compile("[0-7]{1,3}").match(self.pattern, start + 1)
            if octal:
                self.at = octal.end()
                return int(octal[0], 8)
        elif letter.isascii() and not letter.isalnum():
            return ord(letter)
        raise self.fail(f"invalid escape sequence: {self.pattern[start : start + 2]}")

    # ---------------------------------------------------------------------------------- classes
    def char_class(self) -> str:
        start = self.at
        self.at += 1
        negated = self.rest("^")
        self.at += negated
        ranges: Ranges = []
        first = True
        while first or not self.rest("]"):
            if self.at >= len(self.pattern):
                raise self.fail(f"missing ]: {self.pattern[start:]}")
            ranges += self.class_item()
            first = False
        self.at += 1
        return self.written(ranges, negated)

    def class_item(self) -> Ranges:
        if self.rest("[:"):
            end = self.pattern.find(":]", self.at)
            if end >= 0:
                name = self.pattern[self.at + 2 : end]
                named = _POSIX.get(name.removeprefix("^"))
                if named is None:
                    raise self.fail(
                        f"invalid character class range: {self.pattern[self.at : end + 2]}"
                    )
                self.at = end + 2
                return _complement(named) if name.startswith("^") else named
        if self.rest("\\"):
            found = self.perl_or_property()
            if found is not None:
                return _complement(found[0]) if found[1] else found[0]
        start = self.at
        low = self.class_point()
        if self.rest("-") and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self.class_point()
            if high < low:
                raise self.fail(f"invalid character class range: {self.pattern[start : self.at]}")
            return [(low, high)]
        return [(low, low)]

    def class_point(self) -> int:
        if self.rest("\\"):
            return self.code_point()
        self.at += 1
        return ord(self.pattern[self.at - 1])


def _spelt(ranges: Ranges) -> str:
    return "".join(
        [_letter(low) if low == high else f"{_letter(low)}-{_letter(high)}" for low, high in ranges]
    )


def _letter(point: int) -> str:
    return f"\\U{point:08x}"


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Python's form of one of RE2's patterns; text is UTF-8 decoded with surrogate escapes.

    Raises:
      PatternError: RE2 does not accept the pattern.
    """
    from tfcompat._src.ops.unicode_scripts import script_table

    def script(name: str) -> Ranges | None:
        names, starts, numbers = script_table()
        if name not in names:
            return None
        ends = [*starts[1:], _LAST + 1]
        return [
            (start, end - 1)
            for start, end, number in zip(starts, ends, numbers, strict=True)
            if number == names[name]
        ]

    translated = _Translator(pattern, script).translate()
    try:
        return re.compile(translated)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"{error}: {pattern}") from error
