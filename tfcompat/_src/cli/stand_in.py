"""tfcompat in the place of TensorFlow, in one process and in those that it starts as workers."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from tfcompat._src.cli import askers, relatives
from tfcompat._src.cli.askers import REAL, is_tensorflow


class ForeignTensorFlowError(ImportError):
    """The process has the real TensorFlow already."""


def install() -> None:
    """Makes `import tensorflow`, and of anything below it, give tfcompat in this process.

    A second call changes nothing. Raises ImportError if the real TensorFlow was imported before.
    """
    present = sys.modules.get(REAL)
    if present is not None and present is not sys.modules.get("tfcompat"):
        file = getattr(present, "__file__", None)
        raise ForeignTensorFlowError(
            f"tfcompat: received a process that has imported TensorFlow {_version_of(present)} "
            f"already ({file}); one process has one TensorFlow, so install tfcompat in its place "
            "before anything imports it",
            name=REAL,
        )
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(relatives.Explainer())
    _guard_imports()
    _guard_find_spec()
    for name, patch in _PATCHES.items():
        if name in sys.modules:
            patch(sys.modules[name])


def install_as_tensorflow() -> None:
    """Makes `import tensorflow` give tfcompat, in this process and the workers it starts.

    No file is written, and a TensorFlow that is installed stays as it is. Libraries that only look
    whether TensorFlow is there are told that it is not.

    Raises ImportError if the real TensorFlow was imported before. Warns if one is installed, and if
    Keras runs in this process on something else.
    """
    install()
    for told in (installed(), foreign_keras()):
        if told:
            warnings.warn(f"tfcompat.install_as_tensorflow: {told}", UserWarning, stacklevel=2)


def installed() -> str | None:
    """What to say of a real TensorFlow that is installed, None if there is none."""
    info = importlib.import_module("tfcompat._src.cli.info")
    for name in info.REAL:
        version = _real_version(name)
        if version:
            return (
                f"{name} {version} is installed and left alone: in this process, "
                "`import tensorflow` gets tfcompat"
            )
    return None


def foreign_keras() -> str | None:
    """What to say of a Keras that was imported before on another backend, None if all is well."""
    keras = sys.modules.get("keras")
    if keras is None or importlib.import_module("tfcompat._src.keras.importer").is_ours(keras):
        return None
    backend = getattr(keras, "backend", None)
    name = repr(backend.backend()) if backend is not None else "another backend"
    return (
        f"Keras was imported before and runs on {name}; one process has one Keras, so tf.keras "
        "will not work here. Import tensorflow before keras"
    )


def _real_version(name: str) -> str | None:
    for finder in sys.meta_path:
        find = getattr(finder, "find_distributions", None)
        if isinstance(finder, _Finder) or find is None:
            continue
        for found in find(metadata.DistributionFinder.Context(name=name)):
            return str(found.version)
    return None


def _version_of(module: ModuleType) -> str:
    return str(getattr(module, "__version__", "of an unknown version"))


# --------------------------------------------------------------------------------- finding modules
class _Finder(importlib.abc.MetaPathFinder):
    """Finds `tensorflow.a.b` as what tfcompat calls `a.b`, be it a module or an attribute."""

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname in _PATCHES:
            return _patching_spec(fullname, path)
        if not is_tensorflow(fullname):
            relatives.refuse_compiled(fullname)
            return None
        if not askers.may_import(askers.caller()):
            raise _not_there(fullname)
        return _spec(fullname)

    def find_distributions(
        self, context: metadata.DistributionFinder.Context
    ) -> Iterable[metadata.Distribution]:
        """The metadata of `tensorflow`, for who asks for it by name."""
        named = context.name is not None and context.name.lower() == REAL
        return [_Distribution()] if named and askers.may_probe(askers.caller()) else []


class _Distribution(metadata.Distribution):
    """What `importlib.metadata` tells of the TensorFlow that tfcompat stands for."""

    def read_text(self, filename: str) -> str | None:
        version = importlib.import_module("tfcompat").__version__
        text = f"Metadata-Version: 2.1\nName: {REAL}\nVersion: {version}\nSummary: tfcompat\n"
        return text if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        return Path(__file__).parents[3] / path


class _Loader(importlib.abc.Loader):
    """Hands out a module that exists already, and keeps its own specification."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._own = getattr(module, "__spec__", None)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own


def _spec(fullname: str) -> importlib.machinery.ModuleSpec:
    module = _resolve(fullname)
    spec = importlib.machinery.ModuleSpec(
        fullname, _Loader(module), origin=getattr(module, "__file__", None), is_package=True
    )
    return spec


def _resolve(fullname: str) -> ModuleType:
    found: Any = importlib.import_module("tfcompat")
    for name in fullname.split(".")[1:]:
        inner = None
        problem: Exception | None = None
        try:
            inner = getattr(found, name)
        except (AttributeError, NotImplementedError) as error:
            problem = error
            if isinstance(found, ModuleType):
                inner = _submodule(f"{found.__name__}.{name}")
        if not isinstance(inner, ModuleType):
            raise relatives.no_module(fullname) from problem
        found = inner
    return found


def _submodule(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and name.startswith(error.name):
            return None
        raise


def _not_there(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


# --------------------------------------------------------------------- who is told that it is there
def _guard_imports() -> None:
    """Lets the import statement look at who asks, also once TensorFlow is in `sys.modules`."""
    python_import = builtins.__import__

    def __import__(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        __tracebackhide__ = True
        if level or not is_tensorflow(name):
            return python_import(name, globals, locals, fromlist or (), level)
        if not askers.may_import(askers.caller()):
            raise _not_there(name)
        try:
            found = python_import(name, globals, locals, fromlist or (), level)
        except ModuleNotFoundError as error:
            if not is_tensorflow(error.name or ""):
                raise
            raise relatives.no_module(name, ".".join([name, *(fromlist or ())[:1]])) from None
        for part in fromlist or ():
            if part != "*" and not hasattr(found, part):
                raise relatives.no_name(name, part, found)
        return found

    builtins.__import__ = __import__


def _guard_find_spec() -> None:
    """Lets `importlib.util.find_spec` look at who asks, and find TensorFlow by its own name."""
    python_find_spec: Callable[..., importlib.machinery.ModuleSpec | None]
    python_find_spec = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> importlib.machinery.ModuleSpec | None:
        if not is_tensorflow(name):
            return python_find_spec(name, package)
        if not askers.may_probe(askers.caller()):
            return None
        try:
            return _spec(name)
        except ModuleNotFoundError:
            return None

    importlib.util.find_spec = find_spec


# ------------------------------------------------------------------------------- worker processes
class _ForWorker:
    """Among what a new worker process is sent: installs tfcompat there when it is unpickled.

    A forked process has everything; one that is spawned executes the program again, and before.
    """

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return exec, (_IN_WORKER.format(folder=str(Path(__file__).resolve().parents[3])),)


_IN_WORKER = """
try:
    import tfcompat
except ModuleNotFoundError:
    import sys
    sys.path.append({folder!r})
import tfcompat._src.cli.stand_in
tfcompat._src.cli.stand_in.install()
"""


def _patch_spawn(module: Any) -> None:
    prepare = module.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        return {**prepare(name), "tfcompat": _ForWorker()}

    module.get_preparation_data = get_preparation_data


def _patch_forkserver(module: Any) -> None:
    # The server that is forked from would execute the program before it has tfcompat.
    module.set_forkserver_preload([])


_PATCHES: Mapping[str, Callable[[Any], None]] = {
    "multiprocessing.spawn": _patch_spawn,
    "multiprocessing.forkserver": _patch_forkserver,
}


class _PatchingLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _PATCHES[module.__name__](module)


def _patching_spec(name: str, path: Any) -> importlib.machinery.ModuleSpec | None:
    spec = importlib.machinery.PathFinder.find_spec(name, path)
    if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
        spec.loader = _PatchingLoader(spec.loader.name, spec.loader.path)
    return spec
