"""Specs by names: how files of TensorFlow 2.0 to 2.15 tell which class a spec was of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfcompat._src.type_spec import TypeSpec


def get_name(kind: type) -> str:
    """The name of a class of specs: "tf.RaggedTensorSpec", or where a class of one's own is."""
    own = getattr(kind, "_tf_value_type", None)
    if own is not None:
        return f"{own.__module__}.{own.__qualname__}.Spec"
    ours = kind.__module__.partition(".")[0] == "tfcompat"
    return f"tf.{kind.__name__}" if ours else f"{kind.__module__}.{kind.__qualname__}"


def lookup(name: str) -> Any:
    """The class of a name, the last that was defined. Raises ValueError if there is none."""
    found = [kind for kind in _below(TypeSpec) if get_name(kind) == name]
    if not found:
        raise ValueError(f"No TypeSpec has been registered with name {name!r}")
    return found[-1]


def _below(kind: type) -> Iterator[type]:
    below: list[type] = kind.__subclasses__()
    for inner in below:
        yield inner
        yield from _below(inner)
