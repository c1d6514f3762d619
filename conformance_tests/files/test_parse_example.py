"""tf.io.parse_example, parse_single_example and the features they are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..data.elements import plain
from ..subject import tf
from .messages import example

Fixed, Var = tf.io.FixedLenFeature, tf.io.VarLenFeature
Steps, Ragged, Sparse = tf.io.FixedLenSequenceFeature, tf.io.RaggedFeature, tf.io.SparseFeature
Invalid = tf.errors.InvalidArgumentError

A = example(i=[1, 2], f=[1.5], b=[b"x"], z=[3])
B = example(i=[3, 4], f=[2.5], b=[b"yy"])
LENGTHS = [example(i=[1, 2, 3]), example(i=[4]), example()]
VALUES = [example(v=[1, 2, 3, 4]), example(v=[4, 5])]


def ragged(key: str = "v", *partitions: Any, **options: Any) -> Any:
    return Ragged(tf.int64, value_key=key, partitions=partitions, **options)


def with_cuts(*cuts: list[int]) -> list[bytes]:
    return [example(v=v, l=cut) for v, cut in zip([[1, 2, 3], [4]], cuts, strict=True)]


RESULTS: list[tuple[str, list[bytes], dict[str, Any], dict[str, Any]]] = [
    (
        "kinds",
        [A, B],
        {
            "i": Fixed([2], tf.int64),
            "f": Fixed([], tf.float32),
            "b": Fixed([], tf.string),
            "z": Var(tf.int64),
        },
        {
            "z": ([[0, 0]], [3], [2, 1]),
            "b": [b"x", b"yy"],
            "f": [1.5, 2.5],
            "i": [[1, 2], [3, 4]],
        },
    ),
    ("default", [A, B], {"z": Fixed([], tf.int64, 7)}, {"z": [3, 7]}),
    ("default text", [B], {"z": Fixed([], tf.string, "abc")}, {"z": [b"abc"]}),
    ("default list", [B], {"z": Fixed([2, 2], tf.int64, [7, 8, 9, 1])}, {"z": [[[7, 8], [9, 1]]]}),
    ("no kind", [example(i=None)], {"i": Fixed([2], tf.int64, [5, 6])}, {"i": [[5, 6]]}),
    ("no kind, any length", [example(i=None)], {"i": Var(tf.int64)}, {"i": ([], [], [1, 0])}),
    ("no values", [example(i=[])], {"i": Fixed([0], tf.int64)}, {"i": [[]]}),
    ("later ones count", [A + B], {"i": Fixed([2], tf.int64)}, {"i": [[3, 4]]}),
    (
        "an empty example",
        [b""],
        {"i": Fixed([2], tf.int64, [5, 6]), "v": Var(tf.string), "r": Ragged(tf.float32)},
        {"v": ([], [], [1, 0]), "i": [[5, 6]], "r": [[]]},
    ),
    (
        "filled up",
        LENGTHS,
        {"i": Steps([], tf.int64, True)},
        {"i": [[1, 2, 3], [4, 0, 0], [0, 0, 0]]},
    ),
    (
        "filled up with a default",
        LENGTHS,
        {"i": Steps([], tf.int64, True, -1)},
        {"i": [[1, 2, 3], [4, -1, -1], [-1, -1, -1]]},
    ),
    (
        "rows filled up",
        [example(i=[1, 2, 3, 4]), example(i=[4, 5])],
        {"i": Steps([2], tf.int64, True)},
        {"i": [[[1, 2], [3, 4]], [[4, 5], [0, 0]]]},
    ),
    (
        "texts filled up",
        [example(i=[b"a", b"b"]), example()],
        {"i": Steps([], tf.string, True, "pad")},
        {"i": [[b"a", b"b"], [b"pad", b"pad"]]},
    ),
    ("ragged", LENGTHS, {"i": Ragged(tf.int64)}, {"i": [[1, 2, 3], [4], []]}),
    (
        "row lengths",
        with_cuts([1, 2], [0, 1]),
        {"r": ragged("v", Ragged.RowLengths("l"))},
        {"r": [[[1], [2, 3]], [[], [4]]]},
    ),
    (
        "row splits",
        with_cuts([0, 1, 3], [0, 0, 1]),
        {"r": ragged("v", Ragged.RowSplits("l"))},
        {"r": [[[1], [2, 3]], [[], [4]]]},
    ),
    (
        "row starts",
        with_cuts([0, 1], [0]),
        {"r": ragged("v", Ragged.RowStarts("l"))},
        {"r": [[[1], [2, 3]], [[4]]]},
    ),
    (
        "row limits",
        with_cuts([1, 3], [1]),
        {"r": ragged("v", Ragged.RowLimits("l"))},
        {"r": [[[1], [2, 3]], [[4]]]},
    ),
    (
        "row ids",
        with_cuts([0, 0, 1], [2]),
        {"r": ragged("v", Ragged.ValueRowIds("l"))},
        {"r": [[[1, 2], [3]], [[], [], [4]]]},
    ),
    (
        "rows of one length",
        VALUES,
        {"r": ragged("v", Ragged.UniformRowLength(2))},
        {"r": [[[1, 2], [3, 4]], [[4, 5]]]},
    ),
    (
        "rows of one length around others",
        [example(v=[1, 2, 3, 4], l=[3, 1]), example(v=[4, 5], l=[0, 2])],
        {"r": ragged("v", Ragged.UniformRowLength(2), Ragged.RowLengths("l"))},
        {"r": [[[[1, 2, 3], [4]]], [[[], [4, 5]]]]},
    ),
    (
        "two partitions",
        [example(v=[1, 2, 3, 4], l=[1, 3], m=[2]), example(v=[4, 5], l=[2], m=[1])],
        {"r": ragged("v", Ragged.RowLengths("m"), Ragged.RowLengths("l"))},
        {"r": [[[[1], [2, 3, 4]]], [[[4, 5]]]]},
    ),
    (
        "sparse",
        [example(ix=[2, 0], v=[1.0, 2.0]), example(ix=[1], v=[3.0])],
        {"s": Sparse("ix", "v", tf.float32, 4)},
        {"s": ([[0, 0], [0, 2], [1, 1]], [2.0, 1.0, 3.0], [2, 4])},
    ),
    (
        "sparse as it stands",
        [example(ix=[2, 0], v=[1.0, 2.0])],
        {"s": Sparse("ix", "v", tf.float32, 4, already_sorted=True)},
        {"s": ([[0, 2], [0, 0]], [1.0, 2.0], [1, 4])},
    ),
    (
        "sparse along two axes, beside its values",
        [example(ix=[2, 0], iy=[1, 1], v=[1.0, 2.0])],
        {"s": Sparse(["ix", "iy"], "v", tf.float32, [4, 2]), "v": Var(tf.float32)},
        {
            "v": ([[0, 0], [0, 1]], [1.0, 2.0], [1, 2]),
            "s": ([[0, 0, 1], [0, 2, 1]], [2.0, 1.0], [1, 4, 2]),
        },
    ),
]


@pytest.mark.parametrize(
    ("serialized", "spec", "expected"), [r[1:] for r in RESULTS], ids=[r[0] for r in RESULTS]
)
@pytest.mark.parametrize("copies", [1, 4])
def test_results(
    serialized: list[bytes], spec: dict[str, Any], expected: dict[str, Any], copies: int
) -> None:
    # Many examples are read in another way than few; dense results say the most.
    found = plain(tf.io.parse_example(serialized * copies, spec))
    assert list(found) == list(expected)
    for name, value in expected.items():
        if copies == 1:
            assert found[name] == value
        elif not isinstance(value, tuple):
            assert found[name] == value * copies


SINGLE = [
    (
        "a vector",
        {"i": Fixed([2], tf.int64), "z": Var(tf.int64)},
        {"z": ([[0]], [3], [1]), "i": [1, 2]},
    ),
    ("rows", {"i": Steps([2], tf.int64, True)}, {"i": [[1, 2]]}),
    ("no rows", {"q": Steps([], tf.int64, True)}, {"q": []}),
    ("ragged", {"i": Ragged(tf.int64)}, {"i": [1, 2]}),
    ("rows of one length", {"r": ragged("i", Ragged.UniformRowLength(2))}, {"r": [[1, 2]]}),
    ("cut", {"r": ragged("i", Ragged.RowStarts("zero"))}, {"r": [[1, 2]]}),
]


@pytest.mark.parametrize(("spec", "expected"), [s[1:] for s in SINGLE], ids=[s[0] for s in SINGLE])
def test_one_example(spec: dict[str, Any], expected: dict[str, Any]) -> None:
    data = example(i=[1, 2], z=[3], zero=[0])
    assert plain(tf.io.parse_single_example(data, spec)) == expected
    assert plain(tf.io.parse_example(data, spec)) == expected


MISTAKES: list[tuple[str, Any, Any, type[Exception]]] = [
    ("missing", [A, B], {"q": Fixed([2], tf.int64)}, Invalid),
    ("missing in one", [A, B], {"z": Fixed([], tf.int64)}, Invalid),
    ("another type", [A, B], {"i": Fixed([2], tf.float32)}, Invalid),
    ("another type, any length", [A, B], {"i": Var(tf.float32)}, Invalid),
    ("another type, ragged", [A, B], {"i": Ragged(tf.float32)}, Invalid),
    ("another number", [A, B], {"i": Fixed([3], tf.int64)}, Invalid),
    ("no number", [example(i=[])], {"i": Fixed([], tf.int64)}, Invalid),
    ("no whole rows", [example(i=[1, 2, 3])], {"i": Steps([2], tf.int64, True)}, Invalid),
    ("no example", [b"abc"], {"i": Fixed([2], tf.int64)}, Invalid),
    ("cut short", [A[:-3]], {"i": Fixed([2], tf.int64, [0, 0])}, Invalid),
    ("a matrix", [[A]], {"i": Fixed([2], tf.int64)}, Invalid),
    ("dtype", [A], {"i": Fixed([2], tf.int32)}, Invalid),
    ("dtype, any length", [A], {"i": Var(tf.int32)}, Invalid),
    ("default of another length", [B], {"z": Fixed([2], tf.int64, [7, 8, 9])}, Invalid),
    ("default of another type", [B], {"z": Fixed([], tf.int64, 1.5)}, TypeError),
    ("cuts that do not fit", with_cuts([1, 9], [1]),
     {"r": ragged("v", Ragged.RowLengths("l"), validate=True)}, Invalid),
    ("no features", [A], {}, ValueError),
    ("no features at all", [A], None, ValueError),
    ("no dtype", [A], {"i": Fixed([2], None)}, ValueError),
    ("no shape", [A], {"i": Fixed(None, tf.int64)}, ValueError),
    ("an unknown size", [A], {"i": Fixed([None], tf.int64)}, ValueError),
    ("an unknown inner size", [A], {"i": Fixed([2, None], tf.int64)}, ValueError),
    ("no feature", [A], {"i": tf.int64}, ValueError),
    ("may not be missing", [A], {"i": Steps([], tf.int64)}, ValueError),
    ("no strings", [1, 2], {"i": Fixed([2], tf.int64)}, ValueError),
    ("sizes for axes", [A], {"s": Sparse(["ix"], "v", tf.float32, [4, 5])}, ValueError),
    ("two types", [example(ix=[0], v=[1.0])],
     {"s": Sparse("ix", "v", tf.float32, 4), "v": Var(tf.int64)}, ValueError),
    ("dense and sparse", [example(ix=[0], v=[1.0])],
     {"s": Sparse("ix", "v", tf.float32, 4), "v": Fixed([1], tf.float32)}, ValueError),
    ("two types of splits", [A],
     {"i": ragged("i"), "j": ragged("i", row_splits_dtype=tf.int64)}, ValueError),
]  # fmt: skip


@pytest.mark.parametrize(
    ("serialized", "spec", "error"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_mistakes(serialized: Any, spec: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.io.parse_example(serialized, spec)


def test_a_mistake_among_many() -> None:
    good = [example(i=[n], s=[b"%d" % n]) for n in range(20)]
    spec = {"i": Fixed([], tf.int64), "s": Fixed([], tf.string)}
    for bad in (b"\n\x05ab", example(i=[1, 2], s=[b""]), example(i=[1.5], s=[b""]), example(i=[1])):
        with pytest.raises(Invalid):
            tf.io.parse_example([*good, bad], spec)


def test_the_example_is_named() -> None:
    with pytest.raises(Invalid, match="second"):
        tf.io.parse_example([A, B], {"z": Fixed([], tf.int64)}, example_names=["first", "second"])


def test_unusual_bytes_among_many() -> None:
    # Numbers that are not packed, features in another order, an unknown field.
    loose = b"\n\x0f\n\r\n\x01i\x12\x08\x1a\x06\x08\x01\x08\x02\x08\x03" + b"\x7a\x02hi"
    usual = [example(i=[n, -n, n << 40]) for n in range(9)]
    found = tf.io.parse_example([*usual, loose], {"i": Fixed([3], tf.int64)})["i"]
    assert found.numpy().tolist() == [*[[n, -n, n << 40] for n in range(9)], [1, 2, 3]]


def test_different_features_in_each_example() -> None:
    data = [
        example(**{name: [float(n)] for k, name in enumerate("abc") if n >> k & 1})
        for n in range(8)
    ]
    spec = {name: Fixed([], tf.float32, -1.0) for name in "abc"}
    found = tf.io.parse_example(data, spec)
    for k, name in enumerate("abc"):
        assert found[name].numpy().tolist() == [float(n) if n >> k & 1 else -1.0 for n in range(8)]


def test_long_values() -> None:
    rng = np.random.default_rng(0)
    floats = rng.standard_normal((12, 300)).astype(np.float32)
    numbers = rng.integers(-(2**62), 2**62, (12, 50))
    texts = [[b"x" * (n * 40), b"y"] for n in range(12)]
    data = [example(f=floats[n].tolist(), i=numbers[n].tolist(), s=texts[n]) for n in range(12)]
    spec = {
        "f": Fixed([3, 100], tf.float32),
        "i": Fixed([50], tf.int64),
        "s": Fixed([2], tf.string),
    }
    found = tf.io.parse_example(data, spec)
    assert np.array_equal(found["f"].numpy(), floats.reshape(12, 3, 100))
    assert np.array_equal(found["i"].numpy(), numbers)
    assert found["s"].numpy().tolist() == texts


SHAPES = {
    "i": Fixed([2], tf.int64),
    "z": Var(tf.int64),
    "q": Steps([3], tf.float32, True),
    "r": Ragged(tf.int64),
    "u": ragged("v", Ragged.RowLengths("l"), Ragged.UniformRowLength(2)),
    "s": Sparse(["ix", "iy"], "w", tf.float32, [4, 2]),
}


@pytest.mark.parametrize(
    ("dims", "expected"),
    [
        ([None], {"i": [None, 2], "z": [None, None], "q": [None, None, 3], "r": [None, None],
                  "u": [None, None, None, 2], "s": [None, 4, 2]}),
        ([3], {"i": [3, 2], "z": [None, None], "q": [3, None, 3], "r": [3, None],
               "u": [3, None, None, 2], "s": [None, 4, 2]}),
        ([], {"i": [2], "z": [None], "q": [None, 3], "r": [None], "u": [None, None, 2],
              "s": [4, 2]}),
    ],
)  # fmt: skip
def test_static_shapes(dims: list[int | None], expected: dict[str, Any]) -> None:
    found = {}

    @tf.function(input_signature=[tf.TensorSpec(dims, tf.string)])
    def parse(serialized: Any) -> Any:
        result = tf.io.parse_example(serialized, SHAPES)
        found.update({name: value.shape.as_list() for name, value in result.items()})
        return tf.constant(0)

    parse.get_concrete_function()
    assert found == expected


def test_in_a_function() -> None:
    spec = {"i": Fixed([2], tf.int64), "z": Var(tf.int64), "r": Ragged(tf.float32, value_key="f")}

    @tf.function
    def parse(serialized: Any) -> Any:
        found = tf.io.parse_example(serialized, spec)
        return found["i"] * 2, found["z"], found["r"]

    for data, doubled in (([A, B], [[2, 4], [6, 8]]), ([B], [[6, 8]])):
        i, z, r = parse(tf.constant(data))
        assert i.numpy().tolist() == doubled
        assert z.dense_shape.numpy()[0] == len(data)
        assert r.to_list()[-1] == [2.5]
    with pytest.raises(Invalid):
        parse(tf.constant([b"abc"]))


def test_features_as_tuples() -> None:
    assert repr(Fixed([2], tf.int64)) == (
        "FixedLenFeature(shape=[2], dtype=tf.int64, default_value=None)"
    )
    assert repr(Var(tf.string)) == "VarLenFeature(dtype=tf.string)"
    assert Ragged._fields == ("dtype", "value_key", "partitions", "row_splits_dtype", "validate")
    assert repr(Ragged.RowLengths("a")) == "RowLengths(key='a')"
    for arguments, error in (
        ({"partitions": ["x"]}, TypeError),
        ({"partitions": 3}, TypeError),
        ({"row_splits_dtype": tf.float32}, ValueError),
        ({"validate": 3}, TypeError),
    ):
        with pytest.raises(error):
            Ragged(tf.int64, **arguments)
    with pytest.raises(ValueError):
        Ragged(tf.int32)
