"""What the recorded calls of preprocessing layers find: texts, layers, small models."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

TEXTS = np.array(["the quick brown fox", "the lazy dog. The end!", "Fox fox, fox", ""])


def names(tf: Any) -> dict[str, Any]:
    """The names, made of a module that is TensorFlow or like it."""
    layers = tf.keras.layers
    data = tf.data.Dataset

    def adapted(layer: Any, values: Any = TEXTS) -> Any:
        layer.adapt(values)
        return layer

    def text(**options: Any) -> Any:
        return adapted(layers.TextVectorization(**options))

    def everywhere(layer: Any) -> Any:
        """What a layer gives for arrays, tensors, columns, and in a pipeline."""
        mapped = data.from_tensor_slices(TEXTS).batch(2).map(layer)
        column = tf.constant(TEXTS[:, None])
        return [layer.get_vocabulary(), layer(TEXTS), layer(column), layer("fox the"), *mapped]

    def words(**options: Any) -> Any:
        return layers.StringLookup(vocabulary=["a", "b", "c"], **options)

    def numbers(**options: Any) -> Any:
        return layers.IntegerLookup(vocabulary=[12, 36], **options)

    def mapped(layer: Any, values: Any) -> Any:
        return list(data.from_tensor_slices(values).map(layer))

    def fitted(inputs: Any, outputs: Any, arrays: Any) -> Any:
        """The losses of a model, and what it predicts before and after it was saved."""
        model = tf.keras.Model(inputs, outputs)
        model.compile("sgd", "mse")
        rows = data.from_tensor_slices((arrays, np.ones((4, 1), np.float32))).batch(2)
        history = model.fit(rows, epochs=2, verbose=0, shuffle=False)
        found = [history.history["loss"], model.predict(rows, verbose=0)]
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "model.keras")
            model.save(path)
            again = tf.keras.models.load_model(path)
        if not isinstance(arrays, dict):
            found.append(model.predict(tf.constant(arrays), verbose=0))
        return [*found, again.predict(rows, verbose=0)]

    def text_model() -> Any:
        layer = text(max_tokens=20, output_sequence_length=5)
        inputs = tf.keras.Input(shape=(1,), dtype="string")
        x = layers.Embedding(20, 4, embeddings_initializer="ones")(layer(inputs))
        x = layers.GlobalAveragePooling1D()(x)
        outputs = layers.Dense(1, kernel_initializer="ones")(x)
        return fitted(inputs, outputs, TEXTS[:, None])

    def table_model() -> Any:
        a = tf.keras.Input((1,), dtype="string", name="a")
        b = tf.keras.Input((1,), name="b")
        scaled = layers.Normalization(mean=[1.0], variance=[4.0])(b)
        x = layers.Concatenate()([words(output_mode="one_hot")(a), scaled])
        outputs = layers.Dense(1, kernel_initializer="ones")(x)
        arrays = {
            "a": np.array([["a"], ["z"], ["b"], ["a"]]),
            "b": np.array([[1.0], [2.0], [3.0], [4.0]], np.float32),
        }
        return fitted({"a": a, "b": b}, outputs, arrays)

    def features() -> Any:
        space = tf.keras.utils.FeatureSpace
        made = space(
            features={
                "s": space.string_categorical(num_oov_indices=0),
                "n": space.float_normalized(),
                "i": space.integer_categorical(num_oov_indices=1),
                "d": space.float_discretized(num_bins=3),
                "h": space.string_hashed(num_bins=4),
                "c": space.float(),
            },
            crosses=[space.cross(("s", "i"), crossing_dim=8)],
            output_mode="concat",
        )
        raw: dict[str, list[Any]] = {
            "s": ["zero", "one", "two", "one"],
            "n": [0.0, 1.0, 2.0, 3.0],
            "i": [1, 2, 3, 1],
            "d": [0.0, 0.1, 0.2, 0.9],
            "h": ["x", "y", "z", "x"],
            "c": [1.0, 2.0, 3.0, 4.0],
        }
        rows = data.from_tensor_slices(raw)
        made.adapt(rows)
        one = {name: values[0] for name, values in raw.items()}
        return [made(one), made(raw), *rows.batch(2).map(made)]

    def from_file() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "words.txt"
            path.write_text("x\ny\n")
            layer = layers.StringLookup(vocabulary=str(path))
            return [layer(["x", "q"]), layer.get_vocabulary()]

    def assets() -> Any:
        layer = adapted(layers.StringLookup(), ["x", "y", "x"])
        with tempfile.TemporaryDirectory() as folder:
            layer.save_assets(folder)
            other = layers.StringLookup()
            other.load_assets(folder)
            return [(Path(folder) / "vocabulary.txt").read_text(), other.get_vocabulary()]

    def sparse_model(values: Any) -> Any:
        inputs = tf.keras.Input((4,), sparse=True)
        outputs = layers.Dense(2, kernel_initializer="ones")(inputs)
        model = tf.keras.Model(inputs, outputs)
        model.compile("sgd", "mse")
        wanted = np.ones((3, 2), np.float32)
        history = model.fit(values, wanted, batch_size=2, epochs=2, verbose=0, shuffle=False)
        whole = data.from_tensors((values, wanted)).repeat(2)
        model.fit(whole, verbose=0, shuffle=False)
        return [model(values), history.history["loss"], model.predict(values, verbose=0)]

    return {
        "sparse_model": sparse_model, "ops": tf.keras.ops,
        "st": tf.SparseTensor([[0, 1], [1, 3], [2, 0]], [1.0, 2.0, 3.0], [3, 4]),
        "L": layers, "texts": TEXTS, "text": text, "everywhere": everywhere, "adapted": adapted,
        "words": words, "numbers": numbers, "mapped": mapped, "text_model": text_model,
        "table_model": table_model, "features": features, "from_file": from_file,
        "assets": assets, "rt": tf.ragged.constant, "data": data,
        "sp": lambda values: tf.SparseTensor([[0, 0], [1, 1]], values, [2, 2]),
    }  # fmt: skip
