"""Every op of tf.nn that the other tables leave out, and every argument of those they have."""

from __future__ import annotations

from collections.abc import Iterator

from . import nn_convolutions, nn_losses, nn_norms, nn_pooling
from .cases import Case


def cases() -> Iterator[Case]:
    for module in (nn_convolutions, nn_pooling, nn_norms, nn_losses):
        yield from module.cases()
