"""The printed form of the measurements: microseconds, ratios, and the aims beside them."""

from __future__ import annotations

from collections.abc import Iterable

from .step import STEPS

Medians = dict[str, dict[str, float]]  # step -> label of the subject -> seconds


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Columns as wide as they need to be, the first one flush left."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    out = []
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        out.append("  ".join(cells).rstrip())
    out.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(out)


def times(medians: Medians, labels: list[str]) -> str:
    """Microseconds an iteration, a row for each step."""
    rows = []
    for step, by_label in medians.items():
        cells = [_micro(by_label.get(label)) for label in labels]
        rows.append([f"{step:<15}{STEPS[step]}", *cells])
    return table(["microseconds", *labels], rows)


def ratios(medians: Medians) -> str:
    """How tfcompat stands to what it runs on, and TensorFlow to tfcompat."""
    pairs = [
        ("tfcompat/torch", "torch", "x torch"),
        ("tfcompat/jax", "jax.jit", "x jax.jit"),
        ("torch function", "torch", "function x torch"),
        ("jax function", "jax.jit", "function x jax.jit"),
        ("TF function", "torch function", "TF function / torch's"),
        ("TF function", "jax function", "TF function / jax's"),
        ("TF XLA", "jax function", "TF XLA / jax's"),
        ("tfcompat/torch", "keras/torch", "x keras/torch"),
        ("tfcompat/jax", "keras/jax", "x keras/jax"),
        ("TF function", "tfcompat/torch", "TF function / torch"),
        ("TF eager", "tfcompat/torch", "TF eager / torch"),
        ("TF eager", "tfcompat/jax", "TF eager / jax"),
        ("TF function", "tfcompat/jax", "TF function / jax"),
        ("TF XLA", "tfcompat/jax", "TF XLA / jax"),
    ]
    shown = [
        pair for pair in pairs if any(pair[0] in by and pair[1] in by for by in medians.values())
    ]
    if not shown:
        return ""
    rows = []
    for step, by in medians.items():
        cells = [f"{by[a] / by[b]:.2f}" if a in by and b in by else "-" for a, b, _ in shown]
        rows.append([step, *cells])
    return table(["ratios", *(title for _, _, title in shown)], rows)


def aims(medians: Medians, starts: dict[str, float]) -> str:
    """What is to be reached on a CPU, and what was measured."""
    rows: list[list[str]] = []

    def ratio(text: str, step: str, above: str, below: str, limit: float, least: bool) -> None:
        by = medians.get(step, {})
        if above in by and below in by:
            value = by[above] / by[below]
            sign, met = ("at least", value >= limit) if least else ("at most", value <= limit)
            rows.append([text, f"{value:.2f}", f"{sign} {limit:g}", "yes" if met else "NO"])

    def difference(text: str, value: float | None, limit: float, unit: str) -> None:
        if value is not None:
            met = "yes" if value <= limit else "NO"
            rows.append([text, f"{value:.2f} {unit}", f"at most {limit:g} {unit}", met])

    ratio("(a) on torch / plain torch", "a", "tfcompat/torch", "torch", 1.3, False)
    ratio("(a) on jax / TF XLA", "a", "tfcompat/jax", "TF XLA", 0.5, False)
    ratio("(a) TF eager / on torch", "a", "TF eager", "tfcompat/torch", 20, True)
    ratio("(a) TF eager / on jax", "a", "TF eager", "tfcompat/jax", 20, True)
    ratio("(c) on torch / plain torch", "c", "tfcompat/torch", "torch", 1.08, False)
    ratio("(c) on jax / jax.jit", "c", "tfcompat/jax", "jax.jit", 1.15, False)
    ratio("(d) on torch / plain torch", "d", "tfcompat/torch", "torch", 1.3, False)
    for step in [step for step in medians if step.startswith("fit-")]:
        for name in ("torch", "jax"):
            own, ours = f"keras/{name}", f"tfcompat/{name}"
            ratio(f"({step}) on {name} / {own}", step, ours, own, 1.1, False)
            ratio(f"({step}) TF / on {name}", step, "TF function", ours, 1.0, True)
    for step in ("g-add", "g-square", "g-sum"):
        by = medians.get(step, {})
        over = _minus(by, "tfcompat/torch", "torch")
        difference(f"({step}) on torch, over torch", over and over * 1e6, 1.0, "us")
        recorded = by.get("tfcompat/jax")
        difference(f"({step}) on jax, to record", recorded and recorded * 1e6, 1.0, "us")
    for step in [name for name in STEPS if name.startswith("data-")]:
        for name in ("torch", "jax"):
            ratio(f"({step}) TF / on {name}", step, "TF eager", f"tfcompat/{name}", 1.0, True)
    difference("(h) import tfcompat", starts.get("tfcompat: import"), 0.3, "s")
    for name in ("torch", "jax"):
        own, ours = f"{name}: import and tensor", f"tfcompat/{name}: import and tensor"
        difference(f"(h) first tensor, over {name}", _minus(starts, ours, own), 0.3, "s")
    return table(["aim", "measured", "to reach", "met"], rows) if rows else ""


def _minus(values: dict[str, float], above: str, below: str) -> float | None:
    if above in values and below in values:
        return values[above] - values[below]
    return None


def _micro(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    micro = seconds * 1e6
    return f"{micro:,.2f}" if micro < 100 else f"{micro:,.0f}"
