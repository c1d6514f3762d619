"""Metrics: their values over updates, resets and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree, near, refuses
from ..subject import tf
from .metric_values import CLASSES, FUNCTIONS
from .test_losses import INDICES, LABELS, PREDICTED, numbers

CHAIN = Tolerance(2e-5, 2e-6)

SETTINGS: dict[str, dict[str, Any]] = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SparseTopKCategoricalAccuracy": {"k": 2},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "TopKCategoricalAccuracy": {"k": 2},
}


def case(name: str) -> tuple[Any, Any]:
    if name == "BinaryIoU":
        return [0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]
    if name in ("Accuracy", "IoU", "MeanIoU"):
        return [1, 0, 2, 1], [1, 1, 2, 0]
    return (INDICES if "sparse" in name.lower() else LABELS), PREDICTED


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str) -> None:
    metric = getattr(tf.keras.metrics, name)(**SETTINGS.get(name, {}))
    labels, predicted = case(name)
    got: list[Any] = []
    for _ in range(2):
        metric.update_state(labels, predicted)
        got += [*np.ravel(metric.result())]
    metric.reset_state()
    got += [*np.ravel(metric(labels, predicted))]
    assert near(got, numbers(CLASSES[name]), CHAIN), f"got {got}, expected {CLASSES[name]}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    labels, predicted = case(name)
    got = getattr(tf.keras.metrics, name)(labels, predicted).numpy().ravel()
    assert near(got, numbers(FUNCTIONS[name]), CHAIN), f"got {got}, expected {FUNCTIONS[name]}"


def test_mean() -> None:
    metric = tf.keras.metrics.Mean(name="loss")
    agree(metric.result(), 0.0)
    metric.update_state([1.0, 2.0, 6.0])
    agree(metric.result(), 3.0)
    metric.update_state(5.0)
    agree(metric.result(), 3.5)
    metric(tf.constant(6.0), sample_weight=4.0)
    agree(metric.result(), 4.75)
    metric.reset_state()
    agree(metric.result(), 0.0)
    agree(metric([[1.0, 2.0], [3.0, 4.0]], sample_weight=[1.0, 0.0]), 1.5)
    assert metric.name == "loss"


def test_sum() -> None:
    metric = tf.keras.metrics.Sum()
    metric.update_state([1.0, 2.0])
    metric.update_state([3.0], sample_weight=[2.0])
    agree(metric.result(), 9.0)


def test_a_mean_over_a_loop() -> None:
    """As tutorials use it: a float of the result, and a reset, in each epoch."""
    metric = tf.metrics.Mean()
    seen = []
    for epoch in range(2):
        metric.reset_state()
        for batch in range(3):
            metric.update_state(tf.constant(float(batch + 10 * epoch)))
        seen.append(float(metric.result()))
    assert seen == [1.0, 11.0]


def test_auc() -> None:
    auc = tf.keras.metrics.AUC
    agree(auc(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]), 0.75)
    weighted = auc(num_thresholds=3)
    weighted.update_state([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9], sample_weight=[1, 0, 0, 1])
    agree(weighted.result(), 1.0)
    multi = auc(multi_label=True, num_labels=3)
    agree(multi(LABELS, PREDICTED), 1.0)


def test_precision_and_recall() -> None:
    labels, predicted = [0, 1, 1, 1], [1, 0, 1, 1]
    agree(tf.keras.metrics.Precision()(labels, predicted), 2.0 / 3.0)
    agree(tf.keras.metrics.Recall()(labels, predicted), 2.0 / 3.0)
    agree(tf.keras.metrics.Precision(top_k=2)([[0, 0, 1]], [[0.1, 0.5, 0.3]]), 0.5)


def test_wrapper() -> None:
    metric = tf.keras.metrics.MeanMetricWrapper(fn=lambda y, p: tf.abs(y - p), name="distance")
    metric.update_state(tf.constant([1.0, 2.0]), tf.constant([2.0, 4.0]))
    agree(metric.result(), 1.5)


class Largest(tf.keras.metrics.Metric):  # type: ignore[misc, name-defined]
    """The largest value so far."""

    def __init__(self) -> None:
        super().__init__(name="largest")
        self.value = self.add_weight(name="value", initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        self.value.assign(tf.maximum(self.value, tf.reduce_max(values)))

    def result(self) -> Any:
        return self.value.value


def test_a_metric_of_ones_own() -> None:
    metric = Largest()
    metric.update_state(tf.constant([1.0, 7.0]))
    metric.update_state(tf.constant([2.0]))
    assert float(metric.result()) == 7.0
    metric.reset_state()
    assert float(metric.result()) == 0.0
    assert len(metric.variables) == 1


def test_by_name() -> None:
    assert type(tf.keras.metrics.get("AUC")) is tf.keras.metrics.AUC is tf.metrics.AUC
    described = tf.keras.metrics.serialize(tf.keras.metrics.Mean(name="m"))
    assert tf.keras.metrics.deserialize(described).name == "m"
    with refuses(ValueError):
        tf.keras.metrics.get("nosuch")
