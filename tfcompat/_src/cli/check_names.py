"""Whether a symbol that a program names is there, on each backend, and what to write instead."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.machinery
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfcompat._src import absent, dispatch, removed, support
from tfcompat._src.cli import relatives

PACKAGES = relatives.PACKAGES
# Of Keras', below `keras`, what writes and reads SavedModels.
_EXPORTS = frozenset({"export.ExportArchive", "layers.TFSMLayer"})
_SAVED = "model.save('name.keras') and tf.keras.models.load_model"


@dataclass(frozen=True)
class Answer:
    """What there is to say of a symbol: a word for each backend, "yes", "partly" or "no"."""

    words: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    # What to write in its place: needed where a word is "no", better where it is an old form.
    instead: str = ""
    # A form of TensorFlow 2.0 to 2.15 that still works.
    old: bool = False

    @property
    def is_problem(self) -> bool:
        """Whether something is to be looked at."""
        return self.old or any(word != "yes" for word in self.words.values())


class Names:
    """Answers for some backends, each symbol looked up once."""

    def __init__(self, backends: Sequence[str]) -> None:
        self._backends = tuple(backends)
        self._known: dict[str, Answer] = {}

    def answer(self, symbol: str) -> Answer:
        """What there is to say of a symbol, as "tf.keras.layers.Dense"."""
        found = self._known.get(symbol)
        if found is None:
            found = self._known[symbol] = self._find(symbol)
        return found

    def all(self, word: str, note: str = "", instead: str = "", old: bool = False) -> Answer:
        """The same answer for every backend."""
        words = dict.fromkeys(self._backends, word)
        return Answer(words, dict.fromkeys(words, note) if note else {}, instead, old)

    def _find(self, symbol: str) -> Answer:
        package = relatives.advice_on_package(symbol)
        if package is not None:
            return self.all("no", f"a package made for TensorFlow itself; {package}")
        symbol = symbol.removesuffix(".*")
        if symbol == "tf" or symbol == "tf.keras":
            return self.all("yes")
        if symbol.startswith("tf.keras."):
            return self._keras(symbol)
        if symbol.startswith("tf.compat.v1"):
            return self._version_1(symbol)
        private = relatives.advice_on_module("tensorflow" + symbol.removeprefix("tf"))
        if private is not None and not support.is_public(symbol):
            return self.all("no", private)
        if removed.instead(symbol) is not None or not _is_known(symbol):
            return self._unknown(symbol)
        verdicts = {name: _support(name).verdict(symbol) for name in self._backends}
        return Answer(
            {name: verdict.word for name, verdict in verdicts.items()},
            {name: verdict.note for name, verdict in verdicts.items() if verdict.note},
        )

    def _unknown(self, symbol: str) -> Answer:
        instead = removed.instead(symbol)
        if instead is not None:
            return self.all("no", "TensorFlow 2 does not have it", instead)
        # The list of TensorFlow's names has no namespace that is left out as a whole.
        left_out = absent.INSTEAD.get(symbol.split(".")[1])
        if left_out is not None:
            return self.all("no", left_out)
        version = importlib.import_module("tfcompat").__version__
        return self.all("no", f"TensorFlow {version} has no such name")

    def _version_1(self, symbol: str) -> Answer:
        if _has(symbol):
            return self.all("yes")
        today = "tf" + symbol.removeprefix("tf.compat.v1")
        instead = removed.instead(today)
        if instead is None and today != "tf" and support.is_public(today):
            instead = today
        return self.all("no", "it belongs to TensorFlow 1", instead or "")

    def _keras(self, symbol: str) -> Answer:
        path = symbol.removeprefix("tf.keras.")
        there = keras_has(path)
        if there is None:
            return self.all("no", "Keras is not installed", "pip install 'keras>=3.12,<3.16'")
        if path in _EXPORTS:
            return self.all("no", "SavedModels are made of TensorFlow's own graphs", _SAVED)
        if there:
            return self.all("yes")
        old = _old(path)
        if old is not None:
            today, instead = old
            if today is None:
                return self.all("no", "Keras 3 does not have it", instead)
            return self.all("yes", "an old name", instead or f"tf.keras.{today}", old=True)
        return self.all("no", "Keras has no such name")


@functools.cache
def _support(backend: str) -> support.Support:
    return support.Support(dispatch.available()[backend].partition(":")[0])


def _is_known(symbol: str) -> bool:
    """Whether TensorFlow has it, or tfcompat, which has some that only its own users know."""
    if not support.is_public(symbol):
        return _has(symbol)
    holder, _, name = symbol.rpartition(".")
    return name in support.tensorflow_names().get(holder, ()) or _is_below(symbol)


def _is_below(symbol: str) -> bool:
    """Whether a symbol is a namespace, or an attribute of something that is none."""
    names = support.tensorflow_names()
    holder = symbol.rpartition(".")[0]
    return (
        symbol in names
        or any(name.startswith(symbol + ".") for name in names)
        or (holder not in names)
    )


def _has(symbol: str) -> bool:
    value: Any = importlib.import_module("tfcompat")
    for name in symbol.split(".")[1:]:
        try:
            value = getattr(value, name)
        except (AttributeError, NotImplementedError, ImportError):
            return False
    return True


# -------------------------------------------------------------------------------------------- Keras
def keras_has(path: str) -> bool | None:
    """Whether Keras' namespace has a dotted name, read from its files; None without Keras."""
    folder = _keras_folder()
    if folder is None:
        return None
    for name in path.split("."):
        names = _names_of(folder)
        if names is None:
            return True  # an attribute of a class or function
        if (folder / name / "__init__.py").is_file():
            folder = folder / name
        elif name in names:
            folder = folder / name  # not a folder: what follows is an attribute
        else:
            return False
    return True


@functools.cache
def _keras_folder() -> Path | None:
    # The importer of tfcompat's own would make Keras ready to be imported.
    spec = importlib.machinery.PathFinder.find_spec("keras")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "_tf_keras" / "keras"
    return folder if folder.is_dir() else None


@functools.cache
def _names_of(folder: Path) -> frozenset[str] | None:
    """What a package's __init__.py binds; None where there is none."""
    file = folder / "__init__.py"
    if not file.is_file():
        return None
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
    return frozenset(found)


def _old(path: str) -> tuple[str | None, str] | None:
    """Where an old name of Keras' is today and what to write, None if it never was there."""
    names: Any = importlib.import_module("tfcompat._src.keras.legacy_names")
    legacy: Any = importlib.import_module("tfcompat._src.keras.legacy_backend")
    holder, _, name = path.rpartition(".")
    if holder == "backend" and hasattr(legacy, name):
        return path, "the functions of tf"
    if path in names.MODULES:
        return names.MODULES[path], ""
    old = names.NAMES.get(holder, {}).get(name)
    if old is not None:
        return old.path, old.advice
    above, _, last = holder.rpartition(".")
    known = names.NAMES.get(above, {}).get(last)
    if known is not None and known.path is None:
        return None, known.advice
    today = names.MODULES.get(holder)
    if today is not None and keras_has(f"{today}.{name}"):
        return f"{today}.{name}", ""
    return None
