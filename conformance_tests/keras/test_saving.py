"""Files and configurations of models: what is written is read, here and by Keras on TensorFlow."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import pytest

from ..helpers import refuses
from ..subject import tf
from . import exchange
from .scenarios import rows

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
NUMBERS = exchange.expected(exchange.FOLDER)
X, Y = rows(16, 4)


@pytest.mark.parametrize("kind", exchange.KINDS)
@pytest.mark.parametrize("name", exchange.MODELS)
def test_files_that_tensorflow_wrote(name: str, kind: str) -> None:
    exchange.compare(exchange.load(tf, exchange.FOLDER, name, kind), name, NUMBERS[name])


def small(compiled: bool = True) -> Any:
    tf.keras.utils.set_random_seed(2)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((4,)), layers.Dense(5, "relu"), layers.Dense(3)])
    if compiled:
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(tf.keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
        model.fit(X, Y, verbose=0)
    return model


def same(model: Any, other: Any) -> None:
    np.testing.assert_array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_whole_model(tmp_path: Path, ending: str) -> None:
    """With its optimizer: both go on in the same way."""
    model, path = small(), tmp_path / f"m.{ending}"
    model.save(path)
    other = tf.keras.models.load_model(path)
    same(model, other)
    if ending == "keras":
        for each in (model, other):
            each.fit(X, Y, shuffle=False, verbose=0)
        same(model, other)
    assert os.listdir(tmp_path) == [f"m.{ending}"]


def test_a_model_that_is_not_compiled(tmp_path: Path) -> None:
    small(False).save(tmp_path / "m.keras")
    assert not tf.keras.models.load_model(tmp_path / "m.keras").compiled
    small().save(tmp_path / "m.keras")
    assert not tf.keras.models.load_model(tmp_path / "m.keras", compile=False).compiled


def test_weights(tmp_path: Path) -> None:
    model, other = small(), small(False)
    model.save_weights(tmp_path / "w.weights.h5")
    other.load_weights(tmp_path / "w.weights.h5")
    same(model, other)
    layers = tf.keras.layers
    wrong = tf.keras.Sequential([layers.Input((4,)), layers.Dense(5), layers.Dense(2)])
    with pytest.raises(ValueError):
        wrong.load_weights(tmp_path / "w.weights.h5")
    before = wrong.get_weights()[2]
    wrong.load_weights(tmp_path / "w.weights.h5", skip_mismatch=True)
    np.testing.assert_array_equal(wrong.get_weights()[0], model.get_weights()[0])
    np.testing.assert_array_equal(wrong.get_weights()[2], before)


def test_layers_in_private_attributes_have_their_names_in_files(tmp_path: Path) -> None:
    """What is under another name, Keras on TensorFlow does not find."""
    layers = tf.keras.layers

    class Both(layers.Layer):  # type: ignore[misc, name-defined, unused-ignore]
        def __init__(self) -> None:
            super().__init__(name="both")
            self.first = layers.Dense(1)
            self._inner, self._value = layers.Dense(1), layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self._value(self._inner(self.first(x)))

    model = tf.keras.Sequential([layers.Input((2,)), Both()])
    model.save_weights(tmp_path / "m.weights.h5")
    found: list[str] = []
    with h5py.File(tmp_path / "m.weights.h5") as file:
        file.visit(found.append)
    inside = {name.split("/")[2] for name in found if name.startswith("layers/both/")}
    assert inside == {"first", "_inner", "_value", "vars"}


def test_configurations() -> None:
    model = small()
    for other in (
        tf.keras.Sequential.from_config(model.get_config()),
        tf.keras.models.model_from_json(model.to_json()),
        tf.keras.models.clone_model(model),
    ):
        other.set_weights(model.get_weights())
        same(model, other)
    assert json.loads(model.to_json())["class_name"] == "Sequential"
    optimizer = tf.keras.optimizers.deserialize(tf.keras.optimizers.serialize(model.optimizer))
    assert optimizer.get_config() == model.optimizer.get_config()


def double(x: Any) -> Any:
    return x * 2.0


def test_custom_objects(tmp_path: Path) -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((4,)), layers.Dense(3, activation=double)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(TypeError, match="double"):
        tf.keras.models.load_model(tmp_path / "m.keras")
    same(model, tf.keras.models.load_model(tmp_path / "m.keras", custom_objects={"double": double}))
    with tf.keras.utils.custom_object_scope({"double": double}):
        same(model, tf.keras.models.load_model(tmp_path / "m.keras"))


def test_lambda_layers_are_not_read_unasked(tmp_path: Path) -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((4,)), layers.Lambda(lambda x: x + 1.0)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="safe_mode"):
        tf.keras.models.load_model(tmp_path / "m.keras")
    same(model, tf.keras.models.load_model(tmp_path / "m.keras", safe_mode=False))


def test_pickle_and_deepcopy() -> None:
    model = small()
    same(model, pickle.loads(pickle.dumps(model)))
    copy = deepcopy(model)
    same(model, copy)
    copy.set_weights([weight + 1.0 for weight in copy.get_weights()])
    assert not np.array_equal(model.get_weights()[0], copy.get_weights()[0])


def test_checkpoints(tmp_path: Path) -> None:
    """tf.train.Checkpoint with a model and its optimizer, before and after they are built."""
    model = small()
    path = tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(tmp_path / "c")
    other = small()
    other.set_weights([weight * 0.0 for weight in other.get_weights()])
    tf.train.Checkpoint(model=other, optimizer=other.optimizer).restore(path)
    same(model, other)
    for each in (model, other):
        each.fit(X, Y, shuffle=False, verbose=0)
    same(model, other)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(model=model), tmp_path / "m", 2)
    for _ in range(3):
        manager.save()
    assert len(manager.checkpoints) == 2 and manager.latest_checkpoint.endswith("ckpt-3")


def test_files_that_are_none(tmp_path: Path) -> None:
    with refuses(ValueError, "nosuch.keras"):
        tf.keras.models.load_model(tmp_path / "nosuch.keras")
    (tmp_path / "broken.keras").write_bytes(b"no zip at all")
    with refuses(ValueError, "broken.keras"):
        tf.keras.models.load_model(tmp_path / "broken.keras")
    (tmp_path / "broken.h5").write_bytes(b"no hdf5 at all")
    with pytest.raises(OSError):
        tf.keras.models.load_model(tmp_path / "broken.h5")


class Interrupted(tf.keras.layers.Layer):  # type: ignore[misc, name-defined]
    """Fails while it is written."""

    failing = False

    def save_own_variables(self, store: Any) -> None:
        if self.failing:
            raise KeyboardInterrupt
        super().save_own_variables(store)


@pytest.mark.tfcompat_only
@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
def test_an_interrupted_save(tmp_path: Path, name: str) -> None:
    """Leaves the file that was there before, and nothing else."""
    model = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(2)])
    model.add(Interrupted())
    save = model.save if name == "m.keras" else model.save_weights
    save(tmp_path / name)
    before = (tmp_path / name).read_bytes()
    model.layers[-1].failing = True
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / name)
    assert (tmp_path / name).read_bytes() == before and os.listdir(tmp_path) == [name]
    if name == "m.keras":
        assert zipfile.is_zipfile(tmp_path / name)


def test_an_unknown_form_of_export(tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="format"):
        model.export(tmp_path / "program", format="clay")


@pytest.mark.tfcompat_only
def test_what_is_written_for_other_runtimes_is_refused(tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(1)])
    with pytest.raises(NotImplementedError, match=r"Model\.export.*name\.keras"):
        model.export(tmp_path / "program")
    with pytest.raises(NotImplementedError, match="TFSMLayer"):
        tf.keras.layers.TFSMLayer(tmp_path)
    with pytest.raises(NotImplementedError, match="ExportArchive"):
        tf.keras.export.ExportArchive()
    with pytest.raises(AttributeError, match=r"saved_model.*name\.keras"):
        tf.saved_model.save(model, tmp_path)
    assert not list(tmp_path.iterdir())
