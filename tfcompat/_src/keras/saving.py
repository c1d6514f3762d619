"""Files of models: whole or not there, and those too that TensorFlow 2.0 to 2.15 wrote by name."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tfcompat._src import nest
from tfcompat._src.keras.deprecation import deprecated

_HDF5 = (".h5", ".hdf5")
_FORMATS = {"h5": ".h5", "hdf5": ".h5", "keras": ".keras", "tf": ".keras", "tensorflow": ".keras"}
# Endings of names that were no file's but a folder's or a checkpoint's; numbers are versions.
_OLD_ENDINGS = ("", ".ckpt", ".model", ".pb", ".tf")
# Of models saved by an old name: file -> their own classes and functions, which a SavedModel did
# without when it was loaded.
_own: dict[str, dict[str, Any]] = {}
_MAGIC = {b"\x89HDF": ".h5", b"PK\x03\x04": ".keras"}


@contextlib.contextmanager
def written(path: str, ending: str) -> Iterator[str]:
    """A path to write to; what is there at the end takes the place of `path`, all at once."""
    whole = Path(path)
    handle, name = tempfile.mkstemp(ending, f".{whole.name}.", whole.parent)
    os.close(handle)
    os.remove(name)
    try:
        yield name
        if os.path.exists(name):
            os.replace(name, whole)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(name)
        raise


def _is_old_name(path: str) -> bool:
    """Whether TensorFlow 2.0 to 2.15 alone would write to this name, and no file of Keras'."""
    ending = os.path.splitext(path)[1]
    return ending in _OLD_ENDINGS or ending[1:].isdigit()


def _is_plain(path: str) -> bool:
    """Whether a file of this name can be written beside it and renamed."""
    return "://" not in path and os.path.isdir(os.path.dirname(path) or ".")


def _in_folder(path: str) -> str:
    """The file of a model whose name is a folder's, as that of a SavedModel was."""
    return os.path.join(path, "model.keras") if os.path.isdir(path) else path


def patch_api(module: ModuleType) -> None:
    """Changes the functions that save and load, in the module that defines them."""
    module.__dict__.update(
        save_model=_save_model(module.save_model),
        load_model=_load_model(module.load_model),
        save_weights=_save_weights(module, module.save_weights),
        load_weights=_load_weights(module.load_weights),
    )


def _save_model(keras_save: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_save)
    def save_model(
        model: Any, filepath: Any, overwrite: bool = True, zipped: Any = None, **kwargs: Any
    ) -> Any:
        wanted = kwargs.pop("save_format", None)
        for name in ("options", "save_traces", "signatures"):
            if kwargs.pop(name, None) is not None:
                deprecated(f"The argument `{name}`", "model.export")
        path = os.fspath(filepath) if not hasattr(filepath, "write") else ""
        known = path.endswith((".keras", *_HDF5))
        if wanted:
            deprecated("The argument `save_format`", "a file name that ends in .keras or .h5")
        format = _FORMATS.get(str(wanted or "keras").lower())
        if format is None:
            return keras_save(model, filepath, overwrite, zipped, save_format=wanted, **kwargs)
        old = _is_old_name(path) or wanted
        if path and not known and old and zipped is None and "://" not in path:
            ending = format
            if not wanted or wanted.startswith("t"):
                deprecated(f"A model's file name without an ending, {path!r},", f"{path}.keras")
        elif not known or zipped is False or not _is_plain(path):
            return keras_save(model, filepath, overwrite, zipped, **kwargs)
        else:
            ending = os.path.splitext(path)[1]
        if not known:
            path = _in_folder(path)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        if os.path.exists(path) and not overwrite:
            from keras.src.utils import io_utils

            if not io_utils.ask_to_proceed_with_overwrite(path):
                return None
        if not known:
            _own[os.path.abspath(path)] = _defined_by_the_user(model)
        with written(path, ending) as name:
            return keras_save(model, name, True, zipped, **kwargs)

    return save_model


def _defined_by_the_user(model: Any) -> dict[str, Any]:
    """Of the classes of a model and its layers, and what it was compiled with, the user's own."""
    compiled = getattr(model, "_compile_config", None)
    given = nest.flatten(compiled.config) if compiled is not None else []
    parts = [*model._flatten_layers(), *given]
    found = [part if inspect.isfunction(part) else type(part) for part in parts]
    return {part.__name__: part for part in found if _is_foreign(part)}


def _is_foreign(part: Any) -> bool:
    return str(part.__module__).partition(".")[0] not in ("keras", "builtins", "tfcompat")


def _load_model(keras_load: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_load)
    def load_model(filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.pop("options", None) is not None:
            deprecated("The argument `options`", "")
        path = os.fspath(filepath) if isinstance(filepath, (str, os.PathLike)) else ""
        if os.path.isfile(_in_folder(path)):
            path = filepath = _in_folder(path)
        if not path or path.endswith((".keras", *_HDF5)) or not os.path.isfile(path):
            return keras_load(filepath, *args, **kwargs)
        with open(path, "rb") as file:
            ending = _MAGIC.get(file.read(4))
        if ending is None:
            return keras_load(filepath, *args, **kwargs)
        own = _own.get(os.path.abspath(path))
        if own and not args:
            kwargs["custom_objects"] = {**own, **(kwargs.get("custom_objects") or {})}
        with tempfile.TemporaryDirectory() as folder:
            named = os.path.join(folder, "model" + ending)
            shutil.copyfile(path, named)
            return keras_load(named, *args, **kwargs)

    return load_model


def _save_weights(module: ModuleType, keras_save: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_save)
    def save_weights(
        model: Any,
        filepath: Any,
        overwrite: bool = True,
        max_shard_size: Any = None,
        save_format: str | None = None,
        options: Any = None,
        **kwargs: Any,
    ) -> Any:
        path = os.fspath(filepath)
        if save_format is not None:
            deprecated("The argument `save_format`", "a file name that ends in .weights.h5")
        if path.endswith((".weights.h5", ".weights.json")) or max_shard_size is not None:
            if max_shard_size is not None or not _is_plain(path):
                return keras_save(model, filepath, overwrite, max_shard_size, **kwargs)
            ending = ".weights.h5"
            write: Callable[[str], Any] = functools.partial(
                keras_save, model, overwrite=True, **kwargs
            )
        elif path.endswith((*_HDF5, ".keras")) or save_format in ("h5", "hdf5"):
            deprecated(
                f"A file of weights that is named {path!r}", "a name that ends in .weights.h5"
            )
            ending, write = ".h5", lambda name: _save_old_hdf5(module, model, name)
        elif _is_old_name(path) or save_format in ("tf", "tensorflow"):
            return _save_checkpoint(model, path)
        else:
            return keras_save(model, filepath, overwrite, max_shard_size, **kwargs)
        if os.path.exists(path) and not overwrite:
            return keras_save(model, filepath, overwrite, max_shard_size, **kwargs)
        with written(path, ending) as name:
            return write(name)

    return save_weights


def _save_old_hdf5(module: ModuleType, model: Any, name: str) -> None:
    with module.h5py.File(name, "w") as file:
        module.legacy_h5_format.save_weights_to_hdf5_group(file, model)


def _save_checkpoint(model: Any, path: str) -> None:
    """What a name without an ending meant: a checkpoint, whose root is the model."""
    from tfcompat._src.checkpoint.checkpoint import Checkpoint
    from tfcompat._src.checkpoint.state import CheckpointState, write_state

    deprecated(f"Weights in a checkpoint, {path!r},", "a name that ends in .weights.h5")
    folder = os.path.dirname(path)
    os.makedirs(folder or ".", exist_ok=True)
    Checkpoint(model).write(path)
    write_state(folder, CheckpointState(path, [path]))


def _load_weights(keras_load: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(keras_load)
    def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> Any:
        if kwargs.pop("options", None) is not None:
            deprecated("The argument `options`", "")
        path = os.fspath(filepath)
        if not os.path.exists(path) and _is_old_name(path):
            from tfcompat._src.checkpoint.checkpoint import Checkpoint

            return Checkpoint(model).read(path)
        if not kwargs.get("by_name"):
            kwargs.pop("by_name", None)
        return keras_load(model, filepath, skip_mismatch, **kwargs)

    return load_weights


def patch_model(module: ModuleType) -> None:
    """Lets the methods of Model pass on what the functions take."""
    model = module.Model
    api = module.saving_api

    def save(
        self: Any, filepath: Any, overwrite: bool = True, zipped: Any = None, **kwargs: Any
    ) -> Any:
        """Saves the model, to a file that ends in .keras or .h5."""
        if isinstance(zipped, str):
            zipped, kwargs["save_format"] = None, zipped
        return api.save_model(self, filepath, overwrite, zipped, **kwargs)

    def save_weights(
        self: Any, filepath: Any, overwrite: bool = True, max_shard_size: Any = None, **kwargs: Any
    ) -> Any:
        """Saves the weights, to a file that ends in .weights.h5."""
        return api.save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    model.save = save
    model.save_weights = save_weights


def patch_training_config(module: ModuleType) -> None:
    """Losses and metrics that an HDF5 file tells by their short names: compile knows them."""
    keras_deserialize = module._deserialize_nested_config

    def deserialize(function: Callable[..., Any], config: Any) -> Any:
        if not isinstance(config, str):
            return keras_deserialize(function, config)
        try:
            return keras_deserialize(function, config)
        except ValueError:
            return config

    module.__dict__["_deserialize_nested_config"] = deserialize


def patch_editor(module: ModuleType) -> None:
    """Has Keras' editor of files import IPython when it shows something in a notebook."""
    editor: Any = module
    if editor.ipython is None:
        lazy = importlib.import_module("keras.src.utils.module_utils").LazyModule
        editor.ipython = lazy("IPython")
