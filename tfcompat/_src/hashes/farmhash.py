"""FarmHash's 64-bit fingerprint: stable over machines and versions, so it may be stored."""

from __future__ import annotations

from typing import Any, Final

from tfcompat._src.hashes.strings import word

_MASK: Final = (1 << 64) - 1
_K0: Final = 0xC3A5C85C97CB3127
_K1: Final = 0xB492B66FBE98F273
_K2: Final = 0x9AE16A3B2F90404F


def _low(value: Any) -> Any:
    """The lowest 64 bits; arrays have no others."""
    return value & _MASK if value.__class__ is int else value


def _rotate(value: Any, by: int) -> Any:
    if value.__class__ is int:
        value &= _MASK
    return value >> by | value << (64 - by)


def _shift_mix(value: Any) -> Any:
    if value.__class__ is int:
        value &= _MASK
    return value ^ value >> 47


def _mix(u: Any, v: Any, factor: Any) -> Any:
    a = _shift_mix((u ^ v) * factor)
    return _shift_mix((v ^ a) * factor) * factor


def _short(data: Any) -> Any:
    """Of at most 16 bytes."""
    size = len(data)
    if size >= 8:
        factor = _K2 + size * 2
        a = word(data, 0) + _K2
        b = word(data, size - 8)
        c = _rotate(b, 37) * factor + a
        d = (_rotate(a, 25) + b) * factor
        return _mix(c, d, factor)
    if size >= 4:
        factor = _K2 + size * 2
        return _mix(size + (word(data, 0, 4) << 3), word(data, size - 4, 4), factor)
    if size:
        y = data[0] + (data[size >> 1] << 8)
        z = size + (data[-1] << 2)
        return _shift_mix(y * _K2 ^ z * _K0) * _K2
    return _K2


def _ends(data: Any, factor: int, first: int) -> tuple[Any, Any, int]:
    """The hash of the first and last 16 bytes of 17 or more, with what it was made of."""
    size = len(data)
    a = word(data, 0) * first
    b = word(data, 8)
    c = word(data, size - 8) * factor
    d = word(data, size - 16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    return y, a + _rotate(b + _K2, 18) + c, factor


def _medium(data: Any) -> Any:
    """Of 33 to 64 bytes."""
    size = len(data)
    factor = _K2 + size * 2
    y, tail, _ = _ends(data, factor, _K2)
    a = word(data, 0) * _K2
    z = _mix(y, tail, factor)
    e = word(data, 16) * factor
    f = word(data, 24)
    g = (y + word(data, size - 32)) * factor
    h = (z + word(data, size - 24)) * factor
    return _mix(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, factor)


def _weak(data: Any, at: int, a: Any, b: Any) -> tuple[Any, Any]:
    w, x, y, z = (word(data, at + 8 * i) for i in range(4))
    a = a + w
    b = _rotate(b + a + z, 21)
    c = a
    a = a + x + y
    b = b + _rotate(a, 44)
    return _low(a + z), _low(b + c)


def _long(data: Any) -> Any:
    """Of more than 64 bytes: blocks of 64, the last of which overlaps."""
    last = len(data) - 64
    rest = (len(data) - 1) & 63
    x = _low((81 * _K2 & _MASK) + word(data, 0))
    y = 81 * _K1 + 113 & _MASK
    z = _low(_shift_mix(y * _K2 + 113) * _K2)
    v: tuple[Any, Any] = (0, 0)
    w: tuple[Any, Any] = (0, 0)
    for at in range(0, (len(data) - 1) // 64 * 64, 64):
        x = _low(_rotate(x + y + v[0] + word(data, at + 8), 37) * _K1)
        y = _low(_rotate(y + v[1] + word(data, at + 48), 42) * _K1)
        x = x ^ w[1]
        y = _low(y + v[0] + word(data, at + 40))
        z = _low(_rotate(z + w[0], 33) * _K1)
        v = _weak(data, at, v[1] * _K1, x + w[0])
        w = _weak(data, at + 32, z + w[1], y + word(data, at + 16))
        x, z = z, x
    factor = _K1 + ((z & 0xFF) << 1)
    w = (_low(w[0] + rest), w[1])
    v = (_low(v[0] + w[0]), v[1])
    w = (_low(w[0] + v[0]), w[1])
    x = _low(_rotate(x + y + v[0] + word(data, last + 8), 37) * factor)
    y = _low(_rotate(y + v[1] + word(data, last + 48), 42) * factor)
    x = x ^ _low(w[1] * 9)
    y = _low(y + v[0] * 9 + word(data, last + 40))
    z = _low(_rotate(z + w[0], 33) * factor)
    v = _weak(data, last, v[1] * factor, x + w[0])
    w = _weak(data, last + 32, z + w[1], y + word(data, last + 16))
    x, z = z, x
    return _mix(
        _low(_mix(v[0], w[0], factor) + _shift_mix(y) * _K0 + z),
        _low(_mix(v[1], w[1], factor) + x),
        factor,
    )


def fingerprint64(data: Any) -> Any:
    """The fingerprint of a string of bytes, or of many in columns: an unsigned 64-bit number."""
    size = len(data)
    if size <= 16:
        return _low(_short(data))
    if size <= 32:
        return _low(_mix(*_ends(data, _K2 + size * 2, _K1)))
    return _low(_medium(data) if size <= 64 else _long(data))
