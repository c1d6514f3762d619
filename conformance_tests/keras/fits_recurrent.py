"""Recurrent layers in fit, alone and together. Importing this enters them into fits.py's table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .fits import case, history, sizes

SEQUENCES = np.random.RandomState(3).randn(16, 7, 4).astype(np.float32)
ANSWERS = np.random.RandomState(4).randn(16, 2).astype(np.float32)
WORDS = np.random.RandomState(5).randint(0, 9, (16, 7))
WORDS[::2, 5:] = 0


def _trained(tf: Any, layers: list[Any], x: Any = SEQUENCES, shape: Any = (7, 4)) -> Any:
    model = tf.keras.Sequential([tf.keras.Input(shape), *layers, tf.keras.layers.Dense(2)])
    model.compile(tf.keras.optimizers.Adam(0.01), "mse")
    found = model.fit(x, ANSWERS, batch_size=8, epochs=3, verbose=0)
    return history(found), sizes(model)


def _case(name: str, layers_of: Callable[[Any], list[Any]]) -> None:
    def run(tf: Any) -> Any:
        return _trained(tf, layers_of(tf.keras.layers))

    run.__name__ = name
    case(run)


_case(
    "lstm_backwards",
    lambda layers: [
        layers.LSTM(5, go_backwards=True, recurrent_activation="hard_sigmoid", use_bias=False)
    ],
)
_case(
    "lstm_with_dropout",
    lambda layers: [layers.LSTM(5, dropout=0.2, recurrent_dropout=0.3)],
)
_case(
    "gru_of_both_kinds",
    lambda layers: [layers.GRU(4, return_sequences=True), layers.GRU(3, reset_after=False)],
)
_case(
    "both_directions",
    lambda layers: [
        layers.Bidirectional(layers.SimpleRNN(3, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(3), merge_mode="sum"),
    ],
)
_case("unrolled", lambda layers: [layers.GRU(3, unroll=True)])
_case(
    "stacked_cells",
    lambda layers: [layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)])],
)


@case
def masks(tf: Any) -> Any:
    layers = tf.keras.layers
    parts = [
        layers.Embedding(9, 4, mask_zero=True),
        layers.LSTM(5, return_sequences=True),
        layers.TimeDistributed(layers.Dense(4, activation="relu")),
        layers.GRU(3, go_backwards=True),
    ]
    return _trained(tf, parts, WORDS, (7,))


@case
def cell_of_ones_own(tf: Any) -> Any:
    keras = tf.keras

    class Cell(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, units: int) -> None:
            super().__init__()
            self.units = self.state_size = units

        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
            self.turn = self.add_weight(
                shape=(self.units, self.units), initializer="orthogonal", name="turn"
            )

        def call(self, x: Any, states: Any) -> Any:
            found = keras.ops.matmul(x, self.kernel) + keras.ops.matmul(states[0], self.turn)
            return found, [keras.ops.tanh(found)]

    return _trained(tf, [keras.layers.RNN(Cell(4))])


@case
def lengths_that_vary(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential([tf.keras.Input((None, 4)), layers.LSTM(5), layers.Dense(2)])
    model.compile("adam", "mse")

    def batches() -> Iterator[Any]:
        while True:
            for length in (3, 5):
                yield SEQUENCES[:, :length], ANSWERS

    return history(model.fit(batches(), steps_per_epoch=4, epochs=2, verbose=0)), sizes(model)


@case
def states_that_are_kept(tf: Any) -> Any:
    layers = tf.keras.layers
    recurrent = layers.LSTM(5, stateful=True, return_sequences=True)
    inputs = tf.keras.Input(batch_shape=(8, 7, 4))
    whole, last, _ = layers.LSTM(3, return_state=True)(recurrent(inputs))
    model = tf.keras.Model(inputs, layers.Dense(2)(layers.Add()([whole, last])))
    model.compile("sgd", "mse")
    settings = {"batch_size": 8, "verbose": 0}
    found = model.fit(SEQUENCES, ANSWERS, epochs=2, shuffle=False, **settings)
    recurrent.reset_state()
    sums = [float(model.predict(SEQUENCES, **settings).sum()) for _ in range(2)]
    return history(found), sums
