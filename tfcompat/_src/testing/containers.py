"""The assertions about containers, texts and errors that tests written for TensorFlow use."""

from __future__ import annotations

import re
import unittest
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from tfcompat._src.errors import InvalidArgumentError, OpError


class ContainerAssertions(unittest.TestCase):
    """Assertions beyond those of unittest."""

    def _because(self, text: str, msg: Any) -> NoReturn:
        raise self.failureException(text if msg is None else f"{text} : {msg!r}")

    # ---------------------------------------------------------------------------------- containers
    def assertEmpty(self, container: Any, msg: Any = None) -> None:
        """Fails unless the container has no item."""
        if len(container):
            self._because(f"{container!r} has length of {len(container)}.", msg)

    def assertNotEmpty(self, container: Any, msg: Any = None) -> None:
        """Fails if the container has no item."""
        if not len(container):
            self._because(f"{container!r} has length of 0.", msg)

    def assertLen(self, container: Any, expected_len: int, msg: Any = None) -> None:
        """Fails unless the container has that many items."""
        if len(container) != expected_len:
            self._because(
                f"{container!r} has length of {len(container)}, expected {expected_len}.", msg
            )

    def assertItemsEqual(self, first: Any, second: Any, msg: Any = None) -> None:
        """Fails unless both have the same items as often, in any order."""
        self.assertCountEqual(first, second, msg)

    def assertSameElements(
        self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: Any = None
    ) -> None:
        """Fails unless both have the same items, in any order and number."""
        expected, actual = list(expected_seq), list(actual_seq)
        missing = [item for item in expected if item not in actual]
        surplus = [item for item in actual if item not in expected]
        if missing or surplus:
            self._because(f"Expected, but missing: {missing}. Unexpected: {surplus}", msg)

    def assertContainsSubset(
        self, expected_subset: Iterable[Any], actual_set: Iterable[Any], msg: Any = None
    ) -> None:
        """Fails unless every item of the first is in the second."""
        missing = set(expected_subset) - set(actual_set)
        if missing:
            self._because(f"Missing elements {missing} in {actual_set}", msg)

    def assertNoCommonElements(
        self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: Any = None
    ) -> None:
        """Fails if an item is in both."""
        common = set(expected_seq) & set(actual_seq)
        if common:
            self._because(f"Common elements {common}", msg)

    def assertContainsSubsequence(
        self, container: Iterable[Any], subsequence: Iterable[Any], msg: Any = None
    ) -> None:
        """Fails unless the items come in this order, perhaps with others between."""
        rest = iter(container)
        missing = [item for item in subsequence if item not in rest]
        if missing:
            self._because(f"{missing[0]!r} is missing, or comes too early, in {container!r}", msg)

    def assertContainsExactSubsequence(
        self, container: Sequence[Any], subsequence: Sequence[Any], msg: Any = None
    ) -> None:
        """Fails unless the items come in this order with nothing between."""
        items, wanted = list(container), list(subsequence)
        places = range(len(items) - len(wanted) + 1)
        if not any(items[i : i + len(wanted)] == wanted for i in places):
            self._because(f"{wanted!r} does not come in one piece in {items!r}", msg)

    def assertContainsInOrder(self, strings: Sequence[str], target: str, msg: Any = None) -> None:
        """Fails unless the strings come in this order in the text."""
        at = 0
        for each in [strings] if isinstance(strings, str) else strings:
            found = target.find(each, at)
            if found < 0:
                self._because(f"Did not find {each!r} from position {at} on in {target!r}", msg)
            at = found + len(each)

    def assertSequenceStartsWith(
        self, prefix: Sequence[Any], whole: Sequence[Any], msg: Any = None
    ) -> None:
        """Fails unless the sequence begins with the other."""
        if list(whole[: len(prefix)]) != list(prefix) or not len(prefix):
            self._because(f"prefix: {prefix} not found at start of whole: {whole}.", msg)

    def assertSequenceAlmostEqual(
        self,
        expected_seq: Sequence[Any],
        actual_seq: Sequence[Any],
        places: int | None = None,
        msg: Any = None,
        delta: Any = None,
    ) -> None:
        """`assertAlmostEqual` for each pair of items."""
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for a, b in zip(expected_seq, actual_seq, strict=True):
            self.assertAlmostEqual(a, b, places=places, msg=msg, delta=delta)

    def assertDictAlmostEqual(
        self,
        a: Mapping[Any, Any],
        b: Mapping[Any, Any],
        places: int | None = None,
        msg: Any = None,
        delta: Any = None,
    ) -> None:
        """`assertAlmostEqual` for the values of each key."""
        self.assertCountEqual(a.keys(), b.keys(), msg)
        for key in a:
            self.assertAlmostEqual(a[key], b[key], places=places, msg=msg, delta=delta)

    def assertMappingEqual(
        self,
        a: Any,
        b: Any,
        msg: Any = None,
        mapping_type: type = Mapping,
        check_values_equality: Callable[[Any, Any], bool] = lambda x, y: x == y,
    ) -> None:
        """Fails unless both are mappings with the same keys and equal values."""
        self.assertIsInstance(a, mapping_type, msg)
        self.assertIsInstance(b, mapping_type, msg)
        self.assertCountEqual(a.keys(), b.keys(), msg)
        different = [key for key in a if not check_values_equality(a[key], b[key])]
        if different:
            self._because(f"Different values for the keys {different}: {a} and {b}", msg)

    def assertSameStructure(
        self, a: Any, b: Any, aname: str = "a", bname: str = "b", msg: Any = None
    ) -> None:
        """Fails unless two structures of lists and dictionaries are equal; names where not."""
        differences = list(_differences(a, b, aname, bname))
        if differences:
            self._because("; ".join(differences[:5]), msg)

    def assertDataclassEqual(self, first: Any, second: Any, msg: Any = None) -> None:
        """Fails unless two instances of one dataclass are equal."""
        self.assertIs(type(first), type(second), msg)
        self.assertEqual(first, second, msg)

    def assertTotallyOrdered(self, *groups: Sequence[Any], **kwargs: Any) -> None:
        """Fails unless items of one group are equal, and less than those of later groups."""
        msg = kwargs.get("msg")
        for i, group in enumerate(groups):
            for a in group:
                for b in group:
                    self.assertEqual(a, b, msg)
                for later in groups[i + 1 :]:
                    for b in later:
                        self.assertLess(a, b, msg)
                        self.assertGreater(b, a, msg)

    # -------------------------------------------------------------------------- values and classes
    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: Any = None) -> None:
        """Fails unless minv <= value <= maxv."""
        if not minv <= value <= maxv:
            self._because(f'"{value!r}" unexpectedly not between "{minv!r}" and "{maxv!r}"', msg)

    def assertIsSubclass(self, cls: type, superclass: Any, msg: Any = None) -> None:
        """Fails unless a class derives from another."""
        if not issubclass(cls, superclass):
            self._because(f"{cls!r} is not a subclass of {superclass!r}", msg)

    def assertNotIsSubclass(self, cls: type, superclass: Any, msg: Any = None) -> None:
        """Fails if a class derives from another."""
        if issubclass(cls, superclass):
            self._because(f"{cls!r} is a subclass of {superclass!r}", msg)

    # --------------------------------------------------------------------------------------- texts
    def assertStartsWith(self, actual: str, expected_start: Any, msg: Any = None) -> None:
        """Fails unless a text begins with another."""
        if not actual.startswith(expected_start):
            self._because(f"{actual!r} does not start with {expected_start!r}", msg)

    def assertNotStartsWith(self, actual: str, unexpected_start: Any, msg: Any = None) -> None:
        """Fails if a text begins with another."""
        if actual.startswith(unexpected_start):
            self._because(f"{actual!r} does start with {unexpected_start!r}", msg)

    def assertEndsWith(self, actual: str, expected_end: Any, msg: Any = None) -> None:
        """Fails unless a text ends with another."""
        if not actual.endswith(expected_end):
            self._because(f"{actual!r} does not end with {expected_end!r}", msg)

    def assertNotEndsWith(self, actual: str, unexpected_end: Any, msg: Any = None) -> None:
        """Fails if a text ends with another."""
        if actual.endswith(unexpected_end):
            self._because(f"{actual!r} does end with {unexpected_end!r}", msg)

    def assertRegexMatch(self, actual_str: Any, regexes: Any, message: Any = None) -> None:
        """Fails unless a text matches one of several regular expressions somewhere."""
        if not any(re.search(regex, actual_str, re.DOTALL) for regex in regexes):
            self._because(f"{actual_str!r} does not match any of {regexes!r}", message)

    # -------------------------------------------------------------------------------------- errors
    @contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: Any, expected_err_re_or_predicate: Any
    ) -> Iterator[None]:
        """A context that fails unless it raises an error of that class which fits.

        It fits a regular expression found in its text, or a predicate of the error.
        """
        try:
            yield
            self.fail(f"{exception_type.__name__} not raised")
        except Exception as error:
            text = error.message if isinstance(error, OpError) else str(error)
            if callable(expected_err_re_or_predicate):
                fits = expected_err_re_or_predicate(error)
            else:
                fits = re.search(expected_err_re_or_predicate, text)
            if not isinstance(error, exception_type) or not fits:
                raise self.failureException(f"Exception of type {type(error)}: {error}") from error

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """`assertRaisesWithPredicateMatch` for tf.errors.OpError."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: Any = InvalidArgumentError
    ) -> Any:
        """`assertRaisesWithPredicateMatch` for what operands of unfitting shapes raise."""
        return self.assertRaisesWithPredicateMatch(
            exception_type, r"Incompatible shapes|Dimensions must be equal|required broadcastable"
        )

    def assertRaisesWithLiteralMatch(
        self,
        expected_exception: Any,
        expected_exception_message: str,
        callable_obj: Callable[..., Any] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Fails unless an error of that class and exactly that text is raised."""
        context = _literally(self, expected_exception, expected_exception_message)
        if callable_obj is None:
            return context
        with context:
            callable_obj(*args, **kwargs)
        return None


@contextmanager
def _literally(case: unittest.TestCase, kind: Any, message: str) -> Iterator[None]:
    try:
        yield
    except kind as error:
        if str(error) != message:
            raise case.failureException(
                f"Exception message does not match. Expected: {message!r}, received: {str(error)!r}"
            ) from error
        return
    raise case.failureException(f"{kind.__name__} not raised")


def _differences(a: Any, b: Any, a_name: str, b_name: str) -> Iterator[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in a:
            if key not in b:
                yield f"{a_name} has [{key!r}] but {b_name} does not"
            else:
                yield from _differences(a[key], b[key], f"{a_name}[{key!r}]", f"{b_name}[{key!r}]")
        yield from (f"{a_name} lacks [{key!r}] but {b_name} has it" for key in b if key not in a)
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        for i, (x, y) in enumerate(zip(a, b, strict=False)):
            yield from _differences(x, y, f"{a_name}[{i}]", f"{b_name}[{i}]")
        if len(a) != len(b):
            yield f"{a_name} has {len(a)} items but {b_name} has {len(b)}"
    elif isinstance(a, (set, frozenset)) and isinstance(b, (set, frozenset)):
        if Counter(a) != Counter(b):
            yield f"{a_name} is {a!r} but {b_name} is {b!r}"
    elif a != b:
        yield f"{a_name} is {a!r} but {b_name} is {b!r}"
