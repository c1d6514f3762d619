"""What a conversion includes."""

from __future__ import annotations

import ast
import enum
from typing import Any

from tfcompat._src.naming import public


@public("tfcompat.autograph.experimental")
class Feature(enum.Enum):
    """Parts of the conversion that are off unless they are asked for.

    ALL: all of them. ASSERT_STATEMENTS: `assert` becomes tf.debugging.Assert. BUILTIN_FUNCTIONS:
    `print` becomes tf.print. EQUALITY_OPERATORS: `==` and `!=` compare tensors by value. LISTS:
    items and slices of tensors can be assigned. NAME_SCOPES: ops are named after their function.
    AUTO_CONTROL_DEPS: nothing more, since effects keep their order in any case.
    """

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"

    @classmethod
    def all(cls) -> tuple[Feature, ...]:
        """All features."""
        return tuple(cls)

    @classmethod
    def all_but(cls, exclude: Any) -> tuple[Feature, ...]:
        """All features but one, or but those of a list, tuple or set."""
        left_out = set(exclude) if isinstance(exclude, (list, tuple, set)) else {exclude}
        return tuple(feature for feature in cls if feature not in left_out | {cls.ALL})


class ConversionOptions:
    """Options of one conversion; two of the same values are the same object.

    recursive: functions that are called are converted too. user_requested: somebody asked for this
    very function. internal_convert_user_code: what the function calls may be converted.
    """

    __slots__ = (
        "_calls",
        "_names",
        "internal_convert_user_code",
        "optional_features",
        "recursive",
        "user_requested",
    )

    recursive: bool
    user_requested: bool
    internal_convert_user_code: bool
    optional_features: frozenset[Feature]
    _names: frozenset[str | None]
    _calls: ConversionOptions | None

    def __new__(
        cls,
        recursive: bool = False,
        user_requested: bool = False,
        internal_convert_user_code: bool = True,
        optional_features: Any = (),
    ) -> ConversionOptions:
        if optional_features is None:
            features: frozenset[Feature] = frozenset()
        elif isinstance(optional_features, Feature):
            features = frozenset((optional_features,))
        else:
            features = frozenset(optional_features)
        key = (recursive, user_requested, internal_convert_user_code, features)
        self = _made.get(key)
        if self is None:
            self = object.__new__(cls)
            self.recursive = recursive
            self.user_requested = user_requested
            self.internal_convert_user_code = internal_convert_user_code
            self.optional_features = features
            # The converters ask by members of an enumeration of their own, of the same names.
            self._names = frozenset(getattr(feature, "name", None) for feature in features)
            self._calls = None
            self = _made.setdefault(key, self)
        return self

    def uses(self, feature: enum.Enum) -> bool:
        """Whether a feature is on."""
        return "ALL" in self._names or feature.name in self._names

    def call_options(self) -> ConversionOptions:
        """The options for functions that a function converted with these calls."""
        if self._calls is None:
            self._calls = ConversionOptions(
                self.recursive, False, self.recursive, self.optional_features
            )
        return self._calls

    def to_ast(self) -> ast.expr:
        """The expression that gives these options in converted code."""
        if self is STANDARD:
            text = "ag__.STD"
        else:
            features = "".join(f"ag__.{feature}, " for feature in self.optional_features)
            text = (
                f"ag__.ConversionOptions(recursive={self.recursive}, "
                f"user_requested={self.user_requested}, optional_features=({features}), "
                f"internal_convert_user_code={self.internal_convert_user_code})"
            )
        return ast.parse(text, mode="eval").body


_made: dict[Any, ConversionOptions] = {}

#: What called functions are converted with.
STANDARD = ConversionOptions(recursive=True)
