"""Finds what of TensorFlow a program names, by its text alone: follows imports and assignments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Module -> the name under which everything of it is reported.
_ROOTS = {"tensorflow": "tf", "tfcompat": "tf", "keras": "tf.keras", "tf_keras": "tf.keras"}
# Whose instances are followed: classes with methods that tutorials chain, to what these return.
_FOLLOWED = frozenset({"tf.GradientTape", "tf.TensorArray", "tf.data.Dataset"})
_DATASETS = frozenset(
    {"tf.data.TFRecordDataset", "tf.data.TextLineDataset", "tf.data.FixedLengthRecordDataset"}
)
_NOT_DATASETS = frozenset({"as_numpy_iterator", "cardinality", "get_single_element", "reduce"})


@dataclass(frozen=True)
class Use:
    """One place where a symbol stands; of a call, its keyword arguments and whether it has any."""

    symbol: str
    line: int
    column: int
    keywords: tuple[str, ...] = ()
    guarded: bool = False
    has_arguments: bool = False


@dataclass(frozen=True)
class _Instance:
    """A value whose class is known."""

    of: str


@dataclass(frozen=True)
class _Self:
    """The object that a method is called on: what is assigned to attributes of it is followed."""

    of: _ClassScope


_Value = str | _Instance | _Self


class _Scope:
    """The names bound in one scope: to a symbol, to an instance, or (None) to something else."""

    def __init__(self, above: _Scope | None = None) -> None:
        self.above = above
        self.names: dict[str, _Value | None] = {}

    def find(self, name: str) -> _Value | None:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.above
        return None


def uses(tree: ast.Module, packages: Iterable[str] = ()) -> list[Use]:
    """Every use of TensorFlow, in the order of lines; `packages` are others to report."""
    reader = _Reader(frozenset(packages))
    reader.run(tree)
    return sorted(set(reader.found), key=lambda use: (use.line, use.column, use.symbol))


class _Reader(ast.NodeVisitor):
    def __init__(self, packages: frozenset[str]) -> None:
        self.found: list[Use] = []
        self._packages = packages
        self._scope = _Scope()
        self._guarded = False
        # Bodies of functions are executed later, when the module has all its names.
        self._later: list[tuple[_Scope, ast.AST]] = []

    def run(self, tree: ast.Module) -> None:
        self._all(tree.body)
        while self._later:
            self._scope, node = self._later.pop(0)
            self._all(_body(node))

    def _use(
        self, symbol: str, node: ast.AST, keywords: tuple[str, ...] = (), arguments: bool = False
    ) -> None:
        at = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        self.found.append(Use(symbol, *at, keywords, self._guarded, arguments))

    # -------------------------------------------------------------------------------------- imports
    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            symbol = _symbol(alias.name)
            if symbol is None:
                self._package(alias.name, alias.asname, node)
                continue
            if "." in alias.name:
                self._use(symbol, node)
            top = alias.name.partition(".")[0]
            self._bind(alias.asname or top, symbol if alias.asname else _ROOTS[top])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        symbol = _symbol(node.module or "") if not node.level else None
        for alias in node.names:
            if symbol is None and alias.name == "tf":
                # A module of the program's own that hands it on.
                self._bind(alias.asname or "tf", "tf")
            elif symbol is None:
                self._package(node.module or "", alias.asname or alias.name, node)
            elif alias.name == "*":
                self._use(f"{symbol}.*", node)
            else:
                found = _normal(f"{symbol}.{alias.name}")
                if found != "tf":
                    self._use(found, node)
                self._bind(alias.asname or alias.name, found)

    def _package(self, module: str, name: str | None, node: ast.stmt) -> None:
        top = module.partition(".")[0]
        if top in self._packages and not getattr(node, "level", 0):
            self._use(top, node)
        self._bind(name or top, None)

    # ------------------------------------------------------------------------------------- bindings
    def _bind(self, name: str, value: _Value | None) -> None:
        self._scope.names[name] = value

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._assign(node.target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                for inner, part in zip(target.elts, value.elts, strict=True):
                    self._assign(inner, part)
                return
        if isinstance(target, ast.Name):
            found = self._value(value)
            known = isinstance(self._scope.find(target.id), str)
            # `except ImportError: tf = None` says what tf is where there is none.
            if known and isinstance(value, ast.Constant) and value.value is None:
                return
            self._bind(target.id, found)
        elif (holder := self._self(target)) is not None and isinstance(target, ast.Attribute):
            found = self._value(value)
            # What differs from one assignment to another is not followed.
            if holder.of.attributes.setdefault(target.attr, found) != found:
                holder.of.attributes[target.attr] = None
        else:
            self._unbind(target)
            if isinstance(target, ast.Attribute | ast.Subscript):
                self.visit(target)

    def _self(self, node: ast.expr) -> _Self | None:
        """The object of `self.name`, within a method."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return None
        holder = self._scope.find(node.value.id)
        return holder if isinstance(holder, _Self) else None

    def _unbind(self, target: ast.AST) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(node.id, None)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._unbind(node.target)
        self._all([*node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if isinstance(item.optional_vars, ast.Name):
                value = self._value(item.context_expr)
                self._bind(item.optional_vars.id, value if isinstance(value, _Instance) else None)
            elif item.optional_vars is not None:
                self._unbind(item.optional_vars)
        self._all(node.body)

    visit_AsyncWith = visit_With

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        before, self._guarded = self._guarded, True
        self._all(node.body)
        self._guarded = before
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            self._all(handler.body)
        self._all([*node.orelse, *node.finalbody])

    visit_TryStar = visit_Try

    # --------------------------------------------------------------------------------------- scopes
    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._all(node.decorator_list)
        self._bind(node.name, None)
        scope = self._parameters(node.args)
        first = [*node.args.posonlyargs, *node.args.args][:1]
        if isinstance(self._scope, _ClassScope) and first and not _is_static(node):
            scope.names[first[0].arg] = _Self(self._scope)
        if node.returns is not None:
            self._annotation(node.returns)
        self._later.append((scope, node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._later.append((self._parameters(node.args), node))

    def _parameters(self, args: ast.arguments) -> _Scope:
        self._all([default for default in [*args.defaults, *args.kw_defaults] if default])
        scope = _Scope(self._function_scope())
        rest = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
        for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs, *rest]:
            if arg.annotation is not None:
                self._annotation(arg.annotation)
            scope.names[arg.arg] = None
        return scope

    def _function_scope(self) -> _Scope:
        """What a function sees around it: not the names of the class that it is in."""
        scope = self._scope
        while isinstance(scope, _ClassScope) and scope.above is not None:
            scope = scope.above
        return scope

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        self._bind(node.name, None)
        outer, self._scope = self._scope, _ClassScope(self._scope)
        before = len(self._later)
        self._all(node.body)
        # What __init__ assigns, the methods above it know too.
        self._later[before:] = sorted(self._later[before:], key=lambda item: not _is_init(item[1]))
        self._scope = outer

    def _comprehension(self, node: ast.expr) -> None:
        outer, self._scope = self._scope, _Scope(self._scope)
        for generator in getattr(node, "generators", ()):
            self.visit(generator.iter)
            self._unbind(generator.target)
            self._all(generator.ifs)
        parts = [getattr(node, name, None) for name in ("elt", "key", "value")]
        self._all([part for part in parts if part is not None])
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

    # ----------------------------------------------------------------------------------------- uses
    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            found = self._scope.find(node.id)
            if isinstance(found, str) and found not in ("tf", "tf.keras"):
                self._use(found, node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        symbol = self._symbol_of(node)
        if symbol is None:
            self.visit(node.value)
            return
        self._use(symbol, node)
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            self.visit(inner)

    def visit_Call(self, node: ast.Call) -> None:
        symbol = self._symbol_of(node.func)
        keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
        if symbol is not None:
            if not isinstance(node.func, ast.Name):
                self.visit(node.func)
            self._use(symbol, node.func, keywords)
        else:
            self.visit(node.func)
            named = self._named(node)
            if named is not None and named != "tf":
                self._use(named, node)
            elif isinstance(node.func, ast.Attribute):
                arguments = bool(node.args or keywords)
                self._use(f".{node.func.attr}", node.func, keywords, arguments)
        self._all([*node.args, *node.keywords])

    def _named(self, node: ast.Call) -> str | None:
        """The symbol of getattr(tf, "name") or importlib.import_module("tensorflow.name")."""
        function, arguments = node.func, node.args
        if isinstance(function, ast.Attribute) and function.attr == "import_module":
            function = ast.Name("import_module")
        last = arguments[-1] if arguments else None
        if not isinstance(function, ast.Name) or not isinstance(last, ast.Constant):
            return None
        match function.id, arguments, last.value:
            case "getattr", [owner, _], str(name):
                holder = self._symbol_of(owner)
                return holder and _normal(f"{holder}.{name}")
            case "import_module", [_], str(module):
                return _symbol(module)
            case "__import__", [_], str(module):
                return _symbol(module.partition(".")[0])
        return None

    def _annotation(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return
            node = ast.fix_missing_locations(ast.copy_location(inner, node))
            for part in ast.walk(node):
                ast.copy_location(part, node)
        self.visit(node)

    def _symbol_of(self, node: ast.expr) -> str | None:
        """The symbol that an expression is, also one of an instance's methods."""
        value = self._value(node)
        return value if isinstance(value, str) else None

    def _value(self, node: ast.expr) -> _Value | None:
        if isinstance(node, ast.Name):
            return self._scope.find(node.id)
        if isinstance(node, ast.NamedExpr):
            return self._value(node.value)
        if isinstance(node, ast.Attribute):
            holder = self._value(node.value)
            if holder is None:
                return None
            if isinstance(holder, _Self):
                return holder.of.attributes.get(node.attr, holder.of.names.get(node.attr))
            of = holder.of if isinstance(holder, _Instance) else holder
            return _normal(f"{of}.{node.attr}")
        if isinstance(node, ast.Call):
            named = self._named(node)
            if named is not None:
                return named
            made = self._value(node.func)
            return _made_by(made) if isinstance(made, str) else None
        return None

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


class _ClassScope(_Scope):
    def __init__(self, above: _Scope | None = None) -> None:
        super().__init__(above)
        self.attributes: dict[str, _Value | None] = {}


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(it, ast.Name) and it.id == "staticmethod" for it in node.decorator_list)


def _is_init(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _body(node: ast.AST) -> Iterator[ast.AST]:
    body = getattr(node, "body", [])
    yield from body if isinstance(body, list) else [body]


def _made_by(symbol: str) -> _Instance | None:
    """What a call of a symbol gives, where that is followed."""
    if symbol in _FOLLOWED:
        return _Instance(symbol)
    if symbol in _DATASETS:
        return _Instance("tf.data.Dataset")
    holder, _, name = symbol.rpartition(".")
    if holder == "tf.data.Dataset" and name not in _NOT_DATASETS:
        return _Instance(holder)
    return None


def _symbol(module: str) -> str | None:
    """The name below tf of a module of TensorFlow's or Keras', None for any other."""
    top, dot, rest = module.partition(".")
    root = _ROOTS.get(top)
    return None if root is None else _normal(f"{root}{dot}{rest}")


def _normal(symbol: str) -> str:
    """A symbol by its shortest name: what tf.compat.v2 is, tf is."""
    for longer, shorter in _SAME:
        if symbol == longer or symbol.startswith(longer + "."):
            return shorter + symbol.removeprefix(longer)
    return symbol


_SAME = (
    ("tf.compat.v2", "tf"),
    ("tf.keras._tf_keras.keras", "tf.keras"),
    ("tf.losses", "tf.keras.losses"),
    ("tf.metrics", "tf.keras.metrics"),
    ("tf.optimizers", "tf.keras.optimizers"),
    ("tf.initializers", "tf.keras.initializers"),
)
