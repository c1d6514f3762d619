"""Writes the table of what each backend supports: `make support`.

Asks the code, not a list: tfcompat/_src/support.py, as `tfcompat info --support SYMBOL` does.

python docs/support_table.py FILE ...   replaces what stands between the markers in each file;
    a marker that says `summary` gets the counts alone
python docs/support_table.py --check FILE ...   says whether that would change something
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "backends")]

from tfcompat._src.support import Support, Verdict, tensorflow_names  # noqa: E402

BACKENDS = {"torch": "tfcompat_torch", "jax": "tfcompat_jax"}
BEGIN, END = "<!-- support: begin", "<!-- support: end -->"

Answers = dict[str, list[Verdict]]  # per symbol, a verdict for each backend


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    summary, details = render()
    stale = []
    for path in options.files:
        text = path.read_text()
        head, begin, rest = text.partition(BEGIN)
        rule, _, rest = rest.partition("\n")
        _, end, tail = rest.partition(END)
        if not begin or not end:
            sys.exit(f"{path}: the markers {BEGIN!r} and {END!r} are missing")
        table = summary if "summary" in rule else summary + details
        new = f"{head}{begin}{rule}\n{table}{end}{tail}"
        if new != text:
            stale.append(path)
            if not options.check:
                path.write_text(new)
    if options.check and stale:
        print("out of date, run make support:", *stale)
    return int(options.check and bool(stale))


def render() -> tuple[str, str]:
    """In Markdown: a table with a line per namespace, and what is in each."""
    backends = [Support(package) for package in BACKENDS.values()]
    lines = ["", "| | symbols | " + " | ".join(BACKENDS) + " |"]
    lines.append("| --- | --- |" + " --- |" * len(BACKENDS))
    details: list[str] = []
    absent: list[str] = []
    for namespace, names in tensorflow_names().items():
        answers = {
            name: [backend.verdict(f"{namespace}.{name}") for backend in backends] for name in names
        }
        details += _details(namespace, answers)
        words = [[row[column].word for row in answers.values()] for column in range(len(BACKENDS))]
        if {word for column in words for word in column} == {"no"}:
            absent.append(f"`{namespace}` ({len(names)})")
            continue
        counts = [_count(column) for column in words]
        lines.append(f"| `{namespace}` | {len(names)} | " + " | ".join(counts) + " |")
    lines.append("| `tf.keras` | | the real Keras | the real Keras |")
    lines += ["", "Not there: " + ", ".join(absent) + "."]
    return "\n".join([*lines, "", ""]), "\n".join([*details, ""])


def _count(words: list[str]) -> str:
    if set(words) == {"yes"}:
        return "all"
    parts = [(words.count(word), word) for word in ("yes", "partly", "no")]
    return ", ".join(f"{count} {word}" for count, word in parts if count)


def _details(namespace: str, answers: Answers) -> Iterator[str]:
    yield f'<details markdown="1"><summary><code>{namespace}</code>, symbol by symbol</summary>'
    yield ""
    whole = [name for name, row in answers.items() if all(v.word == "yes" for v in row)]
    nowhere = [name for name, row in answers.items() if all(v == ("no", "not there") for v in row)]
    if whole:
        yield from ("On every backend: " + _listed(whole) + ".", "")
    rest = {n: row for n, row in answers.items() if n not in whole and n not in nowhere}
    if rest:
        yield "| symbol | " + " | ".join(BACKENDS) + " |"
        yield "| --- |" + " --- |" * len(BACKENDS)
        for name, row in rest.items():
            yield f"| `{name}` | " + " | ".join(_cell(verdict) for verdict in row) + " |"
        yield ""
    if nowhere:
        yield from ("Not there: " + _listed(nowhere) + ".", "")
    yield from ("</details>", "")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(verdict: Verdict) -> str:
    note = verdict.note.replace("|", "\\|").replace("\n", " ").removeprefix("...: ")
    return f"{verdict.word}: {note}" if note else verdict.word


if __name__ == "__main__":
    raise SystemExit(main())
