"""What is changed in Keras while it is loaded: module -> what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from tfcompat._src.keras import (
    batches,
    checkpoints,
    exporting,
    legacy,
    legacy_backend,
    legacy_calls,
    legacy_data,
    legacy_layers,
    legacy_models,
    legacy_names,
    normalization,
    optimizers,
    recognized,
    recurrent,
    saving,
    trainer,
    unset_variables,
)

Patch = Callable[[ModuleType], None]


def _all_of(*patches: Patch) -> Patch:
    def patch(module: ModuleType) -> None:
        for each in patches:
            each(module)

    return patch


_NAMES = legacy_names.patches()
_BACKEND = "keras._tf_keras.keras.backend"

TABLE: dict[str, Patch] = {
    **_NAMES,
    _BACKEND: _all_of(legacy_backend.patch, _NAMES[_BACKEND]),
    "keras.src.activations.activations": legacy_layers.patch_activations,
    "keras.src.backend.common.variables": unset_variables.patch,
    "keras.src.backend.tensorflow.core": checkpoints.patch,
    "keras.src.backend.tensorflow.optimizer": optimizers.patch,
    "keras.src.backend.tensorflow.rnn": recurrent.patch,
    "keras.src.backend.tensorflow.trainer": trainer.patch,
    "keras.src.callbacks.backup_and_restore": legacy_models.patch_backup,
    "keras.src.callbacks.callback": legacy_models.patch_callback,
    "keras.src.callbacks.callback_list": trainer.patch_callbacks,
    "keras.src.callbacks.model_checkpoint": legacy_models.patch_model_checkpoint,
    "keras.src.callbacks.progbar_logger": legacy_models.patch_progbar,
    "keras.src.callbacks.reduce_lr_on_plateau": legacy_models.patch_reduce_on_plateau,
    "keras.src.callbacks.tensorboard": legacy_models.patch_tensorboard,
    "keras.src.export.saved_model": exporting.patch_archive,
    "keras.src.export.tfsm_layer": exporting.patch_layer,
    "keras.src.layers.core.dense": legacy_calls.patch_sizes,
    "keras.src.layers.core.embedding": legacy_calls.patch_sizes,
    "keras.src.layers.core.input_layer": legacy_calls.patch_input,
    "keras.src.layers.layer": _all_of(legacy_layers.patch_layer, legacy_calls.patch_layer),
    **{
        f"keras.src.layers.pooling.average_pooling{rank}d": legacy_layers.patch_average_pooling
        for rank in (1, 2, 3)
    },
    "keras.src.layers.rnn.dropout_rnn_cell": recurrent.patch_cells,
    "keras.src.layers.rnn.gru": legacy_calls.patch_states,
    "keras.src.layers.rnn.lstm": _all_of(recurrent.patch_layer, legacy_calls.patch_states),
    "keras.src.layers.rnn.rnn": _all_of(legacy_layers.patch_rnn, legacy_calls.patch_states),
    "keras.src.layers.rnn.simple_rnn": legacy_calls.patch_states,
    "keras.src.layers.rnn.stacked_rnn_cells": legacy_calls.patch_states,
    "keras.src.legacy.saving.saving_utils": saving.patch_training_config,
    "keras.src.losses.loss": legacy.patch_losses,
    "keras.src.metrics.metric": legacy_layers.patch_metric,
    "keras.src.models.model": _all_of(
        legacy_models.patch_model,
        legacy_data.patch_model,
        saving.patch_model,
        exporting.patch_model,
    ),
    "keras.src.models.sequential": legacy_layers.patch_sequential,
    "keras.src.ops.nn": normalization.patch,
    "keras.src.optimizers.base_optimizer": legacy.patch_optimizers,
    "keras.src.trainers.data_adapters.array_data_adapter": batches.patch,
    "keras.src.trainers.data_adapters.array_slicing": recognized.patch_slicing,
    "keras.src.trainers.data_adapters.data_adapter_utils": recognized.patch,
    "keras.src.regularizers.regularizers": legacy_layers.patch_regularizers,
    "keras.src.saving.file_editor": saving.patch_editor,
    "keras.src.saving.saving_api": saving.patch_api,
    "keras.src.trainers.compile_utils": legacy_models.patch_compiled_metrics,
    "keras.src.trainers.trainer": legacy_models.patch_trainer,
    "keras.src.utils.image_dataset_utils": legacy_data.patch_images,
    "keras.src.utils.tf_utils": recognized.patch_utils,
    "keras.src.utils.numerical_utils": legacy_layers.patch_to_categorical,
}
