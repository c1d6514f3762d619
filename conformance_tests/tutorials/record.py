"""Writes what the tutorials print on TensorFlow beside them; keeps the margins of lines.

python -m conformance_tests.tutorials.record [NAME ...], with a Python that has TensorFlow.
"""

from __future__ import annotations

import sys

from . import worker
from .programs import programs


def main(names: list[str]) -> int:
    failed = 0
    for path in programs():
        if names and path.stem not in names:
            continue
        done = worker.execute(str(path))
        if done["problem"]:
            print(f"{path.stem}: {done['problem']}", file=sys.stderr)
            failed += 1
            continue
        file = path.with_suffix(".txt")
        before = file.read_text().splitlines() if file.exists() else []
        margins = [line[:2] for line in before]
        lines = done["printed"].splitlines()
        margins += ["  "] * (len(lines) - len(margins))
        text = [f"{margin}{line}".rstrip() for margin, line in zip(margins, lines, strict=False)]
        file.write_text("\n".join(text) + "\n")
        print(f"{path.stem}: {len(lines)} lines, {done['seconds']:.1f} s", file=sys.stderr)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
