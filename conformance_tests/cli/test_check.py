"""`tfcompat check`: what a program uses, found in its text."""

from __future__ import annotations

import ast
import json
import textwrap
import warnings
from pathlib import Path
from typing import Any

import pytest

from ..processes import python, tfcompat
from ..subject import backend_name, tf
from .test_notebooks import write

pytestmark = pytest.mark.tfcompat_only


def found(source: str) -> list[tuple[int, str]]:
    """The lines and symbols that a program uses."""
    from tfcompat._src.cli import check_scopes

    uses = check_scopes.uses(ast.parse(textwrap.dedent(source)))
    return list(dict.fromkeys((use.line, use.symbol) for use in uses if use.symbol[0] != "."))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import tensorflow as tf; tf.add(1, 2)", ["tf.add"]),
        ("import tensorflow; tensorflow.math.add(1, 2)", ["tf.math.add"]),
        ("import tensorflow.compat.v2 as tf; tf.add", ["tf", "tf.add"]),
        ("import tfcompat as tf; tf.add", ["tf.add"]),
        ("import tensorflow.keras.layers; tensorflow.nn.relu", ["tf.keras.layers", "tf.nn.relu"]),
        ("from tensorflow import keras as k; k.layers.GRU", ["tf.keras", "tf.keras.layers.GRU"]),
        ("from tensorflow.keras.layers import Dense as D; D(1)", ["tf.keras.layers.Dense"]),
        ("import keras; keras.ops.add", ["tf.keras.ops.add"]),
        ("from keras import layers; layers.LSTM", ["tf.keras.layers", "tf.keras.layers.LSTM"]),
        (
            "import tensorflow as tf; K = tf.keras.backend; K.mean",
            ["tf.keras.backend", "tf.keras.backend.mean"],
        ),
        ("import tensorflow as tf; m, n = tf.math, 3; m.sin", ["tf.math", "tf.math.sin"]),
        ("import tensorflow as tf; x: tf.Tensor = f()", ["tf.Tensor"]),
        ("import tensorflow as tf\ndef f(x: 'tf.Tensor') -> tf.Variable: pass",
         ["tf.Tensor", "tf.Variable"]),
        ("import tensorflow as tf; getattr(tf.math, 'sin')(1)", ["tf.math", "tf.math.sin"]),
        ("import tensorflow as tf; tf = 3; tf.add", []),
        ("import tensorflow as tf\ndef f(tf): return tf.add", []),
        ("def f():\n  import tensorflow as tf\n  return tf.add\ntf.add", ["tf.add"]),
        ("try:\n  import tensorflow as tf\nexcept ImportError:\n  tf = None\ntf.add", ["tf.add"]),
        ("def f(): return tf.add\nimport tensorflow as tf", ["tf.add"]),
        ("import tensorflow as tf\nclass M(tf.Module):\n  nn = 1\n  def f(s): tf.nn.relu",
         ["tf.Module", "tf.nn.relu"]),
        ("import tensorflow as tf\n[tf for tf in range(3)]; tf.add", ["tf.add"]),
        ("import tensorflow as tf; [tf.add(x, x) for x in tf.range(3)]", ["tf.add", "tf.range"]),
        ("import tensorflow as tf\nd = tf.data.Dataset.range(3).map(f)\nd = d.batch(2)\nd.foo()",
         ["tf.data.Dataset.map", "tf.data.Dataset.range", "tf.data.Dataset.batch",
          "tf.data.Dataset.foo"]),
        ("import tensorflow as tf\nwith tf.GradientTape() as t: pass\nt.gradient()",
         ["tf.GradientTape", "tf.GradientTape.gradient"]),
        ("import tensorflow as tf\nclass A:\n  def f(self): self.d = tf.keras.Model()\n"
         "lambda x=tf.add: tf.sin(x)", ["tf.add", "tf.keras.Model", "tf.sin"]),
        ("from .local import tf; tf.add", ["tf.add"]),
        ("from . import keras; keras.nothing", []),
        ("import tensorflow.keras as k; x = k; x.Model", ["tf.keras", "tf.keras.Model"]),
        ("from tensorflow.keras import *", ["tf.keras.*"]),
        ("import tensorflow as tf\nclass A:\n  def f(self): self.m.sin\n"
         "  def __init__(self): self.m = tf.math", ["tf.math", "tf.math.sin"]),
        ("import tensorflow as tf\nclass A:\n  m = tf.math\n  def f(a): a.m.sin",
         ["tf.math", "tf.math.sin"]),
        ("import tensorflow as tf\nclass A:\n  def __init__(self):\n    self.m = tf.math\n"
         "    self.m = 3\n    self.m.sin", ["tf.math"]),
        ("import tensorflow as tf\nclass A:\n  m = tf.math\n  @staticmethod\n"
         "  def f(a): a.m.sin", ["tf.math"]),
        ("import tensorflow as tf\nif (m := tf.math).sin: m.cos\n(n := tf).tan",
         ["tf.math", "tf.math.cos", "tf.math.sin", "tf.tan"]),
        ("import importlib; tf = importlib.import_module('tensorflow'); tf.add", ["tf.add"]),
        ("from importlib import import_module; import_module('tensorflow.nn').relu",
         ["tf.nn", "tf.nn.relu"]),
        ("m = __import__('tensorflow.nn'); m.nn.relu", ["tf.nn.relu"]),
        ("import tensorflow as tf; m = getattr(tf, 'math'); m.sin", ["tf.math", "tf.math.sin"]),
    ],
)  # fmt: skip
def test_names_are_followed(source: str, expected: list[str]) -> None:
    assert sorted(symbol for _, symbol in found(source)) == sorted(expected)


PROGRAM = """\
import tensorflow as tf
from tensorflow import keras as k
from tensorflow.python.framework import ops

x = tf.placeholder(tf.float32)
tf.reduce_sum(x, keep_dims=True)
k.optimizers.Adam(lr=0.1)
k.layers.CuDNNLSTM(2)
k.layers.Nonsense(2)
model.fit_generator(x)
tf.compat.v1.Session()
tf.nonsense
tf.matmul(x, x)
"""


def checked(*words: str | Path) -> tuple[int, dict[str, Any]]:
    done = tfcompat("check", "--json", *words)
    return done.returncode, json.loads(done.stdout)


def test_what_is_said(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    status, report = checked(tmp_path, "--only-problems")
    (file,) = report["files"]
    said = {(use["line"], use["symbol"]): use for use in file["uses"]}
    missing = {key for key, use in said.items() if "no" in use["words"].values()}
    assert missing == {
        (3, "tf.python.framework.ops"),
        (5, "tf.placeholder"),
        (6, "tf.reduce_sum(keep_dims=)"),
        (9, "tf.keras.layers.Nonsense"),
        (11, "tf.compat.v1.Session"),
        (12, "tf.nonsense"),
    }
    old = {key[1]: use["instead"] for key, use in said.items() if key not in missing}
    assert old == {
        "tf.keras.optimizers.Adam(lr=)": "learning_rate",
        "tf.keras.layers.CuDNNLSTM": "tf.keras.layers.LSTM",
        ".fit_generator": "fit",
    }
    assert status == 1 and said[5, "tf.placeholder"]["instead"] == "an argument of a function"
    assert all(counts["no"] == 6 for counts in report["backends"].values())


@pytest.mark.parametrize(
    ("symbol", "note", "instead"),
    [
        ("tf.tpu.experimental.initialize_tpu_system", "through JAX itself", ""),
        ("tf.experimental.dtensor.pack", "jax.sharding", ""),
        ("tf.nn.rnn_cell.LSTMCell", "TensorFlow 2 does not have it", "tf.keras.layers.LSTMCell"),
    ],
)
def test_namespaces_that_are_left_out(symbol: str, note: str, instead: str) -> None:
    from tfcompat._src.cli.check_names import Names

    answer = Names([backend_name()]).answer(symbol)
    assert answer.words == {backend_name(): "no"}
    assert note in answer.notes[backend_name()] and instead in answer.instead


def test_export_is_told(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import tensorflow as tf\nmodel.export('folder')\ntf.saved_model.load('folder')\n"
        "tf.keras.layers.TFSMLayer('folder')\ntable.export()\n"
    )
    status, report = checked(tmp_path)
    (file,) = report["files"]
    told = {use["line"] for use in file["uses"] if "no" in use["words"].values()}
    assert status == 1 and told == {2, 3, 4}
    assert "name.keras" in next(use["instead"] for use in file["uses"] if use["line"] == 2)


def test_one_backend_and_the_text(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    done = tfcompat("check", tmp_path, "--backend", backend_name())
    lines = done.stdout.splitlines()
    assert any(line.split() == ["13", "tf.matmul", "yes"] for line in lines)
    assert any("tf.placeholder" in line and "write an argument" in line for line in lines)
    assert lines[-1].split()[0] == backend_name() and lines[-1].split()[-1] == "6"
    assert tfcompat("check", tmp_path, "--backend", "abacus").returncode == 2


def test_a_good_program_and_a_notebook(tmp_path: Path) -> None:
    write(
        tmp_path / "lesson.ipynb",
        "%matplotlib inline\n!ls\nimport tensorflow as tf",
        "%%time\n%time tf.add(1, 2)\nfiles = !ls",
        "%%bash\nfor x in 1; do tf.add; done",
        "\n  for x in y:\n   !ls",
    )
    status, report = checked(tmp_path)
    uses = report["files"][0]["uses"]
    assert status == 0 and report["symbols"] == 1
    assert [(use["cell"], use["line"], use["symbol"]) for use in uses] == [(2, 2, "tf.add")]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import tensorflow as tf\nx = = 3\n")
    status, report = checked(tmp_path, tmp_path / "there_is_none.py")
    assert status == 2
    problems = [file["problem"] for file in report["files"]]
    assert problems[0].startswith("line 2") and "No such file" in problems[1]


def test_of_a_notebook_the_cells_that_can_be_read_are_told(tmp_path: Path) -> None:
    write(
        tmp_path / "lesson.ipynb", "import tensorflow as tf", 'print "Python 2"', "tf.placeholder"
    )
    status, report = checked(tmp_path)
    (file,) = report["files"]
    assert status == 2 and file["problem"].startswith("cell 2 ")
    assert [(use["cell"], use["symbol"]) for use in file["uses"]] == [(3, "tf.placeholder")]
    text = tfcompat("check", tmp_path).stdout
    assert "cell 2 is not Python" in text and "cell 3, line 1" in text


def test_nothing_is_run_and_no_framework_imported(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "raise RuntimeError\nimport tensorflow as tf\ntf.keras.Model; tf.data.Dataset; tf.matmul"
    )
    source = (
        "import sys; from tfcompat._src.cli import main; main(['check', sys.argv[1]]); "
        "assert not {'torch', 'jax', 'keras', 'tensorflow'} & sys.modules.keys()"
    )
    done = python("-c", source, tmp_path)
    assert done.returncode == 0, done.stderr


def test_what_is_called_removed_is_removed() -> None:
    from tfcompat._src import removed, support

    names = support.tensorflow_names()
    public = {*names, *(f"{space}.{name}" for space in names for name in names[space])}
    assert not public & removed.INSTEAD.keys()


def test_old_names_are_as_keras_has_them() -> None:
    """What check says of names of Keras' is what getattr says."""
    from tfcompat._src.cli.check_names import Names

    for symbol in (
        "tf.keras.layers.Dense", "tf.keras.layers.CuDNNGRU", "tf.keras.backend.learning_phase",
        "tf.keras.layers.LocallyConnected1D", "tf.keras.layers.experimental.preprocessing.Resizing",
        "tf.keras.Nonsense", "tf.keras.Model.fit", "tf.keras.utils.np_utils.to_categorical",
        "tf.keras.losses.Reduction.NONE", "tf.keras.applications.resnet50.preprocess_input",
    ):  # fmt: skip
        value: Any = tf
        there = True
        for name in symbol.split(".")[1:]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    value = getattr(value, name)
            except (AttributeError, NotImplementedError, ImportError):
                there = False
                break
        word = Names(["torch"]).answer(symbol).words["torch"]
        assert (word == "yes") == there, symbol


def test_the_tutorials_use_nothing_that_is_missing() -> None:
    from ..tutorials.programs import FOLDER

    status, report = checked(FOLDER, "--only-problems")
    missing = [
        use for file in report["files"] for use in file["uses"] if "no" in use["words"].values()
    ]
    assert status == 0 and not missing and report["symbols"] > 200
