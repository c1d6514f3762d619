"""What the tests of random numbers share: TensorFlow 2.21's numbers (CPU), seed by seed.

Uniform numbers and integers are equal to the last bit. What goes through logarithm, sine and
cosine may differ in the last digits, as those functions do from one C library to the next.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NAN, INF = float("nan"), float("inf")
CLOSE = {"float32": 5e-7, "float64": 1e-14, "float16": 1e-3, "bfloat16": 1e-2}


def check(actual: Any, dtype: str, expected: Any) -> None:
    assert actual.dtype.name == dtype
    value = actual.numpy()
    if dtype == "string":
        assert value.tolist() == expected
    elif dtype in CLOSE:
        wide = value.astype(np.float64)
        np.testing.assert_allclose(wide, expected, rtol=CLOSE[dtype], atol=CLOSE[dtype] / 4)
    else:
        np.testing.assert_array_equal(value, expected)
