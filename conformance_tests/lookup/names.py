"""What the recorded calls find: tables, and files to fill them from."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_folders: list[Path] = []


def _folder() -> Path:
    """A folder of this process with the texts in it."""
    if not _folders:
        made = Path(tempfile.mkdtemp())
        _folders.append(made)
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        (made / "words").write_text("one\ntwo\nthree\n")
        (made / "columns").write_text("emerson 10\nlake 20\npalmer 30\n")
        (made / "numbers").write_text("emerson 10\nlake 20.5\n")
        (made / "twice").write_text("a\nb\na\n")
    return _folders[0]


def names(tf: Any) -> dict[str, Any]:
    """The names, made of a module that is TensorFlow or like it."""
    folder = _folder()
    lookup = tf.lookup

    def pairs(*args: Any, **kwargs: Any) -> Any:
        return lookup.KeyValueTensorInitializer(*args, **kwargs)

    def static(default: Any, *args: Any, **kwargs: Any) -> Any:
        return lookup.StaticHashTable(pairs(*args, **kwargs), default)

    def lines(name: str, *args: Any, **kwargs: Any) -> Any:
        return lookup.TextFileInitializer(str(folder / name), *args, **kwargs)

    def kv() -> Any:
        return static(-1, ["a", "b", "c"], [0, 1, 2])

    def vocabulary(buckets: int) -> Any:
        return lookup.StaticVocabularyTable(
            pairs(["a", "b"], tf.constant([0, 1], tf.int64)), buckets
        )

    def mutable(key: Any = tf.string, value: Any = tf.int64, default: Any = -1) -> Any:
        return lookup.experimental.MutableHashTable(key, value, default)

    def dense() -> Any:
        return lookup.experimental.DenseHashTable(
            tf.int64, tf.int64, default_value=-1, empty_key=-1, deleted_key=-2
        )

    def fn(function: Callable[..., Any], *args: Any, sig: Any = None) -> Any:
        return tf.function(function, input_signature=sig)(*args)

    def saved(table: Any, other: Any) -> Any:
        path = tf.train.Checkpoint(table=table).write(str(folder / "saved"))
        tf.train.Checkpoint(table=other).read(path).assert_consumed()
        return other

    return {
        "static": static, "pairs": pairs, "lines": lines, "kv": kv, "vocabulary": vocabulary,
        "mutable": mutable, "dense": dense, "fn": fn, "saved": saved, "folder": str(folder),
        "Static": lookup.StaticHashTable, "Vocabulary": lookup.StaticVocabularyTable,
        "Dense": lookup.experimental.DenseHashTable,
        "s": tf.SparseTensor([[0, 0], [1, 0], [1, 1]], ["a", "b", "c"], [2, 2]),
    }  # fmt: skip
