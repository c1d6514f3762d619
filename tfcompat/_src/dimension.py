"""tf.compat.v1.Dimension: one possibly unknown dimension, as `TensorShape.dims` lists them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from tfcompat._src.naming import public


def dimension_value(value: Any) -> int | None:
    """`value` as a dimension: a non-negative int, or None where it is unknown."""
    if type(value) is int:
        checked = value
    elif value is None:
        return None
    elif isinstance(value, Dimension):
        return value.value
    else:
        try:
            checked = operator.index(value)
        except TypeError:
            raise TypeError(
                f"A dimension must be None, an int or have an __index__ method; received "
                f"{value!r} of type {type(value).__name__}."
            ) from None
    if checked < 0:
        raise ValueError(f"A dimension must be >= 0; received {checked}.")
    return checked


@public("tfcompat.compat.v1")
class Dimension:
    """A dimension of a shape; comparisons with an unknown one give None."""

    __slots__ = ("value",)

    value: int | None

    # Comparing with an unknown dimension has no answer, so no hash could agree with it.
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.value = dimension_value(value)

    def __repr__(self) -> str:
        return f"Dimension({self.value})"

    def __str__(self) -> str:
        return "?" if self.value is None else str(self.value)

    def __int__(self) -> int:
        if self.value is None:
            raise TypeError("An unknown dimension has no int value.")
        return self.value

    __index__ = __int__

    def __bool__(self) -> bool:
        return bool(self.value)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether both could be the same size."""
        return Dimension(other).value in (None, self.value) or self.value is None

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise ValueError unless both could be the same size."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible.")

    def merge_with(self, other: Any) -> Dimension:
        """What is known from both; ValueError where they contradict."""
        self.assert_is_compatible_with(other)
        return Dimension(other if self.value is None else self)

    def _compare(self, other: Any, compare: Callable[[int, int], bool]) -> Any:
        try:
            theirs = dimension_value(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self.value is None or theirs is None:
            return None
        return compare(self.value, theirs)

    def __eq__(self, other: object) -> Any:
        return self._compare(other, operator.eq)

    def __ne__(self, other: object) -> Any:
        return self._compare(other, operator.ne)

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, operator.ge)

    def _combine(self, other: Any, combine: Callable[[int, int], int]) -> Any:
        try:
            theirs = dimension_value(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self.value is None or theirs is None:
            return Dimension(None)
        return Dimension(combine(self.value, theirs))

    def __add__(self, other: Any) -> Any:
        return self._combine(other, operator.add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._combine(other, operator.sub)

    def __rsub__(self, other: Any) -> Any:
        return self._combine(other, lambda mine, theirs: theirs - mine)

    def __mul__(self, other: Any) -> Any:
        return self._combine(other, operator.mul)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        return self._combine(other, operator.floordiv)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._combine(other, lambda mine, theirs: theirs // mine)

    def __mod__(self, other: Any) -> Any:
        return self._combine(other, operator.mod)

    def __rmod__(self, other: Any) -> Any:
        return self._combine(other, lambda mine, theirs: theirs % mine)

    def __truediv__(self, other: Any) -> NoReturn:
        raise TypeError("Dimensions do not support /; use // instead.")

    def __rtruediv__(self, other: Any) -> NoReturn:
        raise TypeError("Dimensions do not support /; use // instead.")
