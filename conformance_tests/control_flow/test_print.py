"""tf.print: the text of values, alone and in structures. It is looked at in a file."""

from __future__ import annotations

import collections
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import refuses
from ..subject import tf

Point = collections.namedtuple("Point", "x y")


def printed(tmp_path: Path, *inputs: Any, **kwargs: Any) -> str:
    file = tmp_path / "out.txt"
    tf.print(*inputs, output_stream=f"file://{file}", **kwargs)
    return file.read_text(encoding="utf-8")


LINES: dict[str, tuple[Any, str]] = {
    "python": (lambda: ["a", 1, 2.5, True, None, [1, "b"]], "a 1 2.5 True None [1, 'b']"),
    "scalars": (lambda: [tf.constant(v) for v in (1, 1.5, True, "s")], '1 1.5 1 "s"'),
    "a string alone": (lambda: [tf.constant("s")], "s"),
    "vectors": (lambda: [tf.constant([1.0, 2.5]), tf.constant(["a", "b"])], '[1 2.5] ["a" "b"]'),
    "matrix": (lambda: [tf.constant([[1, 2], [3, 4]])], "[[1 2]\n [3 4]]"),
    "long": (lambda: [tf.range(100)], "[0 1 2 ... 97 98 99]"),
    "six": (lambda: [tf.range(6)], "[0 1 2 3 4 5]"),
    "empty": (lambda: [tf.constant([]), tf.zeros([0, 3])], "[] []"),
    "floats": (
        lambda: [tf.constant([1.1, 1e10, 1 / 3]), tf.constant([0.1, 1e6, 16777216.0, 1e-5])],
        "[1.1 1e+10 0.333333343] [0.1 1e+06 16777216 1e-05]",
    ),
    "doubles": (
        lambda: [tf.constant([1 / 3, 1e10, 1e16], tf.float64)],
        "[0.33333333333333331 10000000000 1e+16]",
    ),
    "halves": (lambda: [tf.constant(1.1, tf.float16), tf.constant(3, tf.bfloat16)], "1.09960938 3"),
    "no numbers": (lambda: [tf.constant([float("nan"), float("inf"), -0.0])], "[nan inf -0]"),
    "small integers": (lambda: [tf.constant([1, 255], tf.uint8)], "[1 255]"),
    "variables": (lambda: [tf.Variable(1.5), [tf.Variable([1, 2])]], "1.5 [[1 2]]"),
    "list": (lambda: [[tf.constant(1), "s", {"k": tf.constant([1, 2])}]], "[1, 's', {'k': [1 2]}]"),
    "named": (lambda: [Point(1, tf.constant(2))], "Point(x=1, y=2)"),
    "ordered": (
        lambda: [collections.OrderedDict([("b", tf.constant(1)), ("a", 2)])],
        "OrderedDict([('b', 1), ('a', 2)])",
    ),
    "text in a list": (lambda: [[tf.constant("a")], ["it's"]], "[\"a\"] [\"it's\"]"),
    "escapes": (lambda: [tf.constant(['a"b', "a\\b", "a\nb"])], '["a\\"b" "a\\\\b" "a\\nb"]'),
    "braces": (lambda: ["{}", ["{}", tf.constant(1)]], "{} ['{}', 1]"),
    "numpy": (lambda: [np.array([1.5, 2.0])], "array([1.5, 2. ])"),
    "dtypes and shapes": (lambda: [tf.float32, tf.TensorShape([1, None])],
                          "tf.float32 TensorShape([1, None])"),
    "nothing": (list, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines(name: str, tmp_path: Path) -> None:
    inputs, expected = LINES[name]
    assert printed(tmp_path, *inputs()) == expected + "\n"


def test_settings(tmp_path: Path) -> None:
    assert printed(tmp_path, "a", tf.constant(1), sep="--", end="!") == "a--1!"
    assert printed(tmp_path, "b", end="") == "a--1!b"


def test_summaries(tmp_path: Path) -> None:
    cube = tf.reshape(tf.range(24), [2, 3, 4])
    assert printed(tmp_path, cube, summarize=1) == (
        "[[[0 ... 3]\n  ...\n  [8 ... 11]]\n\n [[12 ... 15]\n  ...\n  [20 ... 23]]]\n"
    )
    (tmp_path / "out.txt").unlink()
    assert printed(tmp_path, tf.range(10), summarize=-1) == "[0 1 2 3 4 5 6 7 8 9]\n"
    (tmp_path / "out.txt").unlink()
    assert printed(tmp_path, tf.ones([7, 1, 1]), summarize=1) == "[[[1]]\n\n ...\n\n [[1]]]\n"


def test_variables_of_keras(tmp_path: Path) -> None:
    layer = tf.keras.layers.Dense(2, kernel_initializer="ones")
    layer.build((None, 1))
    assert printed(tmp_path, "w =", layer.kernel, {"b": layer.bias}) == (
        "w = [[1 1]] {'b': [0 0]}\n"
    )


@pytest.mark.tfcompat_only
def test_streams(capsys: pytest.CaptureFixture[str]) -> None:
    """TensorFlow writes past Python's own streams."""
    tf.print("to stderr", tf.constant(1))
    tf.print("to stdout", output_stream=sys.stdout)
    out, err = capsys.readouterr()
    assert (out, err) == ("to stdout\n", "to stderr 1\n")


def test_other_streams() -> None:
    with refuses(ValueError, "file://"):
        tf.print("a", output_stream="nowhere")
