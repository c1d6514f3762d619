"""JAX's caches after an interrupt (Ctrl-C) that came while it traced or compiled."""

from __future__ import annotations

import pytest

from ..subject import IS_TENSORFLOW, backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(
        IS_TENSORFLOW or backend_name() != "jax", reason="the caches are those of JAX"
    ),
]


def test_an_entry_that_is_never_completed_is_dropped() -> None:
    import jax

    from tfcompat_jax.programs import compiling

    traced = jax.jit(lambda x: x + 1)
    assert traced(1) == 2
    calls = []

    def program(x: int) -> int:
        calls.append(traced._cache_size())  # type: ignore[attr-defined]
        if len(calls) == 1:
            raise RecursionError("Recursively calling <weakref at 0x7f; to 'Jaxpr' at 0x7e>")
        return x

    assert compiling(program, 3) == 3
    assert calls == [1, 0]


def test_other_recursion_stays_an_error() -> None:
    from tfcompat_jax.programs import compiling

    def program() -> None:
        calls.append(None)
        raise RecursionError("maximum recursion depth exceeded")

    calls: list[None] = []
    with pytest.raises(RecursionError, match="maximum"):
        compiling(program)
    assert len(calls) == 1
