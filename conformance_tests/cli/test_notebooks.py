"""`tfcompat run notebook.ipynb`: with the runner of its own, and with IPython's shell if there."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from ..processes import Done, tfcompat

pytestmark = pytest.mark.tfcompat_only

RUNNERS = ["own", *(["ipython"] if importlib.util.find_spec("IPython") else [])]
# A folder with this in it hides an installed IPython.
HIDDEN = """
import importlib.machinery, sys
class Hide(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == "IPython" else super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(importlib.machinery.PathFinder)] = Hide
"""


def code(source: str, **metadata: Any) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    rest: dict[str, Any] = {"metadata": metadata, "outputs": [], "execution_count": None}
    return {"cell_type": "code", "source": lines, **rest}


def write(path: Path, *cells: str | dict[str, Any]) -> Path:
    whole = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    whole.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# A lesson"]})
    content = {"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(content))
    return path


def run(tmp_path: Path, runner: str, *words: str | Path) -> Done:
    if runner == "ipython":
        return tfcompat("run", *words)
    hide = tmp_path / "hide"
    hide.mkdir(exist_ok=True)
    (hide / "sitecustomize.py").write_text(HIDDEN)
    return tfcompat("run", *words, PYTHONPATH=str(hide))


LESSON = (
    "%matplotlib inline\n!pip install -q tensorflow\nimport tensorflow as tf\nimport sys",
    "x = tf.constant([1.0, 2.0])\n%time y = x * 2\ny",
    "@tf.function\ndef f(x):\n    if tf.reduce_sum(x) > 1.0:\n        return x + 1.0\n"
    "    return x\nprint(f(x).numpy(), sys.argv[1:])",
    "files = !echo hello {1 + 1}\nfiles",
    "text = '''\n%no magic\n'''\nfor i in range(2):\n    %time i\nprint(repr(text), 7\n % 4);",
    "%%capture\nprint('unseen')",
    "%%time\nz = 1",
    "print('to stderr', file=sys.stderr)\nimport asyncio\nawait asyncio.sleep(0, z)",
    code("[][0]", tags=["raises-exception"]),
    "display(x.numpy().tolist())\n1;",
)


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_lesson(tmp_path: Path, runner: str) -> None:
    path = write(tmp_path / "lesson.ipynb", *LESSON)
    out = tmp_path / "out.ipynb"
    done = run(tmp_path, runner, "--output", out, path, "--word")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "[2. 3.] ['--word']" in done.stdout and "unseen" not in done.stdout
    assert "pip install -q tensorflow (nothing is installed" in done.stderr
    assert "Out[2]: <tf.Tensor" in done.stdout and "'\\n%no magic\\n' 3" in done.stdout
    cells = json.loads(out.read_text())["cells"]
    executed = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in executed] == list(range(1, len(LESSON) + 1))
    values = [output for cell in executed for output in cell["outputs"]]
    results = [each for each in values if each["output_type"] == "execute_result"]
    assert [each["execution_count"] for each in results] == [2, 4, 8]
    assert results[1]["data"]["text/plain"] == "['hello 2']"
    kinds = [output["output_type"] for output in executed[8]["outputs"]]
    assert kinds == ["error"] and executed[8]["outputs"][0]["ename"] == "IndexError"
    assert executed[9]["outputs"][0]["data"]["text/plain"] == "[1.0, 2.0]"
    check_format(json.loads(out.read_text()))


def check_format(notebook: dict[str, Any]) -> None:
    """What version 4 of the format requires."""
    assert notebook["nbformat"] == 4 and {"metadata", "nbformat_minor"} <= notebook.keys()
    needs = {
        "stream": {"name", "text"},
        "display_data": {"data", "metadata"},
        "execute_result": {"data", "metadata", "execution_count"},
        "error": {"ename", "evalue", "traceback"},
    }
    for cell in notebook["cells"]:
        assert {"cell_type", "metadata", "source"} <= cell.keys()
        for output in cell.get("outputs", ()):
            assert output.keys() == {"output_type", *needs[output["output_type"]]}


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("cell", "line", "told"),
    [
        ("import tensorflow as tf\n\n\ntf.placeholder", 4, "tf.placeholder"),
        ("x = 1\ndef f():\n    return 1 / 0\n\nf()", 5, "ZeroDivisionError: division by zero"),
        ("x = 1\ny = = 2", 2, "SyntaxError"),
    ],
)
def test_an_error_names_the_cell_and_the_line(
    tmp_path: Path, runner: str, cell: str, line: int, told: str
) -> None:
    path = write(tmp_path / "lesson.ipynb", "print('first')", "", cell, "print('not reached')")
    done = run(tmp_path, runner, "--output", tmp_path / "out.ipynb", path)
    assert done.returncode == 1 and done.stdout.startswith("first\n")
    assert "not reached" not in done.stdout and told in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"tfcompat run: lesson.ipynb: cell 3, line {line}: "), done.stderr
    written = json.loads((tmp_path / "out.ipynb").read_text())
    assert written["cells"][3]["outputs"][-1]["output_type"] == "error"
    assert written["cells"][4]["outputs"] == []


@pytest.mark.parametrize("runner", RUNNERS)
def test_it_runs_in_the_folder_of_the_notebook(tmp_path: Path, runner: str) -> None:
    (tmp_path / "beside.py").write_text("value = 5")
    path = write(
        tmp_path / "lesson.ipynb",
        "import os, beside\nprint(beside.value, os.path.exists('beside.py'))",
        "raise SystemExit(4)",
    )
    done = run(tmp_path, runner, path)
    assert done.returncode == 4 and done.stdout.startswith("5 True\n"), done.stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', "\xff\xfe"])
def test_what_is_no_notebook(tmp_path: Path, content: str) -> None:
    from tfcompat._src.cli import notebooks

    path = tmp_path / "broken.ipynb"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(notebooks.NotANotebookError, match=r"broken\.ipynb' is not a notebook"):
        notebooks.read(path)


def test_a_broken_notebook(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text("{")
    for command in ("run", "check"):
        done = tfcompat(command, path)
        assert done.returncode == 2 and "is not a notebook" in done.stderr + done.stdout


def test_a_notebook_of_format_3(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Old"], "metadata": {}},
        {"cell_type": "code", "input": ["print('old')"], "outputs": [], "metadata": {}},
    ]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    done = run(tmp_path, "own", "--output", tmp_path / "new.ipynb", path)
    assert done.stdout == "old\n", done.stderr
    written = json.loads((tmp_path / "new.ipynb").read_text())
    check_format(written)
    assert written["cells"][0]["source"] == "## Old"
