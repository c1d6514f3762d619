"""Writes the table of what each backend supports: `make support`.

Asks the code, not a list: the public names of the namespace, the kernels that each of them reaches
(read from the source of tfcompat/_src), and the kernels that a backend has. A symbol is supported

- fully, where every kernel that it reaches is there,
- partly, where one is missing that only some of its arguments need, or the suite knows a failure,
- not, where a kernel is missing that it names itself.

python docs/support_table.py FILE ...   replaces what stands between the markers in each file;
    a marker that says `summary` gets the counts alone
python docs/support_table.py --check FILE ...   says whether that would change something
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "backends")]
BACKENDS = {"torch": "tfcompat_torch", "jax": "tfcompat_jax"}
# Not TensorFlow's names: Keras brings its own, the two others are for writers of backends.
SKIPPED = ("tfcompat.keras", "tfcompat.backend", "tfcompat.eager_backend")
BEGIN, END = "<!-- support: begin", "<!-- support: end -->"

Kernel = tuple[str, str]  # family, name
Place = tuple[str, str]  # module, top-level name


@dataclass
class Source:
    """What a definition of the front refers to."""

    kernels: set[Kernel] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    summary, details = render()
    stale = []
    for path in options.files:
        text = path.read_text()
        head, begin, rest = text.partition(BEGIN)
        rule, _, rest = rest.partition("\n")
        _, end, tail = rest.partition(END)
        if not begin or not end:
            sys.exit(f"{path}: the markers {BEGIN!r} and {END!r} are missing")
        table = summary if "summary" in rule else summary + details
        new = f"{head}{begin}{rule}\n{table}{end}{tail}"
        if new != text:
            stale.append(path)
            if not options.check:
                path.write_text(new)
    if options.check and stale:
        print("out of date, run make support:", *stale)
    return int(options.check and bool(stale))


def render() -> tuple[str, str]:
    """In Markdown: a table with a line per namespace, and tables with every symbol."""
    sources = read_front()
    kernels = {name: read_backend(package) for name, package in BACKENDS.items()}
    lines = ["", "| | symbols | " + " | ".join(BACKENDS) + " |"]
    lines.append("| --- | --- |" + " --- |" * len(BACKENDS))
    details: list[str] = []
    for namespace, symbols in public_symbols().items():
        answers = {
            symbol: [answer(place, sources, have) for have in kernels.values()]
            for symbol, place in symbols.items()
        }
        counts = [
            _count([row[column] for row in answers.values()]) for column in range(len(BACKENDS))
        ]
        lines.append(f"| `{namespace}` | {len(symbols)} | " + " | ".join(counts) + " |")
        details += _details(namespace, answers)
    return "\n".join([*lines, "", ""]), "\n".join([*details, ""])


def _count(answers: list[str]) -> str:
    if set(answers) == {"yes"}:
        return "all"
    parts = [(answers.count(word), word) for word in ("yes", "partly", "no")]
    return ", ".join(f"{count} {word}" for count, word in parts if count)


def _details(namespace: str, answers: dict[str, list[str]]) -> list[str]:
    lines = [
        f'<details markdown="1"><summary><code>{namespace}</code>, symbol by symbol</summary>',
        "",
    ]
    lines += ["| symbol | " + " | ".join(BACKENDS) + " |", "| --- |" + " --- |" * len(BACKENDS)]
    lines += [f"| `{symbol}` | " + " | ".join(row) + " |" for symbol, row in answers.items()]
    return [*lines, "", "</details>", ""]


def public_symbols() -> dict[str, dict[str, Place]]:
    """Per public namespace its functions and classes, and where each is defined."""
    tfcompat = importlib.import_module("tfcompat")
    found: dict[str, dict[str, Place]] = {}
    for module in _public_modules(tfcompat):
        name = module.__name__.replace("tfcompat", "tf", 1)
        symbols = {
            f"{name}.{key}": place
            for key, value in sorted(vars(module).items())
            if not key.startswith("_")
            and (place := _place(value)) is not None
            and place[0].startswith("tfcompat.")
        }
        if symbols:
            found[name] = symbols
    return found


def _public_modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        private = any(part.startswith("_") for part in info.name.split("."))
        if not private and not info.name.startswith(SKIPPED):
            yield importlib.import_module(info.name)


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


def answer(place: Place, sources: dict[Place, Source], have: set[Kernel]) -> str:
    """yes, partly or no."""
    named = _reach(place, sources, same_module=True)
    if named - have:
        return "no" if not named & have or _own(place, sources) - have else "partly"
    return "partly" if _reach(place, sources, same_module=False) - have else "yes"


def _own(place: Place, sources: dict[Place, Source]) -> set[Kernel]:
    return sources[place].kernels if place in sources else set()


def _reach(place: Place, sources: dict[Place, Source], same_module: bool) -> set[Kernel]:
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
def read_front() -> dict[Place, Source]:
    """Every top-level definition under tfcompat/_src, and what it refers to."""
    sources: dict[Place, Source] = {}
    for path in sorted((ROOT / "tfcompat" / "_src").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        _read_module(module, ast.parse(path.read_text()), sources)
    return sources


def _read_module(module: str, tree: ast.Module, sources: dict[Place, Source]) -> None:
    families: dict[str, str] = {}
    imported: dict[str, Place] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                imported[alias.asname or alias.name] = node.module, alias.name
    for node in tree.body:
        family = _family(node)
        if family is not None:
            families[family[0]] = family[1]
    local = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
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
    node: ast.AST,
    families: dict[str, str],
    imported: dict[str, Place],
    local: set[str],
) -> Source:
    source = Source()
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
    return source


def read_backend(package: str) -> set[Kernel]:
    """Every kernel of a backend, read from its source: the framework need not be installed."""
    kernels: set[Kernel] = set()
    names: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "backends" / package).glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            names[path.stem] |= set(_bound(node))
    for family, bound in names.items():
        kernels |= {(family, name) for name in bound}
    return kernels


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)


if __name__ == "__main__":
    raise SystemExit(main())
