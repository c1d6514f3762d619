"""What PyTorch imports for ops on the meta device, and can do without where nothing is symbolic."""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import sys
import threading
import types
from collections.abc import Callable, Iterator
from importlib import util
from typing import Any


@functools.cache
def spare() -> None:
    """Lets ops on the meta device run without the imports of PyTorch's compiler and of SymPy.

    Where PyTorch does it otherwise, nothing is changed here.
    """
    _spare_compiler()
    if "sympy" not in sys.modules:
        _spare_sympy()


# ----------------------------------------------------------------------------------- the compiler
def _light(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, until PyTorch's compiler is there to be kept away from it."""

    def run(*args: Any, **kwargs: Any) -> Any:
        compiler: Any = sys.modules.get("torch._dynamo")
        if compiler is None or not hasattr(compiler, "disable"):
            return function(*args, **kwargs)
        found = compiler.disable(function, True, wrapping=False)
        function.__dynamo_disable = found  # type: ignore[attr-defined]
        return found(*args, **kwargs)

    return run


def _spare_compiler() -> None:
    # PyTorch writes many of these ops in Python, and imports its compiler, which takes seconds, at
    # the first call of each to have it leave the function alone.
    try:
        from torch._compile import _disable_dynamo
    except ImportError:
        return
    hidden = _disable_dynamo(lambda: None).__code__
    for function in _written_in_python():
        if function.__code__ is hidden:
            inside = dict(zip(hidden.co_freevars, function.__closure__ or (), strict=False))
            around: Any = inside["fn"].cell_contents if "fn" in inside else function
            if not hasattr(around, "__dynamo_disable"):
                with contextlib.suppress(AttributeError):
                    around.__dynamo_disable = _light(around)


def _written_in_python() -> Iterator[types.FunctionType]:
    """The functions of PyTorch's modules of ops in Python, and those these are made around."""
    names = ("torch._refs", "torch._prims", "torch._decomp", "torch._meta_registrations")
    modules = [module for name, module in sys.modules.items() if name.startswith(names)]
    waiting: list[Any] = [value for module in modules for value in vars(module).values()]
    seen: set[int] = set()
    while waiting:
        function = waiting.pop()
        if isinstance(function, types.FunctionType) and id(function) not in seen:
            seen.add(id(function))
            yield function
            waiting.append(getattr(function, "__wrapped__", None))
            for cell in function.__closure__ or ():
                with contextlib.suppress(ValueError):  # not filled yet
                    waiting.append(cell.cell_contents)


# ------------------------------------------------------------------------------------------ SymPy
# The ops ask these modules about sizes, which may be symbolic, and the modules import SymPy: a
# quarter of a second and 30 MiB.
_SHAPES = "torch.fx.experimental.symbolic_shapes"
_FUNCTIONS = "torch.utils._sympy.functions"
_lock = threading.RLock()


class _StandIn(types.ModuleType):
    """Knows plain numbers; for all else, and for whoever keeps a name of it, it is PyTorch's."""

    def __init__(self, name: str, quick: dict[str, Callable[..., Any]]) -> None:
        super().__init__(name)
        self._quick = quick

    def install(self) -> None:
        """Puts it in the place of a module that nobody has imported."""
        name = self.__name__
        if name not in sys.modules and util.find_spec(name) is not None:
            sys.modules[name] = self
            package, _, last = name.rpartition(".")
            setattr(sys.modules[package], last, self)

    def real(self) -> Any:
        """PyTorch's own module, in this one's place from now on."""
        name = self.__name__
        with _lock:
            if sys.modules.get(name) is self:
                del sys.modules[name]
                try:
                    importlib.import_module(name)
                except BaseException:
                    sys.modules[name] = self
                    raise
        return sys.modules[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kept = sys._getframe(1).f_code.co_name == "<module>"
        if name in self._quick and not kept and sys.modules.get(self.__name__) is self:
            return self._quick[name]
        return getattr(self.real(), name)


def _are_plain(*values: Any) -> bool:
    return all([x.__class__ is int or x.__class__ is bool for x in values])


def _itself(name: str) -> Callable[[Any], Any]:
    return lambda x: x if _are_plain(x) else getattr(_shapes.real(), name)(x)


def _sym_and(*truths: Any) -> Any:
    return all(truths) if _are_plain(*truths) else _shapes.real().sym_and(*truths)


def _sym_or(*truths: Any) -> Any:
    return any(truths) if _are_plain(*truths) else _shapes.real().sym_or(*truths)


def _sym_eq(x: Any, y: Any) -> Any:
    if isinstance(x, tuple | list) and isinstance(y, tuple | list) and _are_plain(*x, *y):
        return [*x] == [*y]
    return x == y if _are_plain(x, y) else _shapes.real().sym_eq(x, y)


def _told(name: str, answer: bool) -> Callable[[Any], Any]:
    return lambda x: answer if _are_plain(x) else getattr(_shapes.real(), name)(x)


def _free_unbacked_symbols(x: Any) -> Any:
    if _are_plain(*getattr(x, "shape", (x,))):
        return set()
    return _shapes.real().free_unbacked_symbols(x)


def _max(*values: Any) -> Any:
    return max(values) if _are_plain(*values) else _functions.real().Max(*values)


_shapes = _StandIn(
    _SHAPES,
    {
        **{
            name: _itself(name)
            for name in (
                "expect_true",
                "guard_bool",
                "guard_int",
                "guard_or_false",
                "guard_or_true",
                "guard_size_oblivious",
                "guarding_hint_or_throw",
                "statically_known_true",
            )
        },
        "free_unbacked_symbols": _free_unbacked_symbols,
        "has_guarding_hint": _told("has_guarding_hint", True),
        "is_nested_int": _told("is_nested_int", False),
        "sym_and": _sym_and,
        "sym_eq": _sym_eq,
        "sym_or": _sym_or,
    },
)
_functions = _StandIn(_FUNCTIONS, {"Max": _max})


def _spare_sympy() -> None:
    with contextlib.suppress(ImportError):
        # Which the ops expect to be there with the first of these.
        importlib.import_module("torch.fx.experimental._config")
    _shapes.install()
    _functions.install()
    # The rule for the dtypes of results imports SymPy itself, to look whether a number is one of
    # its. Nothing is, as long as nobody else has imported it.
    name = "elementwise_dtypes"
    rule: Any = getattr(sys.modules.get("torch._prims_common"), name, None)
    if rule.__class__ is types.FunctionType:
        without = _with_import(rule, _without_sympy)
        for path, module in list(sys.modules.items()):
            if path.startswith("torch._") and getattr(module, "__dict__", {}).get(name) is rule:
                setattr(module, name, without)


def _without_sympy(name: str, *args: Any) -> Any:
    if name == "sympy" and name not in sys.modules:
        return _NO_SYMPY
    return builtins.__import__(name, *args)


class _Nothing:
    """What there is nothing of."""


_NO_SYMPY = types.SimpleNamespace(Basic=_Nothing)


def _with_import(function: types.FunctionType, own: Callable[..., Any]) -> types.FunctionType:
    """The same function, with an import statement of its own."""
    names = function.__globals__
    before = names["__builtins__"]
    # A function keeps the builtins that its module has when it is made.
    names["__builtins__"] = {**vars(builtins), "__import__": own}
    try:
        found = types.FunctionType(
            function.__code__,
            names,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
    finally:
        names["__builtins__"] = before
    found.__kwdefaults__ = function.__kwdefaults__
    functools.update_wrapper(found, function)
    return found
