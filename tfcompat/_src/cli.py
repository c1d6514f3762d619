"""The command `tfcompat`: `info` tells what would run here, `run` runs an unchanged tutorial."""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import platform
import runpy
import sys
from collections.abc import Sequence
from importlib import metadata
from types import ModuleType
from typing import Any

from tfcompat._src import dispatch

VARIABLES = ("TFCOMPAT_BACKEND", "TFCOMPAT_DEVICE", "TFCOMPAT_DEFER")
FRAMEWORKS = {"torch": ("torch",), "jax": ("jax", "jaxlib")}
REAL = "tensorflow"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "info":
        if options.support:
            return _support(options.support, as_json=options.json)
        return _info(as_json=options.json)
    if options.command == "run":
        return _run(options)
    _parser().print_help()
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tfcompat", description="TensorFlow 2's Python API on PyTorch or JAX."
    )
    parser.add_argument("--version", action="version", version=f"tfcompat {_version('tfcompat')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    info = commands.add_parser("info", help="backend, versions, devices, what else is installed")
    info.add_argument("--json", action="store_true", help="the same as a JSON object")
    info.add_argument(
        "--support", metavar="SYMBOL", help="instead: which backend has tf.math.igamma, say"
    )

    run = commands.add_parser(
        "run",
        help="run a program whose `import tensorflow` is to get tfcompat",
        description="Runs a program as python would; in it, `import tensorflow` gets tfcompat.",
        usage="tfcompat run [--backend NAME] [--device NAME] [-m] PROGRAM [ARGUMENT ...]",
    )
    run.add_argument("--backend", metavar="NAME", help="in place of TFCOMPAT_BACKEND")
    run.add_argument("--device", metavar="NAME", help="in place of TFCOMPAT_DEVICE")
    run.add_argument("-m", action="store_true", dest="module", help="PROGRAM is a module's name")
    run.add_argument("program", metavar="PROGRAM", help="a file, or with -m a module")
    run.add_argument("arguments", metavar="ARGUMENT", nargs=argparse.REMAINDER)
    return parser


# ------------------------------------------------------------------------------------------ info
def _info(as_json: bool) -> int:
    facts = collect()
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        print(_text(facts))
    return 1 if facts["problem"] else 0


def collect() -> dict[str, Any]:
    """What `info` tells. Loads the selected backend, to ask for its devices."""
    facts: dict[str, Any] = {
        "tfcompat": _version("tfcompat"),
        "file": os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        "python": f"{platform.python_version()} on {platform.platform()}",
        "backend": dispatch.selected(),
        "reason": _reason(),
        "devices": [],
        "default_device": None,
        "problem": None,
        "backends": {name: _frameworks(name) for name in dispatch.available()},
        "not_installed": sorted(set(dispatch.BUNDLED) - set(dispatch.available())),
        "packages": {
            name: found for name in ("keras", "numpy", "ml_dtypes") if (found := _version(name))
        },
        "environment": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }
    try:
        engine = dispatch.backend()
        facts["devices"] = [
            f"{kind}:{index}"
            for kind in ("CPU", "GPU")
            for index in range(engine.device_count(kind))
        ]
        convert = importlib.import_module("tfcompat._src.convert")
        facts["default_device"] = convert.convert_to_tensor(0.0).device
    except Exception as problem:
        # A framework that cannot be imported may fail in any way; `info` is there to say so.
        facts["problem"] = f"{type(problem).__name__}: {problem}"
    return facts


def _reason() -> str:
    if os.environ.get(dispatch.VARIABLE):
        return f"set by {dispatch.VARIABLE}"
    count = len(dispatch.available())
    if count == 0:
        return "none is installed"
    return "the only one installed" if count == 1 else "the default"


def _frameworks(backend: str) -> dict[str, str | None]:
    return {name: _version(name) for name in FRAMEWORKS.get(backend, ())}


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _text(facts: dict[str, Any]) -> str:
    def listed(versions: dict[str, str | None]) -> str:
        return ", ".join(f"{name} {version or '?'}" for name, version in versions.items())

    chosen = facts["backends"].get(facts["backend"])
    backend = f"{facts['backend']} ({facts['reason']})"
    others = [
        f"{name} ({listed(versions)})" if versions else name
        for name, versions in facts["backends"].items()
        if name != facts["backend"]
    ]
    rows = [
        ("tfcompat", f"{facts['tfcompat'] or 'not installed, run from a checkout'}"),
        ("", facts["file"]),
        ("python", facts["python"]),
        ("backend", f"{backend}: {listed(chosen)}" if chosen else backend),
        ("devices", ", ".join(facts["devices"]) or "unknown"),
        ("tensors go to", facts["default_device"] or "unknown"),
        ("other backends", ", ".join(others) or "none"),
    ]
    rows += [
        ("not installed", f"{name}: pip install 'tfcompat[{name}]'")
        for name in facts["not_installed"]
    ]
    rows.append(("packages", listed(facts["packages"])))
    rows += [("environment", f"{name}={value}") for name, value in facts["environment"].items()]
    if facts["problem"]:
        rows.append(("problem", facts["problem"]))
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(f"{label:<{width}}{value}".rstrip() for label, value in rows)


# --------------------------------------------------------------------------------------- support
def _support(symbol: str, as_json: bool) -> int:
    """Tells for each backend whether it supports a symbol; 1 if none does, 2 if there is none."""
    support = importlib.import_module("tfcompat._src.support")
    symbol = symbol.replace("tensorflow.", "tf.", 1)
    symbol = symbol if symbol.startswith("tf.") else f"tf.{symbol}"
    if not support.is_public(symbol):
        print(f"tfcompat info: TensorFlow {_tensorflow()} has no {symbol}", file=sys.stderr)
        return 2
    verdicts = {
        name: support.Support(module.partition(":")[0]).verdict(symbol)
        for name, module in dispatch.available().items()
    }
    if as_json:
        print(json.dumps({name: verdict._asdict() for name, verdict in verdicts.items()}, indent=2))
    else:
        print(symbol)
        for name, verdict in verdicts.items():
            print(f"  {name:<8}{verdict.word}" + (f": {verdict.note}" if verdict.note else ""))
    return int(all(verdict.word == "no" for verdict in verdicts.values()))


def _tensorflow() -> str:
    return str(importlib.import_module("tfcompat").__version__)


# ------------------------------------------------------------------------------------------- run
def _run(options: argparse.Namespace) -> int:
    if options.backend:
        try:
            dispatch.set_backend(options.backend)
        except (ImportError, ValueError) as problem:
            print(f"tfcompat run: {problem}", file=sys.stderr)
            return 2
        os.environ["TFCOMPAT_BACKEND"] = options.backend  # for the processes that it starts
    if options.device:
        os.environ["TFCOMPAT_DEVICE"] = options.device
    program: str = options.program
    if not options.module and not os.path.exists(program):
        print(f"tfcompat run: there is no file {program!r}", file=sys.stderr)
        return 2
    stand_in()
    sys.argv = [program, *options.arguments]
    if options.module:
        sys.path.insert(0, os.getcwd())
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
        runpy.run_path(program, run_name="__main__")
    return 0


def stand_in() -> None:
    """Makes `import tensorflow`, and of anything below it, give tfcompat in this process."""
    sys.modules[REAL] = importlib.import_module("tfcompat")
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Finds `tensorflow.a.b` as what tfcompat calls `a.b`, be it a module or an attribute."""

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(REAL + "."):
            return None
        module = _resolve(fullname)
        if module is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, _Loader(module), is_package=True)


class _Loader(importlib.abc.Loader):
    """Hands out a module that exists already, and keeps its own specification."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._own = getattr(module, "__spec__", None)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own


def _resolve(fullname: str) -> ModuleType | None:
    found: Any = sys.modules[REAL]
    for name in fullname.split(".")[1:]:
        inner = getattr(found, name, None)
        if inner is None and isinstance(found, ModuleType):
            try:
                inner = importlib.import_module(f"{found.__name__}.{name}")
            except ImportError:
                return None
        found = inner
    return found if isinstance(found, ModuleType) else None
