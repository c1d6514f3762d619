"""Python's garbage collector, where it only costs."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_spared = False


def spare_imports() -> None:
    """Has the collector never look at what is there once a framework or Keras is imported.

    Its rounds over some hundred thousand objects of modules take a tenth of the time until a first
    step. Cycles that exist by then, of the program's too, are not freed any more: for the command,
    whose process is the program's alone.
    """
    global _spared
    _spared = True


@contextlib.contextmanager
def resting() -> Iterator[None]:
    """Around a large import: no collection inside, where imports are to be spared."""
    if not _spared or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
