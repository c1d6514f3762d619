"""tf.profiler.experimental: the framework's own profiler, whose traces TensorBoard reads."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, NamedTuple

from tfcompat._src import dispatch
from tfcompat._src.errors import AlreadyExistsError, UnavailableError
from tfcompat._src.naming import public

profiler = dispatch.family("profiler")


@public("tfcompat.profiler.experimental")
class ProfilerOptions(NamedTuple):
    """How much is recorded of the host, of Python, of devices; the backend knows the levels."""

    host_tracer_level: int = 2
    python_tracer_level: int = 0
    device_tracer_level: int = 1
    delay_ms: int | None = None


class _Session:
    """Where the running profile goes, and where it is kept until it is known to be wanted."""

    logdir: str | None = None
    folder: str = ""


@public("tfcompat.profiler.experimental")
def start(logdir: Any, options: ProfilerOptions | None = None) -> None:
    """Starts the profiler; `stop` writes into the folder `logdir`.

    Raises AlreadyExistsError if it runs.
    """
    if _Session.logdir is not None:
        raise AlreadyExistsError(None, None, "Another profiler is running.")
    wanted = options or ProfilerOptions()
    folder = tempfile.mkdtemp()
    try:
        profiler.start(folder, wanted.host_tracer_level, wanted.python_tracer_level)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _Session.logdir, _Session.folder = os.fspath(logdir), folder
    atexit.register(_abandon)


def _abandon() -> None:
    """Stops a profiler that still runs when the program ends."""
    if _Session.logdir is not None:
        stop(save=False)


@public("tfcompat.profiler.experimental")
def stop(save: bool = True) -> None:
    """Stops the profiler, and writes what it recorded unless `save` is false.

    Raises UnavailableError if none runs.
    """
    logdir, folder = _Session.logdir, _Session.folder
    if logdir is None:
        raise UnavailableError(
            None, None, "Cannot export profiling results. No profiler is running."
        )
    _Session.logdir = None
    atexit.unregister(_abandon)
    try:
        profiler.stop()
        if save:
            shutil.copytree(folder, logdir or ".", dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@public("tfcompat.profiler.experimental")
class Profile:
    """A context that is profiled; the trace goes into the folder `logdir`."""

    def __init__(self, logdir: Any, options: ProfilerOptions | None = None) -> None:
        self._logdir = logdir
        self._options = options

    def __enter__(self) -> None:
        start(self._logdir, self._options)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stop()


@public("tfcompat.profiler.experimental")
class Trace:
    """A context that stands in the trace under a name, with details such as `step_num`."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self._name = name
        self._details = kwargs
        self._context: AbstractContextManager[Any] | None = None

    def __enter__(self) -> Trace:
        self._context = profiler.annotation(self._name, self._details)
        self._context.__enter__()
        return self

    def set_metadata(self, **kwargs: Any) -> None:
        """Adds details; those set before the context is entered reach the trace."""
        self._details.update(kwargs)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._context is not None:
            self._context.__exit__(kind, error, trace)
            self._context = None


def _no_server(what: str) -> NotImplementedError:
    return NotImplementedError(
        f"tf.profiler.experimental.{what}: profiles over the network are not part of tfcompat; "
        "use tf.profiler.experimental.start in the program, or jax.profiler.start_server"
    )


@public("tfcompat.profiler.experimental.server")
def start_server(port: int) -> None:
    """Raises NotImplementedError: profile inside the program."""
    raise _no_server("server.start")


@public("tfcompat.profiler.experimental.client")
def trace(
    service_addr: str,
    logdir: str,
    duration_ms: int,
    worker_list: str = "",
    num_tracing_attempts: int = 3,
    options: ProfilerOptions | None = None,
) -> None:
    """Raises NotImplementedError: profile inside the program."""
    raise _no_server("client.trace")


@public("tfcompat.profiler.experimental.client")
def monitor(service_addr: str, duration_ms: int, level: int = 1) -> str:
    """Raises NotImplementedError: profile inside the program."""
    raise _no_server("client.monitor")
