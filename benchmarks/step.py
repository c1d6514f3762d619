"""What a subject hands to the clock, and the names of all steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STEPS = {
    "a": "linear regression, Keras SGD",
    "b": "gradient descent, assign_sub",
    "c": "MLP 784-512-512-10, batch 128",
    "d": "chain of 500 ops and gradient",
    "e": "Hessian 20 x 20, tape rows",
    "e-jacobian": "Hessian 20 x 20, jacobian",
    "f": "gradient penalty, 3 x 64",
    "cnn": "LeNet 28 x 28, batch 64",
    "lstm": "LSTM 128 units, 50 steps",
    "transformer": "transformer 2 layers, d = 256",
    "while": "while_loop of 1,000 steps",
    "pinn": "second derivatives, 1-32-32-1",
    "data-memory": "128 records: decode, shuffle, batch",
    "data-file": "the same of a TFRecord file",
    "data-map": "decode and scale one record",
    "data-generator": "128 records of a generator",
    "data-parse": "128 tf.train.Examples",
    "data-images": "32 PNGs, resized",
    "fit-mlp": "fit of an MLP, batch 128",
    "fit-cnn": "fit of LeNet, batch 64",
    "fit-lstm": "fit of an LSTM, 50 steps",
    "fit-transformer": "fit of a transformer",
    "fit-colours": "fit of three convolutions, batch 64",
    "fit-unet": "fit of a U-Net, 128 x 128",
    "fit-resnet": "fit of ResNet50, 64 x 64",
    "fit-mobilenet": "fit of MobileNetV2, 96 x 96",
    "g-add": "one add, not read",
    "g-square": "one square, not read",
    "g-sum": "one reduce_sum, not read",
    "g-add-read": "one add, read",
    "g-sum-read": "one reduce_sum, read",
}


@dataclass(frozen=True)
class Step:
    """One step of a subject.

    `run(n)` does n iterations and returns only when all of their results exist. It is clocked from
    outside, unless it returns the seconds that it took, where only a part of it counts.
    `result()` gives the numbers as a flat list, by which subjects are checked against each other.
    """

    run: Callable[[int], float | None]
    result: Callable[[], list[float]]


CHUNK = 100


def calls_only(call: Callable[[], Any], wait: Callable[[Any], Any]) -> Callable[[int], float]:
    """A `run` that clocks calls without their reading: 100 of them, then an unclocked wait.

    Without the wait whoever defers would record without end, and whoever works in the background
    would fall behind.
    """

    def run(n: int) -> float:
        seconds = 0.0
        for _ in range(max(1, n // CHUNK)):
            started = time.perf_counter()
            for _ in range(CHUNK - 1):
                call()
            last = call()
            seconds += time.perf_counter() - started
            wait(last)
        return seconds * n / (CHUNK * max(1, n // CHUNK))

    return run


def flat(*arrays: Any) -> list[float]:
    """The numbers of arrays, of which large ones are thinned out."""
    numbers: list[float] = []
    for array in arrays:
        values = array.reshape(-1)
        numbers += [float(v) for v in values[:: max(1, len(values) // 20)]]
    return numbers
