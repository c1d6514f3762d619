"""What the most common magics of notebooks do where IPython is not installed."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tfcompat._src.cli.magics import CellMagic

_INSTALLS = re.compile(
    r"(\S*/)?(pip3?|conda|mamba|apt|apt-get|uv|python3? -m pip)(\s+-\S+)*(\s+pip)?\s+"
    r"(un)?(install|update|upgrade|remove)\b|(\S*/)?(apt|apt-get)\s"
)
_FILLED = re.compile(r"\$(\w+)|\{([^{}]+)\}")
_QUIET = frozenset({"autoreload", "colors", "config", "load_ext", "matplotlib", "pylab"})
_PASSED = {
    "tensorboard": "start it beside this: tensorboard --logdir ...",
    "tensorflow_version": "the version is tfcompat's",
}


class _RunSource(Protocol):
    def __call__(
        self, source: str, file: str, shows: bool = False, before: int = 0
    ) -> None: ...  # pragma: no cover


def passed_over(what: str, why: str) -> None:
    """Says that a line of a notebook is not carried out."""
    print(f"tfcompat run: passed over: {what} ({why})", file=sys.stderr)


def installs(command: str) -> bool:
    """Whether a command of the shell installs packages."""
    return _INSTALLS.match(command.strip()) is not None


class Actions:
    """The magics, by what stands behind their sign; what is not known is passed over, and said."""

    def __init__(self, names: dict[str, Any], run_source: _RunSource) -> None:
        self._names = names
        self._run_source = run_source
        self._lines: dict[str, Callable[[str], object]] = {
            "cd": self._cd,
            "env": self._env,
            "ls": lambda rest: self._shell(f"ls {rest}"),
            "mkdir": lambda rest: self._shell(f"mkdir {rest}"),
            "pwd": lambda rest: os.getcwd(),
            "reset": lambda rest: None,
            "run": self._run,
            "set_env": lambda rest: self._env(rest.replace(" ", "=", 1)),
            "sx": lambda rest: self._shell(rest, returns=True),
            "system": lambda rest: self._shell(rest, returns=True),
            "time": self._time,
            "timeit": self._timeit,
        }

    def line(self, kind: str, name: str, rest: str, assigned: bool = False) -> object:
        """Carries out one line; what it gives, if it gives anything."""
        if kind == "?":
            passed_over(f"{rest}?", "help is for a session that somebody sits at")
            return None
        if kind == "!":
            return self._shell(rest, returns=assigned)
        if name in ("pip", "conda", "mamba"):
            return self._shell(f"{name} {rest}")
        action = self._lines.get(name)
        if action is not None:
            return action(rest)
        if name not in _QUIET:
            why = _PASSED.get(name, "this magic needs IPython: pip install ipython")
            passed_over(f"%{name} {rest}".strip(), why)
        return None

    def cell(self, magic: CellMagic, file: str) -> None:
        """Carries out a cell under a `%%` magic."""
        if magic.name in ("time", "timeit", "prun"):
            began, cpu = time.perf_counter(), time.process_time()
            self._run_source(magic.body, file, shows=True, before=1)
            _print_times(time.perf_counter() - began, time.process_time() - cpu)
        elif magic.name == "capture":
            with contextlib.redirect_stdout(io.StringIO()):
                self._run_source(magic.body, file, before=1)
        elif magic.name == "writefile":
            words = shlex.split(magic.rest)
            mode = "a" if "-a" in words else "w"
            path = Path(words[-1])
            with path.open(mode, encoding="utf-8") as target:
                target.write(magic.body if magic.body.endswith("\n") else magic.body + "\n")
            print(f"Writing {path}")
        elif magic.name in ("bash", "sh"):
            self._shell(magic.body)
        else:
            passed_over(f"a cell under %%{magic.name}", "this magic needs IPython")

    def _filled(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            try:
                return str(eval(found[1] or found[2], self._names))
            except (NameError, SyntaxError):
                return found[0]

        return _FILLED.sub(value, text)

    def _shell(self, command: str, returns: bool = False) -> list[str] | None:
        command = self._filled(command)
        if installs(command):
            passed_over(command, "nothing is installed from a notebook; do it beforehand")
            return [] if returns else None
        sys.stdout.flush()
        done = subprocess.run(
            command, shell=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
        if returns:
            return done.stdout.splitlines()
        print(done.stdout, end="")
        if done.returncode:
            print(f"tfcompat run: ended with status {done.returncode}: {command}", file=sys.stderr)
        return None

    def _cd(self, rest: str) -> None:
        os.chdir(os.path.expanduser(self._filled(rest).strip("'\"") or "~"))
        print(os.getcwd())

    def _env(self, rest: str) -> object:
        name, equals, value = self._filled(rest).partition("=")
        if not equals:
            return os.environ.get(name.strip()) if name.strip() else dict(os.environ)
        os.environ[name.strip()] = value.strip()
        print(f"env: {name.strip()}={value.strip()}")
        return None

    def _run(self, rest: str) -> None:
        path = next(word for word in shlex.split(rest) if not word.startswith("-"))
        self._run_source(Path(path).read_text(encoding="utf-8"), path)

    def _time(self, rest: str) -> object:
        began, cpu = time.perf_counter(), time.process_time()
        value = self._value(rest)
        _print_times(time.perf_counter() - began, time.process_time() - cpu)
        return value

    def _value(self, text: str) -> object:
        try:
            code = compile(text, "<%time>", "eval")
        except SyntaxError:
            exec(compile(text, "<%time>", "exec"), self._names)
            return None
        return eval(code, self._names)

    def _timeit(self, rest: str) -> None:
        options = re.match(r"(\s*-\w+\s*\d*)*\s*", rest)
        statement = rest[options.end() :] if options else rest
        timer = timeit.Timer(statement, globals=self._names)
        count, seconds = timer.autorange()
        print(f"{seconds / count * 1e6:.3g} µs per loop ({count} loops)")


def _print_times(wall: float, cpu: float) -> None:
    print(f"CPU times: {cpu:.3g} s\nWall time: {wall:.3g} s")
