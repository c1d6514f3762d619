"""Runs the cells of a notebook where IPython is not installed."""

from __future__ import annotations

import ast
import asyncio
import base64
import inspect
import io
import linecache
import sys
import traceback
from types import CodeType, ModuleType
from typing import Any

from tfcompat._src.cli import magic_actions, magics, run as program
from tfcompat._src.cli.notebooks import Cell, Failure, Recorder

_ACTIONS = "_tfcompat_magics"


class Runner:
    """Executes cells as Python, and the most common magics with it."""

    def __init__(self, name: str, main: ModuleType) -> None:
        self._name = name
        self._names = vars(main)
        self._recorder = Recorder()
        self._actions = magic_actions.Actions(self._names, self._run_source)
        self._names.update(
            {_ACTIONS: self._actions, "display": self.display, "In": [""], "Out": {}}
        )
        self._cell: Cell | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, cell: Cell, recorder: Recorder) -> Failure | None:
        """Executes one cell, and shows what it gives and raises."""
        self._recorder, self._cell = recorder, cell
        self._names["In"].append(cell.source)
        file = f"{self._name}, cell {cell.number}"
        try:
            magic = magics.cell_magic(cell.source)
            if magic is None:
                self._run_source(cell.source, file, shows=True)
            else:
                self._actions.cell(magic, file)
            self._show_figures()
        except BaseException as problem:
            return self._failed(problem, file)
        return None

    def _run_source(self, source: str, file: str, shows: bool = False, before: int = 0) -> None:
        """Executes the text of a cell; `before` lines of it went before the text."""
        text = "\n" * before + magics.to_python(source, _call_action)
        lines = ("\n" * before + source).splitlines(keepends=True)
        linecache.cache[file] = (len(source), None, lines, file)
        tree = ast.parse(text, file)
        value = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            value = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        self._execute(self._compiled(tree, file, "exec"))
        if value is not None:
            result = self._execute(self._compiled(value, file, "eval"))
            if shows and result is not None and not text.rstrip().endswith(";"):
                self._result(result)

    def _compiled(self, tree: ast.Module | ast.Expression, file: str, mode: str) -> CodeType:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return compile(tree, file, mode, flags, dont_inherit=True)

    def _execute(self, code: CodeType) -> Any:
        result = eval(code, self._names)
        if code.co_flags & inspect.CO_COROUTINE:
            self._loop = self._loop or asyncio.new_event_loop()
            return self._loop.run_until_complete(result)
        return result

    def _result(self, value: object) -> None:
        number = self._cell.number if self._cell is not None else 0
        self._names["Out"][number] = self._names["_"] = value
        data = formats(value)
        self._recorder.paused = True
        print(f"Out[{number}]: {data['text/plain']}")
        self._recorder.paused = False
        self._recorder.shown(data, {}, number)

    def display(self, *values: object, **options: object) -> None:
        """Shows values as a notebook does; the options of IPython's change nothing."""
        for value in values:
            data = formats(value)
            self._recorder.paused = True
            print(data["text/plain"])
            self._recorder.paused = False
            self._recorder.shown(data, {})

    def _show_figures(self) -> None:
        """Matplotlib's figures go into the notebook at the end of the cell that draws them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            file = io.BytesIO()
            figure.savefig(file, format="png", bbox_inches="tight")
            picture = base64.b64encode(file.getvalue()).decode()
            self._recorder.shown({"image/png": picture, "text/plain": repr(figure)}, {})
        pyplot.close("all")

    def _failed(self, problem: BaseException, file: str) -> Failure:
        at = problem.__traceback__ = program.without_ours(problem.__traceback__)
        line = problem.lineno if isinstance(problem, SyntaxError) else None
        while at is not None and line is None:
            if at.tb_frame.f_code.co_filename == file:
                line = at.tb_lineno
            at = at.tb_next
        if not isinstance(problem, SystemExit):
            program.explain(problem)
            lines = traceback.format_exception(problem)
            self._recorder.paused = True
            sys.stdout.flush()
            sys.stderr.write("".join(lines))
            self._recorder.paused = False
            self._recorder.failed(problem, "".join(lines).splitlines())
        return Failure(problem, line)


def _call_action(magic: magics.Magic) -> str:
    words = (magic.kind, magic.name, magic.rest)
    call = f"{_ACTIONS}.line({', '.join(map(repr, words))}, {bool(magic.target)})"
    target = f"{magic.target} = " if magic.target else "_ = "
    return f"{magic.indent}{target}{call}"


def formats(value: object) -> dict[str, Any]:
    """A value in the forms that it can show itself in, by their MIME types."""
    data: dict[str, Any] = {"text/plain": repr(value)}
    for name, kind in (("_repr_html_", "text/html"), ("_repr_markdown_", "text/markdown")):
        made = _made(value, name)
        if isinstance(made, str):
            data[kind] = made
    picture = _made(value, "_repr_png_")
    if isinstance(picture, bytes):
        data["image/png"] = base64.b64encode(picture).decode()
    return data


def _made(value: object, name: str) -> object:
    method = getattr(type(value), name, None)
    return method(value) if callable(method) else None
