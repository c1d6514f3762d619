"""tf.AggregationMethod."""

from __future__ import annotations

from typing import ClassVar

from tfcompat._src.naming import public


@public("tfcompat")
class AggregationMethod:
    """How TensorFlow 1 may add the parts of a gradient up; a tape adds them in one way only."""

    ADD_N: ClassVar[int] = 0
    DEFAULT: ClassVar[int] = ADD_N
    EXPERIMENTAL_TREE: ClassVar[int] = 1
    EXPERIMENTAL_ACCUMULATE_N: ClassVar[int] = 2
