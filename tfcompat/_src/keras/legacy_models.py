"""Methods and arguments of models and callbacks that Keras 3 no longer has."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src import nest
from tfcompat._src.keras.deprecation import accept, deprecated, old_attribute, old_method

_QUEUES = "`workers` and the like of a tf.keras.utils.PyDataset"
_WORKERS = {"max_queue_size": _QUEUES, "use_multiprocessing": _QUEUES, "workers": _QUEUES}
_COMPILE = {
    "distribute": "",
    "experimental_run_tf_function": "",
    "experimental_steps_per_execution": "`steps_per_execution`",
    "pss_evaluation_shards": "",
    "sample_weight_mode": "",
}


def patch_trainer(module: ModuleType) -> None:
    """Changes the class Trainer, in the module that defines it."""
    trainer = module.Trainer
    trainer.compile = accept(_metrics_third(trainer.compile), _COMPILE)
    keras_names = trainer.metrics_names

    def metrics_names(self: Any) -> list[str]:
        """The names of the numbers that evaluate returns."""
        return _names(self, keras_names.fget(self))

    trainer.metrics_names = property(metrics_names)


def _names(model: Any, keras_names: list[str]) -> list[str]:
    """With the metrics that compile was given in the place of Keras' name for all of them."""
    compiled = getattr(model, "_compile_metrics", None)
    inner = list(compiled.result()) if compiled is not None and compiled.built else []
    found: list[str] = []
    for name in keras_names:
        found += inner if compiled is not None and name == compiled.name and inner else [name]
    return found


def _metrics_third(keras_compile: Callable[..., Any]) -> Callable[..., Any]:
    """Keras 2 took the metrics before the weights of losses."""

    @functools.wraps(keras_compile)
    def compile(
        self: Any, optimizer: Any = "rmsprop", loss: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        if args and any(not isinstance(x, (int, float)) for x in nest.flatten(args[0])):
            deprecated("A third positional argument of compile that is metrics", "`metrics=`")
            names = ("metrics", "loss_weights", "weighted_metrics", "run_eagerly")
            kwargs.update(zip(names, args, strict=False))
            args = ()
        loss = _for_each_output(loss, args[0] if args else kwargs.get("loss_weights"))
        keras_compile(self, optimizer, loss, *args, **kwargs)

    return compile


def _for_each_output(loss: Any, weights: Any) -> Any:
    """One loss of a model that weighs several: Keras 2 took it for each of them."""
    if loss is None or isinstance(loss, (list, tuple, dict)):
        return loss
    if not isinstance(weights, (list, tuple, dict)) or len(weights) < 2:
        return loss
    deprecated("One loss with weights for several outputs", "a loss for each")
    return dict.fromkeys(weights, loss) if isinstance(weights, dict) else [loss] * len(weights)


def patch_compiled_metrics(module: ModuleType) -> None:
    """Lets a plain list of metrics be those of each of several outputs, as Keras 2 did."""
    compiled = module.CompileMetrics
    keras_build = compiled._build_metrics_set

    def build(self: Any, metrics: Any, num_outputs: int, *args: Any, **kwargs: Any) -> Any:
        if (
            isinstance(metrics, (list, tuple))
            and 1 < num_outputs != len(metrics) > 0
            and not any(one is None or isinstance(one, (list, tuple, dict)) for one in metrics)
        ):
            deprecated("One list of metrics for several outputs", "a list for each output")
            metrics = [[_another(one) for one in metrics] for _ in range(num_outputs)]
        return keras_build(self, metrics, num_outputs, *args, **kwargs)

    compiled._build_metrics_set = build


def _another(metric: Any) -> Any:
    """A metric with numbers of its own; names and functions are made into one for each output."""
    return metric.from_config(metric.get_config()) if hasattr(metric, "get_config") else metric


def patch_model(module: ModuleType) -> None:
    """Changes the class Model, in the module that defines it."""
    model = module.Model
    for name in ("fit", "evaluate", "predict"):
        setattr(model, name, accept(getattr(model, name), _WORKERS))
        old_method(model, f"{name}_generator", _GENERATORS[name], name)
    for name in ("train_on_batch", "test_on_batch"):
        setattr(model, name, _resetting(getattr(model, name)))
    old_method(model, "predict_proba", _predict, "predict")
    old_method(model, "predict_classes", _classes, "np.argmax(model.predict(x), axis=-1)")
    old_method(model, "reset_states", _reset_states, "reset_state of the layers")
    old_attribute(model, "state_updates", lambda self: [], "")


def _fit_generator(self: Any, generator: Any, steps_per_epoch: Any = None, **kwargs: Any) -> Any:
    return self.fit(generator, steps_per_epoch=steps_per_epoch, **kwargs)


def _evaluate_generator(self: Any, generator: Any, steps: Any = None, **kwargs: Any) -> Any:
    return self.evaluate(generator, steps=steps, **kwargs)


def _predict_generator(self: Any, generator: Any, steps: Any = None, **kwargs: Any) -> Any:
    return self.predict(generator, steps=steps, **kwargs)


_GENERATORS: dict[str, Callable[..., Any]] = {
    "fit": _fit_generator,
    "evaluate": _evaluate_generator,
    "predict": _predict_generator,
}


def _resetting(keras_method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_method)
    def method(self: Any, *args: Any, reset_metrics: bool | None = None, **kwargs: Any) -> Any:
        if reset_metrics is not None:
            deprecated("The argument `reset_metrics`", "model.reset_metrics()")
            if reset_metrics:
                self.reset_metrics()
        return keras_method(self, *args, **kwargs)

    return method


def _predict(self: Any, x: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:
    return self.predict(x, batch_size=batch_size, verbose=verbose)


def _classes(self: Any, x: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:
    """The number of the likeliest class, or 0 and 1 where there is one output."""
    found = self.predict(x, batch_size=batch_size, verbose=verbose)
    if found.shape[-1] > 1:
        return found.argmax(axis=-1)
    return (found > 0.5).astype("int32")


def _reset_states(self: Any) -> None:
    for layer in self._flatten_layers(include_self=False):
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


def patch_model_checkpoint(module: ModuleType) -> None:
    """Lets ModelCheckpoint write the files that it wrote, as often as it did."""
    callback = module.ModelCheckpoint
    keras_init, keras_save = callback.__init__, callback._save_model

    @functools.wraps(keras_init)
    def __init__(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> None:
        period = kwargs.pop("period", 1)
        if period != 1:
            deprecated("The argument `period`", "`save_freq`")
        try:
            keras_init(self, filepath, *args, **kwargs)
        except ValueError as error:
            if "filepath" not in str(error):
                raise
            # Keras takes no other endings; this package does.
            weights = kwargs.get("save_weights_only", len(args) > 3 and args[3])
            keras_init(self, ".weights.h5" if weights else ".keras", *args, **kwargs)
            self.filepath = str(filepath)
        self._period = int(period)
        self._epochs_since = 0

    def _save_model(self: Any, epoch: int, batch: int | None, logs: Any) -> None:
        if batch is None:
            self._epochs_since += 1
            if self._epochs_since < self._period:
                return
            self._epochs_since = 0
        keras_save(self, epoch, batch, logs)

    callback.__init__ = accept(__init__, {"load_weights_on_restart": "", "options": ""})
    callback._save_model = _save_model


def patch_tensorboard(module: ModuleType) -> None:
    """Arguments of TensorBoard that said what it does not write."""
    names = ("batch_size", "embeddings_data", "embeddings_layer_names", "write_grads")
    callback = module.TensorBoard
    callback.__init__ = accept(callback.__init__, dict.fromkeys(names, ""))


def patch_callback(module: ModuleType) -> None:
    """What a BaseLogger was told, which counted what `fit` counts now."""
    callback = module.Callback
    callback.__init__ = accept(callback.__init__, {"stateful_metrics": ""})


def patch_progbar(module: ModuleType) -> None:
    """What a bar was told of that `fit` tells it now."""
    callback = module.ProgbarLogger
    callback.__init__ = accept(callback.__init__, {"count_mode": "", "stateful_metrics": ""})


def patch_reduce_on_plateau(module: ModuleType) -> None:
    """The old name of `min_delta`."""
    callback = module.ReduceLROnPlateau
    callback.__init__ = accept(callback.__init__, renamed={"epsilon": "min_delta"})


def patch_backup(module: ModuleType) -> None:
    """An argument about machines that are taken away."""
    callback = module.BackupAndRestore
    callback.__init__ = accept(callback.__init__, {"save_before_preemption": ""})
