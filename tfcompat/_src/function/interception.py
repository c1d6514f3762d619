"""While anybody traces, the public ops tell the graph that their thread builds of their calls.

The functions stay the same objects, whoever imported them; only their code is replaced, by code
that asks here first, and put back when nobody traces any more. Nothing is paid between traces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from tfcompat._src import naming
from tfcompat._src.function.tracing import local

# Files whose public functions are ops, and modules of the package around them.
_PACKAGES = ("tfcompat._src.ops.", "tfcompat._src.numpy.", "tfcompat._src.sparse.")
_MODULES = frozenset(
    {
        "tfcompat._src.conversions",
        "tfcompat._src.convert",
        "tfcompat._src.lookup.mutable_ops",
        "tfcompat._src.lookup.static_ops",
        "tfcompat._src.numerics",
        "tfcompat._src.print_op",
        "tfcompat._src.py_functions",
        "tfcompat._src.queues.queue_ops",
        "tfcompat._src.special",
        "tfcompat._src.summary.plugins",
        "tfcompat._src.summary.write",
    }
)
_STATEFUL = frozenset(
    f"tfcompat._src.ops.{name}"
    for name in (
        "candidate_sampling",
        "dropout",
        "fractional",
        "image_random",
        "io",
        "random",
        "random_distributions",
        "random_generator",
        "random_rest",
        "sampled",
    )
)
# Ops that look at values, and are done when a program has run.
_LOOKING = frozenset({"tfcompat._src.numerics", "tfcompat._src.print_op"})
# Ops whose work is what they do, not what they return: not done while tracing.
_DEEDS = frozenset(
    {
        "tfcompat._src.lookup.mutable_ops",
        "tfcompat._src.py_functions",
        "tfcompat._src.queues.queue_ops",
        "tfcompat._src.summary.plugins",
        "tfcompat._src.summary.write",
    }
)
# The same, among ops of which most only compute.
_SINGLE_DEEDS = frozenset(
    {
        ("tfcompat._src.ops.io", "matching_files"),
        ("tfcompat._src.ops.io", "read_file"),
        ("tfcompat._src.ops.io", "write_file"),
        ("tfcompat._src.ops.partition", "timestamp"),
    }
)
# Ops that call functions among their arguments, which may use tensors of the graph: what they do
# is recorded in their place.
_CALLING = frozenset({"tfcompat._src.ops.short_time"})
# Ops whose numbers are others where XLA draws them.
_DRAWING = frozenset(
    {
        "tfcompat._src.ops.dropout",
        "tfcompat._src.ops.random_generator",
        "tfcompat._src.ops.stateless_random",
    }
)
_CHECKS = frozenset({"tfcompat._src.ops.assertions"})


class Entry:
    """A function that is listened to.

    effect: every call counts, even if nobody uses what it gives. deed: it is done when the graph
    runs, never before. check: it raises or returns nothing. looks: it looks at values. watches:
    what is computed from its arguments is followed from then on. draws: its numbers are others
    where XLA draws them.
    """

    def __init__(self, function: FunctionType, **flags: bool) -> None:
        home = function.__globals__["__name__"]
        self.function = function
        self.code = function.__code__
        self.name = function.__name__
        self.effect = flags.get("effect", home in _STATEFUL or home in _LOOKING)
        single = (home, function.__name__) in _SINGLE_DEEDS
        self.deed = flags.get("deed", single or home in _DEEDS)
        self.check = flags.get("check", home in _CHECKS)
        self.looks = flags.get("looks", self.check or home in _LOOKING)
        self.watches = flags.get("watches", False)
        self.draws = home in _DRAWING
        self.stub = _stub(len(_entries), function.__code__)
        _entries.append(self)
        self.original = self._copy()

    def _copy(self) -> Callable[..., Any]:
        function = self.function
        copy = FunctionType(
            self.code,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        copy.__kwdefaults__ = function.__kwdefaults__
        return copy

    def renew(self) -> None:
        """Takes the code of today: somebody else may have replaced it since."""
        # The stub is still there where an interrupt came while it was put in or taken out.
        if self.function.__code__ not in (self.code, self.stub):
            self.code = self.function.__code__
            self.original = self._copy()


_entries: list[Entry] = []
_known: dict[int, Entry] = {}
_seen = 0
_NUMBER = 987654321


def _template(*args: Any, **kwargs: Any) -> Any:
    # Runs in the namespace of the function whose place it takes, so it brings what it needs.
    from tfcompat._src.function.interception import called

    return called(987654321, args, kwargs)


def _stub(number: int, code: CodeType) -> CodeType:
    template = _template.__code__
    return template.replace(
        co_consts=tuple(number if c == _NUMBER else c for c in template.co_consts),
        co_freevars=code.co_freevars,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )


def called(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the code of a listened function does."""
    entry = _entries[number]
    graph = local.graph
    if graph is None or local.inside:
        return entry.original(*args, **kwargs)
    redirect = redirects.get(id(entry.function))
    if redirect is not None:
        found = redirect((*args, *kwargs.values()))
        if found is not None:
            # What it calls is recorded.
            return found(*args, **kwargs)
    return graph.record(entry, args, kwargs)


#: By the identity of a function: what it calls, if anything, for some arguments.
redirects: dict[int, Callable[[tuple[Any, ...]], Callable[..., Any] | None]] = {}


def rewrite(function: FunctionType, exchanged: Callable[[CodeType], CodeType]) -> bool:
    """Exchanges the code of a function that is listened to now; False if it is not."""
    entry = _known.get(id(function))
    if entry is None or not _listeners:
        return False
    entry.code = exchanged(entry.code)
    entry.original = entry._copy()
    return True


def _is_op(function: FunctionType) -> bool:
    home = function.__globals__["__name__"]
    return home in _MODULES or (home.startswith(_PACKAGES) and home not in _CALLING)


def _declare(function: Any, **flags: bool) -> None:
    if function.__class__ is FunctionType and id(function) not in _known:
        _known[id(function)] = Entry(function, **flags)


_READS = frozenset({"value", "gather_nd", "sparse_read"})


def _declare_methods() -> None:
    """Ops that are methods: of variables, generators, tapes."""
    from tfcompat._src import convert, indexing
    from tfcompat._src.forward import ForwardAccumulator
    from tfcompat._src.ops.random_generator import Generator
    from tfcompat._src.tape import GradientTape
    from tfcompat._src.variable import Variable
    from tfcompat._src.variable_scatter import ScatterUpdates

    _declare(convert.constant)
    _declare(convert.convert_to_tensor)
    _declare(indexing.getitem)
    _declare(indexing.variable_getitem)
    _declare(indexing.assign_part, effect=True)
    for name in ("value", "assign", "assign_add", "assign_sub"):
        _declare(vars(Variable)[name], effect=name not in _READS)
    for name, method in vars(ScatterUpdates).items():
        if not name.startswith("_"):
            _declare(method, effect=name not in _READS)
    for name, method in vars(Generator).items():
        if not name.startswith("_"):
            _declare(method, effect=True)
    for name in ("__enter__", "__exit__", "_start", "_stop", "watch", "reset"):
        _declare(vars(GradientTape)[name], effect=True, watches=name == "watch")
    for name in ("gradient", "jacobian", "batch_jacobian"):
        _declare(vars(GradientTape)[name], effect=True, looks=True)
    for name in ("__init__", "__enter__", "__exit__", "jvp"):
        _declare(vars(ForwardAccumulator)[name], effect=True, watches=name == "__init__")


def _declare_new() -> None:
    """Lazily loaded namespaces bring new functions."""
    global _seen
    if not _seen:
        _declare_methods()
    functions = naming.functions
    while _seen < len(functions):
        if _is_op(functions[_seen]):
            _declare(functions[_seen])
        _seen += 1


_lock = threading.RLock()
_listeners: set[object] = set()


def _catch_up() -> None:
    """Listens to functions that are imported while somebody traces."""
    with _lock:
        before = len(_entries)
        _declare_new()
        for entry in _entries[before:]:
            entry.function.__code__ = entry.stub


@contextmanager
def listening() -> Iterator[None]:
    """A context in which ops tell the graphs of their threads of calls."""
    # An interrupt may come at any step: the next context finds what this one left, and goes on.
    this = object()
    try:
        with _lock:
            if not _listeners:
                _declare_new()
                for entry in _entries:
                    entry.renew()
                    entry.function.__code__ = entry.stub
                if _catch_up not in naming.listeners:
                    naming.listeners.append(_catch_up)
            _listeners.add(this)
        yield
    finally:
        with _lock:
            _listeners.discard(this)
            if not _listeners:
                if _catch_up in naming.listeners:
                    naming.listeners.remove(_catch_up)
                for entry in _entries:
                    entry.function.__code__ = entry.code
