"""`tfcompat run`: as python would run it, but for `import tensorflow`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ..processes import python, tfcompat

pytestmark = pytest.mark.tfcompat_only

ABOUT = """
import json, os, sys
print(json.dumps({
    "argv": sys.argv, "folder": sys.path[0], "name": __name__, "file": __file__,
    "package": __package__, "spec": __spec__ and __spec__.name,
    "main": sys.modules["__main__"].__dict__ is globals(),
}))
"""


def test_a_program_sees_itself_as_under_python(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(ABOUT)
    words = ("program.py", "--flag", "-m", "x")
    ours, own = tfcompat("run", *words, cwd=tmp_path), python(*words, cwd=tmp_path)
    assert json.loads(ours.stdout) == json.loads(own.stdout), ours.stderr


def test_a_module_sees_itself_as_under_python(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(ABOUT)
    (package / "inner.py").write_text(ABOUT)
    for name in ("package", "package.inner"):
        ours = tfcompat("run", "-m", name, "word", cwd=tmp_path)
        own = python("-m", name, "word", cwd=tmp_path)
        assert json.loads(ours.stdout) == json.loads(own.stdout), ours.stderr


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit(3)",
        "import sys\nsys.exit('a message')",
        "def f():\n    1 / 0\nf()",
        "import there_is_no_such_module",
        "x = = 3",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('second')",
        "raise KeyboardInterrupt",
        "import sys\nsys.excepthook = lambda *a: print('mine', a[0].__name__)\n[][0]",
        "import atexit\natexit.register(print, 'at exit')\nx = 1\nprint(x)",
    ],
)
def test_it_ends_as_under_python(tmp_path: Path, source: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(source)
    ours, own = tfcompat("run", program), python(program)
    assert (ours.returncode, ours.stdout) == (own.returncode, own.stdout)
    assert ours.stderr == own.stderr


def test_what_is_missing_is_said_at_its_line(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow as tf\n\n\ndef f():\n    return tf.placeholder\n\n\nf()\n"
    )
    done = tfcompat("run", program)
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert lines[1].endswith('program.py", line 8, in <module>') and "line 5, in f" in done.stderr
    assert "tf.placeholder" in lines[-1] and "tfcompat on " in lines[-1]
    assert "an argument of a function" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing.py"], "there is no file 'nothing.py'"),
        (["--backend", "abacus", "nothing.py"], "abacus"),
        (["-m", "there_is_no_such_module"], "no module named there_is_no_such_module"),
        (["--output", "x.ipynb", __file__], "no notebook"),
    ],
)
def test_what_cannot_be_run(words: list[str], told: str) -> None:
    done = tfcompat("run", *words)
    assert done.returncode in (1, 2) and done.stdout == ""
    assert done.stderr.startswith("tfcompat run: ") and told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_with_a_main(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import tensorflow as tf\nprint(tf.__version__)")
    done = tfcompat("run", tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("2."), done.stderr


def test_the_command_alone() -> None:
    done = tfcompat()
    assert done.returncode == 2 and {"info", "run", "check"} <= set(done.stdout.split())
    assert tfcompat("--version").stdout.startswith("tfcompat ")
    assert sys.version.partition(" ")[0] in tfcompat("info").stdout


def test_loading_a_backend_draws_no_numbers(tmp_path: Path) -> None:
    """JAX draws some of NumPy's as it is imported, after a program has seeded them."""
    (tmp_path / "seeded.py").write_text(
        "import numpy as np, tensorflow as tf\n"
        "np.random.seed(3)\n"
        "before = np.random.get_state()[2]\n"
        "tf.constant(0.0)\n"
        "print(before == np.random.get_state()[2])\n"
    )
    assert tfcompat("run", tmp_path / "seeded.py").stdout.split() == ["True"]
