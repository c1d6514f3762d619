"""The process of one library: answers calls that come as pickles on stdin.

`python -m conformance_tests.fuzz.worker`; CONFORMANCE_SUBJECT says which library it is. An answer
is that of the goldens: outputs and first derivatives by name, or the class of the refusal. A list
of lines is a program, whose answer is what `programs/telling.py` tells of each line.
"""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from typing import Any

import numpy as np

from ..goldens.cases import Answer, Case, answer
from .programs.telling import run


class Fixed(Case):
    """A case whose inputs are given."""

    given: list[np.ndarray[Any, Any]]

    def arrays(self) -> list[np.ndarray[Any, Any]]:
        return self.given


def case_of(text: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Case:
    """The golden case of a call in letters."""

    def call(tf: Any, *tensors: Any) -> Any:
        # The text is this package's own table, never a user's.
        names = {"tf": tf, "np": np, **dict(zip(arrays, tensors, strict=True))}
        found = eval(text, names)
        return [found] if hasattr(found, "dtype") else found

    # The slope beside NaN or an infinity is nobody's promise, nor is it where a formula for it
    # overflows or underflows.
    order = int(all([_moderate(a) for a in arrays.values() if a.dtype.kind not in "biu"]))
    case = Fixed(text, call, order=order)
    object.__setattr__(case, "given", list(arrays.values()))
    return case


def _moderate(array: np.ndarray[Any, Any]) -> bool:
    size = np.abs(array.astype(np.complex128))
    return bool(((size < 1e4) & ((size > 1e-4) | (size == 0))).all())


def respond(tf: Any, text: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Answer | str:
    """The library's answer; a string where there is none to compare."""
    try:
        with np.errstate(all="ignore"):
            return answer(tf, case_of(text, arrays))
    except NotImplementedError as problem:
        return f"NotImplementedError: {problem}"
    except LookupError as problem:
        return f"no gradient: {problem}"


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    from ..subject import tf

    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            found: Any
            if isinstance(request, list):
                found = run(tf, request)
            else:
                found = respond(tf, *request)
        except Exception as problem:
            # A fault of the library outside of the call itself, in its gradient say.
            found = f"{type(problem).__name__} beyond the call: {problem}"
        pickle.dump(found, answers)
        answers.flush()


if __name__ == "__main__":
    main()
