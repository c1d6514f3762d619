"""Special functions of many float32 numbers by NumPy: by pieces, and by shorter sums than XLA's."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tfcompat._src import beta_function, gamma_function, special_functions as exact, zeta_function
from tfcompat._src.pieces import Pieces

from . import special, transcendental
from .sharing import hosted, in_parts, slow

Host = np.ndarray[Any, Any]
Function = Callable[[Any], Any]

# If more than this part of the numbers lies on no piece, XLA is faster.
_FEW = 1 / 16
_lock = threading.Lock()


def _piecewise(
    function: Function,
    low: float,
    high: float,
    bits: int,
    power: int | None = None,
    zeros: tuple[float, ...] = (),
) -> Callable[[Host], Host | None]:
    """A function of float64 by pieces of it between two powers of 2."""
    made: list[Pieces] = []

    def run(x: Host) -> Host | None:
        if x.dtype != np.float32:
            return None
        with _lock:
            if not made:
                made.append(Pieces(function, low, high, bits, power, zeros))
        found, missing = made[0].of_many(x, in_parts)
        if missing is not None:
            if np.count_nonzero(missing) > _FEW * x.size:
                return None
            rest = x[missing]
            # XLA takes them for 0.
            rest[np.abs(rest) < np.finfo(np.float32).tiny] *= 0
            found[missing] = function(rest.astype(np.float64))
        return found

    return run


def _k(order: int, x: Host) -> Any:
    return exact.bessel_k_scaled(np, order, x) * np.exp(-x)


def _log_gamma(x: Host) -> Host:
    from scipy.special import gammaln

    return gammaln(x)


def _lgamma(x: Host) -> Any:
    return np.where(x == -np.inf, np.inf, _log_gamma(x))


def _betainc(a: Host, b: Host, x: Host) -> Host | None:
    if x.dtype != np.float32:
        return None
    return beta_function.of_singles((a, b, x), _log_gamma, in_parts)


def _igamma(a: Host, x: Host) -> Host | None:
    if x.dtype != np.float32 or x.shape != a.shape:
        return None
    flat = a.reshape(-1), x.reshape(-1)
    found = gamma_function.lower_of_singles(*flat, _log_gamma, in_parts)
    return None if found is None else found.reshape(x.shape)


def _zeta(x: Host, q: Host) -> Host | None:
    if x.dtype != np.float32 or x.shape != q.shape:
        return None
    found = zeta_function.of_singles(x.reshape(-1), q.reshape(-1), in_parts)
    return None if found is None else found.reshape(x.shape)


def _polygamma(a: Host, x: Host) -> Host | None:
    if a.ndim or x.dtype != np.float32:
        return None
    order = a.item()
    if not 0 < order < 32 or order != int(order):
        return None
    found = _zeta(np.broadcast_to(np.float32(order + 1), x.shape), x)
    if found is not None:
        found *= np.float32(math.factorial(int(order)) * (1 if order % 2 else -1))
    return found


_scaled_k = partial(exact.bessel_k_scaled, np)
_decaying = (2.0**-16, 16, 9)
_functions: dict[Any, Callable[..., Host | None]] = {
    special.bessel_j0: _piecewise(partial(exact.bessel_j, np, 0), 2.0**-12, 16, 10, 0),
    special.bessel_j1: _piecewise(partial(exact.bessel_j, np, 1), 2.0**-12, 16, 10, 1),
    special.bessel_y0: _piecewise(partial(exact.bessel_y, np, 0), 2.0**-16, 16, 9),
    special.bessel_y1: _piecewise(partial(exact.bessel_y, np, 1), 2.0**-16, 16, 9),
    special.bessel_k0: _piecewise(partial(_k, 0), *_decaying),
    special.bessel_k1: _piecewise(partial(_k, 1), *_decaying),
    special.bessel_k0e: _piecewise(partial(_scaled_k, 0), *_decaying),
    special.bessel_k1e: _piecewise(partial(_scaled_k, 1), *_decaying),
    special.expint: _piecewise(partial(exact.expint, np), 2.0**-16, 8, 8),
    special.fresnel_cos: _piecewise(lambda x: exact.fresnel(np, x)[1], 2.0**-6, 8, 10, 1),
    special.fresnel_sin: _piecewise(lambda x: exact.fresnel(np, x)[0], 2.0**-6, 8, 10, 3),
    special.spence: _piecewise(partial(exact.spence, np), 2.0**-16, 2.0**10, 8),
    transcendental.lgamma: _piecewise(_lgamma, 2.0**-16, 2.0**16, 7, zeros=(1, 2)),
    transcendental.betainc: _betainc,
    transcendental.igamma: _igamma,
    transcendental.zeta: _zeta,
    transcendental.polygamma: _polygamma,
}
hosted.update(_functions)
slow.update(_functions)
