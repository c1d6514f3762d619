"""`python -m conformance_tests.fuzz --tensorflow PYTHON [--backend torch] [--cases 20000]`.

`--kind data` (or another of `programs/grammars`) runs random programs instead of single calls.

Draws calls, asks both libraries, and compares outcomes: the class of the refusal, or dtypes, shapes
and values, with the first derivatives. A difference is made as small as it will go, printed, and
kept in `found.json` with TensorFlow's answer, from where the suite replays it.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from ..goldens.cases import Answer
from . import found as kept, strategies
from .compare import differences
from .programs import found as kept_programs, grammar, running

_PATIENCE = 40.0  # Seconds.


class Gone(Exception):
    """A library's process ended in the middle of a call."""


#: Calls that one process answers: JAX keeps the programs it compiled for each, a dozen mappings of
#: memory at most, of which Linux grants a process 65,530.
LIFE = 2000


class Library:
    """The process of one library, started anew when it ends, and before it grows too large."""

    def __init__(
        self, python: str, environment: dict[str, str], log: IO[bytes], life: int = LIFE
    ) -> None:
        self._python, self._log, self._life = python, log, life
        self._environment = {**os.environ, **environment}
        self._start()

    def _start(self) -> None:
        self._asked = 0
        self._process = subprocess.Popen(
            [self._python, "-m", "conformance_tests.fuzz.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=self._environment,
        )

    def ask(self, call: strategies.Call) -> Answer | str:
        answer: Answer | str = self._answer((call.text, call.arrays))
        return answer

    def ask_program(self, lines: list[str]) -> Any:
        """What it tells of each line; None if its process ended."""
        if self._asked >= self._life:
            self.close()
            self._start()
        try:
            return self._ask(lines, _PATIENCE / 3)
        except Gone:
            return None

    def _answer(self, request: Any) -> Any:
        """Its answer; a process that ends is to blame only if another does, at the same call."""
        if self._asked >= self._life:
            self.close()
            self._start()
        try:
            return self._ask(request)
        except Gone:
            return self._ask(request)

    def _ask(self, request: Any, patience: float = _PATIENCE) -> Any:
        self._asked += 1
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise Gone
        # Some calls never come back.
        if self._asked == 1:
            patience = 5 * _PATIENCE  # The import is in it.
        watch = threading.Timer(patience, self._process.kill)
        watch.start()
        try:
            pickle.dump(request, requests)
            requests.flush()
            answer = pickle.load(answers)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self._process.wait()
            self._start()
            raise Gone from None
        finally:
            watch.cancel()
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Difference(AssertionError):
    """What two libraries disagree about."""

    def __init__(self, call: strategies.Call, lines: list[str], expected: Answer) -> None:
        super().__init__("\n".join([repr(call), *lines]))
        self.call, self.lines, self.expected = call, lines, expected


def main() -> int:
    options = _options()
    return _calls(options) if options.kind == "calls" else _programs(options)


def _libraries(options: argparse.Namespace, log: IO[bytes]) -> tuple[Library, Library]:
    life = LIFE if options.backend == "jax" else 3 * LIFE
    ours = Library(sys.executable, {"TFCOMPAT_BACKEND": options.backend}, log, life)
    real = {"CONFORMANCE_SUBJECT": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return ours, Library(options.tensorflow, real, log, life=3 * LIFE)


def _programs(options: argparse.Namespace) -> int:
    counts: Counter[str] = Counter()
    first = options.seed * 1_000_000
    seeds = range(first, first + options.cases)
    with open(options.log, "wb") as log:
        ours, theirs = _libraries(options, log)
        differing = running.run(
            options.kind, seeds, ours.ask_program, theirs.ask_program, counts, options.minutes
        )
        ours.close()
        theirs.close()
    if options.keep:
        kept_programs.add([(p.lines, p.expected) for p in differing])
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    print(f"\n{options.kind}, {options.backend}, seed {options.seed}: {told}")
    return int(bool(differing))


def _calls(options: argparse.Namespace) -> int:
    texts = [text for text in strategies.calls() if options.only in text]
    part, parts = [int(number) for number in options.part.split("/")]
    texts, cases = texts[part - 1 :: parts], math.ceil(options.cases / parts)
    counts: Counter[str] = Counter()
    differing: list[Difference] = []
    started = time.monotonic()
    with open(options.log, "wb") as log:
        ours, theirs = _libraries(options, log)
        order = random.Random(options.seed).sample(texts, len(texts))
        for at, text in enumerate(order):
            if options.minutes and time.monotonic() - started > 60 * options.minutes:
                print("out of time")
                break
            # Of some calls there are few: the following have more.
            left = max(0, cases - counts.total())
            each = max(1, math.ceil(left / (len(texts) - at)))
            problem = _run(text, each, options.seed, ours, theirs, counts)
            if problem is not None:
                differing.append(problem)
                print(f"\n{problem}", flush=True)
        ours.close()
        theirs.close()
    if options.keep:
        kept.add([(p.call, p.expected) for p in differing])
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    about = f"{options.backend}, seed {options.seed}, part {options.part}"
    print(f"\n{about}: {told}; {len(differing)} calls differ")
    return int(bool(differing))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m conformance_tests.fuzz", description=__doc__)
    parser.add_argument("--tensorflow", metavar="PYTHON", required=True)
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="calls", choices=("calls", *grammar.kinds()))
    parser.add_argument("--only", default="", help="the calls whose text contains this")
    parser.add_argument(
        "--part", default="1/1", metavar="I/N", help="the I-th of N parts of it all"
    )
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many")
    parser.add_argument("--keep", action="store_true", help="add what differs to found.json")
    parser.add_argument("--log", default=os.devnull)
    return parser.parse_args()


def _run(
    text: str, cases: int, seed: int, ours: Library, theirs: Library, counts: Counter[str]
) -> Difference | None:
    """Draws calls of one line until one differs; the smallest such call."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.call(text))
    def compare(call: strategies.Call) -> None:
        try:
            # Both at once; TensorFlow's is waited for even if ours ended.
            with ThreadPoolExecutor(1) as other:
                asked = other.submit(theirs.ask, call)
                got = ours.ask(call)
            expected = asked.result()
        except Gone:
            counts["ended a process"] += 1
            print(f"ended a process: {call!r}", file=sys.stderr, flush=True)
            return
        if isinstance(expected, str) or expected.refusal in ("NotFoundError", "UnimplementedError"):
            counts["without an answer of TensorFlow"] += 1
            return
        if isinstance(got, str) and got.startswith("NotImplementedError"):
            counts["refused as not implemented"] += 1
            return
        counts["refused by TensorFlow" if expected.refusal else "computed"] += 1
        lines = [got] if isinstance(got, str) else differences(call, got, expected, ask_again)
        if lines:
            raise Difference(call, lines, expected)

    def ask_again(other: strategies.Call) -> Answer | str:
        try:
            return theirs.ask(other)
        except Gone:
            return "ended a process"

    try:
        compare()
    except Difference as problem:
        return problem
    except Flaky:
        # A library that answers now so, now so: TensorFlow's SystemError for tf.constant, say.
        counts["calls answered in two ways"] += 1
    return None


if __name__ == "__main__":
    sys.exit(main())
