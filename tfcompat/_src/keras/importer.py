"""Gives Keras, and nobody else, tfcompat where it says `import tensorflow`.

The modules of the package `keras` are executed with builtins of their own, whose `__import__`
answers for `tensorflow`. `sys.modules` is left alone: to every other library, TensorFlow is what is
installed under that name, or not there.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

PACKAGE = "keras"
REAL = "tensorflow"
DOOR = "tfcompat.keras"
INSIDE = "keras._tf_keras.keras"

# Module -> what to do to it once it is executed, before anybody copies a name out of it.
Patches = Mapping[str, Callable[[ModuleType], None]]

# Module -> what it imports, if that is there, for what it needs only where others use that too.
_NOT_NEEDED = {
    "keras.src.callbacks.orbax_checkpoint": "jax",
    "keras.src.saving.file_editor": "IPython",
    "keras.src.trainers.data_adapters.array_slicing": "pandas",  # see `recognized`
}

# Executed when a name of theirs is asked for: scikit-learn and Matplotlib, which these import where
# they are installed, take a quarter of the time until a first step.
_LATE = frozenset(
    {
        "keras.src.visualization",
        *[f"{at}.{name}" for at in (PACKAGE, INSIDE) for name in ("visualization", "wrappers")],
    }
)

# Imported by Keras' modules whole, and used where models are printed or written: a twelfth of the
# time until a first step.
_WAITING = frozenset({"h5py", "psutil", "rich"})

# Builtins that programs and tests replace while Keras runs.
_REPLACED = ("input", "open", "print")


class Scope:
    """What the modules of Keras are executed in; `resolve` gives `tensorflow.a.b` by its name."""

    def __init__(self, resolve: Callable[[str], ModuleType], patches: Patches) -> None:
        self._resolve = resolve
        self.patches = dict(patches)
        self.patches.setdefault("keras.src.utils.module_utils", self._patch_lazy_modules)
        own: dict[str, Any] = {name: _of_today(name) for name in _REPLACED}
        self._waiting = {name: _Waiting(name) for name in _WAITING}
        self.builtins = {**vars(builtins), **own, "__import__": self._import}

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level or not _is_tensorflow(name):
            if globals and _NOT_NEEDED.get(globals["__name__"]) == name and name not in sys.modules:
                raise ModuleNotFoundError(f"{name}: Keras does without it here", name=name)
            waiting = None if fromlist else self._waiting.get(name.partition(".")[0])
            if waiting is not None and waiting.takes(name):
                return waiting
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        found = self._resolve(name)
        return found if fromlist else self._resolve(REAL)

    def _patch_lazy_modules(self, module: ModuleType) -> None:
        def import_module(name: str, package: str | None = None) -> ModuleType:
            if _is_tensorflow(name):
                return self._resolve(name)
            return importlib.import_module(name, package)

        module.__dict__["importlib"] = SimpleNamespace(import_module=import_module)


class _Waiting(ModuleType):
    """A package, to those who imported it and have not used it yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._names = {name}

    def takes(self, name: str) -> bool:
        """Keeps for later the import of the package or of a module in it; False if it is there."""
        package = self.__name__
        if package in sys.modules or importlib.util.find_spec(package) is None:
            return False
        self._names.add(name)
        return True

    def __getattr__(self, name: str) -> Any:
        for module in sorted(self._names):
            importlib.import_module(module)
        return getattr(sys.modules[self.__name__], name)


def _of_today(name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(builtins, name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call


def _is_tensorflow(name: str) -> bool:
    return name == REAL or name.startswith(REAL + ".")


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of Keras from its file, in the scope."""

    scope: Scope

    def exec_module(self, module: ModuleType) -> None:
        """Executes the module, then what is to be changed in it."""
        module.__dict__["__builtins__"] = self.scope.builtins
        super().exec_module(module)
        patch = self.scope.patches.get(module.__name__)
        if patch is not None:
            patch(module)


class _LateLoader(Loader):
    """Executes a module when somebody asks for a name that is not there yet."""

    def exec_module(self, module: ModuleType) -> None:
        """Has the module executed later; unlike importlib's own way, not for a look at its file."""
        lock, begun = threading.RLock(), False
        scope = vars(module)

        def execute() -> None:
            nonlocal begun
            with lock:
                if begun:
                    return
                begun = True
                try:
                    super(_LateLoader, self).exec_module(module)
                except BaseException:
                    begun = False
                    raise
                for name, own in (("__getattr__", ask), ("__dir__", names)):
                    if scope[name] is own:
                        del scope[name]

        def ask(name: str) -> Any:
            # Of the names with underscores, `from module import *` asks for this one.
            if not name.startswith("__") or name == "__all__":
                execute()
            if scope.get("__getattr__") is not ask:
                return getattr(module, name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

        def names() -> list[str]:
            execute()
            return sorted(scope)

        scope.update(__getattr__=ask, __dir__=names)


class _Same:
    """Gives a module that exists already, and leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class Finder:
    """Finds Keras' modules for the scope, and `tfcompat.keras.layers` where Keras has it."""

    def __init__(self, make_scope: Callable[[], Scope]) -> None:
        self._make_scope = make_scope
        self._scope: Scope | None = None
        self.wanted = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification of a module of Keras, None for any other."""
        if fullname.startswith(DOOR + "."):
            return _same_spec(fullname)
        if fullname != PACKAGE and not fullname.startswith(PACKAGE + "."):
            return None
        if self._scope is None:
            if fullname != PACKAGE or not (self.wanted or _is_ours_by_default()):
                return None
            self._scope = self._make_scope()
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            kind = _LateLoader if fullname in _LATE else Loader
            loader = kind(spec.loader.name, spec.loader.path)
            loader.scope = self._scope
            spec.loader = loader
        return spec


def _same_spec(fullname: str) -> importlib.machinery.ModuleSpec | None:
    name = INSIDE + fullname.removeprefix(DOOR)
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return None
        raise
    # A Loader but for the class, whose module is slow to import.
    loader: Any = _Same(module)
    return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)


def _is_ours_by_default() -> bool:
    """Whether a plain `import keras` in this process means Keras on tfcompat.

    Not where the real TensorFlow is in use, nor where another backend of Keras' is asked for.
    """
    tensorflow = sys.modules.get(REAL)
    if tensorflow is not None and tensorflow is not sys.modules.get("tfcompat"):
        return False
    return (os.environ.get("KERAS_BACKEND") or _configured()) == REAL


def _configured() -> str:
    import json

    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    try:
        with open(os.path.join(home, "keras.json"), encoding="utf-8") as file:
            return str(json.load(file).get("backend", REAL))
    except (OSError, ValueError, AttributeError):
        return REAL


def is_ours(keras: ModuleType) -> bool:
    """Whether this Keras was loaded by the scoped importer."""
    return isinstance(getattr(keras, "__loader__", None), Loader)
