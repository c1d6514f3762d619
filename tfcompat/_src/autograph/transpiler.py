"""Rewriting functions with diastatic-malt. The only module that imports it, and imported late."""

from __future__ import annotations

import ast

# malt uses it without importing it.
import importlib.util as _  # noqa: F401
import threading
import types
import warnings
import weakref
from collections.abc import Iterator
from typing import Any

with warnings.catch_warnings():
    # Its strings have escapes that Python will refuse one day.
    warnings.simplefilter("ignore")
    from malt.converters import (
        asserts,
        break_statements,
        call_trees,
        conditional_expressions,
        continue_statements,
        control_flow,
        directives as directive_calls,
        functions,
        lists,
        logical_expressions,
        return_statements,
        slices,
        variables,
    )
    from malt.core import converter, unsupported_features_checker
    from malt.lang import directives as malt_directives
    from malt.pyct import anno, cfg, parser, qual_names, transpiler
    from malt.pyct.static_analysis import (
        activity,
        liveness,
        reaching_definitions,
        reaching_fndefs,
    )

from tfcompat._src.autograph import directives, operators
from tfcompat._src.autograph.options import ConversionOptions

_FUTURES = {
    name: feature.compiler_flag
    for name, feature in vars(__import__("__future__")).items()
    if hasattr(feature, "compiler_flag")
}


class Origin:
    """Where converted code comes from.

    main: the id of the code of the function itself, not of parts of its body; functions: the name
    of the user's function for each line of the file.
    """

    def __init__(self, filename: str, functions: dict[int, str | None]) -> None:
        self.filename = filename
        self.functions = functions
        # Not the code: it is the key to this object, which would keep it alive.
        self.main: int | None = None


#: What each code object of converted functions comes from.
origins: weakref.WeakKeyDictionary[types.CodeType, Origin] = weakref.WeakKeyDictionary()


class _Directives(directive_calls.DirectivesTransformer):  # type: ignore[misc]
    """Knows this package's set_loop_options as malt's own."""

    def visit_Name(self, node: ast.Name) -> Any:
        return _with_own(super().visit_Name(node))

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        return _with_own(super().visit_Attribute(node))


def _with_own(node: Any) -> Any:
    static = anno.getanno(node, directive_calls.STATIC_VALUE, default=None)
    if static is directives.set_loop_options:
        anno.setanno(node, directive_calls.STATIC_VALUE, malt_directives.set_loop_options)
    return node


class _Conditionals(conditional_expressions.ConditionalExpressionTransformer):  # type: ignore[misc]
    """Converts conditional expressions within others too."""

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return super().visit_IfExp(self.generic_visit(node))


class _ControlFlow(control_flow.ControlFlowTransformer):  # type: ignore[misc]
    """Knows that variables of functions around this one are read after it."""

    def _get_block_vars(self, node: ast.stmt, modified: Any) -> tuple[Any, Any, int]:
        names, undefined, count = super()._get_block_vars(node, modified)
        # malt takes them for variables that nobody reads any more.
        outer = self.state[control_flow._Function].scope.nonlocals
        shared = [name for name in names[count:] if name in outer]
        rest = [name for name in names[count:] if name not in outer]
        return names[:count] + shared + rest, undefined, count + len(shared)


class _Simpler(ast.NodeTransformer):
    """Puts what malt cannot read in other words.

    Annotated variables, which functions cannot share, become plain ones. `except E as e` has malt
    take a string for a node: `e` is assigned in the handler instead.
    """

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if not isinstance(node.target, ast.Name):
            return node
        plain: ast.stmt = ast.Pass()
        if node.value is not None:
            plain = ast.Assign(targets=[node.target], value=self.visit(node.value))
        return _in_place_of(node, plain)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        self.generic_visit(node)
        if node.name is not None:
            caught = ast.parse(f"{node.name} = ag__.caught()").body[0]
            node.body.insert(0, _in_place_of(node, caught))
            node.name = None
        return node


def _in_place_of(old: ast.AST, new: ast.stmt) -> ast.stmt:
    for node in ast.walk(new):
        ast.copy_location(node, old)
        if not anno.hasanno(node, anno.Basic.ORIGIN):
            anno.copyanno(old, node, anno.Basic.ORIGIN)
    return new


class _Iterated(ast.NodeTransformer):
    """Calls that only a loop goes over: tf.range is counted there."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if _operator(node) == "for_stmt" and _operator(node.args[0]) == "converted_call":
            node.args[0].func.attr = "iterated_call"  # type: ignore[attr-defined]
        return node


def _operator(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        root = node.func.value
        if isinstance(root, ast.Name) and root.id == "ag__":
            return node.func.attr
    return None


class _Transpiler(transpiler.GenericTranspiler):  # type: ignore[misc]
    """Rewrites the tree of a function."""

    def get_transformed_name(self, node: ast.AST) -> str:
        return "tf__" + str(super().get_transformed_name(node))

    def transform_ast(self, node: Any, ctx: Any) -> Any:
        uses = ctx.user.options.uses
        unsupported_features_checker.verify(node)
        node = _Simpler().visit(node)
        kinds = _kinds(node)
        branches = not kinds.isdisjoint((ast.If, ast.For, ast.While))
        # Each pass analyses the whole function: those that would find nothing are left out.
        if branches or ast.Delete in kinds or uses(converter.Feature.LISTS):
            graphs = cfg.build(node)
            node = qual_names.resolve(node)
            node = activity.resolve(node, ctx, None)
            node = reaching_definitions.resolve(node, ctx, graphs)
            anno.dup(node, {anno.Static.DEFINITIONS: anno.Static.ORIG_DEFINITIONS})
        node = functions.transform(node, ctx)
        if branches:
            node = _Directives(ctx).visit(node)
        if ast.Break in kinds:
            node = break_statements.transform(node, ctx)
        if uses(converter.Feature.ASSERT_STATEMENTS):
            node = asserts.transform(node, ctx)
        # `continue` before `for`, which then has no step of its own to keep in mind.
        if not kinds.isdisjoint((ast.Break, ast.Continue)):
            node = continue_statements.transform(node, ctx)
        if branches:
            node = return_statements.transform(node, ctx)
        if uses(converter.Feature.LISTS):
            node = lists.transform(node, ctx)
            node = slices.transform(node, ctx)
        node = call_trees.transform(node, ctx)
        if branches:
            node = _control_flow(node, ctx)
        if ast.IfExp in kinds:
            node = _Conditionals(ctx).visit(node)
        if branches or not kinds.isdisjoint((ast.BoolOp, ast.Compare, ast.Not)):
            node = logical_expressions.transform(node, ctx)
        if branches or ast.Delete in kinds:
            node = variables.transform(node, ctx)
        return node


def _control_flow(node: Any, ctx: Any) -> Any:
    graphs = cfg.build(node)
    node = qual_names.resolve(node)
    node = activity.resolve(node, ctx, None)
    node = reaching_definitions.resolve(node, ctx, graphs)
    node = reaching_fndefs.resolve(node, ctx, graphs)
    node = liveness.resolve(node, ctx, graphs)
    return _ControlFlow(ctx).visit(node)


def _kinds(tree: ast.AST) -> set[type[ast.AST]]:
    """The kinds of nodes in a tree. NotImplementedError for what converters would get wrong."""
    kinds = {type(node) for node in ast.walk(tree)}
    if ast.Match in kinds:
        raise NotImplementedError("match statement not yet supported")
    if ast.NamedExpr in kinds:
        raise NotImplementedError("assignment expression not yet supported")
    return kinds


class Template:
    """A rewritten function, without the globals and the closure of any one."""

    def __init__(self, function: types.FunctionType, options: ConversionOptions) -> None:
        context = converter.ProgramContext(options=options)
        tree, found = _transpiler.transform_function(function, context)
        self.name: str = found.info.name
        if isinstance(tree, ast.Lambda):
            tree = ast.Assign(targets=[ast.Name(self.name, ctx=ast.Store())], value=tree)
        else:
            tree.name = self.name
        self.source: str = parser.unparse(tree, include_encoding_marker=False)
        self._names = function.__code__.co_freevars
        self._code = self._compiled(tree, found, function)

    def _compiled(self, tree: Any, found: Any, function: types.FunctionType) -> types.CodeType:
        flags = 0
        for feature in found.info.future_features:
            flags |= _FUTURES[feature]
        origin = Origin(function.__code__.co_filename, {})
        body = ast.parse(self.source).body
        _give_lines(tree, body[0], origin, function.__code__.co_firstlineno)
        body = [_Iterated().visit(statement) for statement in body]
        outer, inner = found.namer.new_symbol("outer_factory", ()), "inner_factory"
        lines = [f"def {outer}():", *(f"    {name} = None" for name in self._names)]
        lines += [f"    def {inner}(ag__):", f"        return {self.name}", f"    return {inner}"]
        module = ast.parse("\n".join(lines))
        makers = module.body[0].body[-2].body  # type: ignore[attr-defined]
        makers[:0] = body
        made: dict[str, Any] = {}
        code = compile(module, origin.filename, "exec", flags=flags, dont_inherit=True)
        exec(code, made)
        factory: types.CodeType = made[outer]().__code__
        for nested in _nested(factory):
            origins[nested] = origin
            if origin.main is None and nested.co_name in (self.name, "<lambda>"):
                origin.main = id(nested)
        return factory

    def instantiate(self, function: types.FunctionType) -> types.FunctionType:
        """The rewritten function with the globals, closure and defaults of `function`."""
        cells = dict(zip(self._names, function.__closure__ or (), strict=True))
        closure = tuple(cells[name] for name in self._code.co_freevars)
        factory = types.FunctionType(
            self._code, function.__globals__, self._code.co_name, (), closure
        )
        made: types.FunctionType = factory(operators)
        made.__defaults__ = function.__defaults__
        made.__kwdefaults__ = function.__kwdefaults__
        made.__module__ = function.__module__
        return made


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _nested(constant)


def _give_lines(tree: ast.AST, parsed: ast.AST, origin: Origin, first: int) -> None:
    """Gives the nodes of `parsed`, which is `tree` read again, the lines of the user's file."""
    lines: dict[int, tuple[int, str | None]] = {}
    pairs = [(tree, parsed)]
    while pairs:
        before, after = pairs.pop()
        found = anno.getanno(before, anno.Basic.ORIGIN, default=None)
        line = getattr(after, "lineno", None)
        if found is not None and line is not None:
            known = lines.get(line)
            if known is None or found.loc.lineno < known[0]:
                lines[line] = found.loc.lineno, found.function_name
        if type(before) is not type(after):
            continue
        for field in after._fields:
            one, other = getattr(before, field, None), getattr(after, field, None)
            if isinstance(other, ast.AST) and isinstance(one, ast.AST):
                pairs.append((one, other))
            elif isinstance(other, list) and isinstance(one, (list, tuple)):
                pairs += [
                    (a, b)
                    for a, b in zip(one, other, strict=False)
                    if isinstance(a, ast.AST) and isinstance(b, ast.AST)
                ]
    origin.functions.update(lines.values())
    last = first
    mapped = []
    for line in range(1, max(getattr(n, "end_lineno", 0) or 0 for n in ast.walk(parsed)) + 1):
        last = lines[line][0] if line in lines else last
        mapped.append(last)
    for node in ast.walk(parsed):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = mapped[node.lineno - 1]  # type: ignore[attr-defined]
            node.end_col_offset = node.col_offset  # type: ignore[attr-defined]


_transpiler = _Transpiler()
_lock = threading.RLock()
_templates: weakref.WeakKeyDictionary[
    types.CodeType, dict[tuple[str, ConversionOptions], Template]
] = weakref.WeakKeyDictionary()


def template(function: types.FunctionType, options: ConversionOptions) -> Template:
    """The rewritten form of a function's code, made once per code and options.

    Raises what malt raises where the source is missing, or has what it cannot rewrite.
    """
    code = function.__code__
    # Equal code may stand in several files.
    key = code.co_filename, options
    found = _templates.get(code, {}).get(key)
    if found is None:
        with _lock:
            by_key = _templates.setdefault(code, {})
            found = by_key.get(key)
            if found is None:
                found = by_key[key] = Template(function, options)
    return found


def is_inaccessible(error: BaseException) -> bool:
    """Whether an error says that a function has no source."""
    return type(error).__name__ == "InaccessibleSourceCodeError"


def is_unsupported(error: BaseException) -> bool:
    """Whether an error says that a function has what cannot be rewritten."""
    return type(error).__name__ == "UnsupportedLanguageElementError"
