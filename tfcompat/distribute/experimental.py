"""tf.distribute.experimental."""

from __future__ import annotations

from typing import Any

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.distribute.strategies import (
    MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy,
    ParameterServerStrategy as ParameterServerStrategy,
    TPUStrategy as TPUStrategy,
    ValueContext as ValueContext,
)


def __getattr__(name: str) -> Any:
    """Says what to use instead of what is not here."""
    raise _attribute_error(__name__, name)
