"""Every block of every page, and the comparison itself."""

from __future__ import annotations

import difflib
import functools
from pathlib import Path

import pytest

from . import pages

BLOCKS = [
    pytest.param(path, number, block, id=f"{block.page}:{block.line}")
    for path in pages.pages()
    for number, block in enumerate(pages.read(path))
]

# Run once for all its blocks, whichever of them is asked for first.
outputs_of = functools.cache(pages.outputs)


@pytest.mark.parametrize(("path", "number", "block"), BLOCKS)
def test_prints_what_the_page_shows(path: Path, number: int, block: pages.Block) -> None:
    printed = outputs_of(path)[number]
    if not pages.same(printed, block.output):
        shown = difflib.ndiff(block.output.splitlines(), printed.splitlines())
        pytest.fail("\n".join(shown), pytrace=False)


@pytest.mark.parametrize("path", pages.pages(), ids=lambda path: path.stem)
def test_every_fence_is_understood(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = pages.read(path)
    assert text.count("```python\n") == len(blocks)
    assert text.count("```text\n") == sum(bool(block.output) for block in blocks)
    assert pages.HEADER in text.split("\n")[:5]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("tf.Tensor(0.33333334, shape=())", "tf.Tensor(0.3333333432674408, shape=())"),
        ("[[ 1.  -2.5]\n [10.   3. ]]\n", "[[1.0 -2.5]\n [10. 3.]]"),
        ("<object at 0x7f12>", "<object at ...>"),
        ("1e-7", "0.0"),
        ("3 words", "3 words"),
    ],
)
def test_what_counts_as_the_same(printed: str, shown: str) -> None:
    assert pages.same(printed, shown)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("0.3334", "0.3333"),
        ("3", "4"),
        ("3.0", "3"),
        ("float32", "float64"),
        ("1.0 2.0", "1.0"),
        ("nan", "1.0"),
        ("printed", ""),
    ],
)
def test_what_does_not(printed: str, shown: str) -> None:
    assert not pages.same(printed, shown)


def test_a_page_is_recorded_as_it_runs(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    start = "# Title\n\n```python\nx = 2\nprint(x)\n```\n"
    page.write_text(start + "\nWords\n\n```python\nx += 1\n```\n\n```text\nold\n```\n\nEnd\n")
    assert pages.record(page) == 2
    told = start + "\n```text\n2\n```\n\nWords\n\n```python\nx += 1\n```\n\nEnd\n"
    assert page.read_text() == told
    assert pages.record(page) == 0


def test_nothing_runs_after_a_failure(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    block = "```python\n{}\n```\n\n"
    page.write_text("".join(map(block.format, ["print(1)", "print(2)\n1 / 0", "print(3)"])))
    first, second, third = pages.outputs(page)
    assert first == "1\n"
    assert second.startswith("2\nTraceback") and second.endswith(third)
    assert third == "ZeroDivisionError: division by zero\n"
    with pytest.raises(RuntimeError, match="left as it is"):
        pages.record(page)
