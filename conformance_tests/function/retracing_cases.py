"""Calls of a function, and how many traces there are after each of them: TensorFlow's own numbers.

Python values are compared as Python compares them, so that 1, 1.0 and True share a trace.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from ..subject import tf

Pair = collections.namedtuple("Pair", "a b")
Other = collections.namedtuple("Other", "a b")


class Color(enum.Enum):
    """Plain enumeration."""

    RED = 1
    BLUE = 2


class Number(enum.IntEnum):
    """An enumeration of integers."""

    ONE = 1
    TWO = 2


class Plain:
    """Compared by identity."""


class Equal:
    """Compared by a value."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal) and self.value == other.value


@dataclasses.dataclass(frozen=True)
class Frozen:
    """A dataclass that can be hashed."""

    a: int


class Flattened:
    """Takes itself apart."""

    def __init__(self, fixed: int, part: Any) -> None:
        self.fixed = fixed
        self.part = part

    def __tf_flatten__(self) -> Any:
        return (self.fixed,), (self.part,)

    @classmethod
    def __tf_unflatten__(cls, fixed: Any, parts: Any) -> Flattened:
        return cls(fixed[0], parts[0])


def t(value: Any, dtype: Any = None) -> Any:
    return tf.constant(value, dtype)


class Call:
    """The arguments of one call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


class Row(NamedTuple):
    """A line of the table; `calls` makes the arguments when the test runs."""

    name: str
    calls: Callable[[], list[Any]]
    counts: list[int]
    function: str = "one"
    options: Mapping[str, Any] = MappingProxyType({})


def functions() -> dict[str, Callable[..., Any]]:
    def one(x):  # type: ignore[no-untyped-def]
        return tf.constant(0)

    def defaults(x, y=2, *, k=3):  # type: ignore[no-untyped-def]
        return tf.constant(0)

    def optional(x, y=None):  # type: ignore[no-untyped-def]
        return tf.constant(0)

    def stars(*args, **kwargs):  # type: ignore[no-untyped-def]
        return tf.constant(0)

    return {"one": one, "defaults": defaults, "optional": optional, "stars": stars}


def _variables() -> list[Any]:
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    return [v, v, w, tf.Variable(1), tf.Variable([1.0]), tf.Variable(1.0, trainable=False), t(1.0)]


def _pairs_of_variables() -> list[Any]:
    v, w, z = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0)
    return [Call(v, w), Call(w, v), Call(v, v), Call(w, w), Call(v, z)]


def _lists_of_variables() -> list[Any]:
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    return [[v, w], [w, v], [v, v], (v, w), {"a": v}]


def _objects() -> list[Any]:
    first, second = Plain(), Plain()
    return [first, first, second, first, second]


def _same_tensor() -> list[Any]:
    tensor = tf.zeros(3)
    return [(tensor, tensor), (tensor, tf.zeros(3))]


def _modules_containers() -> list[Any]:
    module = tf.Module()
    module.items = [t(1.0), 2]
    module.names = {"a": t(1.0)}
    return [module.items, [t(2.0), 2], module.names, {"a": t(2.0)}]


def _same_lambda() -> list[Any]:
    function = lambda x: x  # noqa: E731
    return [function, function, lambda x: x]


class _Extended:
    """An extension type, made when TensorFlow is there."""

    kind: Any = None

    @classmethod
    def make(cls, x: Any, n: int) -> Any:
        if cls.kind is None:
            space = {"__annotations__": {"x": tf.Tensor, "n": int}, "__module__": __name__}
            cls.kind = type("Extended", (tf.experimental.ExtensionType,), space)
        return cls.kind(x, n)


def _slices(values: list[float]) -> Any:
    return tf.IndexedSlices(t(values), tf.range(len(values)))


TABLE = [
    # Python values
    Row("integers", lambda: [1, 1, 2, 2, 1], [1, 1, 2, 2, 2]),
    Row("equal_numbers", lambda: [1, 1.0, True, 1 + 0j, 2.0, 2], [1, 1, 1, 1, 2, 2]),
    Row("booleans", lambda: [True, False, 0, 0.0, -0.0], [1, 2, 2, 2, 2]),
    Row("floats", lambda: [1.5, 1.5, 2.5], [1, 1, 2]),
    Row("nan_is_one_value", lambda: [float("nan"), float("nan"), 0.0], [1, 1, 2]),
    Row("infinity", lambda: [float("inf"), float("inf"), -float("inf")], [1, 1, 2]),
    Row("complex", lambda: [1j, 1j, 2j], [1, 1, 2]),
    Row("big_integers", lambda: [2**70, 2**70, 2**71], [1, 1, 2]),
    Row("strings", lambda: ["a", "a", "b", b"a", b"a"], [1, 1, 2, 3, 3]),
    Row("none", lambda: [None, None, 0, False], [1, 1, 2, 2]),
    Row("ellipsis", lambda: [..., ..., None], [1, 1, 2]),
    Row("enums", lambda: [Color.RED, Color.RED, Color.BLUE], [1, 1, 2]),
    Row("integer_enums", lambda: [Number.ONE, 1, Number.TWO, 2], [1, 1, 2, 2]),
    Row("numpy_text", lambda: [np.str_("a"), "a", np.bytes_(b"a"), b"a"], [1, 1, 2, 3]),
    Row("ranges", lambda: [range(3), range(3), range(4)], [1, 1, 2]),
    Row("frozen_sets", lambda: [frozenset([1]), frozenset([2])], [1, 2]),
    Row("functions", _same_lambda, [1, 1, 2]),
    Row("classes", lambda: [int, int, float, np.float32], [1, 1, 2, 3]),
    Row("builtins", lambda: [len, len, print], [1, 1, 2]),
    Row("dtypes", lambda: [tf.float32, tf.float32, tf.int32], [1, 1, 2]),
    # structures of Python values
    Row("lists", lambda: [[1, 2], [1, 2], [2, 1], [1], [1, [2]]], [1, 1, 2, 3, 4]),
    Row("lists_and_tuples", lambda: [[1, 2], (1, 2), (1, 2)], [1, 2, 2]),
    Row("empty", lambda: [(), [], {}, (), [], {}], [1, 2, 3, 3, 3, 3]),
    Row("dicts", lambda: [{"a": 1}, {"a": 1}, {"a": 2}, {"b": 1}], [1, 1, 2, 3]),
    Row("order_of_keys", lambda: [{"a": 1, "b": 2}, {"b": 2, "a": 1}], [1, 1]),
    Row(
        "kinds_of_dicts",
        lambda: [
            {"a": 1, "b": 2},
            collections.OrderedDict(b=2, a=1),
            collections.defaultdict(int, a=1, b=2),
        ],
        [1, 1, 1],
    ),
    Row("number_keys", lambda: [{1: 1, 2: 3}, {2: 3, 1: 1}, {1: 1}], [1, 1, 2]),
    Row(
        "namedtuples",
        lambda: [Pair(1, 2), Pair(1, 2), Pair(1, 3), Other(1, 2), (1, 2)],
        [1, 1, 2, 3, 4],
    ),
    Row("nested", lambda: [{"a": [1, (2,)]}, {"a": [1, (2,)]}, {"a": [1, [2]]}], [1, 1, 2]),
    # tensors and arrays
    Row("values_do_not_matter", lambda: [t(1.0), t(2.0), t(3.0)], [1, 1, 1]),
    Row("dtypes_of_tensors", lambda: [t(1.0), t(1), t(1, tf.int64), t(True)], [1, 2, 3, 4]),
    Row(
        "shapes",
        lambda: [t([1.0]), t([1.0, 2.0]), t([2.0, 3.0]), tf.zeros([1, 2]), tf.zeros([2, 1])],
        [1, 2, 2, 3, 4],
    ),
    Row("no_elements", lambda: [tf.zeros([0]), tf.zeros([0]), tf.zeros([0, 1])], [1, 1, 2]),
    Row("texts_in_tensors", lambda: [t("a"), t("b"), t(["a"])], [1, 1, 2]),
    Row(
        "arrays_are_tensors",
        lambda: [np.zeros(3, np.float32), np.ones(3, np.float32), tf.zeros(3), np.zeros(3)],
        [1, 1, 1, 2],
    ),
    Row(
        "numpy_scalars_are_tensors",
        lambda: [np.float32(1), np.float32(2), t(1.0), np.int32(1), t(1), 1],
        [1, 1, 1, 2, 2, 3],
    ),
    Row("numpy_booleans", lambda: [np.bool_(True), np.bool_(False), True], [1, 1, 2]),
    Row("arrays_of_texts", lambda: [np.array(["a"]), t(["b"])], [1, 1]),
    Row("tensors_and_numbers", lambda: [t(1), 1, t(2), 1], [1, 2, 2, 2]),
    Row("tensor_in_tuple", lambda: [(t(1.0), 2), (t(2.0), 2), (t(2.0), 3)], [1, 1, 2]),
    Row("tensor_in_list", lambda: [[t(1.0)], [t(2.0)], (t(1.0),), [t(1)]], [1, 1, 2, 3]),
    Row("tensor_in_dict", lambda: [{"a": t(1.0)}, {"a": t(2.0)}, {"a": t([2.0])}], [1, 1, 2]),
    Row("array_in_tuple", lambda: [(np.zeros(3, np.float32),), (tf.zeros(3),)], [1, 1]),
    Row(
        "tensor_in_namedtuple",
        lambda: [Pair(t(1.0), 2), Pair(t(2.0), 2), Pair(np.float32(1), 2), Other(t(1.0), 2)],
        [1, 1, 1, 2],
    ),
    Row("one_tensor_twice", _same_tensor, [1, 1]),
    Row("list_lengths", lambda: [[t(1.0)], [t(1.0), t(2.0)], [t(3.0)]], [1, 2, 2]),
    Row("tracked_containers", _modules_containers, [1, 1, 2, 2]),
    # variables, composites, objects
    Row("variables", _variables, [1, 1, 1, 2, 3, 4, 5]),
    Row("which_variables_are_one", _pairs_of_variables, [1, 1, 2, 2, 2], "optional"),
    Row("lists_of_variables", _lists_of_variables, [1, 1, 2, 3, 4]),
    Row(
        "extension_types",
        lambda: [
            _Extended.make(t(1.0), 3),
            _Extended.make(t(2.0), 3),
            _Extended.make(t(2.0), 4),
            _Extended.make(t([2.0]), 4),
        ],
        [1, 1, 2, 3],
    ),
    Row("indexed_slices", lambda: [_slices([1.0]), _slices([2.0]), _slices([1.0, 2.0])], [1, 1, 2]),
    Row("objects", _objects, [1, 1, 2, 2, 2]),
    Row("equal_objects", lambda: [Equal(1), Equal(1), Equal(2)], [1, 1, 2]),
    Row("frozen_dataclasses", lambda: [Frozen(1), Frozen(1), Frozen(2)], [1, 1, 2]),
    Row(
        "flattened",
        lambda: [
            Flattened(1, t(1.0)),
            Flattened(1, t(2.0)),
            Flattened(2, t(1.0)),
            Flattened(1, 2),
            Flattened(1, 3),
        ],
        [1, 1, 2, 3, 4],
    ),
    # how arguments are given
    Row(
        "defaults",
        lambda: [Call(1), Call(1, 2), Call(1, y=2), Call(1, k=3), Call(x=1, y=2, k=3)],
        [1, 1, 1, 1, 1],
        "defaults",
    ),
    Row(
        "other_than_default",
        lambda: [Call(1), Call(1, 3), Call(1, y=3), Call(1, k=4)],
        [1, 2, 2, 3],
        "defaults",
    ),
    Row("tensors_by_name", lambda: [Call(t(1.0)), Call(x=t(2.0))], [1, 1], "defaults"),
    Row(
        "order_of_names",
        lambda: [Call(x=t(1.0), y=t(2)), Call(y=t(3), x=t(4.0)), Call(t(1.0), y=t(2))],
        [1, 1, 1],
        "defaults",
    ),
    Row(
        "none_by_default",
        lambda: [Call(1), Call(1, None), Call(1, t(2.0)), Call(1, t(3.0)), Call(1, 5)],
        [1, 1, 2, 2, 3],
        "optional",
    ),
    Row(
        "any_number",
        lambda: [Call(), Call(1), Call(1, 2), Call(t(1.0)), Call(t(2.0)), Call([1])],
        [1, 2, 3, 4, 4, 5],
        "stars",
    ),
    Row(
        "any_names",
        lambda: [Call(a=1), Call(a=1, b=2), Call(b=2, a=1), Call(b=t(2), a=1)],
        [1, 2, 2, 3],
        "stars",
    ),
    Row(
        "flags",
        lambda: [Call(1, y=True), Call(1, True), Call(1, y=False), Call(1, y=t(True))],
        [1, 1, 2, 3],
        "optional",
    ),
    # reduce_retracing
    Row(
        "relaxed_sizes",
        lambda: [tf.zeros([1]), tf.zeros([2]), tf.zeros([3]), tf.zeros([1, 1]), tf.zeros([2, 2])],
        [1, 2, 2, 3, 3],
        options={"reduce_retracing": True},
    ),
    Row(
        "relaxed_axes",
        lambda: [tf.zeros([1, 2]), tf.zeros([2, 2]), tf.zeros([3, 3]), tf.zeros([3, 4])],
        [1, 2, 3, 3],
        options={"reduce_retracing": True},
    ),
    Row(
        "relaxed_ranks",
        lambda: [tf.zeros([1]), tf.zeros([1, 1]), tf.zeros([]), tf.zeros([], tf.int32)],
        [1, 2, 2, 3],
        options={"reduce_retracing": True},
    ),
    Row(
        "numbers_are_not_relaxed",
        lambda: [1, 2, 3, 4],
        [1, 2, 3, 4],
        options={"reduce_retracing": True},
    ),
    Row(
        "relaxed_beside_numbers",
        lambda: [
            Call(tf.zeros(1), 1),
            Call(tf.zeros(2), 1),
            Call(tf.zeros(3), 1),
            Call(tf.zeros(3), 2),
            Call(tf.zeros(4), 2),
            Call(tf.zeros(5), 2),
            Call(tf.zeros(5), 1),
        ],
        [1, 2, 2, 3, 4, 4, 4],
        "optional",
        {"reduce_retracing": True},
    ),
    Row(
        "relaxed_in_structures",
        lambda: [
            [tf.zeros(1)],
            [tf.zeros(2)],
            [tf.zeros(3)],
            [tf.zeros(1), tf.zeros(1)],
            {"a": tf.zeros(1)},
            {"a": tf.zeros(2)},
            {"a": tf.zeros(3)},
        ],
        [1, 2, 2, 3, 4, 5, 5],
        options={"reduce_retracing": True},
    ),
    Row(
        "relaxed_by_the_old_name",
        lambda: [tf.zeros([1]), tf.zeros([2]), tf.zeros([3])],
        [1, 2, 2],
        options={"experimental_relax_shapes": True},
    ),
    Row(
        "relaxed_arrays",
        lambda: [np.zeros(1), np.zeros(2), np.zeros(3)],
        [1, 2, 2],
        options={"reduce_retracing": True},
    ),
    Row(
        "relaxed_objects",
        lambda: [Plain(), Plain(), Plain()],
        [1, 2, 3],
        options={"reduce_retracing": True},
    ),
]
