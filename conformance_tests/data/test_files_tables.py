"""tf.data.experimental: datasets of CSV files, of databases and of parsed examples."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..files.messages import example
from ..subject import tf
from .elements import behind, plain, read_on

Csv, table = tf.data.experimental.CsvDataset, tf.data.experimental.make_csv_dataset
Sql = tf.data.experimental.SqlDataset
examples = tf.data.experimental.make_batched_features_dataset
Invalid = tf.errors.InvalidArgumentError
A = b'x,y,z\n1,2.5,a\n2,3.5,"b,c"\n3,,d\n'
B = b"x,y,z\n4,4.5,e\n5,5.5,f\n"
ABC = [tf.int32, tf.float32, tf.string]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    def write(data: bytes, name: str = "x.csv") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


# ------------------------------------------------------------------------------------------- rows
ROWS: list[tuple[str, bytes, list[Any], dict[str, Any], list[Any]]] = [
    ("required", A, ABC, {"header": True}, [(1, 2.5, b"a"), (2, 3.5, b"b,c"), Invalid]),
    ("defaults", A, [[0], [0.5], [""]], {"header": True},
     [(1, 2.5, b"a"), (2, 3.5, b"b,c"), (3, 0.5, b"d")]),
    ("selected", A, [tf.int32, tf.string], {"header": True, "select_cols": [0, 2]},
     [(1, b"a"), (2, b"b,c"), (3, b"d")]),
    ("excluded", A, [tf.int32], {"header": True, "exclude_cols": [1, 2]}, [(1,), (2,), (3,)]),
    ("quotes", b'"a""b",1\n"multi\nline",2\n', [tf.string, tf.int32], {},
     [(b'a"b', 1), (b"multi\nline", 2)]),
    ("semicolons", b"a;1\r\nb;2\r\n", [tf.string, tf.int32], {"field_delim": ";"},
     [(b"a", 1), (b"b", 2)]),
    ("no value", b"NA,1\n3,NA\n", [[7], [8]], {"na_value": "NA"}, [(7, 1), (3, 8)]),
    ("quotes are letters", b'"a",1\n', [tf.string, tf.int32], {"use_quote_delim": False},
     [(b'"a"', 1)]),
    ("packed", gzip.compress(b"1,2\n3,4\n"), [tf.int32, tf.int64], {"compression_type": "GZIP"},
     [(1, 2), (3, 4)]),
    ("an empty line", b"1,2\n\n3,4\n", [tf.int32, tf.int64], {}, [(1, 2), Invalid, (3, 4)]),
    ("an empty field", b"1\n\n3\n", [[9]], {}, [(1,), (9,), (3,)]),
    ("nothing", b"", [[9]], {}, []),
    ("too many fields", b"1,2,3\n1,2\n", [[9], [9]], {}, [Invalid, (1, 2)]),
    ("a stray quote", b'1,2\n1,a"b\n5,6', [tf.string, tf.string], {},
     [(b"1", b"2"), Invalid, (b"5", b"6")]),
    ("an open quote", b'1,"abc', [tf.string, tf.string], {}, [Invalid]),
    ("spaces", b"1, 2\n 3,4 \n", [tf.int32, tf.float32], {}, [(1, 2.0), (3, 4.0)]),
    ("carriage returns", b"a\rb,c\rd,e", [tf.string, tf.string], {},
     [Invalid, (b"b", b"c"), (b"d", b"e")]),
    ("no number", b"1\nx\n3\n", [tf.int32], {}, [(1,), Invalid, (3,)]),
    ("out of range", b"1\n3000000000\n3\n", [tf.int32], {}, [(1,), Invalid, (3,)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "defaults", "options", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_rows(
    put: Callable[..., str], data: bytes, defaults: Any, options: Any, expected: list[Any]
) -> None:
    dataset = Csv(put(data), defaults, **options)
    assert read_on(dataset) == expected
    if Invalid not in expected and expected:
        whole = read_on(dataset.batch(100))
        assert whole == [tuple(list(column) for column in zip(*expected, strict=True))]


def test_files_of_rows(put: Callable[..., str]) -> None:
    files = [put(A, "a"), put(B, "b")]
    dataset = Csv(files, [[0], [0.5], [""]], header=True)
    expected = [
        (1, 2.5, b"a"), (2, 3.5, b"b,c"), (3, 0.5, b"d"), (4, 4.5, b"e"), (5, 5.5, b"f")
    ]  # fmt: skip
    assert read_on(dataset) == expected
    assert repr(dataset).startswith("<CsvDatasetV2 element_spec=(TensorSpec(shape=()")
    assert read_on(Csv(files[0] + "none", [[9]])) == [tf.errors.NotFoundError]


@pytest.mark.parametrize(
    "options",
    [
        {"select_cols": [2, 0, 1]},
        {"select_cols": [0]},
        {"select_cols": [0, 1, 2], "exclude_cols": [3]},
        {"field_delim": "ab"},
    ],
)
def test_options_that_do_not_fit(put: Callable[..., str], options: Any) -> None:
    with pytest.raises(Invalid):
        Csv(put(A), ABC, **options)


@pytest.mark.parametrize("taken", [0, 2, 900])
def test_rows_go_on(put: Callable[..., str], tmp_path: Path, taken: int) -> None:
    text = b"".join(b'%d,"t\n%d"\n' % (n, n) for n in range(1000))
    dataset = Csv(put(b"a,b\n" + text), [tf.int32, tf.string], header=True)
    assert plain(next(behind(dataset, taken, tmp_path))) == (taken, b"t\n%d" % taken)


# ----------------------------------------------------------------------------------------- tables
ONCE = {"num_epochs": 1, "shuffle": False}
TABLES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("plain", {}, [{"x": [1, 2], "y": [2.5, 3.5], "z": [b"a", b"b,c"]},
                   {"x": [3], "y": [0.0], "z": [b"d"]}]),
    ("label", {"label_name": "x"}, [({"y": [2.5, 3.5], "z": [b"a", b"b,c"]}, [1, 2]),
                                    ({"y": [0.0], "z": [b"d"]}, [3])]),
    ("selected", {"select_columns": ["z", "x"]}, [{"x": [1, 2], "z": [b"a", b"b,c"]},
                                                  {"x": [3], "z": [b"d"]}]),
    ("by number", {"select_columns": [0]}, [{"x": [1, 2]}, {"x": [3]}]),
    ("renamed", {"column_names": ["p", "q", "r"], "select_columns": ["p"]},
     [{"p": [1, 2]}, {"p": [3]}]),
    ("no header", {"column_names": ["p", "q", "r"], "header": False, "select_columns": ["p"]},
     [{"p": [b"x", b"1"]}, {"p": [b"2", b"3"]}]),
    ("defaults", {"column_defaults": [0, 1.5, "q"], "label_name": "z"},
     [({"x": [1, 2], "y": [2.5, 3.5]}, [b"a", b"b,c"]), ({"x": [3], "y": [1.5]}, [b"d"])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"), [t[1:] for t in TABLES], ids=[t[0] for t in TABLES]
)
def test_tables(put: Callable[..., str], options: Any, expected: Any) -> None:
    assert read_on(table(put(A), 2, **{**ONCE, **options})) == expected


def test_tables_of_files(put: Callable[..., str], tmp_path: Path) -> None:
    files = [put(A, "a.csv"), put(B, "b.csv")]
    endless = table(files, 2, shuffle=False)
    assert [batch["x"] for batch in read_on(endless, 4)] == [[1, 2], [3, 4], [5, 1], [2, 3]]
    assert endless.element_spec["x"] == tf.TensorSpec([2], tf.int32)
    assert table(files, 2, num_epochs=1).element_spec["z"] == tf.TensorSpec([None], tf.string)
    pattern = str(tmp_path / "[ab].csv")
    tf.random.set_seed(5)
    mixed = table(pattern, 2, num_epochs=2, shuffle_seed=3)
    assert [batch["x"] for batch in read_on(mixed)] == [[4, 1], [5, 3], [2, 2], [1, 3], [5, 4]]
    in_turn = table(files, 1, num_parallel_reads=2, **ONCE)
    assert [batch["x"] for batch in read_on(in_turn)] == [[1], [4], [2], [5], [3]]


@pytest.mark.filterwarnings("ignore:overflow")
def test_types_of_columns(put: Callable[..., str]) -> None:
    path = put(b"a,b,c,d,e\n1,3000000000,1.5,1e300,s\n")
    found = table(path, 1, num_epochs=1).element_spec
    kinds = [tf.int32, tf.int64, tf.float32, tf.float64, tf.string]
    assert [spec.dtype for spec in found.values()] == kinds
    bad = put(b"x,y\n1,2\nu,3\n4,5\n")
    kept = table(bad, 1, column_defaults=[tf.int32, tf.int32], ignore_errors=True, **ONCE)
    assert [batch["x"] for batch in read_on(kept)] == [[1], [4]]


def test_tables_that_do_not_fit(put: Callable[..., str]) -> None:
    a = put(A, "a.csv")
    twice = put(b"a,a\n1,2\n", "t.csv")
    other = put(b"z,y,x\n1,2,3\n", "o.csv")
    for arguments, options in (
        ((a, 2), {"label_name": "none"}),
        ((a, 2), {"header": False}),
        ((a + "none*", 2), {}),
        ((twice, 1), {}),
        (([a, other], 1), {}),
        ((a, 2), {"select_columns": ["x", "none"]}),
    ):
        with pytest.raises(ValueError):
            table(*arguments, **{**ONCE, **options})


# -------------------------------------------------------------------------------------- databases
@pytest.fixture
def database(tmp_path: Path) -> str:
    path = str(tmp_path / "x.db")
    connection = sqlite3.connect(path)
    connection.execute("create table t(a integer, b real, c text, d blob)")
    rows = [(1, 1.5, "x", b"z"), (2, 2.5, "yy", b"\0"), (None, None, None, None)]
    connection.executemany("insert into t values(?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


QUERIES = [
    ("select a, b, c, d from t", (tf.int32, tf.float64, tf.string, tf.string),
     [(1, 1.5, b"x", b"z"), (2, 2.5, b"yy", b"\0"), (0, 0.0, b"", b"")]),
    ("select a from t order by a desc", tf.int64, [2, 1, 0]),
    ("select a, b from t", (tf.string, tf.string), [(b"1", b"1.5"), (b"2", b"2.5"), (b"", b"")]),
    ("select a, b from t", (tf.bool, tf.uint8), [(True, 1), (True, 2), (False, 0)]),
    ("select c from t", (tf.int64,), [(0,), (0,), (0,)]),
    ("select none from t", (tf.int64,), [tf.errors.UnknownError]),
    ("select a, b from t", (tf.int64,), [Invalid]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "types", "expected"), QUERIES)
def test_queries(database: str, query: str, types: Any, expected: list[Any]) -> None:
    assert read_on(Sql("sqlite", database, query, types)) == expected


def test_databases_that_are_none(database: str) -> None:
    with pytest.raises(Invalid):
        Sql("mysql", database, "select a from t", (tf.int64,))
    with pytest.raises(Invalid):
        Sql("sqlite", database, "select a from t", (tf.float32,))
    missing = Sql("sqlite", database + "none", "select a from t", (tf.int64,))
    assert read_on(missing) == [tf.errors.UnknownError]


# --------------------------------------------------------------------------------------- examples
FEATURES = {"i": tf.io.FixedLenFeature([], tf.int64), "v": tf.io.VarLenFeature(tf.float32)}


@pytest.fixture
def stored(tmp_path: Path) -> str:
    for name, start in (("r1", 0), ("r2", 10)):
        with tf.io.TFRecordWriter(str(tmp_path / name)) as writer:
            for n in range(5):
                values = [float(n + start)] * (n % 3) or None
                writer.write(example(i=[n + start], v=values))
    return str(tmp_path / "r")


def numbers(dataset: Any, most: int = 20) -> list[Any]:
    return [batch["i"] for batch in read_on(dataset, most)]


def test_batches_of_examples(stored: str) -> None:
    first = examples(f"{stored}1", 2, FEATURES, **ONCE)
    assert read_on(first) == [
        {"v": ([[1, 0]], [1.0], [2, 1]), "i": [0, 1]},
        {"v": ([[0, 0], [0, 1]], [2.0, 2.0], [2, 2]), "i": [2, 3]},
        {"v": ([[0, 0]], [4.0], [1, 1]), "i": [4]},
    ]
    both = f"{stored}[12]"
    endless = examples(both, 3, FEATURES, shuffle=False)
    assert numbers(endless, 4) == [[0, 1, 2], [3, 4, 10], [11, 12, 13], [14, 0, 1]]
    assert endless.element_spec == {
        "v": tf.SparseTensorSpec([3, None], tf.float32),
        "i": tf.TensorSpec([3], tf.int64),
    }
    tf.random.set_seed(5)
    mixed = examples(both, 3, FEATURES, num_epochs=2, shuffle_seed=4)
    assert numbers(mixed) == [
        [0, 11, 2], [4, 13, 1], [14, 10, 3], [12, 11, 13], [2, 0, 10], [4, 3, 12], [1, 14]
    ]  # fmt: skip
    in_turn = examples(both, 3, FEATURES, reader_num_threads=2, **ONCE)
    assert numbers(in_turn) == [[0, 10, 1], [11, 2, 12], [3, 13, 4], [14]]
    assert numbers(examples(f"{stored}1", 3, FEATURES, drop_final_batch=True, **ONCE)) == [
        [0, 1, 2]
    ]
    labelled = examples(f"{stored}1", 5, FEATURES, label_key="i", **ONCE)
    assert read_on(labelled)[0][1] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError):
        examples(both, 3, FEATURES, label_key="none")
    with pytest.raises(Invalid):
        examples(stored + "none", 3, FEATURES)


def test_parsed_batches(stored: str) -> None:
    parse = tf.data.experimental.parse_example_dataset
    dataset = tf.data.TFRecordDataset(f"{stored}1").batch(2).apply(parse(FEATURES))
    assert numbers(dataset) == [[0, 1], [2, 3], [4]]
    with pytest.raises(TypeError):
        tf.data.Dataset.range(3).apply(parse(FEATURES))
    with pytest.raises(ValueError):
        parse(None)


def test_parsing_in_maps(stored: str) -> None:
    spec = {"i": FEATURES["i"]}
    records = tf.data.TFRecordDataset([f"{stored}1", f"{stored}2"])
    one = records.map(lambda x: tf.io.parse_single_example(x, spec)).batch(4)
    many = records.batch(4).map(lambda x: tf.io.parse_example(x, spec))
    assert numbers(one) == numbers(many) == [[0, 1, 2, 3], [4, 10, 11, 12], [13, 14]]
    wrong = {"i": tf.io.FixedLenFeature([], tf.float32)}
    assert read_on(records.map(lambda x: tf.io.parse_single_example(x, wrong))) == [Invalid]


def test_writing(tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    texts = tf.data.Dataset.from_tensor_slices(["a", "b"])
    for compression in (None, "GZIP"):
        writer = tf.data.experimental.TFRecordWriter(path, compression)
        writer.write(texts)
        assert read_on(tf.data.TFRecordDataset(path, compression)) == [b"a", b"b"]
        for wrong in (tf.data.Dataset.range(3), tf.data.Dataset.from_tensors(["a", "b"]), [1]):
            with pytest.raises(TypeError):
                writer.write(wrong)
