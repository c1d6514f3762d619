"""tf.TensorSpec, tf.TypeSpec and the specs of other values: relations, printing, conversions."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

S = tf.TensorSpec


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (S(None), "TensorSpec(shape=<unknown>, dtype=tf.float32, name=None)"),
        (S([]), "TensorSpec(shape=(), dtype=tf.float32, name=None)"),
        (S([None, 2], tf.int32, "x"), "TensorSpec(shape=(None, 2), dtype=tf.int32, name='x')"),
        (
            tf.IndexedSlicesSpec([2, 3], tf.int32, tf.int32, tf.int64, [4]),
            "IndexedSlicesSpec(TensorShape([2, 3]), tf.int32, tf.int32, tf.int64, "
            "TensorShape([4]))",
        ),
        (
            tf.TensorArraySpec([2, None], tf.int32, True, False),
            "TensorArraySpec(TensorShape([2, None]), tf.int32, True, False)",
        ),
        (tf.NoneTensorSpec(), "NoneTensorSpec()"),
    ],
)
def test_printing(spec: Any, expected: str) -> None:
    assert repr(spec) == expected
    assert isinstance(spec, tf.TypeSpec)
    assert spec == pickle.loads(pickle.dumps(spec))


def test_parts() -> None:
    spec = S([3], tf.int32, "z")
    assert (spec.shape, spec.dtype, spec.name) == (tf.TensorShape([3]), tf.int32, "z")
    assert spec.value_type is tf.Tensor
    assert S.from_tensor(tf.constant([1.0]), "n") == S([1], tf.float32, "n")
    assert S.from_spec(spec, "y") == S([3], tf.int32, "y")
    with refuses(AttributeError):
        spec.shape = 3


def test_equality() -> None:
    assert S([3, 2]) == S([3, 2])
    assert hash(S([3, None])) == hash(S([3, None]))
    assert S(None) == S(None)
    assert S([3]) != S([3], name="a")
    assert S([3]) != S([3], tf.int32)
    assert S([3]) != 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (S([3, 2]), True),
        (S([3, 3]), False),
        (S([3, 2], tf.int32), False),
        (S(None, name="a"), True),
        ([[1.0, 2.0]], False),
        (np.zeros((1, 2), np.float32), False),
        (None, False),
    ],
)
def test_compatible(value: Any, expected: bool) -> None:
    assert S([None, 2]).is_compatible_with(value) is expected


def test_compatible_with_tensors() -> None:
    assert S([None, 2]).is_compatible_with(tf.zeros([5, 2]))
    assert not S([None, 2]).is_compatible_with(tf.zeros([5]))
    assert not S([2]).is_compatible_with(tf.Variable([1.0, 2.0]))


def test_subtypes() -> None:
    assert S([3, 2]).is_subtype_of(S([None, 2]))
    assert S([3, 2]).is_subtype_of(S(None))
    assert not S([None, 2]).is_subtype_of(S([3, 2]))
    assert not S([3], name="a").is_subtype_of(S(None))
    assert S([3]).is_subtype_of(S(None, name="a"))
    assert not S([3], tf.int32).is_subtype_of(S(None))
    assert not S([3]).is_subtype_of(3)


def test_supertypes() -> None:
    assert S([3, 2]).most_specific_common_supertype([S([4, 2])]) == S([None, 2])
    assert S([3, 2]).most_specific_common_supertype([S([4, 2]), S([3])]) == S(None)
    assert S([3, 2]).most_specific_common_supertype([]) == S([3, 2])
    assert S([3, 2]).most_specific_common_supertype([S([4, 2], tf.int32)]) is None
    assert S([3], name="a").most_specific_common_supertype([S([3], name="b")]) is None
    assert S([3]).most_specific_common_supertype([3]) is None
    assert S([3, 2]).most_specific_compatible_type(S([4, 2])) == S([None, 2])
    with refuses(ValueError, "TensorSpec"):
        S([3]).most_specific_compatible_type(S([3], tf.int32))
    whole = tf.IndexedSlicesSpec([2, 3]).most_specific_compatible_type(tf.IndexedSlicesSpec([3, 3]))
    assert whole == tf.IndexedSlicesSpec([None, 3])


def test_components() -> None:
    agree(S([2]).to_tensors([1.0, 2.0])[0], [1.0, 2.0])
    agree(S([2]).from_tensors(iter([tf.constant([1.0, 2.0])])), [1.0, 2.0])
    assert S([2]).flatten() == [S([2])]
    slices = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]), tf.constant([3, 1]))
    spec = tf.type_spec_from_value(slices)
    parts = tf.nest.flatten(slices, expand_composites=True)
    assert len(parts) == 3
    assert tf.nest.flatten(spec, expand_composites=True) == spec.flatten()
    agree(tf.nest.pack_sequence_as(spec, parts, expand_composites=True).values, [[1.0]])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda: tf.constant([1.0]), "TensorSpec(shape=(1,), dtype=tf.float32, name=None)"),
        (lambda: np.zeros(3), "TensorSpec(shape=(3,), dtype=tf.float64, name=None)"),
        (lambda: 3, "TensorSpec(shape=(), dtype=tf.int32, name=None)"),
        (lambda: [1, 2], "TensorSpec(shape=(2,), dtype=tf.int32, name=None)"),
        (lambda: "a", "TensorSpec(shape=(), dtype=tf.string, name=None)"),
        (lambda: None, "NoneTensorSpec()"),
        (
            lambda: tf.Variable([1.0]),
            "VariableSpec(shape=(1,), dtype=tf.float32, trainable=True, alias_id=None)",
        ),
        (
            lambda: tf.TensorArray(tf.float32, 3, dynamic_size=True, element_shape=[2]),
            "TensorArraySpec(TensorShape([2]), tf.float32, True, True)",
        ),
        (
            lambda: tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0])),
            "IndexedSlicesSpec(TensorShape([None, 1]), tf.float32, tf.int32, None, "
            "TensorShape([1]))",
        ),
    ],
)
def test_specs_of_values(value: Any, expected: str) -> None:
    assert repr(tf.type_spec_from_value(value())) == expected


class Pair:
    def __init__(self, left: Any, right: Any) -> None:
        self.left, self.right = left, right


class PairSpec(tf.TypeSpec):
    """A spec of one's own."""

    def __init__(self, left: Any, right: Any, mode: str = "m") -> None:
        self.left, self.right, self.mode = left, right, mode

    value_type = property(lambda self: Pair)

    def _serialize(self) -> Any:
        return self.left, self.right, self.mode

    _component_specs = property(lambda self: {"left": self.left, "right": self.right})

    def _to_components(self, value: Any) -> Any:
        return {"left": value.left, "right": value.right}

    def _from_components(self, components: Any) -> Any:
        return Pair(components["left"], components["right"])


def test_a_spec_of_ones_own() -> None:
    spec = PairSpec(S([2]), S([3], tf.int32))
    assert spec == PairSpec(S([2]), S([3], tf.int32))
    assert spec != PairSpec(S([2]), S([3], tf.int32), "other")
    assert spec.is_compatible_with(PairSpec(S([None]), S([3], tf.int32)))
    assert not spec.is_compatible_with(PairSpec(S([2]), S([4], tf.int32)))
    assert spec.is_subtype_of(PairSpec(S(None), S([None], tf.int32)))
    wider = spec.most_specific_common_supertype([PairSpec(S([5]), S([3], tf.int32))])
    assert wider == PairSpec(S([None]), S([3], tf.int32))
    assert spec.most_specific_common_supertype([PairSpec(S([2]), S([3]))]) is None
    packed = tf.nest.pack_sequence_as(
        spec, [tf.zeros([2]), tf.constant([1, 2, 3])], expand_composites=True
    )
    assert isinstance(packed, Pair)
    agree(packed.right, [1, 2, 3])


def test_static_values() -> None:
    assert tf.get_static_value(tf.constant([1, 2])).tolist() == [1, 2]
    assert tf.get_static_value(tf.constant("abc")) == b"abc"
    assert tf.get_static_value(3) == 3
    assert tf.get_static_value([1, 2]) == [1, 2]
    assert tf.get_static_value(tf.Variable(1.0)) is None
    assert not tf.is_symbolic_tensor(tf.constant(1))


def test_tensor_like() -> None:
    kinds = tf.types.experimental
    for value in (tf.constant(1), 3, 1.5, "a", [1], np.zeros(2), tf.Variable(1.0)):
        assert isinstance(value, kinds.TensorLike)
    assert not isinstance({}, kinds.TensorLike)
    assert isinstance(S([1]), kinds.TraceType)
    assert isinstance(S([1]), kinds.SupportsTracingProtocol)
