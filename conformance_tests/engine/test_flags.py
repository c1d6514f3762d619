"""What XLA is told, unless the user has told it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ..subject import backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(backend_name() != "jax", reason="XLA's flags"),
]

PROGRAM = """
import os
import tfcompat as tf
tf.constant(0.0)
print(os.environ["XLA_FLAGS"])
"""
LOOPS = "--xla_backend_extra_options"
LIBRARIES = "--xla_cpu_experimental_ynn_fusion_type"


def flags(given: str) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "XLA_FLAGS": given},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return found.stdout.split()


def test_flags_are_added() -> None:
    found = flags("--xla_force_host_platform_device_count=1")
    assert found[0] == "--xla_force_host_platform_device_count=1"
    assert sum(flag.startswith(LOOPS) for flag in found) == 1


def test_flags_of_the_user_stay() -> None:
    given = f"{LOOPS}=xla_cpu_small_call"
    assert [flag for flag in flags(given) if flag.startswith(LOOPS)] == [given]
    assert flags(f"{given} ") == flags(given)


def test_convolutions_are_left_to_eigen() -> None:
    jaxlib = pytest.importorskip("jaxlib")
    found = [flag for flag in flags("") if flag.startswith(LIBRARIES)]
    if (0, 10) <= jaxlib.version.__version_info__ < (0, 13):
        assert found == [f"{LIBRARIES}=-LIBRARY_FUSION_TYPE_INDIVIDUAL_CONVOLUTION"]
        given = f"{LIBRARIES}=LIBRARY_FUSION_TYPE_DOT"
        assert [flag for flag in flags(given) if flag.startswith(LIBRARIES)] == [given]
    else:
        # A flag that XLA does not know would have ended the process.
        assert not found
