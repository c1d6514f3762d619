"""How Keras comes in: when it is used, under which names, and what else that brings along."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..processes import printed, refused, tfcompat
from ..subject import backend_name, tf

HEAVY = "[m for m in ('keras', 'torch', 'jax', 'tensorflow') if m in sys.modules]"


def test_namespaces() -> None:
    for name in ("losses", "optimizers", "metrics", "initializers"):
        ours, keras = getattr(tf, name), getattr(tf.keras, name)
        for symbol in dir(keras):
            if not symbol.startswith("_"):
                assert getattr(ours, symbol) is getattr(keras, symbol), f"tf.{name}.{symbol}"


def test_version_and_backend() -> None:
    assert tf.keras.__version__.startswith("3.")
    assert tf.keras.backend.backend() == "tensorflow"
    assert tf.keras.config.floatx() == "float32"
    assert tf.keras.backend.epsilon() == 1e-7


@pytest.mark.tfcompat_only
def test_imported_when_used() -> None:
    program = f"import sys, tfcompat as tf; print({HEAVY}); tf.losses; print({HEAVY})"
    assert printed(program).splitlines() == ["[]", "['keras']"]


LARGE = "[m for m in ('IPython', 'matplotlib.pyplot', 'pandas', 'sklearn') if m in sys.modules]"


@pytest.mark.tfcompat_only
def test_large_libraries_imported_when_used(tmp_path: Path) -> None:
    for name in ("IPython", "matplotlib", "pandas", "sklearn"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "matplotlib" / "pyplot.py").touch()
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import inspect, tfcompat as tf\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1)]); model.compile('sgd', 'mse')\n"
        "model.fit(tf.ones((2, 1)).numpy(), tf.ones((2, 1)).numpy(), verbose=0)\n"
        f"inspect.getmodule(tf.keras); hasattr(tf.keras.wrappers, '__wrapped__'); print({LARGE})\n"
        f"tf.keras.visualization.plot_image_gallery; print({LARGE})\n"
        "import keras; from tfcompat.keras.wrappers import SKLearnClassifier\n"
        "assert keras.wrappers.SKLearnClassifier is SKLearnClassifier\n"
        "assert 'SKLearnRegressor' in dir(tf.keras.wrappers)\n"
        f"print({LARGE}, hasattr(keras.wrappers, 'nosuch'))\n"
        "from keras.visualization import *; print(plot_image_gallery.__name__)"
    )
    assert printed(program).splitlines() == [
        "[]",
        "['matplotlib.pyplot']",
        "['matplotlib.pyplot', 'sklearn'] False",
        "plot_image_gallery",
    ]


WAITING = "[m for m in ('h5py', 'rich', 'rich.table') if m in sys.modules]"


@pytest.mark.tfcompat_only
def test_libraries_of_files_and_tables_imported_when_used(tmp_path: Path) -> None:
    program = (
        "import sys, tfcompat as tf; model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse'); model.fit(tf.ones((2, 1)).numpy(), [[0.0]] * 2, verbose=0)\n"
        f"print({WAITING}); model.summary(print_fn=lambda text: print('Total' in text))\n"
        f"print({WAITING}); path = {str(tmp_path / 'w.weights.h5')!r}; model.save_weights(path)\n"
        f"model.load_weights(path); model.save(path[:-11] + '.h5'); print({WAITING})\n"
        "read = tf.keras.models.load_model(path[:-11] + '.h5'); print(read.count_params())"
    )
    assert printed(program).splitlines() == [
        "[]",
        "True",
        "['rich', 'rich.table']",
        "['h5py', 'rich', 'rich.table']",
        "2",
    ]


@pytest.mark.tfcompat_only
def test_pandas_imported_after_keras() -> None:
    pytest.importorskip("pandas")
    program = (
        "import sys, tfcompat as tf; model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse'); print('pandas' in sys.modules); import pandas\n"
        "frame = pandas.DataFrame({'a': [1.0, 2.0, 3.0, 4.0]}); labels = pandas.Series([2.0] * 4)\n"
        "fitted = model.fit(frame, labels, validation_split=0.5, verbose=0)\n"
        "print(len(fitted.history['val_loss']), model.predict(frame, verbose=0).shape)"
    )
    assert printed(program).splitlines() == ["False", "1 (4, 1)"]


@pytest.mark.tfcompat_only
def test_sys_modules_has_no_tensorflow() -> None:
    program = (
        "import sys, tfcompat as tf\n"
        "v = tf.Variable(1.0); optimizer = tf.keras.optimizers.SGD(0.5)\n"
        "optimizer.apply_gradients([(tf.constant(1.0), v)])\n"
        "tf.keras.utils.set_random_seed(1); tf.keras.layers.Dense(1)(tf.constant([[1.0]]))\n"
        f"print(float(v), [m for m in sys.modules if m.startswith('tensorflow')], {HEAVY})"
    )
    frameworks = ["keras", *({"torch", "jax"} & {backend_name()})]
    assert printed(program) == f"0.5 [] {frameworks}"


IMPORTS = [
    "from tfcompat import keras; SGD = keras.optimizers.SGD",
    "from tfcompat.keras import optimizers; SGD = optimizers.SGD",
    "from tfcompat.keras.optimizers import schedules, SGD",
    "import tfcompat.keras.optimizers as o; SGD = o.SGD",
    "import tfcompat; from keras.optimizers import SGD",
]


@pytest.mark.tfcompat_only
@pytest.mark.parametrize("statement", IMPORTS)
def test_import_statements(statement: str) -> None:
    program = (
        f"{statement}\nimport sys, tfcompat as tf\n"
        "assert SGD is tf.keras.optimizers.SGD is tf.optimizers.SGD\n"
        "import tfcompat.keras.layers, tfcompat.keras as k\n"
        "assert tfcompat.keras.layers is tf.keras.layers is k.layers\n"
        "v = tf.Variable(1.0); SGD(0.5).apply_gradients([(tf.constant(1.0), v)])\n"
        "print(float(v), 'tensorflow' in sys.modules)"
    )
    assert printed(program) == "0.5 False"


@pytest.mark.tfcompat_only
def test_names_that_are_not_there() -> None:
    told = refused("import tfcompat.keras.nosuch")
    assert told == "ModuleNotFoundError: No module named 'tfcompat.keras.nosuch'"
    told = refused("import tfcompat as tf; tf.nosuch")
    assert told == "AttributeError: module 'tfcompat' has no attribute 'nosuch'"


@pytest.mark.tfcompat_only
def test_another_backend_of_keras() -> None:
    """Keras that runs on something else already: said so, with what to do about it."""
    program = "import keras, tfcompat as tf; tf.keras"
    told = refused(program, KERAS_BACKEND="numpy")
    assert told.startswith("ImportError: tf.keras: ") and "'numpy'" in told and "before" in told


@pytest.mark.tfcompat_only
def test_the_environment_of_keras() -> None:
    """KERAS_BACKEND is about a plain `import keras`; it stays what it was."""
    program = "import os, tfcompat as tf; tf.keras; print(os.environ.get('KERAS_BACKEND'))"
    assert printed(program) == "None"
    assert printed(program, KERAS_BACKEND="numpy") == "numpy"
    plain = "import tfcompat, keras; print(keras.backend.backend())"
    assert printed(plain, KERAS_BACKEND="numpy") == "numpy"
    assert printed(plain) == "tensorflow"


@pytest.mark.tfcompat_only
def test_an_unchanged_program(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow as tf\n"
        "from tensorflow import keras\n"
        "from tensorflow.keras import layers\n"
        "from tensorflow.keras.optimizers import SGD\n"
        "import keras as plain\n"
        "assert keras is tf.keras and layers is keras.layers and SGD is plain.optimizers.SGD\n"
        "v = tf.Variable(1.0)\n"
        "SGD(0.5).apply_gradients([(tf.constant(1.0), v)])\n"
        "print(float(v), keras.losses.MSE([[0.0]], [[2.0]]).numpy(), tf.__name__)\n"
    )
    done = tfcompat("run", program)
    assert done.stdout.strip() == "0.5 [4.] tfcompat", done.stderr
