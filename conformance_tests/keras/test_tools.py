"""The rest of the namespace: pictures of models, data sets, applications, utilities, settings."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf
from .scenarios import rows

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def test_applications() -> None:
    """Without downloads: built, described, called."""
    applications = tf.keras.applications
    model = applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    assert " Total params: 14,714,688 (56.13 MB)" in "\n".join(lines)
    x = applications.mobilenet_v2.preprocess_input(np.full((1, 32, 32, 3), 127.5))
    assert float(np.abs(x).max()) == 0.0
    assert model(tf.constant(x, tf.float32)).shape == (1, 1, 1, 512)
    assert callable(applications.MobileNetV2) and callable(applications.EfficientNetB0)


@pytest.mark.parametrize(
    "name", ["mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "boston_housing"]
)
def test_datasets(name: str) -> None:
    assert callable(getattr(tf.keras.datasets, name).load_data)


def test_images(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    image = tf.keras.preprocessing.image
    array = np.arange(48, dtype=np.float32).reshape(4, 4, 3)
    image.save_img(tmp_path / "a.png", array, scale=False)
    loaded = image.load_img(tmp_path / "a.png", target_size=(4, 4))
    np.testing.assert_array_equal(image.img_to_array(loaded), array)
    for label in ("cats", "dogs"):
        (tmp_path / "d" / label).mkdir(parents=True)
        for number in range(2):
            image.save_img(tmp_path / "d" / label / f"{number}.png", array, scale=False)
    generator = image.ImageDataGenerator(rescale=0.5).flow_from_directory(
        tmp_path / "d", target_size=(4, 4), batch_size=4, class_mode="binary", shuffle=False
    )
    x, y = next(generator)
    np.testing.assert_allclose(x[0], array / 2)
    assert y.tolist() == [0.0, 0.0, 1.0, 1.0]
    flowing = image.ImageDataGenerator(horizontal_flip=True).flow(
        np.stack([array] * 4), np.arange(4), batch_size=2, seed=1
    )
    assert next(flowing)[0].shape == (2, 4, 4, 3)
    dataset = tf.keras.utils.image_dataset_from_directory(
        tmp_path / "d", image_size=(4, 4), batch_size=4, shuffle=False
    )
    assert dataset.class_names == ["cats", "dogs"]
    for pictures, labels in dataset:
        np.testing.assert_allclose(pictures[0], array)
        assert labels.numpy().tolist() == [0, 0, 1, 1]


def test_texts_and_sequences() -> None:
    text, sequence = tf.keras.preprocessing.text, tf.keras.preprocessing.sequence
    tokenizer = text.Tokenizer(num_words=10, oov_token="?")
    tokenizer.fit_on_texts(["the cat sat", "the dog"])
    assert tokenizer.texts_to_sequences(["the cat ran"]) == [[2, 3, 1]]
    assert sequence.pad_sequences([[1, 2], [3]]).tolist() == [[1, 2], [0, 3]]
    padded = tf.keras.utils.pad_sequences([[1, 2, 3], [4]], 2, padding="post", truncating="post")
    assert padded.tolist() == [[1, 2], [4, 0]]
    data = np.arange(6).reshape(6, 1)
    windows = sequence.TimeseriesGenerator(data, data[:, 0], length=3, batch_size=2)
    assert windows[0][0][..., 0].tolist() == [[0, 1, 2], [1, 2, 3]] and len(windows) == 2
    series = tf.keras.utils.timeseries_dataset_from_array(data[:, 0], data[3:, 0], 3)
    ((x, y),) = list(series)
    assert x.numpy().tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]] and y.numpy().tolist() == [
        3,
        4,
        5,
    ]


def test_utilities() -> None:
    utils = tf.keras.utils
    assert utils.to_categorical([0, 2], 3).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert utils.normalize(np.array([[3.0, 4.0]])).tolist() == [[0.6, 0.8]]
    left, right = utils.split_dataset(np.arange(10), left_size=0.8)
    assert [int(left.cardinality()), int(right.cardinality())] == [8, 2]
    utils.set_random_seed(1)
    first = tf.random.normal((2,)).numpy()
    utils.set_random_seed(1)
    np.testing.assert_array_equal(tf.random.normal((2,)).numpy(), first)
    assert issubclass(utils.Sequence, utils.PyDataset) or utils.Sequence is utils.PyDataset
    assert utils.get_registered_object("nosuch") is None


def test_plot_model(tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(1)])
    try:
        importlib.import_module("pydot")
    except ImportError:
        with pytest.raises(ImportError, match="pydot"):
            tf.keras.utils.plot_model(model, str(tmp_path / "m.png"))
        return
    dot = tf.keras.utils.model_to_dot(model, show_shapes=True)
    assert "Dense" in dot.to_string()
    path = tmp_path / "m.png"
    if shutil.which("dot"):
        tf.keras.utils.plot_model(model, str(path))
        assert path.stat().st_size
    else:
        with pytest.raises(ImportError, match="graphviz"):
            tf.keras.utils.plot_model(model, str(path))


def test_regularizers_and_constraints() -> None:
    layers = tf.keras.layers
    layer = layers.Dense(2, kernel_regularizer=tf.keras.regularizers.L1L2(0.5, 0.25))
    layer.build((None, 1))
    layer.kernel.assign([[1.0, -2.0]])
    assert float(layer.losses[0]) == 0.5 * 3 + 0.25 * 5
    w = tf.constant([[3.0, -1.0], [4.0, 0.5]])
    constraints = tf.keras.constraints
    agree(constraints.MaxNorm(1.0)(w)[:, 0], [0.6, 0.8])
    agree(constraints.NonNeg()(w), [[3.0, 0.0], [4.0, 0.5]])
    agree(constraints.UnitNorm()(w)[:, 0], [0.6, 0.8])
    agree(tf.keras.regularizers.OrthogonalRegularizer(0.1)(tf.eye(2)), 0.0)


def test_mixed_precision() -> None:
    tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        layer = tf.keras.layers.Dense(2)
        assert layer(tf.ones((1, 3))).dtype == tf.bfloat16
        assert layer.kernel.dtype == "float32"
    finally:
        tf.keras.mixed_precision.set_global_policy("float32")


def test_scaled_losses() -> None:
    """Gradients that overflow leave the variables as they were, and halve the scale."""
    inner = tf.keras.optimizers.SGD(1.0)
    optimizer = tf.keras.mixed_precision.LossScaleOptimizer(inner, initial_scale=4.0)
    v = tf.Variable(1.0)
    optimizer.apply_gradients([(tf.constant(2.0), v)])
    assert float(v) == 0.5 and float(optimizer.scale_loss(1.0)) == 4.0
    optimizer.apply_gradients([(tf.constant(np.inf), v)])
    assert float(v) == 0.5 and float(optimizer.scale_loss(1.0)) == 2.0


#: TensorFlow 2.21.
SHUFFLED = [1.5077389478683472, 0.6231306791305542, 0.43522629141807556]


def test_shuffled_fit() -> None:
    """fit draws its order as TensorFlow does: the losses of a run with seeds, recorded."""
    tf.keras.utils.set_random_seed(9)
    x, y = rows(32, 4)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((4,)), layers.Dense(3, "softmax")])
    model.compile(tf.keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    found: Any = model.fit(x, y, epochs=3, batch_size=8, verbose=0).history["loss"]
    assert found == pytest.approx(SHUFFLED, rel=1e-4)
