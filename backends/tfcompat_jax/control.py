"""Kernels that choose and repeat, as XLA does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from tfcompat.backend import ValueNeeded

from .composite import Program, Reach
from .trace import local

Arrays = tuple[Any, ...]
# A loop that takes no more steps, and no more bytes in all of them, keeps the values of each step
# for its derivative.
_MOST_STEPS, _MOST_BYTES = 4096, 1 << 28
# What a longer one keeps: this many of its steps, and of the steps between two of those.
_KEPT = 32


def _run(program: Program) -> Callable[..., Arrays]:
    # A function of its own each time: JAX keeps by the function what it has traced, and it may have
    # been for the other kind of derivative.
    return lambda *arrays: program.pure(*arrays)


def cond(pred: Any, *rest: Any) -> Arrays:
    *xs, (yes, no) = rest
    return lax.cond(pred, _run(yes), _run(no), *xs)


def switch(index: Any, *rest: Any) -> Arrays:
    *xs, programs = rest
    last = len(programs) - 1
    at = jnp.where((index < 0) | (index > last), last, index)
    return lax.switch(at, [_run(p) for p in programs], *xs)


def _reads_chosen(attrs: tuple[Any, ...], inputs: Sequence[Any]) -> list[Reach]:
    (programs,) = attrs
    count = len(inputs) - 1
    found = []
    for some in zip(*[p.reach for p in programs], strict=True):
        found.append(frozenset([i + 1 for i in frozenset().union(*some) if i < count]))
    return found


def while_loop(*args: Any) -> Arrays:
    *xs, test, body, maximum, count = args
    state, rest = tuple(xs[:count]), tuple(xs[count:])
    loop = _Loop(test, body, maximum)
    if local.pushing:
        return loop.run(state, rest)[0]

    @jax.custom_vjp
    def looped(state: Arrays, rest: Arrays) -> Arrays:
        return loop.run(state, rest)[0]

    size = sum([x.size * x.dtype.itemsize for x in state])
    if maximum is not None and maximum <= min(_MOST_STEPS, _MOST_BYTES // max(size, 1)):
        looped.defvjp(loop.forward_kept, loop.backward_kept)
    else:
        looped.defvjp(loop.forward_anew, loop.backward_anew)
    return looped(state, rest)


def _reads_repeated(attrs: tuple[Any, ...], inputs: Sequence[Any]) -> list[Reach]:
    _, body, _, count = attrs
    start = [frozenset([i]) if inputs[i]._dtype.is_inexact else frozenset() for i in range(count)]
    known: list[Reach] = start
    while True:
        sources = [*known, *[frozenset([i]) for i in range(count, len(inputs))]]
        moved = [
            own.union(*[sources[i] for i in some if i < len(inputs)])
            for own, some in zip(start, body.reach, strict=True)
        ]
        if moved == known:
            return known
        known = moved


cond.reads = switch.reads = _reads_chosen  # type: ignore[attr-defined]
while_loop.reads = _reads_repeated  # type: ignore[attr-defined]
# What a derivative shares with the run itself.
cond.is_loop = switch.is_loop = while_loop.is_loop = True  # type: ignore[attr-defined]


def _inexact(x: Any) -> bool:
    return bool(jnp.issubdtype(x.dtype, jnp.inexact))


class _Parts:
    """Which of some arrays a derivative is taken by; the others are given back as they are."""

    def __init__(self, arrays: Arrays) -> None:
        self.at = [i for i, x in enumerate(arrays) if _inexact(x)]

    def of(self, arrays: Arrays) -> Arrays:
        return tuple([arrays[i] for i in self.at])

    def put(self, arrays: Arrays, parts: Arrays) -> Arrays:
        full = list(arrays)
        for i, x in zip(self.at, parts, strict=True):
            full[i] = x
        return tuple(full)

    def all(self, arrays: Arrays, parts: Arrays) -> Arrays:
        """Cotangents of all arrays: None for those without one."""
        full: list[Any] = [None] * len(arrays)
        for i, x in zip(self.at, parts, strict=True):
            full[i] = x
        return tuple(full)


class _Loop:
    """A loop and its derivatives."""

    def __init__(self, test: Program, body: Program, maximum: int | None) -> None:
        self._test, self._body, self._maximum = test, body, maximum

    def _goes_on(self, state: Arrays, rest: Arrays) -> Any:
        return self._test.pure(*state, *rest)[0]

    def run(self, state: Arrays, rest: Arrays) -> tuple[Arrays, Any]:
        """The state at the end, and the number of steps."""
        limit = self._maximum

        def on(carry: Any) -> Any:
            steps, now = carry
            more = self._goes_on(now, rest)
            return more if limit is None else more & (steps < limit)

        def step(carry: Any) -> Any:
            steps, now = carry
            return steps + 1, self._body.pure(*now, *rest)

        steps, end = lax.while_loop(on, step, (jnp.zeros((), jnp.int64), state))
        return end, steps

    # ------------------------------------------------------- every step's values kept by JAX's scan
    def forward_kept(self, state: Arrays, rest: Arrays) -> tuple[Arrays, Any]:
        by_state, by_rest = _Parts(state), _Parts(rest)

        def run(some: Arrays, others: Arrays) -> tuple[Arrays, Arrays]:
            full = by_rest.put(rest, others)

            def step(carry: Any, _: None) -> tuple[Any, None]:
                active, now = carry
                active = active & self._goes_on(now, full)
                now = lax.cond(active, lambda s: self._body.pure(*s, *full), lambda s: s, now)
                return (active, now), None

            start = jnp.ones((), bool), by_state.put(state, some)
            (_, end), _ = lax.scan(step, start, length=self._maximum)
            return by_state.of(end), end

        _, pull, end = jax.vjp(run, by_state.of(state), by_rest.of(rest), has_aux=True)
        return end, (pull, state, rest)

    def backward_kept(self, kept: Any, cotangents: Arrays) -> Any:
        pull, state, rest = kept
        by_state, by_rest = _Parts(state), _Parts(rest)
        some, others = pull(by_state.of(cotangents))
        return by_state.all(state, some), by_rest.all(rest, others)

    # ------------------------------------------------------------- some steps kept, the others anew
    def forward_anew(self, state: Arrays, rest: Arrays) -> tuple[Arrays, Any]:
        end, steps = _only_once(self.run)(state, rest)
        return end, (state, rest, steps)

    def backward_anew(self, kept: Any, cotangents: Arrays) -> Any:
        state, rest, steps = kept
        by_state, by_rest = _Parts(state), _Parts(rest)
        some, others = _only_once(self._swept)(state, rest, steps, by_state.of(cotangents))
        return by_state.all(state, some), by_rest.all(rest, others)

    def _swept(self, state: Arrays, rest: Arrays, steps: Any, cotangents: Arrays) -> Any:
        by_state, by_rest = _Parts(state), _Parts(rest)
        stride = (steps + _KEPT - 1) // _KEPT
        inner = (stride + _KEPT - 1) // _KEPT
        stored = self._stored(state, rest, steps, stride)

        def back(carry: Any) -> Any:
            at, some, others, near = carry
            segment = at // stride
            first = segment * stride
            entered = (at + 1 == steps) | (at + 1 == first + stride)
            near = lax.cond(
                entered,
                lambda: self._stored(_at(stored, segment), rest, at + 1 - first, inner),
                lambda: near,
            )
            here = (at - first) // inner
            now = self._moved(_at(near, here), rest, at - first - here * inner)

            def step(moving: Arrays, fixed: Arrays) -> Arrays:
                full = by_rest.put(rest, fixed)
                return by_state.of(self._body.pure(*by_state.put(now, moving), *full))

            _, pull = jax.vjp(step, by_state.of(now), by_rest.of(rest))
            some, more = pull(some)
            return at - 1, some, tuple([a + b for a, b in zip(others, more, strict=True)]), near

        zeros = tuple([jnp.zeros_like(x) for x in by_rest.of(rest)])
        start = steps - 1, cotangents, zeros, tuple([jnp.zeros_like(x) for x in stored])
        _, some, others, _ = lax.while_loop(lambda carry: carry[0] >= 0, back, start)
        return some, others

    def _moved(self, state: Arrays, rest: Arrays, steps: Any) -> Arrays:
        return lax.fori_loop(0, steps, lambda _, now: self._body.pure(*now, *rest), state)

    def _stored(self, state: Arrays, rest: Arrays, steps: Any, stride: Any) -> Arrays:
        """The states before every `stride`-th of so many steps."""
        room = tuple([jnp.zeros((_KEPT, *x.shape), x.dtype) for x in state])

        def keep(i: Any, carry: Any) -> Any:
            now, stored = carry
            stored = tuple(
                [
                    lax.dynamic_update_index_in_dim(s, x, i, 0)
                    for s, x in zip(stored, now, strict=True)
                ]
            )
            return self._moved(now, rest, jnp.minimum(stride, steps - i * stride)), stored

        count = (steps + stride - 1) // jnp.maximum(stride, 1)
        return lax.fori_loop(0, count, keep, (state, room))[1]


def _at(stored: Arrays, i: Any) -> Arrays:
    return tuple([lax.dynamic_index_in_dim(s, i, 0, keepdims=False) for s in stored])


def _only_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which says what is wrong when it is to be differentiated."""
    once = jax.custom_vjp(function)

    def forward(*args: Any) -> Any:
        raise ValueNeeded(
            "while_loop: a second derivative of a loop of more than "
            f"{_MOST_STEPS} steps, or of an unknown number; give maximum_iterations"
        )

    once.defvjp(forward, lambda *args: args)
    return once
