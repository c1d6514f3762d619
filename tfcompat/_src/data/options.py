"""tf.data.Options: settings of a dataset, and their groups."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from tfcompat._src.naming import public


@public("tfcompat.data.experimental")
class AutoShardPolicy(enum.IntEnum):
    """How several machines would share a dataset; there is one here."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


@public("tfcompat.data.experimental")
class ExternalStatePolicy(enum.Enum):
    """What is done about state outside of a pipeline when it is saved."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


@public("tfcompat.data.experimental")
class AutotuneAlgorithm(enum.Enum):
    """How buffer sizes would be found; accepted and not used."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class Setting:
    """An attribute of a class of options: its type, and what it is while nobody sets it."""

    def __init__(self, kind: Any, default: Callable[[], Any] | None = None) -> None:
        self.kind = kind
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, options: Any, owner: Any = None) -> Any:
        if options is None:
            return self
        values = options._values
        if self.name not in values and self.default is not None:
            found = self.default()
            if not isinstance(found, OptionsBase):
                return found
            values[self.name] = found
            if options._frozen:
                found._freeze()
        return values.get(self.name)

    def __set__(self, options: Any, value: Any) -> None:
        if options._frozen:
            raise ValueError(
                "Mutating `tf.data.Options()` returned by `tf.data.Dataset.options()` has no "
                "effect. Use `tf.data.Dataset.with_options(options)` to set or update dataset "
                "options."
            )
        if not isinstance(value, self.kind):
            raise TypeError(
                f'Property "{self.name}" must be of type {self.kind!r}, got: {value!r} '
                f"(type: {type(value)!r})"
            )
        options._values[self.name] = value


class OptionsBase:
    """Settings by name; only those that a class has can be set."""

    _values: dict[str, Any]
    _frozen: bool

    def __init__(self) -> None:
        object.__setattr__(self, "_values", {})
        object.__setattr__(self, "_frozen", False)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        object.__setattr__(self, name, value)

    def _set(self) -> dict[str, Any]:
        """What has been set, groups with nothing set in them left out."""
        found = {}
        for name, value in self._values.items():
            inner = value._set() if isinstance(value, OptionsBase) else value
            if not isinstance(value, OptionsBase) or inner:
                found[name] = inner
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OptionsBase) or type(self) is not type(other):
            return NotImplemented
        return self._set() == other._set()

    __hash__ = None  # type: ignore[assignment]

    def _freeze(self) -> None:
        object.__setattr__(self, "_frozen", True)
        for value in self._values.values():
            if isinstance(value, OptionsBase):
                value._freeze()

    def _merge(self, other: Any) -> Any:
        found = type(self)()
        for options in (self, other):
            for name, value in options._values.items():
                known = found._values.get(name)
                if isinstance(value, OptionsBase):
                    value = (type(value)() if known is None else known)._merge(value)
                found._values[name] = value
        return found


@public("tfcompat.data.experimental")
class AutotuneOptions(OptionsBase):
    """How resources are chosen; accepted and not used."""

    enabled = Setting(bool)
    cpu_budget = Setting(int)
    ram_budget = Setting(int)
    autotune_algorithm = Setting(AutotuneAlgorithm)
    initial_parallelism = Setting(int)
    min_parallelism = Setting(int)


@public("tfcompat.data.experimental")
class DistributeOptions(OptionsBase):
    """How machines share a dataset; accepted and not used."""

    auto_shard_policy = Setting(AutoShardPolicy, lambda: AutoShardPolicy.AUTO)
    num_devices = Setting(int)


@public("tfcompat.data.experimental")
class OptimizationOptions(OptionsBase):
    """Which parts of a pipeline may be exchanged for faster ones; accepted and not used."""

    apply_default_optimizations = Setting(bool)
    filter_fusion = Setting(bool)
    filter_parallelization = Setting(bool)
    inject_prefetch = Setting(bool)
    map_and_batch_fusion = Setting(bool)
    map_and_filter_fusion = Setting(bool)
    map_fusion = Setting(bool)
    map_parallelization = Setting(bool)
    noop_elimination = Setting(bool)
    parallel_batch = Setting(bool)
    seq_interleave_prefetch = Setting(bool)
    shuffle_and_repeat_fusion = Setting(bool)


@public("tfcompat.data.experimental")
class ServiceOptions(OptionsBase):
    """Settings of the tf.data service; accepted and not used."""

    pinned = Setting(bool)


@public("tfcompat.data")
class ThreadingOptions(OptionsBase):
    """How many threads a pipeline may use."""

    max_intra_op_parallelism = Setting(int)
    private_threadpool_size = Setting(int)


@public("tfcompat.data")
class Options(OptionsBase):
    """Settings for `Dataset.with_options`.

    `deterministic=False` lets parallel steps give elements as they are ready;
    `threading.private_threadpool_size` bounds the threads. The others have no effect here.
    """

    autotune = Setting(AutotuneOptions, AutotuneOptions)
    dataset_name = Setting(str)
    deterministic = Setting(bool)
    experimental_distribute = Setting(DistributeOptions, DistributeOptions)
    experimental_external_state_policy = Setting(ExternalStatePolicy)
    experimental_optimization = Setting(OptimizationOptions, OptimizationOptions)
    experimental_service = Setting(ServiceOptions, ServiceOptions)
    experimental_slack = Setting(bool)
    experimental_symbolic_checkpoint = Setting(bool)
    experimental_warm_start = Setting(bool)
    framework_type = Setting(list)
    threading = Setting(ThreadingOptions, ThreadingOptions)

    @property
    def experimental_deterministic(self) -> bool | None:
        """The older name of `deterministic`."""
        return self.deterministic

    @experimental_deterministic.setter
    def experimental_deterministic(self, value: bool) -> None:
        self.deterministic = value

    @property
    def experimental_threading(self) -> ThreadingOptions:
        """The older name of `threading`."""
        return self.threading

    @experimental_threading.setter
    def experimental_threading(self, value: ThreadingOptions) -> None:
        self.threading = value

    def merge(self, options: Options) -> Options:
        """New options: these, and what is set in the others in its place."""
        return self._merge(options)
