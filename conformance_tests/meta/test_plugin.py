"""A third party's backend: an entry point makes it selectable, and the suite runs on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .. import runner

pytestmark = pytest.mark.tfcompat_only

EXAMPLES = runner.HERE.parent / "examples"
PLUGIN = EXAMPLES / "backend_autograd"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The environment after `pip install examples/backend_autograd`, without installing."""
    installed = tmp_path / "tfcompat_autograd-0.1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: tfcompat-autograd\n")
    (installed / "entry_points.txt").write_text(
        "[tfcompat.backends]\nautograd = tfcompat_autograd:backend\n"
    )
    folders = [str(tmp_path), str(PLUGIN), os.environ.get("PYTHONPATH", "")]
    env = runner.environment("autograd", {**os.environ, "PYTHONPATH": os.pathsep.join(folders)})
    env.pop("CONFORMANCE_KNOWN_FAILURES", None)
    return env


def run(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=env, cwd=runner.HERE.parent, capture_output=True, text=True, check=False
    )


def python(program: str, env: dict[str, str]) -> str:
    done = run([sys.executable, "-c", program], env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_project_registers_what_is_tried_here() -> None:
    text = (PLUGIN / "pyproject.toml").read_text()
    assert '[project.entry-points."tfcompat.backends"]\nautograd = "tfcompat_autograd:' in text


def test_functions_are_traced_for_it(env: dict[str, str]) -> None:
    program = """
import tfcompat as tf

v = tf.Variable([1.0, 2.0])


@tf.function
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(x * v))
    v.assign_sub(0.1 * tape.gradient(loss, v))
    return tf.cond(loss > 10.0, lambda: loss, lambda: tf.reduce_sum(x))


print([round(float(step(tf.constant(x))), 3) for x in ([1.0, 3.0], [-1.0, 0.5])])
"""
    assert python(program, env) == "[37.0, -0.5]"


def test_it_is_selected_by_its_name(env: dict[str, str]) -> None:
    program = (
        "import sys, tfcompat as tf; x = tf.constant([1.0]);"
        "print(type(x.native).__name__, [m for m in ('torch', 'jax') if m in sys.modules])"
    )
    assert python(program, env) == "ndarray []"


def test_a_missing_kernel_names_op_and_backend(env: dict[str, str]) -> None:
    program = (
        "import tfcompat as tf\n"
        "try: tf.math.erf([1.0])\n"
        "except NotImplementedError as error: print(error)"
    )
    told = python(program, env)
    assert "erf" in told and "'autograd'" in told and "torch" in told


def test_a_tutorial_prints_what_is_documented(env: dict[str, str]) -> None:
    (tutorial,) = EXAMPLES.glob("03_*.py")
    documented = tutorial.with_suffix(".txt").read_text().splitlines()
    done = run([sys.executable, str(tutorial)], env)
    assert done.stdout.splitlines() == [line[2:] for line in documented], done.stderr


def test_the_suite_runs_on_it(env: dict[str, str], tmp_path: Path) -> None:
    content = suite(env, tmp_path, "nested or jacobian or erf", "tape", "goldens/test_goldens.py")
    outcomes = {(test["section"], test["outcome"]) for test in content["tests"]}
    assert {("tape", "passed"), ("goldens", "unsupported")} <= outcomes, content["said"]
    assert "failed" not in {outcome for _, outcome in outcomes}, content["said"]
    assert content["about"]["backend"] == "autograd"


def suite(env: dict[str, str], tmp_path: Path, names: str, *parts: str) -> dict[str, Any]:
    results = tmp_path / "results.json"
    options = ["-k", names, "-p", "no:cacheprovider"]
    done = run(runner.command(results, parts, options), env)
    content: dict[str, Any] = json.loads(results.read_text())
    return content | {"said": done.stdout + done.stderr}
