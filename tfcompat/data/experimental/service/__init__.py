"""tf.data.experimental.service: none of it is here, as it needs several machines."""

from typing import NoReturn


class _NotHere(AttributeError, NotImplementedError):
    """A name of the tf.data service."""


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise _NotHere(
        f"tf.data.experimental.service.{name}: the tf.data service needs several machines, and "
        "there is one here; iterate over the dataset, with prefetch and parallel maps"
    )
