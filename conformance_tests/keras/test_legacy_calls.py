"""Layers called, and asked for shapes and states, as tutorials of TensorFlow 2.0 to 2.15 do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

pytestmark = [pytest.mark.tfcompat_only, pytest.mark.filterwarnings("ignore::UserWarning")]


def warned(match: str, call: Callable[[], Any]) -> Any:
    with pytest.warns(UserWarning, match=match):
        return call()


def block() -> Any:
    layers = tf.keras.layers

    class Block(layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="block")
            self.dense = layers.Dense(3, kernel_initializer="ones")
            self.drop = layers.Dropout(0.5)

        def call(self, x: Any, training: Any = None, mask: Any = None) -> Any:
            return self.drop(self.dense(x), training)

    return Block()


def test_training_by_its_position() -> None:
    layer, x = block(), tf.ones([4, 2])
    agree(warned("`training=`", lambda: layer(x, False, None)), [[2.0] * 3] * 4)
    assert set(np.unique(layer(x, True))) <= {0.0, 4.0}
    agree(tf.function(lambda x: layer(x, False))(x), [[2.0] * 3] * 4)
    with pytest.raises(TypeError, match="training"):
        layer(x, False, training=True)
    cell = tf.keras.layers.SimpleRNNCell(2, dropout=0.5)
    assert cell(x, [tf.zeros([4, 2])], True)[0].shape == (4, 2)


def test_shape_of_a_layer_that_does_not_tell_it() -> None:
    assert block().compute_output_shape((None, 5)) == (None, 3)
    assert block().compute_output_shape(input_shape=(2, 5)) == (2, 3)


def test_layers_in_a_layer() -> None:
    layer = block()
    assert [x.name for x in layer.submodules] == [layer.dense.name, layer.drop.name]
    with layer.name_scope as scope:
        assert scope == "block/"


def test_layers_in_a_module() -> None:
    module = tf.Module()
    module.scale = tf.Variable(2.0)
    module.layers = [tf.keras.layers.Dense(1, kernel_initializer="ones")]
    with tf.GradientTape() as tape:
        loss = module.layers[0](tf.ones([1, 3])) * module.scale
    assert [tuple(v.shape) for v in module.variables] == [(), (3, 1), (1,)]
    grads = tape.gradient(loss, module.trainable_variables)
    tf.keras.optimizers.SGD(1.0).apply_gradients(
        zip(grads, module.trainable_variables, strict=True)
    )
    agree(module.layers[0].kernel.value.read_value(), [[-1.0]] * 3)


def test_states_of_cells() -> None:
    layers = tf.keras.layers
    cells = (layers.LSTMCell(3), layers.GRUCell(3), layers.SimpleRNNCell(3))
    stacked = layers.StackedRNNCells(cells)
    for cell in (*cells, stacked):
        expected = tf.nest.map_structure(lambda x: x.shape, cell.get_initial_state(batch_size=4))
        for state in (
            warned("`dtype`", lambda: cell.get_initial_state(batch_size=4, dtype=tf.float32)),  # noqa: B023
            cell.get_initial_state(None, 4, tf.float32),
            cell.get_initial_state(tf.ones([4, 2])),
            cell.get_initial_state(4),
        ):
            assert tf.nest.map_structure(lambda x: x.shape, state) == expected
    layer = layers.GRU(3)
    assert layer.get_initial_state(tf.ones([4, 2, 5]))[0].shape == (4, 3)


@pytest.mark.parametrize("kind", ["LSTMCell", "GRUCell", "SimpleRNNCell"])
def test_masks_of_a_cell_that_a_model_calls(kind: str) -> None:
    cell = getattr(tf.keras.layers, kind)(4, dropout=0.5, recurrent_dropout=0.5)

    class Steps(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.last = cell, tf.keras.layers.Dense(1)

        def call(self, x: Any, training: Any = None) -> Any:
            states = self.cell.get_initial_state(batch_size=4)
            for step in tf.unstack(x, axis=1):
                output, states = self.cell(step, states, training=training)
            return self.last(output)

    model = Steps()
    model.compile("sgd", "mse")
    data = tf.data.Dataset.from_tensors((tf.ones([4, 3, 2]), tf.ones([4, 1])))
    for _ in range(2):
        assert np.isfinite(model.fit(data, validation_data=data, verbose=0).history["loss"]).all()
    function = tf.function(lambda x: model(x, training=True))
    drawn = [function(tf.ones([4, 3, 2])).numpy() for _ in range(3)]
    assert not (np.array_equal(drawn[0], drawn[1]) and np.array_equal(drawn[1], drawn[2]))
    eager = model(tf.ones([4, 3, 2]), training=True)
    assert eager.shape == (4, 1) and cell._dropout_mask is not None


def test_sizes() -> None:
    layers = tf.keras.layers
    assert warned("int64", lambda: layers.Dense(np.int64(3))).units == 3
    assert layers.Dense(units=8 / 2).units == 4
    embedding = layers.Embedding(input_dim=np.array([1, 4]).max() + 1, output_dim=2)
    assert embedding(np.array([4])).shape == (1, 2)
    checked = not tf.keras.__version__.startswith("3.12.")
    for wrong in (2.5, -1) if checked else ():
        with pytest.raises(ValueError, match="units"):
            layers.Dense(wrong)
    assert warned("input", lambda: tf.keras.Input(shape=4)).shape == (None, 4)
    model = tf.keras.Sequential([layers.InputLayer(3), layers.Dense(1)])
    assert model.input_shape == (None, 3)


def test_a_name_in_the_first_place() -> None:
    class Policy(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__("policy")

    assert Policy().name == "policy"


def test_itself_in_the_first_place() -> None:
    class Policy(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__(self)

    assert Policy().trainable is True


def test_a_folder_as_name_of_a_model(tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    x = np.ones((1, 2), np.float32)
    (tmp_path / "saved" / "assets").mkdir(parents=True)
    for name in ("saved", "saved/"):
        model.save(f"{tmp_path}/{name}", save_format="tf")
        found = tf.keras.models.load_model(f"{tmp_path}/{name}")
        agree(found(x), model(x))


def test_lists_as_data() -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Dense(1, kernel_initializer="ones", input_shape=[1])])
    model.compile("sgd", "mse")
    np.testing.assert_array_equal(
        warned("an array", lambda: model.predict([10.0, 3], verbose=0)), [[10.0], [3.0]]
    )
    history = model.fit([[1.0], [2.0]], [1.0, 2.0], validation_data=([3.0], [3.0]), verbose=0)
    assert history.history == {"loss": [0.0], "val_loss": [0.0]}
    assert model.evaluate([4.0], [4.0], verbose=0) == 0.0
    words = layers.TextVectorization(output_sequence_length=2, vocabulary=["a", "b"])
    model = tf.keras.Sequential([words])
    for texts in (["b a", "a"], np.array(["b a", "a"])):
        np.testing.assert_array_equal(model.predict(texts, verbose=0), [[3, 2], [2, 0]])
    both = [np.ones((2, 1), np.float32)] * 2  # two inputs, not a list of numbers
    x, y = tf.keras.Input((1,)), tf.keras.Input((1,))
    np.testing.assert_array_equal(
        tf.keras.Model([x, y], x + y).predict(both, verbose=0), [[2.0], [2.0]]
    )


def test_names_of_inputs_and_outputs() -> None:
    x = tf.keras.Input((2,), name="here")
    model = tf.keras.Model(x, tf.keras.layers.Dense(1, name="there")(x))
    assert model.input_names == ["here"] and model.output_names == ["there"]
    assert tf.keras.Sequential(model.layers).output_names == ["there"]


def test_lists_as_labels_and_logits() -> None:
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    found = loss([0, 0], [[-3.0, 0.0], [-3.0, 0.0]], [1, 10])
    agree(found, (np.log1p(np.exp(3.0)) * np.array([1, 10])).astype(np.float32))
