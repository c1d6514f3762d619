"""tf.experimental.dispatch_for_api and its kin: public functions for classes of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, List, Union  # noqa: UP035  as TensorFlow's guide writes them

import pytest

from ..helpers import agree, refuses
from ..subject import tf

api = tf.experimental


class Wrapped(tf.experimental.ExtensionType):
    values: tf.Tensor


Wrapped_or_tensor = Union[Wrapped, tf.Tensor]  # noqa: UP007


def wrapped(*values: float) -> Any:
    return Wrapped(list(values))


@pytest.fixture
def registered() -> Iterator[list[Any]]:
    """What a test registers, it puts here."""
    handlers: list[Any] = []
    yield handlers
    for handler in handlers:
        api.unregister_dispatch_for(handler)


def test_one_function(registered: list[Any]) -> None:
    @api.dispatch_for_api(tf.add, {"x": Wrapped, "y": Wrapped})
    def add(x: Any, y: Any, name: Any = None) -> Any:
        return Wrapped(tf.add(x.values, y.values))

    registered.append(add)
    agree(tf.add(wrapped(1.0), wrapped(2.0)).values, [3.0])
    agree(tf.math.add(x=wrapped(1.0), y=wrapped(2.0)).values, [3.0])
    agree(tf.add(1.0, 2.0), 3.0)
    agree(tf.constant(1.0) + 2.0, 3.0)
    with refuses(ValueError, "Wrapped"):
        tf.add(wrapped(1.0), 3.0)


def test_nothing_is_left_afterwards() -> None:
    @api.dispatch_for_api(tf.square, {"x": Wrapped})
    def square(x: Any, name: Any = None) -> Any:
        return "ours"

    assert tf.square(wrapped(1.0)) == "ours"
    api.unregister_dispatch_for(square)
    agree(tf.square(3.0), 9.0)
    with refuses(ValueError):
        tf.square(wrapped(1.0))
    with refuses(ValueError, "square"):
        api.unregister_dispatch_for(square)


def test_lists_and_several_signatures(registered: list[Any]) -> None:
    @api.dispatch_for_api(tf.concat, {"values": List[Wrapped]})  # noqa: UP006
    def concat(values: Any, axis: Any, name: Any = "concat") -> Any:
        return Wrapped(tf.concat([v.values for v in values], axis))

    @api.dispatch_for_api(tf.multiply, {"x": Wrapped}, {"y": Wrapped})
    def multiply(x: Any, y: Any, name: Any = None) -> Any:
        return "either"

    registered += [concat, multiply]
    agree(tf.concat([wrapped(1.0), wrapped(2.0)], 0).values, [1.0, 2.0])
    agree(tf.concat([[1.0], [2.0]], 0), [1.0, 2.0])
    with refuses(ValueError):
        tf.concat([wrapped(1.0), tf.constant([2.0])], 0)
    assert tf.multiply(wrapped(1.0), 2.0) == "either"
    assert tf.multiply(2.0, wrapped(1.0)) == "either"


def test_two_that_match(registered: list[Any]) -> None:
    for _ in range(2):

        @api.dispatch_for_api(tf.exp, {"x": Wrapped})
        def exp(x: Any, name: Any = None) -> Any:
            return "ours"

        registered.append(exp)
    with refuses(ValueError, "exp"):
        tf.exp(wrapped(1.0))


def test_annotations_say_it_too(registered: list[Any]) -> None:
    def negative(x: Any, name: Any = None) -> Any:
        return Wrapped(tf.negative(x.values))

    negative.__annotations__ = {"x": Wrapped}
    registered.append(api.dispatch_for_api(tf.negative)(negative))
    agree(tf.negative(wrapped(1.0)).values, [-1.0])


def test_unary(registered: list[Any]) -> None:
    @api.dispatch_for_unary_elementwise_apis(Wrapped)
    def unary(function: Any, x: Any) -> Any:
        return Wrapped(function(x.values))

    registered.append(unary)
    agree(tf.abs(wrapped(-1.0)).values, [1.0])
    agree(tf.nn.relu(wrapped(-1.0)).values, [0.0])
    agree(tf.cast(wrapped(1.5), tf.int32).values, [1])
    agree(tf.clip_by_value(wrapped(5.0), 0.0, 1.0).values, [1.0])
    agree(tf.ones_like(wrapped(5.0)).values, [1.0])
    agree(tf.abs(-2.0), 2.0)
    with refuses(ValueError, "unary"):
        api.dispatch_for_unary_elementwise_apis(Wrapped)(unary)


def test_binary(registered: list[Any]) -> None:
    @api.dispatch_for_binary_elementwise_apis(Wrapped, Wrapped_or_tensor)
    def binary(function: Any, x: Any, y: Any) -> Any:
        return Wrapped(function(x.values, getattr(y, "values", y)))

    @api.dispatch_for_binary_elementwise_assert_apis(Wrapped, Wrapped)
    def asserting(function: Any, x: Any, y: Any) -> Any:
        return function(x.values, y.values)

    # TensorFlow cannot undo a registration for assertions.
    registered.append(binary)
    agree(tf.multiply(wrapped(2.0), wrapped(3.0)).values, [6.0])
    agree(tf.maximum(wrapped(2.0), tf.constant(3.0)).values, [3.0])
    agree(tf.less(wrapped(2.0), wrapped(3.0)).values, [True])
    with refuses(ValueError):
        tf.multiply(3.0, wrapped(2.0))
    tf.debugging.assert_equal(wrapped(2.0), wrapped(2.0))
    with refuses(tf.errors.InvalidArgumentError):
        tf.debugging.assert_equal(wrapped(2.0), wrapped(3.0))


def test_wrong_registrations() -> None:
    with refuses(ValueError, "dispatch"):
        api.dispatch_for_api(3)
    with refuses(ValueError, "unknown parameter"):
        api.dispatch_for_api(tf.add, {"zzz": Wrapped})
    with refuses(ValueError, "signature"):
        api.dispatch_for_api(tf.add)(lambda x, y, name=None: 3)
    with refuses(ValueError, "signature"):
        api.dispatch_for_api(tf.add, {"x": Wrapped})(lambda x: 3)
