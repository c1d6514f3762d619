"""tf.raw_ops: ops by TensorFlow's own names, for the kernels that exist here."""

from tfcompat._src.raw.registry import LINES as _LINES, find as _find
from tfcompat._src.raw.table import RawOp as _RawOp


def __getattr__(name: str) -> _RawOp:
    found = None if name.startswith("_") else _find(name)
    if found is None:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}: no op of that name has a kernel in "
            "tfcompat; use the public function if there is one"
        )
    return found


def __dir__() -> list[str]:
    return sorted(_LINES)
