"""What of TensorFlow's public API a backend supports, read from the code itself.

A symbol that tfcompat has is asked for the kernels it reaches (in the source of tfcompat/_src) and
for the cases it refuses with NotImplementedError; a backend, for the kernels it has (in the source
of its package). Nothing is run, so that the frameworks need not be installed. A symbol is supported

- "yes", where every kernel that it reaches is there,
- "partly", where one is missing that only some of its arguments need, or some are refused,
- "no", where tfcompat lacks it, or a kernel is missing that it names itself.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeGuard

from tfcompat._src import absent

FRONT = Path(__file__).resolve().parent
NAMES = FRONT / "tensorflow_names.txt"

Kernel = tuple[str, str]  # family, name
Place = tuple[str, str]  # module, top-level name
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


class Verdict(NamedTuple):
    """The word "yes", "partly" or "no", and what is missing."""

    word: str
    note: str = ""


@dataclass
class Source:
    """What a definition refers to, and the messages of its NotImplementedErrors."""

    kernels: set[Kernel] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    only_refuses: bool = False
    # Where the errors that it raises are made, if not in it.
    refusals_from: list[Place] = field(default_factory=list)


@functools.cache
def tensorflow_names() -> dict[str, tuple[str, ...]]:
    """TensorFlow's public names by namespace, without those of tf.keras and tf.compat."""
    found: dict[str, tuple[str, ...]] = {}
    namespace = ""
    for line in NAMES.read_text().splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            namespace, _, line = line.partition(":")
        found[namespace] = (*found.get(namespace, ()), *line.split())
    return found


def is_public(symbol: str) -> bool:
    """Whether TensorFlow has this name, or it is below one that it has."""
    namespace, _, name = symbol.rpartition(".")
    if name in tensorflow_names().get(namespace, ()) or symbol in tensorflow_names():
        return True
    return symbol.startswith("tf.keras") or ("." in namespace and is_public(namespace))


class Support:
    """The answers for one backend, of which `package` is the import name."""

    def __init__(self, package: str) -> None:
        self._kernels = _read_backend(package)

    def verdict(self, symbol: str) -> Verdict:
        """Whether `symbol`, as "tf.math.igamma", is supported."""
        value, missing = _resolve(symbol)
        if missing:
            return Verdict("no", missing)
        place = _place(value)
        if place is None or place not in _front():
            return Verdict("yes")
        source = _front()[place]
        refused = _refused(source, _front())
        if source.only_refuses and refused:
            return Verdict("no", "; ".join(refused))
        named = _reach(place, same_module=True)
        lacking = named - self._kernels.keys()
        if lacking:
            word = "no" if not named - lacking or source.kernels & lacking else "partly"
            return Verdict(word, _no_kernel(lacking))
        lacking = _reach(place, same_module=False) - self._kernels.keys()
        notes = [_no_kernel(lacking)] if lacking else []
        notes += refused
        for kernel in sorted(source.kernels):
            notes += self._kernels[kernel].refused
        return Verdict("partly" if notes else "yes", "; ".join(dict.fromkeys(notes)))


def _no_kernel(lacking: set[Kernel]) -> str:
    return f"no kernel {', '.join(sorted(name for _, name in lacking))}"


def _resolve(symbol: str) -> tuple[Any, str]:
    """The object of that name, or why there is none."""
    value: Any = importlib.import_module("tfcompat")
    for name in symbol.split(".")[1:]:
        try:
            value = _attribute(value, name)
        except (AttributeError, NotImplementedError, ImportError) as problem:
            return None, absent.INSTEAD.get(name) or _after_colon(str(problem))
    return value, ""


def _attribute(holder: Any, name: str) -> Any:
    try:
        return getattr(holder, name)
    except AttributeError:
        if not isinstance(holder, ModuleType):
            raise
        module = f"{holder.__name__}.{name}"
        if not hasattr(holder, "__path__") or importlib.util.find_spec(module) is None:
            raise
        return importlib.import_module(module)


def _after_colon(message: str) -> str:
    _, colon, reason = message.partition(": ")
    return reason if colon else "not there"


def _place(value: object) -> Place | None:
    """Where a function or class is defined, below any decorator; None for what is neither."""
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return None
    plain = inspect.unwrap(value)
    if inspect.isfunction(plain):
        return str(plain.__globals__["__name__"]), plain.__code__.co_name
    methods = [m for m in vars(plain).values() if inspect.isfunction(m)]
    if methods:
        return str(methods[0].__globals__["__name__"]), plain.__name__
    return plain.__module__, plain.__name__


def _reach(place: Place, same_module: bool) -> set[Kernel]:
    """The kernels of a definition and of all that it refers to."""
    sources = _front()
    seen: set[Place] = set()
    todo = [place]
    kernels: set[Kernel] = set()
    while todo:
        at = todo.pop()
        if at in seen or at not in sources:
            continue
        seen.add(at)
        kernels |= sources[at].kernels
        todo += [to for to in sources[at].places if not same_module or to[0] == place[0]]
    return kernels


# ------------------------------------------------------------------------- reading the two sides
class _Front(dict[Place, Source]):
    """The top-level definitions under tfcompat/_src, of which a file is read when it is needed."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __contains__(self, place: object) -> bool:
        if isinstance(place, tuple) and isinstance(place[0], str):
            self._load(place[0])
        return super().__contains__(place)

    def _load(self, module: str) -> None:
        if module in self._seen or not module.startswith(f"{FRONT.parent.name}.{FRONT.name}"):
            return
        self._seen.add(module)
        path = FRONT.parent.parent.joinpath(*module.split("."))
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                _read_module(module, ast.parse(file.read_text()), self)


@functools.cache
def _front() -> _Front:
    return _Front()


def _read_module(module: str, tree: ast.Module, sources: dict[Place, Source]) -> None:
    imported: dict[str, Place] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                imported[alias.asname or alias.name] = node.module, alias.name
    families = dict(found for node in tree.body if (found := _family(node)) is not None)
    local = {node.name for node in tree.body if isinstance(node, _DEFINITIONS)}
    for node in tree.body:
        if isinstance(node, _DEFINITIONS):
            sources[module, node.name] = _read_definition(module, node, families, imported, local)


def _family(node: ast.stmt) -> tuple[str, str] | None:
    """(variable, family) of `variable = dispatch.family("family")`."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return None
    call = node.value
    called = call.func.attr if isinstance(call.func, ast.Attribute) else None
    target = node.targets[0]
    if called != "family" or not isinstance(target, ast.Name) or not call.args:
        return None
    return target.id, ast.literal_eval(call.args[0])


def _read_definition(
    module: str,
    node: ast.FunctionDef | ast.ClassDef,
    families: dict[str, str],
    imported: dict[str, Place],
    local: set[str],
) -> Source:
    source = Source()
    without: set[Kernel] = set()
    asked: set[Any] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            holder = inner.value.id
            if holder in families:
                source.kernels.add((families[holder], inner.attr))
            elif holder in imported:
                above, name = imported[holder]
                source.places.add((f"{above}.{name}", inner.attr))
        elif isinstance(inner, ast.Name):
            if inner.id in local:
                source.places.add((module, inner.id))
            elif inner.id in imported:
                source.places.add(imported[inner.id])
        elif isinstance(inner, ast.Call) and _called(inner) == "has" and len(inner.args) == 2:
            # dispatch.has(family, kernel): the op can do without.
            without.add((_literal(inner.args[0]), _literal(inner.args[1])))
        elif isinstance(inner, ast.If):
            # A condition that names a kernel asks that by another function.
            asked |= {part.value for part in ast.walk(inner.test) if _is_text(part)}
    source.kernels -= without | {kernel for kernel in source.kernels if kernel[1] in asked}
    if isinstance(node, ast.FunctionDef):
        places = {name: (module, name) for name in local} | imported
        _read_refusals(node, source, places)
    return source


def _read_refusals(node: ast.FunctionDef, source: Source, places: dict[str, Place]) -> None:
    for inner in ast.walk(node):
        made = inner.exc if isinstance(inner, ast.Raise) else None
        if isinstance(inner, ast.Return) and _annotation(node) == "NotImplementedError":
            made = inner.value
        if not isinstance(made, ast.Call):
            continue
        called = _called(made)
        if called == "NotImplementedError" and made.args:
            source.refused.append(_literal(made.args[0]))
        elif called in places:
            source.refusals_from.append(places[called])
    body = node.body[1:] if ast.get_docstring(node) else node.body
    raises = bool(source.refused or source.refusals_from) and isinstance(body[0], ast.Raise)
    source.only_refuses = raises and _annotation(node) != "NotImplementedError"


def _annotation(node: ast.FunctionDef) -> str:
    return node.returns.id if isinstance(node.returns, ast.Name) else ""


def _refused(source: Source, sources: dict[Place, Source]) -> list[str]:
    """The messages of the NotImplementedErrors that a definition raises."""
    made = [sources[place].refused for place in source.refusals_from if place in sources]
    return source.refused + [text for texts in made for text in texts]


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _literal(node: ast.expr) -> str:
    """The text of a string; what an f-string fills in is left out as `...`."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "..." for part in node.values
        )
    return "some arguments"


@functools.cache
def _read_backend(package: str) -> dict[Kernel, Source]:
    """Every kernel of a backend, read from its source."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"support: there is no package {package!r}")
    kernels: dict[Kernel, Source] = {}
    for path in sorted(Path(spec.origin).parent.glob("*.py")):
        tree = ast.parse(path.read_text())
        sources: dict[Place, Source] = {}
        _read_module(path.stem, tree, sources)
        refusals = _refusals_within(sources)
        for node in tree.body:
            for name in _bound(node):
                kernels[path.stem, name] = Source(refused=refusals.get(name, []))
    return kernels


def _refusals_within(sources: dict[Place, Source]) -> dict[str, list[str]]:
    """What each function of a file refuses, itself or by the functions that it calls there."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, name in sources:
        seen: set[Place] = set()
        todo = [(module, name)]
        while todo:
            at = todo.pop()
            if at in seen or at not in sources:
                continue
            seen.add(at)
            found[name] += _refused(sources[at], sources)
            todo += sources[at].places
    return found


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, _DEFINITIONS):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
