"""tf.experimental.Optional: a value that may be missing."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import constant
from tfcompat._src.data import structure
from tfcompat._src.data.variants import pack_object
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.type_spec import CompositeTensor


@public("tfcompat.experimental")
class Optional(CompositeTensor):
    """A value that may be missing, such as the next element of an iterator."""

    _element_spec: Any

    @property
    def element_spec(self) -> Any:
        """The types of the value, in its structure."""
        return self._element_spec

    @property
    def _type_spec(self) -> Any:
        from tfcompat._src.data.specs import OptionalSpec

        return OptionalSpec(self._element_spec)

    @staticmethod
    def from_value(value: Any) -> Optional:
        """One that is there."""
        from tfcompat._src.data import staged

        spec, parts = structure.encode(value, "Optional.from_value")
        if staged.has_symbols(parts):
            return staged.optional_of(spec, parts)
        return _Optional(spec, parts)

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """One that is missing."""
        return _Optional(element_spec, None)

    def has_value(self, name: str | None = None) -> Any:
        """Whether it is there, as a boolean scalar."""
        raise NotImplementedError

    def get_value(self, name: str | None = None) -> Any:
        """The value. Raises InvalidArgumentError where it is missing."""
        raise NotImplementedError

    def _as_variant(self) -> Any:
        return pack_object(self)


class _Optional(Optional):
    """One of which everything is known."""

    def __init__(self, spec: Any, parts: Any) -> None:
        self._element_spec = spec
        self._parts = parts

    def has_value(self, name: str | None = None) -> Any:
        """Whether it is there, as a boolean scalar."""
        return constant(self._parts is not None)

    def get_value(self, name: str | None = None) -> Any:
        """The value. Raises InvalidArgumentError where it is missing."""
        if self._parts is None:
            raise invalid_argument(
                "Optional.get_value", "The given optional does not have a value."
            )
        return structure.from_components(self._element_spec, self._parts)
