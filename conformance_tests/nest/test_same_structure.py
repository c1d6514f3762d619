"""assert_same_structure, and map_structure over several structures."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import pytest

from ..subject import tf
from .structures import (
    Attrs,
    Flattenable,
    Frozen,
    Line,
    MyDict,
    MyList,
    MyTuple,
    OtherList,
    Plain,
    Point,
    twin_of_point,
)

Twin = twin_of_point()

# first, second, outcome with check_types, outcome without
PAIRS: list[tuple[Any, Any, type[Exception] | None, type[Exception] | None]] = [
    (1, 2, None, None),
    (None, 1, None, None),
    ("abc", 1, None, None),
    ([1, 2], [3, 4], None, None),
    ([1, 2], [3], ValueError, ValueError),
    ([1, 2], (1, 2), TypeError, None),
    ([], (), TypeError, None),
    ([], {}, TypeError, None),
    (1, [2], ValueError, ValueError),
    ([1], 2, ValueError, ValueError),
    ([1, [2]], [1, 2], ValueError, ValueError),
    ([[1], 2], [[1, 2], 2], ValueError, ValueError),
    ([(1,)], [[1]], TypeError, None),
    ([1], range(1), TypeError, None),
    (deque([1]), [1], TypeError, None),
    ([1], (1, 2), TypeError, ValueError),
    ([(1,), 2], [[1]], TypeError, ValueError),
    ([1, 2, [3]], [(1,), 2], ValueError, ValueError),
    ({"a": 1}, {"a": 2}, None, None),
    ({"a": 1}, {"b": 1}, ValueError, None),
    ({"a": 1, "b": 1}, {"b": 1}, ValueError, ValueError),
    ({"a": 1}, [1], TypeError, None),
    ((1, 2), {"a": 1, "b": 2}, TypeError, None),
    ({"a": [1, 2]}, {"a": [1, 2, 3]}, ValueError, ValueError),
    ({"a": [1]}, {"a": (1,)}, TypeError, None),
    ({"a": 1, "b": 2}, OrderedDict(b=1, a=2), None, None),
    ({"a": 1}, MyDict(a=1), None, None),
    ({"a": 1}, defaultdict(list, a=1), None, None),
    (Frozen(a=1), {"a": 1}, None, None),
    (MyList([1]), [1], None, None),
    (MyList([1]), OtherList([1]), None, None),
    ((1,), MyTuple([1]), TypeError, None),
    (Point(1, 2), Point(3, 4), None, None),
    (Point(1, 2), Twin(1, 2), None, None),
    (Point(1, [2]), Twin(1, (2,)), TypeError, None),
    (Point(1, 2), Line(1, 2), TypeError, None),
    (Point(1, 2), (1, 2), TypeError, None),
    ({"a": 1}.values(), [1], TypeError, None),
    (Flattenable("m", 1, 2), Flattenable("other", 3, 4), None, None),
    (Flattenable("m", 1, 2), [1, 2], TypeError, None),
    (Flattenable("m", 1, 2), Plain(1, 2), ValueError, ValueError),
    (Attrs(1, 2), Attrs(3, 4), None, None),
    (Attrs(1, 2), [3, 4], TypeError, None),
]
pairs = pytest.mark.parametrize(("first", "second", "checked", "unchecked"), PAIRS, ids=repr)


def _expect(error: type[Exception] | None, use: Callable[[], Any]) -> None:
    if error is None:
        use()
        return
    with pytest.raises(error, match="don't have the same nested structure") as caught:
        use()
    assert caught.type is error


@pairs
def test_same_structure(first: Any, second: Any, checked: Any, unchecked: Any) -> None:
    _expect(checked, lambda: tf.nest.assert_same_structure(first, second))
    _expect(unchecked, lambda: tf.nest.assert_same_structure(first, second, check_types=False))


@pairs
def test_mapped_together(first: Any, second: Any, checked: Any, unchecked: Any) -> None:
    _expect(checked, lambda: tf.nest.map_structure(lambda a, b: a, first, second))
    _expect(
        unchecked,
        lambda: tf.nest.map_structure(lambda a, b: a, first, second, check_types=False),
    )


def test_map_several() -> None:
    assert tf.nest.map_structure(lambda *leaves: sum(leaves), [1], [2], [3]) == [6]
    assert tf.nest.map_structure(lambda a, b: a + b, 1, 2) == 3
    result = tf.nest.map_structure(lambda a, b: a + b, {"b": 1, "a": 2}, OrderedDict(b=3, a=4))
    assert repr(result) == "{'b': 4, 'a': 6}"
    result = tf.nest.map_structure(lambda a, b: a + b, Point(1, 2), Twin(3, 4))
    assert type(result) is Point
    assert result == (4, 6)
    result = tf.nest.map_structure(
        lambda a, b: (a, b), {"b": 1, "a": 2}, [10, 20], check_types=False
    )
    assert result == {"b": (1, 20), "a": (2, 10)}
    with pytest.raises(ValueError):
        tf.nest.map_structure(lambda *leaves: leaves, [1], [2], [3, 4])


def test_map_refuses() -> None:
    with pytest.raises(TypeError, match="callable"):
        tf.nest.map_structure(5, [1])
    with pytest.raises(ValueError, match="at least one"):
        tf.nest.map_structure(len)
    with pytest.raises(ValueError, match="unknown"):
        tf.nest.map_structure(len, [1], unknown=1)
    with pytest.raises(ZeroDivisionError):
        tf.nest.map_structure(lambda leaf: leaf / 0, [1])


def test_argument_names() -> None:
    tf.nest.assert_same_structure(nest1=[1], nest2=[2], check_types=True, expand_composites=False)
    with pytest.raises(TypeError):
        tf.nest.assert_same_structure(a=1)
