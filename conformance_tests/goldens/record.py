"""Asks the real TensorFlow anew: ``python -m conformance_tests.goldens.record [family ...]``.

Needs an environment with tensorflow and nothing of tfcompat. Refusals that only say that
TensorFlow has no kernel on a CPU are left out: they are no rule of its API.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from . import numpy_modes, refusals, store, table
from .cases import Answer, answer

#: "There is no kernel", in TensorFlow's words.
NO_KERNEL = ("NotFoundError", "UnimplementedError")
#: What a refusal can be; anything else is a mistake in the table.
REFUSALS = ("InvalidArgumentError", "TypeError", "ValueError")


def record(families: Sequence[str]) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import numpy as np
    import tensorflow as tf

    about = {"tensorflow": tf.__version__, "numpy": np.__version__}
    for family, cases in table.FAMILIES.items():
        if families and family not in families:
            continue
        answers: dict[str, Answer] = {}
        for case in cases:
            try:
                given = answer(tf, case)
            except Exception as error:
                error.add_note(f"in the case {case.name!r}")
                raise
            if given.refusal not in ("", *NO_KERNEL, *REFUSALS):
                raise RuntimeError(f"{case.name}: {given.refusal}")
            if given.refusal not in NO_KERNEL:
                answers[case.name] = given
        path = store.save(family, answers, about)
        refused = sum(bool(given.refusal) for given in answers.values())
        print(
            f"{family}: {len(answers)} cases, {refused} of them refusals, "
            f"{len(cases) - len(answers)} without a kernel, {path.stat().st_size} bytes"
        )
    for name in refusals.TABLES:
        if not families or name in families:
            print(f"{name}: {refusals.record(tf, about, name)}")
    for mode in numpy_modes.MODES:
        if not families or numpy_modes.family(mode) in families:
            print(numpy_modes.in_a_process("record", mode), end="")


if __name__ == "__main__":
    record(sys.argv[1:])
