"""Memory of large arrays that are gone is there for the next ones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LARGE = 48 * 2**20
PROGRAM = f"""
import resource
import tfcompat as tf
tf.constant(0.0)

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        b"x" * {LARGE}
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
print(faults())
"""


@pytest.mark.tfcompat_only
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a setting of glibc's")
@pytest.mark.parametrize("environment", ["", "MALLOC_TRIM_THRESHOLD_=100000"])
def test_pages_come_again(environment: str) -> None:
    name, _, value = environment.partition("=")
    extra = {name: value} if name else {}
    given = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    run = [sys.executable, "-c", PROGRAM]
    found = subprocess.run(
        run, env={**given, **extra}, capture_output=True, text=True, check=True, timeout=120
    )
    pages = 4 * LARGE // os.sysconf("SC_PAGE_SIZE")
    if environment:
        # What the user chose stays.
        assert int(found.stdout) > pages / 2
    else:
        assert int(found.stdout) < pages / 100
