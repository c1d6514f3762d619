"""What XLA and JAX are told before the first program."""

from __future__ import annotations

import os
import platform
import zlib
from importlib import util
from typing import Any, cast

import jax
import jaxlib

# XLA's CPU writes loops over elements in two ways. By tiles, as it does where two arrays are added
# and the like, they take three to ten times as long.
_NOT_BY_TILES = "--xla_backend_extra_options=xla_cpu_disable_tiled_emitter"
# And it has two libraries for convolutions. From 0.10 on YNNPACK, which takes up to three times as
# long as Eigen's, is the one it chooses.
_NOT_BY_YNNPACK = (
    "--xla_cpu_experimental_ynn_fusion_type=-LIBRARY_FUSION_TYPE_INDIVIDUAL_CONVOLUTION"
)
# A flag that XLA does not know ends the process: these are the releases that know the second.
_WITH_YNNPACK = ((0, 10), (0, 13))


def set_flags() -> None:
    """Adds to XLA_FLAGS, unless options of these kinds are given there."""
    first, end = _WITH_YNNPACK
    flags = [_NOT_BY_TILES]
    if first <= jaxlib.version.__version_info__ < end:
        flags.append(_NOT_BY_YNNPACK)
    given = os.environ.get("XLA_FLAGS", "")
    added = [flag for flag in flags if flag.partition("=")[0] not in given]
    os.environ["XLA_FLAGS"] = " ".join([given, *added]).strip()


_WAITING = "jax_cpu_enable_async_dispatch"


def run_where_called() -> None:
    """Has the caller's thread run programs on the CPU, unless JAX's own setting is given.

    JAX has another thread run them, where glibc holds no more than 64 MiB: what a program needs
    beyond that is cleared by the system page by page at each call. Of a training step of pictures
    that takes up to the half; and small programs wait for the other thread.
    """
    if _WAITING.upper() not in os.environ:
        jax.config.update(_WAITING, False)


# The folder in which compiled programs are kept for the next process; none if it is not set.
_KEPT_IN = "TFCOMPAT_PROGRAM_CACHE"
_MOST_BYTES = 256 * 2**20
_WORTH_KEEPING = 0.05  # seconds of compiling


def keep_programs() -> None:
    """Has JAX keep its programs where the environment says, unless JAX's own settings say where.

    Nothing is kept where the folder cannot be written, or nothing would ever be removed from it.
    """
    root, config = os.environ.get(_KEPT_IN), cast("Any", jax.config)
    if not root or config.jax_compilation_cache_dir or not util.find_spec("filelock"):
        return
    # Programs are made for one processor, and folders may be shared by several.
    folder = os.path.join(root, f"{zlib.crc32(_processor()):08x}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return
    if os.access(folder, os.W_OK):
        config.update("jax_compilation_cache_dir", folder)
        config.update("jax_compilation_cache_max_size", _MOST_BYTES)
        config.update("jax_persistent_cache_min_compile_time_secs", _WORTH_KEEPING)


def _processor() -> bytes:
    try:
        with open("/proc/cpuinfo", "rb") as lines:
            told = [line for line in lines.read(1 << 14).splitlines() if line[:5] in _TELLING]
    except OSError:
        told = []
    return b"\n".join([*dict.fromkeys(told), platform.machine().encode()])


_TELLING = (b"model", b"flags", b"Featu", b"CPU p")  # of Intel's and AMD's, and of Arm's
