"""The ways in which programs import Keras, each in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..processes import printed, python

pytestmark = pytest.mark.tfcompat_only

#: What a tutorial writes at its top, as `import tensorflow` and below it.
TOP = """\
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, models, optimizers, losses, metrics, callbacks, utils
from tensorflow.keras.layers import Dense, Conv2D, LSTM, Dropout as Drop
from tensorflow.keras.models import Sequential, Model, load_model
from tensorflow.keras.preprocessing.text import Tokenizer
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.applications.resnet50 import ResNet50, preprocess_input
from tensorflow.keras.datasets import mnist
from tensorflow.keras.utils import to_categorical, plot_model
from tensorflow.keras.optimizers.schedules import ExponentialDecay
from tensorflow.keras.layers.experimental import preprocessing
import tensorflow.keras.backend as K
import tensorflow.keras.layers as L
"""
CHECKS = """
assert Dense is layers.Dense is tf.keras.layers.Dense is keras.layers.Dense is L.Dense
assert models.Sequential is Sequential is keras.Sequential
assert keras is tf.keras and K is tf.keras.backend
assert float(K.mean(tf.constant([1.0, 3.0]))) == 2.0
assert preprocessing.Rescaling is layers.Rescaling
import keras as plain
from keras.layers import Dense as PlainDense
assert plain.layers.Dense is Dense is PlainDense and plain.Model is Model
print(plain.backend.backend(), Sequential([L.Input((2,)), Dense(3)]).output_shape)
"""
EXPECTED = "tensorflow (None, 3)"


def test_install_as_tensorflow() -> None:
    program = "import tfcompat; tfcompat.install_as_tensorflow()\n"
    assert printed(program + TOP + CHECKS) == EXPECTED


def test_import_tfcompat() -> None:
    top = TOP.replace("tensorflow", "tfcompat").replace("import tfcompat as tf", "")
    assert printed("import tfcompat as tf\n" + top + CHECKS) == EXPECTED


SPAWN = """\
import multiprocessing
import tfcompat as tf


def predict(model):
    return float(model(tf.ones((1, 2)))[0, 0])


if __name__ == "__main__":
    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(1)])
    model.layers[0].set_weights([tf.constant([[1.0], [2.0]]), tf.constant([0.5])])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(predict, [model])[0], predict(model))
"""


def test_spawned_processes(tmp_path: Path) -> None:
    """A model goes to another process and computes the same there."""
    program = tmp_path / "program.py"
    program.write_text(SPAWN)
    done = python(program)
    assert done.stdout.strip() == "3.5 3.5", done.stderr
