"""What the name `tensorflow` means in a process of `tfcompat run`, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..processes import Done, python, tfcompat

pytestmark = pytest.mark.tfcompat_only


def run(folder: Path, source: str, **variables: Any) -> Done:
    program = folder / "program.py"
    program.write_text(source)
    return tfcompat("run", program, **variables)


def succeed(folder: Path, source: str, **variables: str) -> str:
    done = run(folder, source, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_all_ways_to_import(tmp_path: Path) -> None:
    source = """
import importlib, importlib.util, sys
from importlib.metadata import version
import tensorflow as tf
import tensorflow
import tensorflow.math
import tensorflow.compat.v2 as tf2
import tensorflow.nn as nn, tensorflow.keras.layers as layers
from tensorflow import keras, math as m, float32
from tensorflow.keras import layers as same
from tensorflow.keras.layers import Dense
from tensorflow.keras.optimizers.schedules import ExponentialDecay
from tensorflow.io import gfile
assert tf is tensorflow is tf2 is sys.modules["tensorflow"] is importlib.import_module("tensorflow")
assert tensorflow.math is m is tf.math and float32 is tf.float32 and nn is tf.nn
assert layers is same is tf.keras.layers and layers.Dense is Dense and keras is tf.keras
assert gfile is tf.io.gfile
assert version("tensorflow") == version("TensorFlow") == tf.__version__
assert importlib.util.find_spec("tensorflow").name == "tensorflow"
assert importlib.util.find_spec("tensorflow.keras.layers") is not None
assert importlib.util.find_spec("tensorflow.contrib") is None
assert importlib.util.find_spec("tensorflow_datasets") is None
assert importlib.reload(tf) is tf
import keras as plain
assert plain.layers.Dense is Dense
"""
    succeed(tmp_path, source)


ABSENT = {
    "from tensorflow.python.framework import ops": "private",
    "import tensorflow.python.keras.layers": "tensorflow.keras",
    "from tensorflow.python.client import device_lib": "list_physical_devices",
    "from tensorflow.examples.tutorials.mnist import input_data": "keras.datasets.mnist",
    "import tensorflow.contrib.slim as slim": "dropped",
    "from tensorflow import placeholder": "an argument of a function",
    "from tensorflow.train import AdamOptimizer": "tf.keras.optimizers.Adam",
    "import tensorflow_text": "TextVectorization",
    "import tensorflow_addons as tfa": "tf.keras",
    "import tensorflow_datasets as tfds": "tf.keras.datasets",
    "import tensorflow_probability as tfp": "substrates",
    "import tensorflow_hub as hub": "not installed",
}


def test_what_is_not_there_is_explained(tmp_path: Path) -> None:
    tries = [
        f"try:\n    {statement}\nexcept ImportError as error:\n    print(error)"
        for statement in ABSENT
    ]
    lines = succeed(tmp_path, "\n".join(tries)).splitlines()
    for line, told in zip(lines, ABSENT.values(), strict=True):
        assert told in line


def test_the_traceback_of_a_failing_import_is_the_programs(tmp_path: Path) -> None:
    (tmp_path / "inner.py").write_text("from tensorflow.python.framework import ops\n")
    done = run(tmp_path, "import inner")
    files = [line for line in done.stderr.splitlines() if line.startswith("  File")]
    assert [line.count("tmp") > 0 for line in files] == [True, True], done.stderr


LIBRARY = """
import importlib.util
from importlib import metadata

def probes():
    try:
        metadata.version("tensorflow")
        return True
    except metadata.PackageNotFoundError:
        return importlib.util.find_spec("tensorflow") is not None

try:
    import tensorflow
    HAS = True
except ImportError:
    HAS = False

def needs():
    import tensorflow
    return tensorflow
"""


def test_a_library_that_only_looks_round_finds_nothing(tmp_path: Path) -> None:
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "looks_round.py").write_text(LIBRARY)
    (installed / "tf_needs.py").write_text(LIBRARY)
    source = """
import tensorflow as tf
import looks_round, tf_needs
assert not looks_round.HAS and not looks_round.probes()
assert tf_needs.HAS and tf_needs.probes()
assert looks_round.needs() is tf is tf_needs.needs()
"""
    succeed(tmp_path, source, PYTHONPATH=str(installed))


def test_workers_have_it(tmp_path: Path) -> None:
    source = """
import multiprocessing
import tensorflow as tf

def work(x):
    import tensorflow
    return tensorflow.__name__, tf.__version__

if __name__ == "__main__":
    for method in ("spawn", "fork", "forkserver"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(method, *pool.map(work, [0])[0])
"""
    lines = succeed(tmp_path, source).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["spawn", "tfcompat"],
        ["fork", "tfcompat"],
        ["forkserver", "tfcompat"],
    ]


def in_python(source: str, **variables: Any) -> Done:
    return python("-W", "always::UserWarning", "-c", source, **variables)


def test_install_as_tensorflow() -> None:
    source = """
import tfcompat
tfcompat.install_as_tensorflow()
tfcompat.install_as_tensorflow()
import tensorflow as tf
from tensorflow.math import sin
assert tf is tfcompat and sin is tf.sin
"""
    done = in_python(source)
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_a_tensorflow_that_was_imported_is_explained(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("__version__ = '2.99'")
    source = "import tensorflow, tfcompat\ntfcompat.install_as_tensorflow()"
    done = in_python(source, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "ForeignTensorFlowError: " in done.stderr and "TensorFlow 2.99" in done.stderr


def test_a_tensorflow_that_is_installed_is_named_and_left_alone(tmp_path: Path) -> None:
    info = tmp_path / "tensorflow-2.99.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tensorflow\nVersion: 2.99\n")
    (tmp_path / "tensorflow.py").write_text("raise RuntimeError('imported')")
    program = tmp_path / "program.py"
    program.write_text("import tensorflow as tf\nprint(tf.__name__)")
    done = tfcompat("run", program, PYTHONPATH=str(tmp_path))
    assert done.stdout == "tfcompat\n" and "tensorflow 2.99 is installed" in done.stderr
    source = "import tfcompat\ntfcompat.install_as_tensorflow()\nimport tensorflow"
    assert "tensorflow 2.99 is installed" in in_python(source, PYTHONPATH=str(tmp_path)).stderr
    assert "also installed" in tfcompat("info", PYTHONPATH=str(tmp_path)).stdout


def test_a_keras_of_another_backend_is_explained() -> None:
    source = "import keras, tfcompat\ntfcompat.install_as_tensorflow()\nimport tensorflow"
    done = in_python(source, KERAS_BACKEND="numpy")
    assert done.returncode == 0 and "Keras was imported before" in done.stderr
    assert "'numpy'" in done.stderr


def test_the_extension_of_ipython() -> None:
    source = """
class Shell:
    def register_magic_function(self, function, kind, name):
        assert kind == "line"
        function("2.x")
        self.name = name
import importlib
shell = Shell()
importlib.import_module("tfcompat").load_ipython_extension(shell)
import tensorflow
assert shell.name == "tensorflow_version" and tensorflow.__name__ == "tfcompat"
"""
    done = in_python(source)
    assert done.returncode == 0 and "API of TensorFlow 2" in done.stdout, done.stderr
