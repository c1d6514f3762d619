"""The one door between TensorFlow's rules and a backend: choose it, load it, hand it an op."""

from __future__ import annotations

import importlib
import importlib.util
import os
import threading
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from tfcompat._src import allocation, collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tfcompat._src.dtypes import DType
    from tfcompat._src.tensor import Tensor
    from tfcompat.backend import Backend

GROUP = "tfcompat.backends"
VARIABLE = "TFCOMPAT_BACKEND"
# The two that come with tfcompat work from a checkout too, where no entry point is registered.
BUNDLED = {"torch": "tfcompat_torch", "jax": "tfcompat_jax"}

_lock = threading.RLock()
_backend: Backend | None = None
_chosen: str | None = None


def available() -> dict[str, str]:
    """Every backend that can be selected here: name -> module, whether or not it is loaded."""
    # Slow to import, and needed only to look for what does not come with tfcompat.
    from importlib import metadata

    found = {name: module for name, module in BUNDLED.items() if importlib.util.find_spec(name)}
    for entry in metadata.entry_points(group=GROUP):
        if entry.name not in BUNDLED:
            found[entry.name] = entry.value
    return found


def _default() -> str:
    names = list(available())
    return names[0] if len(names) == 1 else "torch"


def selected() -> str:
    """The name of the backend that is, or at the first tensor will be, in use."""
    if _backend is not None:
        return _backend.name
    return _chosen or os.environ.get(VARIABLE) or _default()


def set_backend(name: str) -> None:
    """Selects the backend for this process; only before the first tensor exists.

    Raises:
      ValueError: no backend of that name is installed.
      RuntimeError: another backend is already in use.
    """
    global _chosen
    if _backend is not None:
        if _backend.name == name:
            return
        raise RuntimeError(
            f"set_backend: received {name!r}, but tensors of the backend {_backend.name!r} exist "
            "already; select a backend before the first tensor, or set TFCOMPAT_BACKEND"
        )
    _module_of(name)
    _chosen = name


def _module_of(name: str) -> str:
    if name in BUNDLED and importlib.util.find_spec(name):
        return BUNDLED[name]
    found = available()
    if name in found:
        return found[name]
    installed = ", ".join(sorted(found)) or "none"
    if name in BUNDLED:
        raise ImportError(
            f"tfcompat backend: received {name!r}, whose framework is not installed "
            f"(installed: {installed}); install it with: pip install 'tfcompat[{name}]'"
        )
    raise ValueError(
        f"tfcompat backend: received {name!r}; installed: {installed}. 'torch' and 'jax' come "
        "with: pip install 'tfcompat[torch]' or 'tfcompat[jax]'; others register an entry point "
        f"in the group {GROUP!r}"
    )


def backend() -> Backend:
    """The backend in use; the first call loads it."""
    return _backend if _backend is not None else _load()


# Until a backend is loaded these load it; _load puts the backend's own functions in their place,
# so that an op reaches the backend without a step between.
def execute(
    kernel: Callable[..., Any],
    inputs: tuple[Tensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    """Runs `kernel(*native inputs, *attrs)`; a tensor, or a tuple where the kernel returns one.

    `dtype` is the result's type; None has it read from the native result.
    """
    return _load().execute(kernel, inputs, attrs, dtype)


def execute1(kernel: Callable[..., Any], x: Tensor, dtype: DType) -> Tensor:
    """`execute` for one input, no attributes and one result."""
    return _load().execute1(kernel, x, dtype)


def execute2(kernel: Callable[..., Any], x: Tensor, y: Tensor, dtype: DType) -> Tensor:
    """`execute` for two inputs, no attributes and one result."""
    return _load().execute2(kernel, x, y, dtype)


def execute_constant(
    kernel: Callable[..., Any],
    inputs: tuple[Tensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    """`execute`, but no derivative flows through: a tape gives None where TensorFlow does."""
    return _load().execute_constant(kernel, inputs, attrs, dtype)


@contextmanager
def _seeds_kept() -> Iterator[None]:
    """Around an import: NumPy's numbers go on where they were. JAX draws some while it loads."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


def _load() -> Backend:
    global _backend
    with _lock:
        if _backend is None:
            module, _, attribute = _module_of(selected()).partition(":")
            allocation.keep_freed_memory()
            with collector.resting(), _seeds_kept():
                found: Any = importlib.import_module(module)
            engine = cast("Backend", getattr(found, attribute) if attribute else found)
            # device.py stands above this file; it is needed once.
            importlib.import_module("tfcompat._src.device").apply_environment(engine)
            _backend = engine
            _install()
    return _backend


# ------------------------------------------------------------------------------ interception
class Handler(Protocol):
    """Who sees the ops of its thread before the backend does."""

    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Tensor, ...],
        attrs: tuple[Any, ...],
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        """The op's result, as `execute` gives it, or `execute_constant` if not differentiable."""


class _Local(threading.local):
    def __init__(self) -> None:
        self.handler: Handler | None = None


local = _Local()
_interceptions = 0


@contextmanager
def intercepted(handler: Handler | None) -> Iterator[None]:
    """A context in which this thread's ops go to `handler`; to the backend again for None."""
    global _interceptions
    backend()
    before = local.handler
    with _lock:
        _interceptions += 1
        _install()
    local.handler = handler
    try:
        yield
    finally:
        local.handler = before
        with _lock:
            _interceptions -= 1
            _install()


def _install() -> None:
    """The functions of this module are the backend's own unless a thread's ops are intercepted."""
    global execute, execute1, execute2, execute_constant
    engine = _backend
    if engine is None:
        return
    if _interceptions:
        execute, execute1, execute2 = _execute, _execute1, _execute2
        execute_constant = _execute_constant
    else:
        execute, execute1, execute2 = engine.execute, engine.execute1, engine.execute2
        execute_constant = engine.execute_constant


def _execute(
    kernel: Callable[..., Any],
    inputs: tuple[Tensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    handler = local.handler
    if handler is None:
        return backend().execute(kernel, inputs, attrs, dtype)
    return handler.execute(kernel, inputs, attrs, dtype, True)


def _execute1(kernel: Callable[..., Any], x: Tensor, dtype: DType) -> Any:
    handler = local.handler
    if handler is None:
        return backend().execute1(kernel, x, dtype)
    return handler.execute(kernel, (x,), (), dtype, True)


def _execute2(kernel: Callable[..., Any], x: Tensor, y: Tensor, dtype: DType) -> Any:
    handler = local.handler
    if handler is None:
        return backend().execute2(kernel, x, y, dtype)
    return handler.execute(kernel, (x, y), (), dtype, True)


def _execute_constant(
    kernel: Callable[..., Any],
    inputs: tuple[Tensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    handler = local.handler
    if handler is None:
        return backend().execute_constant(kernel, inputs, attrs, dtype)
    return handler.execute(kernel, inputs, attrs, dtype, False)


def _find(engine: Backend, family: str, kernel: str) -> Any:
    return getattr(getattr(engine, family, None), kernel, None)


def has(family: str, kernel: str) -> bool:
    """Whether the backend has a kernel, for ops that can do without."""
    return _find(backend(), family, kernel) is not None


class _Family(ModuleType):
    """The kernels of one file of the backend, found at first use and kept as attributes."""

    def __getattr__(self, kernel: str) -> Any:
        if kernel.startswith("__"):
            raise AttributeError(kernel)
        engine = backend()
        found = _find(engine, self.__name__, kernel)
        if found is None and self.__name__ == "control":
            from tfcompat.backend.engine import ValueNeeded

            # A graph can do without: it chooses and repeats by itself, by the values.
            raise ValueNeeded(f"{kernel}: the backend {engine.name!r} has no kernel for it")
        if found is None:
            others = ", ".join(sorted(available().keys() - {engine.name}))
            raise NotImplementedError(
                f"{kernel}: the backend {engine.name!r} has no kernel for it; others here: "
                f"{others or 'none'}; select one by TFCOMPAT_BACKEND"
            )
        if engine.name in BUNDLED:
            # They lack nothing. A plain module is what Python reads attributes of fastest.
            kernels = vars(getattr(engine, self.__name__))
            vars(self).update({k: v for k, v in kernels.items() if not k.startswith("_")})
            self.__class__ = ModuleType  # type: ignore[assignment]
        else:
            vars(self)[kernel] = found
        return found


def family(name: str) -> Any:
    """The backend's kernels of one family ("math", "array", ...), loaded at first use."""
    return _Family(name)
