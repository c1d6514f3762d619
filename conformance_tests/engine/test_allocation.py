"""Memory of large arrays that are gone is there for the next ones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LARGE = 48 * 2**20
# A small array that comes to lie in the room of a large one costs new pages once more: a few calls
# of a process may, at its beginning, and the median tells of all.
BEGIN = """
import resource
import statistics
import tfcompat as tf
tf.constant(0.0)

def faults(work):
    found = []
    for _ in range(30):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        work()
        found.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return int(statistics.median(found))
"""
ARRAYS = f"""{BEGIN}
print(faults(lambda: b"x" * {LARGE}))
"""
# A product, which no program computes while it sorts: more than glibc holds for any other thread.
FUNCTION = f"""{BEGIN}
x, y = tf.ones([4096, 64]), tf.ones([64, 4608])
function = tf.function(lambda x, y: tf.sort(x @ y)[0, 0])
print(faults(lambda: function(x, y).numpy()))
"""


def pages(program: str, extra: dict[str, str]) -> int:
    """How many pages most calls take from the system."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**given, **extra},
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return int(found.stdout)


pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a setting of glibc's"),
]
ALL = LARGE // os.sysconf("SC_PAGE_SIZE")


def test_pages_come_again() -> None:
    assert pages(ARRAYS, {}) < ALL / 100


def test_what_the_user_chose_stays() -> None:
    assert pages(ARRAYS, {"MALLOC_TRIM_THRESHOLD_": "100000"}) > ALL / 2


def test_pages_of_programs_come_again() -> None:
    assert pages(FUNCTION, {}) < ALL / 10
