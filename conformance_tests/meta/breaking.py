"""pytest plugin that makes one function wrong: CONFORMANCE_BREAK="package.module:function".

CONFORMANCE_BREAK=tfcompat_torch.math:square pytest -p conformance_tests.meta.breaking ...
"""

from __future__ import annotations

import importlib
import os
from typing import Any


def break_function(where: str) -> None:
    """Replaces a function by one whose result is off by one."""
    module_name, _, name = where.partition(":")
    module = importlib.import_module(module_name)
    right = getattr(module, name)

    def wrong(*args: Any, **kwargs: Any) -> Any:
        return right(*args, **kwargs) + 1

    setattr(module, name, wrong)


if os.environ.get("CONFORMANCE_BREAK"):
    break_function(os.environ["CONFORMANCE_BREAK"])
