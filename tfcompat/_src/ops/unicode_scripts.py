"""tf.strings.unicode_script: which script code points belong to."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import typed
from tfcompat._src.tensor import Tensor


@cache
def script_table() -> tuple[dict[str, int], list[int], list[int]]:
    """Script numbers by name; where the runs of one script start, and their numbers."""
    content = Path(__file__).with_name("unicode_scripts.txt").read_text(encoding="ascii")
    names_part, runs_part = content.split("\n\n")
    lines = [line.split() for line in names_part.splitlines() if not line.startswith("#")]
    runs = [line.split() for line in runs_part.splitlines()]
    return (
        {name: int(number) for number, name in lines},
        [int(start, 16) for start, _ in runs],
        [int(number) for _, number in runs],
    )


@public("tfcompat.strings")
def unicode_script(input: Any, name: str | None = None) -> Tensor:
    """ICU's number of the script of each code point, -1 for what is no code point; int32."""
    array = typed(input, dtypes.int32, "UnicodeScript")._numpy()
    _, starts, numbers = script_table()
    found = [
        numbers[bisect_right(starts, int(point)) - 1] if 0 <= point <= 0x10FFFF else -1
        for point in array.reshape(-1)
    ]
    return from_numpy(np.array(found, np.int32).reshape(array.shape), dtypes.int32)
