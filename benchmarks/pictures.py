"""Networks for pictures as `fit` trains them: convolutions, pooling and batch normalization."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Built = tuple[Any, list[Any], Any, Any, int]

# Batches of an epoch.
_BATCHES = 6
_CLASSES = 10


def colours(keras: Any) -> Built:
    """Three convolutions on 32 x 32 pixels, batches of 64: the first network of many tutorials."""
    layers = keras.layers
    parts = [keras.Input((32, 32, 3))]
    for filters in (32, 64, 64):
        parts += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D()]
    parts[-1] = layers.Flatten()
    model = keras.Sequential([*parts, layers.Dense(64, activation="relu"), layers.Dense(_CLASSES)])
    return _classifier(keras, model, 64)


def unet(keras: Any) -> Built:
    """A U-Net of 16 to 128 channels on 128 x 128 pixels, batches of 8."""
    layers = keras.layers

    def twice(x: Any, filters: int) -> Any:
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    inputs = x = keras.Input((128, 128, 3))
    passed = []
    for filters in (16, 32, 64):
        x = twice(x, filters)
        passed.append(x)
        x = layers.MaxPooling2D()(x)
    x = twice(x, 128)
    for filters in (64, 32, 16):
        x = layers.Conv2DTranspose(filters, 2, 2, padding="same")(x)
        x = twice(layers.Concatenate()([x, passed.pop()]), filters)
    return _classifier(keras, keras.Model(inputs, layers.Conv2D(_CLASSES, 1)(x)), 8)


def resnet(keras: Any) -> Built:
    """ResNet50 on 64 x 64 pixels, batches of 8."""
    return _application(keras, "ResNet50", 64, 8)


def mobilenet(keras: Any) -> Built:
    """MobileNetV2 on 96 x 96 pixels, batches of 16."""
    return _application(keras, "MobileNetV2", 96, 16)


def _application(keras: Any, name: str, size: int, batch: int) -> Built:
    make = getattr(keras.applications, name)
    model = make(
        weights=None,
        input_shape=(size, size, 3),
        classes=_CLASSES,
        classifier_activation=None,
    )
    return _classifier(keras, model, batch)


def _classifier(keras: Any, model: Any, batch: int) -> Built:
    model.compile(
        keras.optimizers.SGD(1e-5),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    random = np.random.default_rng(0)
    count = _BATCHES * batch
    x = random.standard_normal((count, *model.input_shape[1:])).astype(np.float32)
    y = random.integers(0, _CLASSES, (count, *model.output_shape[1:-1]))
    weights = [_weight(random, old) for old in model.get_weights()]
    return model, weights, x, y, batch


def _weight(random: np.random.Generator, old: np.ndarray) -> np.ndarray:
    """Filters by He's rule; scales and offsets as they are made."""
    if old.ndim < 2:
        return old
    fan_in = math.prod(old.shape[:-1])
    return (random.standard_normal(old.shape) * math.sqrt(2 / fan_in)).astype(np.float32)
