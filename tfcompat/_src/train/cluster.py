"""tf.train.ClusterSpec: which machines do which jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat._src.files.protos import message_class
from tfcompat._src.naming import public


@public("tfcompat.train")
class ClusterSpec:
    """The addresses of the tasks of jobs.

    `cluster` is a dictionary from the names of jobs to lists of addresses, or to dictionaries of
    them by their numbers; a ClusterDef; or another ClusterSpec.

    Raises TypeError for something else.
    """

    def __init__(self, cluster: Any) -> None:
        self._jobs: dict[str, dict[int, str]] = {}
        if isinstance(cluster, ClusterSpec):
            self._jobs = {job: dict(tasks) for job, tasks in cluster._jobs.items()}
        elif isinstance(cluster, Mapping):
            for job, tasks in cluster.items():
                self._jobs[_text(job)] = _tasks(job, tasks)
        elif hasattr(cluster, "job") and hasattr(cluster, "SerializeToString"):
            for item in cluster.job:
                self._jobs[item.name] = dict(item.tasks)
        else:
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network "
                f"addresses, or a `ClusterDef` protocol buffer; received {cluster!r}"
            )

    def __bool__(self) -> bool:
        return bool(self._jobs)

    __nonzero__ = __bool__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        tasks = self.as_dict()
        return f"ClusterSpec({{{', '.join(f'{job!r}: {tasks[job]!r}' for job in sorted(tasks))}}})"

    def as_dict(self) -> dict[str, Any]:
        """From jobs to lists of addresses, or to dictionaries where numbers are missing."""
        found: dict[str, Any] = {}
        for job, tasks in self._jobs.items():
            numbers = sorted(tasks)
            if numbers == list(range(len(numbers))):
                found[job] = [tasks[number] for number in numbers]
            else:
                found[job] = dict(tasks)
        return found

    def as_cluster_def(self) -> Any:
        """The same as a ClusterDef."""
        found = message_class("ClusterDef")()
        for job in sorted(self._jobs):
            made = found.job.add(name=job)
            for number in sorted(self._jobs[job]):
                made.tasks[number] = self._jobs[job][number]
        return found

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def _of(self, job: str) -> dict[int, str]:
        if job not in self._jobs:
            raise ValueError(f"No such job in cluster: {job!r}")
        return self._jobs[job]

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has. Raises ValueError for an unknown one."""
        return len(self._of(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks. Raises ValueError for an unknown one."""
        return sorted(self._of(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """Where a task runs. Raises ValueError for an unknown one."""
        tasks = self._of(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks by their numbers, None for missing ones."""
        tasks = self._of(job_name)
        return [tasks.get(number) for number in range(max(tasks, default=-1) + 1)]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str):
        return value
    raise TypeError(f"ClusterSpec: received {value!r}; expected a string")


def _tasks(job: Any, tasks: Any) -> dict[int, str]:
    if isinstance(tasks, (list, tuple)):
        return {number: _text(address) for number, address in enumerate(tasks)}
    if isinstance(tasks, Mapping):
        return {int(number): _text(address) for number, address in tasks.items()}
    raise TypeError(
        f"The tasks for job {job!r} must be a list or a dictionary from integers to strings."
    )
