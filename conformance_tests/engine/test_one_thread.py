"""On JAX, XLA splits the work of large programs among its threads, of small ones never."""

from __future__ import annotations

import os

import pytest

from ..processes import printed
from ..subject import IS_TENSORFLOW, backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(IS_TENSORFLOW or backend_name() != "jax", reason="XLA compiles JAX's"),
]

# split(rows): into how many parts XLA cuts the programs of arrays of so many rows.
START = """
import re
import jax
import tfcompat as tf
texts, jit = [], jax.jit
def noting(function, **options):
    compiled = jit(function, **options)
    def call(*arrays):
        texts.append(compiled.lower(*arrays).compile().as_text())
        return compiled(*arrays)
    return call
def rounds(x):
    for _ in range(12):
        x = x * 1.01 * x + 0.1 * x
    return x
def split(rows, step):
    texts.clear()
    x = tf.fill([rows, 64], 0.5)
    x.numpy()
    jax.jit = noting
    found = step(x).numpy()
    jax.jit = jit
    (text,) = texts
    return len(re.findall('outer_dimension_partitions":."[2-9]', text))
"""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="XLA has one thread there")
@pytest.mark.parametrize("step", ["tf.function(rounds)", "rounds"])
def test_only_large_programs_wake_other_threads(step: str) -> None:
    shown = printed(f"{START}print(split(96, {step}), split(4096, {step}) > 0)\n")
    assert shown == "0 True"
