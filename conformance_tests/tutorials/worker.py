"""Runs tutorials in one process: takes a path a line, answers with a line of JSON.

python -m conformance_tests.tutorials.worker [tfcompat]
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import runpy
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def execute(path: str) -> dict[str, Any]:
    """What the program prints, or the traceback of what it raises, and how long it takes."""
    import numpy as np
    import tensorflow as tf

    tf.keras.backend.clear_session()
    tf.random.set_seed(0)
    random.seed(0)
    np.random.seed(0)
    printed, problem = io.StringIO(), None
    before = os.getcwd()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        os.chdir(folder)
        sys.path.insert(0, str(Path(path).parent))
        try:
            with contextlib.redirect_stdout(printed):
                runpy.run_path(path, run_name="__main__")
        except BaseException:
            problem = traceback.format_exc()
        finally:
            del sys.path[0]
            os.chdir(before)
    return {
        "printed": printed.getvalue(),
        "problem": problem,
        "seconds": time.perf_counter() - began,
    }


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answers one request after the other."""
    for line in requests:
        print(json.dumps(execute(line.strip())), file=answers, flush=True)


if __name__ == "__main__":
    if "tfcompat" in sys.argv:
        import tfcompat

        tfcompat.install_as_tensorflow()
    answers = sys.stdout
    # A tutorial's stray output belongs to nobody.
    sys.stdout = sys.stderr
    serve(sys.stdin, answers)
