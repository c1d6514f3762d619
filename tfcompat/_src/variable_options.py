"""The enumerations that describe a variable on several devices; kept, as there is one device."""

from __future__ import annotations

import enum

from tfcompat._src.naming import public


@public("tfcompat")
class VariableSynchronization(enum.Enum):
    """When the copies of a variable are brought together."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


@public("tfcompat")
class VariableAggregation(enum.Enum):
    """How the copies of a variable are combined."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
