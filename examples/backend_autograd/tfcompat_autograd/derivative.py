"""What tfcompat asks of a backend to differentiate, out of autograd's make_vjp."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as np
from autograd import make_vjp, tuple as sequence
from autograd.extend import Box, defvjp, defvjp_argnums, primitive, vspace

Array = Any
Kernel = Callable[..., Any]

# Functions that autograd differentiates at the moment are a stack that all threads share.
_lock = threading.RLock()


_read: dict[tuple[Any, ...], list[frozenset[int]]] = {}


# --------------------------------------------------------------------------- what Derivatives asks
def vjp(*args: Any) -> tuple[Array, ...]:
    *arrays, kernel, attrs, mask, count = args
    with _lock:
        pull, inputs = _pullback(arrays[:count], kernel, attrs, mask)
        return _gradients(pull, arrays[count:], inputs)


def vjp_rows(*args: Any) -> tuple[Array, ...]:
    *arrays, kernel, attrs, mask, count = args
    cotangents = arrays[count:]
    with _lock:
        pull, inputs = _pullback(arrays[:count], kernel, attrs, mask)
        rows = [
            _gradients(pull, [c[row] for c in cotangents], inputs)
            for row in range(cotangents[0].shape[0])
        ]
    if not rows:
        return tuple([np.zeros((0, *x.shape), x.dtype) for x in inputs])
    return tuple([np.stack(column) for column in zip(*rows, strict=True)])


def jvp(*args: Any) -> tuple[Array, ...]:
    # What pulls cotangents back is linear in them, and its own derivative is the transpose.
    *arrays, kernel, attrs, mask, count = args
    with _lock:
        outputs = _inexact(kernel(*arrays[:count], *attrs))

        def pulled(*cotangents: Array) -> tuple[Array, ...]:
            pull, inputs = _pullback(arrays[:count], kernel, attrs, mask)
            return _fit(pull(tuple(cotangents)), inputs)

        push = _linear(pulled, [np.zeros_like(y) for y in outputs])
        return _fit(push(tuple(arrays[count:])), outputs)


def reads(kernel: Kernel, attrs: tuple[Any, ...], inputs: Sequence[Any]) -> list[frozenset[int]]:
    """Which inputs each result is made of: those whose box leads to a box."""
    key = (kernel, attrs, *[x.dtype for x in inputs])
    if key not in _read:
        arrays = [x.native for x in inputs]
        with _lock, np.errstate(all="ignore"):
            columns = [_reached(i, arrays, kernel, attrs) for i in range(len(arrays))]
        _read[key] = [
            frozenset([i for i, column in enumerate(columns) if column and column[result]])
            for result in range(max(map(len, columns)))
        ]
    return _read[key]


def _reached(i: int, arrays: Sequence[Array], kernel: Kernel, attrs: tuple[Any, ...]) -> list[bool]:
    found: list[bool] = []

    def probe(x: Array) -> Array:
        results = kernel(*arrays[:i], x, *arrays[i + 1 :], *attrs)
        found.extend([isinstance(y, Box) for y in _inexact(results)])
        return x

    if arrays[i].dtype.kind not in "biu":
        make_vjp(probe)(arrays[i])
    return found


def _pullback(
    arrays: Sequence[Array], kernel: Kernel, attrs: tuple[Any, ...], mask: tuple[int, ...]
) -> tuple[Callable[[Any], Any], list[Array]]:
    def results(*chosen: Array) -> list[Array]:
        full = list(arrays)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        return _inexact(kernel(*full, *attrs))

    inputs = [arrays[i] for i in mask]
    return _linear(results, inputs), inputs


def _linear(function: Kernel, at: Sequence[Array]) -> Callable[[Any], Any]:
    """Cotangents, a tuple, to gradients, a tuple."""
    # One input at a time: in a tuple of arrays, autograd takes each to depend on all.
    pulls = [_linear_in(i, function, at) for i in range(len(at))]
    return lambda cotangents: tuple([pull(cotangents) for pull in pulls])


def _linear_in(i: int, function: Kernel, at: Sequence[Array]) -> Callable[[Any], Any]:
    def tied(x: Array) -> Any:
        return sequence([_tied(y, x) for y in function(*at[:i], x, *at[i + 1 :])])

    return make_vjp(tied)(at[i])[0]


# autograd warns of a result that depends on no argument; TensorFlow's derivative is 0 there.
_tied = primitive(lambda y, x: y)
defvjp(_tied, lambda ans, y, x: lambda g: g, None)


def _inexact(found: Any) -> list[Array]:
    outputs = found if isinstance(found, tuple) else (found,)
    return [y for y in outputs if y.dtype.kind not in "biu"]


def _gradients(
    pull: Callable[[Any], Any], cotangents: Sequence[Array], inputs: Sequence[Array]
) -> tuple[Array, ...]:
    # The gradient of a complex number is here what TensorFlow's is conjugated.
    found = pull(tuple([_conjugate(c) for c in cotangents]))
    return _fit([_conjugate(g) for g in found], inputs)


def _conjugate(x: Array) -> Array:
    return np.conj(x) if x.dtype.kind == "c" else x


def _fit(found: Sequence[Array], like: Sequence[Array]) -> tuple[Array, ...]:
    # Some of autograd's derivatives are float64 whatever went in.
    return tuple(
        [g if g.dtype == x.dtype else g.astype(x.dtype) for g, x in zip(found, like, strict=True)]
    )


# ----------------------------------------------------------------------------- for kernels to use
def derived(value: Kernel, gradient: Kernel) -> Kernel:
    """`value` with a derivative of its own, for where autograd's is not TensorFlow's.

    gradient(cotangent, result, *arguments) gives the gradient by each array, or by the only one.
    """
    kernel = primitive(value)

    def pullback(by: Sequence[int], result: Array, args: tuple[Any, ...], _: Any) -> Kernel:
        def pull(g: Array) -> list[Array]:
            found = gradient(g, result, *args)
            found = found if isinstance(found, tuple) else (found,)
            return [
                vspace(args[i]).zeros() if found[i] is None else _unbroadcast(found[i], args[i])
                for i in by
            ]

        return pull

    defvjp_argnums(kernel, pullback)
    return kernel


def _unbroadcast(g: Array, like: Array) -> Array:
    shape = np.shape(like)
    if g.shape == shape:
        return g
    extra = len(g.shape) - len(shape)
    axes = tuple([i + extra for i, n in enumerate(shape) if n == 1 != g.shape[i + extra]])
    return np.reshape(np.sum(g, (*range(extra), *axes)), shape)


# The value, with derivative 0.
held = derived(lambda x: x, lambda g, y, x: None)
