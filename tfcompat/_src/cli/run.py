"""`tfcompat run`: a program, a module or a notebook whose `import tensorflow` gets tfcompat."""

from __future__ import annotations

import argparse
import importlib
import importlib.machinery
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from tfcompat._src import collector, dispatch

_SELF = "tfcompat run"
# The modules that execute what a user wrote; a traceback begins below them.
STARTS = frozenset({__name__, "tfcompat._src.cli.cells"})


def arguments(commands: Any) -> None:
    """Adds the command to the parser's."""
    run = commands.add_parser(
        "run",
        help="run a program or notebook whose `import tensorflow` is to get tfcompat",
        description="Runs a program as python would, or the cells of a notebook in their order; "
        "in it, `import tensorflow` gets tfcompat.",
        usage="tfcompat run [--backend NAME] [--device NAME] [--output FILE] [-m] PROGRAM "
        "[ARGUMENT ...]",
    )
    run.add_argument("--backend", metavar="NAME", help="in place of TFCOMPAT_BACKEND")
    run.add_argument("--device", metavar="NAME", help="in place of TFCOMPAT_DEVICE")
    run.add_argument("--output", metavar="FILE", help="write the executed notebook there")
    run.add_argument("-m", action="store_true", dest="module", help="PROGRAM is a module's name")
    run.add_argument(
        "program", metavar="PROGRAM", help="a file, a folder with __main__.py, or with -m a module"
    )
    run.add_argument("arguments", metavar="ARGUMENT", nargs=argparse.REMAINDER)


def main(options: argparse.Namespace) -> int:
    """Runs the command; the exit status."""
    problem = _prepare(options)
    if problem:
        print(f"{_SELF}: {problem}", file=sys.stderr)
        return 2
    if is_notebook(options):
        notebooks = importlib.import_module("tfcompat._src.cli.notebooks")
        return int(notebooks.run(options.program, options.arguments, options.output))
    if options.module:
        return _execute(lambda: _module_code(options.program), options.arguments)
    return _execute(lambda: _file_code(options.program), options.arguments)


def is_notebook(options: argparse.Namespace) -> bool:
    """Whether the program is a notebook, by the end of its name."""
    return not options.module and options.program.endswith(".ipynb")


def _prepare(options: argparse.Namespace) -> str | None:
    """Chooses backend and device and puts tfcompat in TensorFlow's place; why not, if not."""
    if options.backend:
        try:
            dispatch.set_backend(options.backend)
        except (ImportError, ValueError) as problem:
            return str(problem)
        os.environ["TFCOMPAT_BACKEND"] = options.backend  # for the processes that it starts
    if options.device:
        os.environ["TFCOMPAT_DEVICE"] = options.device
    if not options.module and not os.path.exists(options.program):
        return f"there is no file {options.program!r}"
    if options.output and not is_notebook(options):
        return f"--output: received a program that is no notebook, {options.program!r}"
    if _is_headless():
        os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ.setdefault("TFCOMPAT_PROGRAM_CACHE", kept_programs())
    collector.spare_imports()
    stand_in = importlib.import_module("tfcompat._src.cli.stand_in")
    try:
        stand_in.install()
    except ImportError as problem:
        return str(problem)
    for told in (stand_in.installed(), stand_in.foreign_keras()):
        if told:
            print(f"{_SELF}: {told}", file=sys.stderr)
    return None


def kept_programs() -> str:
    """The folder of this user's compiled programs, for backends that keep some."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "tfcompat", "programs")


def _is_headless() -> bool:
    return sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


# ------------------------------------------------------------------------------ as python would do
def _execute(find: Callable[[], tuple[CodeType, dict[str, Any]]], rest: list[str]) -> int:
    """Executes code as the module `__main__`; what it raises goes on to Python."""
    try:
        sys.argv = ["-m", *rest]
        code, names = find()
        sys.argv[0] = names.pop("argv0")
        main = ModuleType("__main__")
        vars(main).update(names)
        sys.modules["__main__"] = main
        exec(code, vars(main))
    except _Unusable as problem:
        print(f"{_SELF}: {problem}", file=sys.stderr)
        return 1
    except SystemExit:
        raise
    except BaseException:
        show_as_own()
        raise
    return 0


class _Unusable(Exception):
    """There is nothing to execute."""


def _file_code(program: str) -> tuple[CodeType, dict[str, Any]]:
    if os.path.isdir(program) or program.endswith((".zip", ".pyz")):
        return _container_code(program)
    path = os.path.abspath(program)
    set_first_folder(os.path.dirname(os.path.realpath(program)))
    with io.open_code(path) as file:
        source = file.read()
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    code = compile(source, path, "exec", dont_inherit=True)
    return code, _names(program, path, loader, None)


def _container_code(program: str) -> tuple[CodeType, dict[str, Any]]:
    set_first_folder(os.path.abspath(program))
    sys.modules.pop("__main__", None)
    spec = importlib.util.find_spec("__main__")
    if spec is None:
        raise _Unusable(f"there is no __main__.py in {program!r}")
    return _code_of(spec), _names(program, spec.origin, spec.loader, spec)


def _module_code(name: str) -> tuple[CodeType, dict[str, Any]]:
    set_first_folder(os.getcwd())
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
            if spec is None:
                raise _Unusable(f"no module named {name}.__main__; {name!r} is a package")
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise _Unusable(f"no module named {name} ({error})") from error
    if spec is None:
        raise _Unusable(f"no module named {name}")
    return _code_of(spec), _names(spec.origin or name, spec.origin, spec.loader, spec)


def _code_of(spec: importlib.machinery.ModuleSpec) -> CodeType:
    get_code = getattr(spec.loader, "get_code", None)
    code = get_code(spec.name) if get_code is not None else None
    if code is None:
        raise _Unusable(f"{spec.name} has no Python code")
    return code


def _names(
    argv0: str, file: str | None, loader: Any, spec: importlib.machinery.ModuleSpec | None
) -> dict[str, Any]:
    return {
        "argv0": argv0,
        "__file__": file,
        "__loader__": loader,
        "__spec__": spec,
        "__package__": None if spec is None else spec.parent,
        "__cached__": None if spec is None else spec.cached,
        "__builtins__": sys.modules["builtins"],
    }


def set_first_folder(folder: str) -> None:
    """Puts the program's folder where Python puts it, in place of this command's own."""
    home = str(Path(__file__).resolve().parents[3])
    if sys.flags.safe_path:
        return
    if sys.path:
        del sys.path[0]
    sys.path.insert(0, folder)
    if not any(os.path.realpath(entry or ".") == home for entry in sys.path):
        sys.path.append(home)


# --------------------------------------------------------------------------------------- tracebacks
def show_as_own() -> None:
    """Lets Python, which is about to show the exception being handled, leave our frames out."""
    hook = sys.excepthook

    def show(kind: type[BaseException], value: BaseException, at: TracebackType | None) -> None:
        for problem in _chain(value):
            problem.__traceback__ = without_ours(problem.__traceback__)
        explain(value)
        hook(kind, value, value.__traceback__)

    sys.excepthook = show


def _chain(value: BaseException) -> Iterator[BaseException]:
    todo: list[BaseException | None] = [value]
    seen: set[int] = set()
    while todo:
        problem = todo.pop()
        if problem is None or id(problem) in seen:
            continue
        seen.add(id(problem))
        todo += [problem.__cause__, problem.__context__]
        if isinstance(problem, BaseExceptionGroup):
            todo += problem.exceptions
        yield problem


def without_ours(at: TracebackType | None) -> TracebackType | None:
    """The traceback from where the program begins, without the frames that only import."""
    frames = []
    while at is not None:
        frames.append(at)
        at = at.tb_next
    begin = [index for index, frame in enumerate(frames) if _is_start(frame)]
    shown = [frame for frame in frames[begin[-1] + 1 if begin else 0 :] if not _is_hidden(frame)]
    for frame, following in zip(shown, [*shown[1:], None], strict=False):
        frame.tb_next = following
    return shown[0] if shown else None


def _is_start(at: TracebackType) -> bool:
    return at.tb_frame.f_globals.get("__name__") in STARTS


def _is_hidden(at: TracebackType) -> bool:
    # Python leaves its own out, but not where the import system was entered from Python.
    machinery = at.tb_frame.f_code.co_filename.startswith("<frozen importlib")
    return machinery or str(at.tb_frame.f_globals.get("__name__")).startswith("tfcompat._src.cli")


def explain(value: BaseException) -> None:
    """Adds to the error for a name that tfcompat lacks what to write instead."""
    if isinstance(value, AttributeError) and isinstance(value.obj, ModuleType):
        module, name = value.obj.__name__, value.name
    elif isinstance(value, ImportError) and getattr(value, "name_from", None):
        module, name = value.name or "", getattr(value, "name_from", None)
    else:
        return
    root, dot, rest = module.partition(".")
    if root not in ("tfcompat", "tensorflow") or not name:
        return
    symbol = f"tf{dot}{rest}.{name}"
    advice = importlib.import_module("tfcompat._src.absent").advice(symbol)
    note = f"tfcompat on {dispatch.selected()} does not have {symbol}"
    if not (advice and advice in str(value)):
        note += f": {advice}" if advice else ""
    value.add_note(note)
