"""tf.experimental.ExtensionType: fields, specs, equality, nests, stacking."""

from __future__ import annotations

import copy
import typing
from typing import Any, Optional, Tuple, Union  # noqa: UP035  as TensorFlow's guide writes them

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

ExtensionType = tf.experimental.ExtensionType


def declare(name: str, fields: dict[str, Any], base: Any = ExtensionType, **more: Any) -> Any:
    """A class with these annotations, which may be what this module's could not say."""
    return type(base)(name, (base,), {"__annotations__": fields, "__module__": __name__, **more})


Masked = declare("Masked", {"values": tf.Tensor, "mask": tf.Tensor})
Scaled = declare("Scaled", {"scale": int}, Masked, scale=3)


def masked() -> Any:
    return Masked([1, 2, 3], [True, False, True])


def test_fields() -> None:
    value = Masked(values=[1, 2, 3], mask=[True, False, True])
    agree(value.values, [1, 2, 3])
    assert repr(value).startswith("Masked(values=<tf.Tensor: shape=(3,), dtype=int32, numpy=")
    assert Scaled([1], [True]).scale == 3
    assert Scaled([1], [True], 5).scale == 5
    agree(Masked(np.array([1.0]), tf.Variable(True)).mask, True)


def test_nothing_changes() -> None:
    value = masked()
    for name in ("values", "other"):
        with refuses(AttributeError, name):
            setattr(value, name, 3)
    with refuses(AttributeError, "values"):
        del value.values
    with refuses(AttributeError, "values"):
        value._type_spec.values = 3
    agree(value.values, [1, 2, 3])


@pytest.mark.parametrize(
    "call",
    [
        lambda: Masked([1]),
        lambda: Masked([1], [True], 3),
        lambda: Masked([1], [True], other=3),
        lambda: Scaled([1], [True], "a"),
        lambda: Scaled([1], [True], 2.0),
        lambda: hash(masked()),
        lambda: declare("Bad", {"x": list}),
        lambda: declare("Bad", {"x": typing.List[int]}),  # noqa: UP006
        lambda: declare("Bad", {"x": int}, x="a"),
    ],
)
def test_type_errors(call: Any) -> None:
    with refuses(TypeError):
        call()


def test_value_errors_of_classes() -> None:
    with refuses(ValueError, "Spec"):
        declare("Bad", {"Spec": int})
    with refuses(ValueError, "y"):
        declare("Bad", {"x": int}, y=3)


KINDS = declare(
    "Kinds",
    {
        "pair": Tuple[int, str],  # noqa: UP006
        "many": Tuple[tf.Tensor, ...],  # noqa: UP006
        "table": typing.Mapping[str, tf.Tensor],
        "maybe": Optional[tf.Tensor],  # noqa: UP045
        "either": Union[int, tf.Tensor],  # noqa: UP007
        "dtype": tf.DType,
        "shape": tf.TensorShape,
    },
    maybe=None,
    either=3,
    dtype=tf.float32,
    shape=[2],
)


def kinds(**more: Any) -> Any:
    return KINDS(**{"pair": (1, "a"), "many": [1, 2.5], "table": {"a": 1.0}, **more})


def test_kinds_of_fields() -> None:
    value = kinds()
    assert (value.pair, value.maybe, value.either) == ((1, "a"), None, 3)
    agree(value.many[1], 2.5)
    agree(value.table["a"], 1.0)
    assert value.shape == tf.TensorShape([2])
    agree(kinds(either=[1, 2]).either, [1, 2])
    agree(kinds(maybe=5).maybe, 5)
    with refuses(TypeError):
        value.table["b"] = 3
    for wrong in ({"pair": (1, 2)}, {"pair": (1, "a", 3)}, {"many": 3}, {"table": {1: 2.0}}):
        with refuses(TypeError):
            kinds(**wrong)


def test_own_constructor_and_validation() -> None:
    def start(self: Any, x: Any) -> None:
        self.x = tf.constant(x) * 2

    def validate(self: Any) -> None:
        if self.x.shape.rank:
            raise ValueError("scalars only")

    kind = declare("Own", {"x": tf.Tensor}, __init__=start, __validate__=validate)
    agree(kind(3).x, 6)
    with refuses(ValueError, "scalars only"):
        kind([1, 2])
    with refuses(AttributeError, "x"):
        kind(3).x = 1


def test_equality() -> None:
    value = masked()
    agree(value == masked(), True)
    agree(value != masked(), False)
    agree(value == Masked([1, 2, 4], [True, False, True]), False)
    assert not value == Masked([1], [True])
    assert not value == 3
    agree(copy.deepcopy(value) == value, True)


def test_specs() -> None:
    spec = tf.type_spec_from_value(masked())
    assert spec == Masked.Spec(tf.TensorSpec([3], tf.int32), tf.TensorSpec([3], tf.bool))
    assert isinstance(spec, tf.TypeSpec)
    assert spec.value_type is Masked
    assert spec.is_compatible_with(masked())
    assert hash(spec) == hash(tf.type_spec_from_value(masked()))
    assert repr(spec) == (
        "Masked.Spec(values=TensorSpec(shape=(3,), dtype=tf.int32, name=None), "
        "mask=TensorSpec(shape=(3,), dtype=tf.bool, name=None))"
    )
    wider = spec.most_specific_compatible_type(tf.type_spec_from_value(Masked([1], [True])))
    assert wider.values == tf.TensorSpec([None], tf.int32)
    scaled = tf.type_spec_from_value(Scaled([1], [True]))
    assert scaled.scale == 3
    assert not scaled.is_compatible_with(Scaled([1], [True], 4))


def test_a_spec_with_a_constructor_of_its_own() -> None:
    class Spec:
        def __init__(self, shape: Any, dtype: Any = tf.float32) -> None:
            self.values = tf.TensorSpec(shape, dtype)
            self.mask = tf.TensorSpec(shape, tf.bool)

        @property
        def shape(self) -> Any:
            return self.values.shape

    kind = declare("Shaped", {"values": tf.Tensor, "mask": tf.Tensor}, Spec=Spec)
    spec = kind.Spec([None])
    assert spec.shape.as_list() == [None]
    assert spec.is_compatible_with(kind([1.0, 2.0], [True, False]))
    assert tf.type_spec_from_value(kind([1.0], [True])).shape == [1]
    with refuses(AttributeError, "values"):
        spec.values = 3


def test_nests() -> None:
    value = masked()
    assert tf.nest.flatten(value) == [value]
    parts = tf.nest.flatten(value, expand_composites=True)
    agree(parts, [[1, 2, 3], [True, False, True]])
    same = tf.nest.map_structure(lambda t: t, [value], expand_composites=True)
    assert isinstance(same[0], Masked)
    agree(same[0].values, [1, 2, 3])
    outer = declare("Outer", {"inner": Masked, "k": int})(value, 3)
    assert len(tf.nest.flatten(outer, expand_composites=True)) == 2
    with refuses(TypeError):
        type(outer)(3, 3)


def test_gradients_by_the_tensors() -> None:
    value = Masked([1.0, 2.0], [True, False])
    with tf.GradientTape() as tape:
        tape.watch(value)
        y = tf.reduce_sum(value.values**2)
    agree(tape.gradient(y, value.values), [2.0, 4.0])


def test_stacking() -> None:
    batch = tf.experimental.BatchableExtensionType
    kind = declare("Point", {"x": tf.Tensor, "y": tf.Tensor}, batch)
    points = kind(tf.ones([3, 2]), tf.ones([3]))
    agree(
        tf.map_fn(lambda p: tf.reduce_sum(p.x) + p.y, points, fn_output_signature=tf.float32),
        [3.0] * 3,
    )
    doubled = tf.map_fn(lambda p: kind(p.x * 2.0, p.y), points)
    agree(doubled.x, [[2.0, 2.0]] * 3)
    made = tf.map_fn(
        lambda v: kind(v, v * 2.0),
        tf.constant([1.0, 2.0]),
        fn_output_signature=kind.Spec(tf.TensorSpec([]), tf.TensorSpec([])),
    )
    agree(made.y, [2.0, 4.0])
    spec = tf.type_spec_from_value(points)
    assert spec._unbatch() == kind.Spec(tf.TensorSpec([2]), tf.TensorSpec([]))
    assert tf.experimental.extension_type.as_dict(points).keys() == {"x", "y"}


def test_stacked_shapes() -> None:
    batch = tf.experimental.BatchableExtensionType
    kind = declare("Shaped", {"shape": tf.TensorShape, "x": tf.Tensor}, batch)
    stack = kind(tf.TensorShape([3]), tf.ones([3, 2]))
    spec = tf.type_spec_from_value(stack)
    assert spec._unbatch().shape == tf.TensorShape([])
    assert spec._unbatch()._batch(None).shape.as_list() == [None]
    doubled = tf.map_fn(lambda one: kind(one.shape, one.x * 2.0), stack)
    assert doubled.shape == tf.TensorShape([3])
    agree(doubled.x, [[2.0, 2.0]] * 3)
