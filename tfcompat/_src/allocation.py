"""What becomes of the memory of large arrays that are gone.

Left to itself, glibc hands it back to the system at once, and the next array's comes from there
page by page, each cleared first: a training step, whose arrays come and go at each call, may spend
a quarter of its time so. Here the process keeps some for the next arrays.
"""

from __future__ import annotations

import ctypes
import os
import sys

# Larger arrays go back at once still, and so does what exceeds it: a share of the machine's memory.
_LEAST_KEPT, _SHARE, _MOST_KEPT = 2**28, 16, 2**30
_MOST_OF_OLDER = 32 * 2**20
# Names that glibc gives these settings.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_CHOSEN = ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> None:
    """Has the process keep up to 1 GiB, unless the user's environment says what to keep."""
    if not sys.platform.startswith("linux") or any([name in os.environ for name in _CHOSEN]):
        return
    try:
        choose = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another C library
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    kept = min(max(memory // _SHARE, _LEAST_KEPT), _MOST_KEPT)
    # Older releases of glibc take no more than the second for this one.
    if choose(_MMAP_THRESHOLD, kept) or choose(_MMAP_THRESHOLD, _MOST_OF_OLDER):
        choose(_TRIM_THRESHOLD, kept)
