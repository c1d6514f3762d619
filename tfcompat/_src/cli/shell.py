"""Runs the cells of a notebook in IPython's own shell, with its magics and displays."""

from __future__ import annotations

import importlib
import sys
import tempfile
import traceback
from types import ModuleType
from typing import Any

from tfcompat._src.cli import magic_actions, magics, run as program, ways_in
from tfcompat._src.cli.notebooks import Cell, Failure, Recorder


class Runner:
    """Executes cells by `InteractiveShell.run_cell`; writes nothing to IPython's own folder."""

    def __init__(self, name: str, main: ModuleType) -> None:
        loader: Any = importlib.import_module("traitlets.config")
        config = loader.Config()
        config.HistoryManager.enabled = False
        self._recorder = Recorder()
        self._folder = tempfile.TemporaryDirectory(prefix="tfcompat-ipython-")
        self._shell = _shell_class().instance(
            config=config,
            ipython_dir=self._folder.name,
            user_module=main,
            display_pub_class=_publisher(self),
            displayhook_class=_hook(self),
        )
        if not sys.stdout.isatty():
            self._shell.run_line_magic("colors", "nocolor")
        ways_in.load_ipython_extension(self._shell)

    def run(self, cell: Cell, recorder: Recorder) -> Failure | None:
        """Executes one cell, and shows what it gives and raises."""
        self._recorder = recorder
        self._shell.execution_count = cell.number
        source = cell.source
        if magics.cell_magic(source) is None:
            source = magics.to_python(source, _without_installs)
        recorder_of_traceback = _Pauses(self._shell, recorder)
        with recorder_of_traceback:
            result = self._shell.run_cell(source, store_history=True)
        problem = result.error_before_exec or result.error_in_exec
        if problem is None:
            return None
        if not isinstance(problem, SystemExit):
            program.explain(problem)
            for note in getattr(problem, "__notes__", ()):
                print(note, file=sys.stderr)
            recorder.failed(problem, "".join(traceback.format_exception(problem)).splitlines())
        return Failure(problem, self._line(problem))

    def show(self, data: dict[str, Any], metadata: dict[str, Any], count: int | None) -> None:
        """Records something displayed."""
        # IPython keeps pictures as they are or as text, by its version.
        binary: Any = importlib.import_module("base64")
        data = {
            kind: binary.b64encode(value).decode() if isinstance(value, bytes) else value
            for kind, value in data.items()
        }
        self._recorder.shown(data, metadata, count)

    def pause(self, paused: bool) -> None:
        """Stops or resumes recording what is printed."""
        self._recorder.paused = paused

    def _line(self, problem: BaseException) -> int | None:
        if isinstance(problem, SyntaxError):
            return problem.lineno
        at = problem.__traceback__
        while at is not None:
            if at.tb_frame.f_globals is self._shell.user_global_ns:
                return at.tb_lineno
            at = at.tb_next
        return None


class _Pauses:
    """Keeps the traceback that the shell prints out of what is recorded as printed."""

    def __init__(self, shell: Any, recorder: Recorder) -> None:
        self._shell, self._recorder = shell, recorder

    def __enter__(self) -> None:
        show = self._shell._showtraceback

        def paused(*args: Any) -> None:
            self._recorder.paused = True
            try:
                show(*args)
            finally:
                self._recorder.paused = False

        self._shell._showtraceback = paused

    def __exit__(self, *ignored: object) -> None:
        del self._shell._showtraceback


def _without_installs(magic: magics.Magic) -> str:
    """The line as it was, but for one that installs packages."""
    sign = magic.kind if magic.kind != "?" else ""
    line = f"{magic.name} {magic.rest}".strip()
    if magic_actions.installs(line):
        magic_actions.passed_over(line, "nothing is installed from a notebook; do it beforehand")
        return f"{magic.indent}pass"
    target = f"{magic.target} = " if magic.target else ""
    return f"{magic.indent}{target}{sign}{line}" + ("?" if magic.kind == "?" else "")


def _shell_class() -> Any:
    base: Any = importlib.import_module("IPython.core.interactiveshell").InteractiveShell

    class Shell(base):  # type: ignore[misc]
        """Nobody sits at it, so that there is no event loop of windows to join."""

        def enable_gui(self, gui: str | None = None) -> None:
            return None

    return Shell


def _publisher(runner: Runner) -> type[Any]:
    base: Any = importlib.import_module("IPython.core.displaypub").DisplayPublisher

    class Publisher(base):  # type: ignore[misc]
        """Prints what is displayed as text, and records all of it."""

        def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:
            runner.pause(True)
            print(data.get("text/plain", ""))
            runner.pause(False)
            runner.show(dict(data), dict(metadata or {}), None)

        def clear_output(self, wait: bool = False) -> None:
            runner._recorder.outputs.clear()

    return Publisher


def _hook(runner: Runner) -> type[Any]:
    base: Any = importlib.import_module("IPython.core.displayhook").DisplayHook

    class Hook(base):  # type: ignore[misc]
        """Shows the value of a cell, and records it."""

        def __call__(self, result: Any = None) -> None:
            runner.pause(True)
            try:
                super().__call__(result)
            finally:
                runner.pause(False)

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            runner.show(dict(format_dict), dict(md_dict or {}), self.prompt_count)
            super().write_format_data(format_dict, md_dict)

    return Hook
