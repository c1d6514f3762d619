"""tf.test.Benchmark: methods that measure, and report what they found."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tfcompat._src.naming import public
from tfcompat._src.testing.case import evaluate

# TensorFlow writes a file per benchmark whose name starts with this variable's value.
VARIABLE = "TEST_REPORT_FILE_PREFIX"


@public("tfcompat.test")
class Benchmark:
    """The base of benchmarks: methods named `benchmark...` measure and call `report_benchmark`."""

    known: ClassVar[list[type[Benchmark]]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Benchmark.known.append(cls)

    @classmethod
    def is_abstract(cls) -> bool:
        """Whether this is a base of benchmarks and none itself: the class has no such method."""
        return not any(name.startswith("benchmark") for name in dir(cls))

    def evaluate(self, tensors: Any) -> Any:
        """A structure of tensors as one of NumPy values."""
        return evaluate(tensors)

    def report_benchmark(
        self,
        iters: int | None = None,
        cpu_time: float | None = None,
        wall_time: float | None = None,
        throughput: float | None = None,
        extras: Mapping[str, Any] | None = None,
        name: str | None = None,
        metrics: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Prints what a benchmark found as a line of JSON, or appends it to the report's file.

        `wall_time` and `cpu_time` are seconds per iteration, `throughput` megabytes a second.
        """
        title = f"{type(self).__name__}.{name or self._caller()}"
        entry: dict[str, Any] = {"name": title}
        numbers = {
            "iters": iters,
            "cpu_time": cpu_time,
            "wall_time": wall_time,
            "throughput": throughput,
        }
        entry.update({key: value for key, value in numbers.items() if value is not None})
        if extras:
            entry["extras"] = dict(extras)
        if metrics:
            entry["metrics"] = [dict(metric) for metric in metrics]
        line = json.dumps(entry, default=float)
        prefix = os.environ.get(VARIABLE)
        if prefix:
            with open(prefix + title.replace("/", "__"), "a", encoding="utf-8") as file:
                file.write(line + "\n")
        else:
            sys.stdout.write(line + "\n")

    @staticmethod
    def _caller() -> str:
        for frame in inspect.stack()[2:]:
            if frame.function.startswith("benchmark"):
                return frame.function
        raise ValueError("report_benchmark: received no name and is not called by a benchmark...")

    def run_op_benchmark(
        self,
        sess: Any,
        op_or_tensor: Any,
        feed_dict: Any = None,
        burn_iters: int = 2,
        min_iters: int = 10,
        store_trace: bool = False,
        store_memory_usage: bool = True,
        name: str | None = None,
        extras: Mapping[str, Any] | None = None,
        mbs: float = 0,
    ) -> dict[str, Any]:
        """Raises NotImplementedError: it times TensorFlow 1's sessions."""
        raise NotImplementedError(
            "run_op_benchmark: there are no sessions; time the call itself with time.perf_counter"
        )
