"""What the sweep calls: `ops.txt`, a line an op, in TensorFlow's, torch's and JAX's own words.

    name | inputs | TensorFlow | torch | JAX

The inputs name tensors of `inputs.py`; the calls see them by these letters, beside `tf`, `torch`,
`F` (torch.nn.functional), `jax`, `jnp`, `lax`, `jsp` (jax.scipy.special) and `jsl` (its linalg).
`N` is 8 or 1000; `grad` gives the gradients of a function's sum by its arguments.
Where a library has no such call, what stands there is how one would write it by hand; nothing,
where it cannot be compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One op: its inputs and the call of each library ('' where it has none)."""

    name: str
    inputs: tuple[str, ...]
    tensorflow: str
    torch: str
    jax: str


def rows() -> dict[str, Row]:
    """Every row by its name."""
    found: dict[str, Row] = {}
    for line in Path(__file__).with_name("ops.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, inputs, *calls = (part.strip() for part in f"{line} ".split("| "))
        if name in found:
            raise ValueError(f"two rows {name!r}")
        found[name] = Row(name, tuple(inputs.split()), *calls, *[""] * (3 - len(calls)))
    return found
