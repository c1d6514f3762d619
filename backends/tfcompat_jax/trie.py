"""Programs as paths in a trie: what has been recorded, known by where it leads.

A State is the prefix of a program. Its outgoing edges are keyed by the op and its inputs, an input
being a slot number, or an Aval where a new leaf enters. So one dictionary lookup per recorded op
does shape inference (the state holds the results' avals), structural hashing (the state is the
key of its compiled programs) and the check of bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType

from .flags import keep_programs, run_where_called, set_flags
from .lone import Lone
from .programs import compiling, keep

# Before the first array exists; the package's docstring says why.
jax.config.update("jax_enable_x64", True)
set_flags()
run_where_called()
keep_programs()

Kernel = Callable[..., Any]
Attrs = tuple[Any, ...]

TO_NATIVE: dict[DType, Any] = {
    dtype: np.dtype(dtype.as_numpy_dtype) for dtype in (dtypes.NUMERIC | dtypes.BOOL)
}
FROM_NATIVE = {native: dtype for dtype, native in TO_NATIVE.items()}

# The class of JAX's arrays, had without compiling what computes one.
ARRAY = type(jax.device_put(np.zeros(1)))

# From this size on a buffer is worth donating, and a leaf worth uploading at once.
BIG = 1 << 16


class Aval:
    """Shape and dtype of an array, one object for each pair: compared and hashed by identity."""

    __slots__ = ("big", "dtype", "nbytes", "shape", "struct", "uploads")

    shape: tuple[int, ...]
    dtype: DType
    nbytes: int
    big: bool
    struct: jax.ShapeDtypeStruct
    uploads: int


_avals: dict[tuple[tuple[int, ...], Any], Aval] = {}


def aval_of(shape: tuple[int, ...], native: Any) -> Aval:
    """The Aval of a shape and a NumPy dtype."""
    found = _avals.get((shape, native))
    if found is None:
        found = Aval()
        found.shape = shape
        found.dtype = FROM_NATIVE[np.dtype(native)]
        found.nbytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(native).itemsize
        found.big = found.nbytes >= BIG
        found.uploads = 0
        found.struct = jax.ShapeDtypeStruct(shape, native)
        found = _avals.setdefault((shape, native), found)
    return found


# An empty program takes a small array to the device in a fraction of jax.device_put's time; but it
# must be compiled for each shape, as jnp.asarray's must: worth that only after many.
_WORTH = 1000
_empty = jax.jit(lambda x: x)


def uploaded(aval: Aval, array: np.ndarray[Any, Any]) -> Any:
    """A NumPy array as JAX's."""
    if aval.big:
        # Shared where its memory allows that: nobody changes it.
        return jax.device_put(array)
    aval.uploads += 1
    return _empty(array) if aval.uploads > _WORTH else jax.device_put(array, may_alias=False)


_jitted: dict[tuple[Kernel, Attrs], Callable[..., Any]] = {}


def jitted(kernel: Kernel, attrs: Attrs) -> Callable[..., Any]:
    """The kernel compiled by itself, for undeferred execution."""
    found = _jitted.get((kernel, attrs))
    if found is None:
        found = jax.jit(lambda *arrays: kernel(*arrays, *attrs))
        _jitted[kernel, attrs] = found
        keep(_jitted, (kernel, attrs))
    return found


_inferred: dict[tuple[Any, ...], tuple[tuple[Aval, ...], bool]] = {}

# What a kernel gives, from its inputs' avals and attributes, in the form that `infer` returns; None
# where JAX has to find it. See shape_rules.py.
rules: dict[Kernel, Callable[[tuple[Aval, ...], Attrs], tuple[tuple[Aval, ...], bool] | None]] = {}


def infer(kernel: Kernel, attrs: Attrs, avals: tuple[Aval, ...]) -> tuple[tuple[Aval, ...], bool]:
    """The results' avals, and whether the kernel returns a tuple. Raises what the kernel raises."""
    key = (kernel, attrs, avals)
    found = _inferred.get(key)
    if found is None:
        known: tuple[Any, Any] | None = getattr(kernel, "known", None)
        if known is not None and known[0] == avals:
            return known[1], True
        rule = rules.get(kernel)
        if rule is not None:
            found = rule(avals, attrs)
        if found is None:
            found = _traced(kernel, attrs, avals)
        _inferred[key] = found
    return found


def _traced(kernel: Kernel, attrs: Attrs, avals: tuple[Aval, ...]) -> tuple[tuple[Aval, ...], bool]:
    structs = [a.struct for a in avals]
    out = compiling(jax.eval_shape, lambda *arrays: kernel(*arrays, *attrs), *structs)
    several = isinstance(out, tuple)
    return tuple([aval_of(o.shape, o.dtype) for o in (out if several else (out,))]), several


def know(kernel: Kernel, avals: tuple[Aval, ...], results: tuple[Aval, ...]) -> None:
    """Spares `infer` a kernel without attributes that gives a tuple of known results."""
    # With the kernel, which may be one of many that do not live long.
    kernel.known = avals, results  # type: ignore[attr-defined]


class State:
    """A prefix of a recorded program.

    ins, outs: slots that the last op reads and writes; leaves: avals of the leaves that entered
    with it, in the slots just before its results. kernel is None where only a leaf entered.
    programs: compiled code by (slots asked for, donated leaves). lone: that of a path of one op
    whose leaves are all kept; ahead: the same where the op runs at once.
    """

    __slots__ = (
        "after_gradient",
        "ahead",
        "attrs",
        "aval",
        "avals",
        "depth",
        "differentiable",
        "first",
        "has_big_leaf",
        "ins",
        "kernel",
        "leaves",
        "lone",
        "nbytes",
        "next",
        "nslots",
        "outs",
        "parent",
        "programs",
        "runs",
        "several",
        "slot",
    )

    depth: int
    nbytes: int
    nslots: int

    def __init__(
        self,
        parent: State | None,
        kernel: Kernel | None,
        attrs: Attrs,
        ins: tuple[int, ...],
        leaves: tuple[Aval, ...],
        avals: tuple[Aval, ...],
        several: bool,
        differentiable: bool,
        first: Any,
    ) -> None:
        start = (0 if parent is None else parent.nslots) + len(leaves)
        self.next: dict[Any, Any] = {}
        self.parent = parent
        self.kernel, self.attrs, self.ins, self.leaves, self.avals = (
            kernel,
            attrs,
            ins,
            leaves,
            avals,
        )
        self.several, self.differentiable, self.first = several, differentiable, first
        self.outs = tuple(range(start, start + len(avals)))
        self.nslots = start + len(avals)
        self.slot = self.outs[0] if avals else -1
        self.aval = avals[0] if avals else None
        self.depth = (0 if parent is None else parent.depth) + (kernel is not None)
        self.nbytes = (0 if parent is None else parent.nbytes) + sum(
            [a.nbytes for a in (*avals, *leaves)]
        )
        self.after_gradient: bool = parent is not None and parent.after_gradient
        self.has_big_leaf: bool = (parent is not None and parent.has_big_leaf) or any(
            [a.big for a in leaves]
        )
        self.programs: dict[tuple[tuple[int, ...], tuple[int, ...]], Callable[..., Any]] = {}
        self.lone: Lone | None = None
        self.ahead: Lone | None = None
        self.runs = 0

    def alone(self) -> Lone:
        """The op of a path of one op as a program."""
        if self.lone is None:
            self.lone = Lone(self)
        return self.lone

    def path(self) -> list[State]:
        """The states from the first op to this one."""
        states: list[State] = []
        at: State | None = self
        while at is not None and at.parent is not None:
            states.append(at)
            at = at.parent
        states.reverse()
        return states

    def leaf_slots(self) -> list[int]:
        """Which slots are leaves, in the order in which they entered."""
        return [
            s.nslots - len(s.avals) - len(s.leaves) + i
            for s in self.path()
            for i in range(len(s.leaves))
        ]

    def slot_avals(self) -> dict[int, Aval]:
        """The aval of every slot."""
        found: dict[int, Aval] = {}
        for state in self.path():
            start = state.nslots - len(state.avals) - len(state.leaves)
            for i, aval in enumerate((*state.leaves, *state.avals)):
                found[start + i] = aval
        return found


def new_root() -> State:
    """The empty program."""
    return State(None, None, (), (), (), (), False, False, None)


def compile_program(
    state: State,
    live: tuple[int, ...],
    donated: tuple[int, ...] = (),
    options: dict[str, Any] | None = None,
) -> Callable[..., list[Any]]:
    """The program as one XLA executable: all leaves in, the live slots out.

    options: for XLA. In the state's programs it stays only until many newer ones have come.
    """
    states = state.path()
    leaf_slots = state.leaf_slots()
    wanted = set(live)
    body: list[State] = []
    for s in reversed(states):
        if s.kernel is not None and not wanted.isdisjoint(s.outs):
            body.append(s)
            wanted.update(s.ins)
    body.reverse()

    def program(*leaves: Any) -> list[Any]:
        env = dict(zip(leaf_slots, leaves, strict=True))
        for s in body:
            out = s.kernel(*[env[i] for i in s.ins], *s.attrs)  # type: ignore[misc]
            if s.several:
                env.update(zip(s.outs, out, strict=True))
            else:
                env[s.slot] = out
        return [env[i] for i in live]

    keep(state.programs, (live, donated))
    given = _reusable(state, leaf_slots, live, donated)
    return jax.jit(program, donate_argnums=given, compiler_options=options)


def _reusable(
    state: State, leaf_slots: list[int], live: tuple[int, ...], donated: tuple[int, ...]
) -> list[int]:
    """The donated leaves that have a result of their kind: of others JAX warns."""
    if not donated:
        return []
    avals = state.slot_avals()
    results = [avals[slot] for slot in live]
    found = []
    for i in donated:
        aval = avals[leaf_slots[i]]
        if aval in results:
            results.remove(aval)
            found.append(i)
    return found
