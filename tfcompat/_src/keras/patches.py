"""What is changed in Keras while it is loaded: module -> what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from tfcompat._src.keras import batches, checkpoints, legacy, optimizers, symbolic, trainer


def _patch_core(module: ModuleType) -> None:
    symbolic.patch(module)
    checkpoints.patch(module)


TABLE: dict[str, Callable[[ModuleType], None]] = {
    "keras.src.backend.tensorflow.core": _patch_core,
    "keras.src.backend.tensorflow.optimizer": optimizers.patch,
    "keras.src.backend.tensorflow.trainer": trainer.patch,
    "keras.src.callbacks.callback_list": trainer.patch_callbacks,
    "keras.src.losses.loss": legacy.patch_losses,
    "keras.src.optimizers.base_optimizer": legacy.patch_optimizers,
    "keras.src.trainers.data_adapters.array_data_adapter": batches.patch,
}
