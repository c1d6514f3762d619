"""The matrix, as text, JSON and one self-contained HTML page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .collect import FAILED, KNOWN, PASSED, REFUSED, SKIPPED, UNSUPPORTED, write_json, write_text

OUTCOMES = (PASSED, FAILED, UNSUPPORTED, KNOWN, REFUSED, SKIPPED)


@dataclass
class Run:
    """What one backend did. ``trouble`` is why there is no complete answer, if there is none."""

    backend: str
    about: Mapping[str, str] = field(default_factory=dict)
    tests: Sequence[Mapping[str, Any]] = ()
    trouble: Sequence[str] = ()
    seconds: float = 0.0

    def counts(self, section: str | None = None) -> dict[str, int]:
        """Tests per outcome, of one section or of all."""
        chosen = [t for t in self.tests if section in (None, t["section"])]
        return {outcome: sum(t["outcome"] == outcome for t in chosen) for outcome in OUTCOMES}

    def time(self, section: str | None = None) -> float:
        return sum(t["seconds"] for t in self.tests if section in (None, t["section"]))

    @property
    def good(self) -> bool:
        return not self.trouble and not self.counts()[FAILED]


def sections(runs: Iterable[Run]) -> list[str]:
    """The sections anybody ran, in the order of their names."""
    return sorted({test["section"] for run in runs for test in run.tests})


def cell(counts: Mapping[str, int], seconds: float) -> str:
    """One field of the matrix: passed / failed / unsupported, then what else there was, time."""
    if not any(counts.values()):
        return "-"
    text = f"{counts[PASSED]} / {counts[FAILED]} / {counts[UNSUPPORTED]}"
    others = ((KNOWN, "known"), (REFUSED, "refused"), (SKIPPED, "skipped"))
    extra = [f"{counts[outcome]} {word}" for outcome, word in others if counts[outcome]]
    return text + (f" (+ {', '.join(extra)})" if extra else "") + f"  {seconds:.1f} s"


def matrix(runs: Sequence[Run]) -> str:
    """The table section x backend as text."""
    rows = [["passed / failed / unsupported", *(run.backend for run in runs)]]
    for section in sections(runs):
        rows.append([section, *(cell(run.counts(section), run.time(section)) for run in runs)])
    rows.append(["all", *(cell(run.counts(), run.seconds) for run in runs)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    rule = "-" * len(max(lines, key=len))
    lines[1:1] = [rule]
    lines.insert(-1, rule)
    for run in runs:
        lines += [f"{run.backend}: {line}" for line in run.trouble]
    return "\n".join(lines)


def closing_line(runs: Sequence[Run]) -> str:
    """``N passed, N failed`` over all backends; a run that broke off counts as one failure."""
    passed = sum(run.counts()[PASSED] for run in runs)
    failed = sum(run.counts()[FAILED] + len(run.trouble) for run in runs)
    return f"{passed} passed, {failed} failed"


def write(folder: Path, runs: Sequence[Run]) -> list[Path]:
    """Writes ``conformance.json`` and ``conformance.html`` into a folder, each atomically."""
    as_json, as_html = folder / "conformance.json", folder / "conformance.html"
    write_json(as_json, {"runs": [_plain(run) for run in runs]})
    write_text(as_html, page(runs))
    return [as_json, as_html]


def _plain(run: Run) -> dict[str, Any]:
    return {
        "backend": run.backend,
        "about": dict(run.about),
        "seconds": round(run.seconds, 3),
        "counts": run.counts(),
        "sections": {name: run.counts(name) for name in sections([run])},
        "trouble": list(run.trouble),
        "tests": [{**test, "seconds": round(test["seconds"], 4)} for test in run.tests],
    }


_STYLE = """
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --grey: #6e7781; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #8884 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
.good { color: var(--good) }
.bad { color: var(--bad); font-weight: 600 } .grey { color: var(--grey) }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8884; font-size: 13px }
summary { cursor: pointer } code { font-size: 13px }
"""


def page(runs: Sequence[Run]) -> str:
    """One HTML page without references to anything outside it."""
    say = html.escape
    head = "".join(f"<th>{say(run.backend)}</th>" for run in runs)
    body = "".join(
        f"<tr><th>{say(section)}</th>"
        + "".join(_field(run.counts(section), run.time(section)) for run in runs)
        + "</tr>"
        for section in sections(runs)
    )
    total = "".join(_field(run.counts(), run.seconds) for run in runs)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>Conformance</title><style>{_STYLE}</style></head><body>"
        "<h1>Conformance</h1>"
        f"<p>{say(closing_line(runs))}. Fields: passed / failed / unsupported.</p>"
        f"<table><thead><tr><th>section</th>{head}</tr></thead><tbody>{body}"
        f"<tr><th>all</th>{total}</tr></tbody></table>"
        + "".join(map(_details, runs))
        + "</body></html>\n"
    )


def _field(counts: Mapping[str, int], seconds: float) -> str:
    kind = "bad" if counts[FAILED] else "good" if counts[PASSED] else "grey"
    return f"<td class='{kind}'>{html.escape(cell(counts, seconds))}</td>"


def _details(run: Run) -> str:
    say = html.escape
    about = "".join(
        f"<tr><th>{say(key)}</th><td><code>{say(str(value))}</code></td></tr>"
        for key, value in run.about.items()
    )
    parts = [f"<h2>{say(run.backend)}</h2><table>{about}</table>"]
    parts += [f"<p class='bad'>{say(line)}</p>" for line in run.trouble]
    for outcome in OUTCOMES[1:]:
        chosen = [test for test in run.tests if test["outcome"] == outcome]
        if chosen:
            rows = "".join(
                f"<p><code>{say(test['id'])}</code></p><pre>{say(test['message'])}</pre>"
                for test in chosen
            )
            opened = " open" if outcome == FAILED else ""
            parts.append(
                f"<details{opened}><summary>{len(chosen)} {outcome}</summary>{rows}</details>"
            )
    return "".join(parts)
