"""Names of what tfcompat does not have yet: Keras may know of them, using them says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


def refuse(name: str, instead: str) -> Callable[..., NoReturn]:
    """A function of that name that raises NotImplementedError."""

    def refused(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"{name}: not in tfcompat yet; {instead}")

    refused.__name__ = refused.__qualname__ = name.rpartition(".")[2]
    return refused


FuncGraph = refuse("tf.__internal__.FuncGraph", "functions run eagerly")
