"""tf.DeviceSpec: the parts of a device's name."""

from __future__ import annotations

from typing import Any

from tfcompat._src.naming import public

_FIELDS = ("job", "replica", "task", "device_type", "device_index")
_KINDS = ("CPU", "GPU", "TPU")


@public("tfcompat")
class DeviceSpec:
    """A device, or as much of its name as is known: job, replica, task, type and index.

    Immutable. Raises ValueError for a replica, task or index that is no integer.
    """

    __slots__ = ("_device_index", "_device_type", "_job", "_replica", "_task")

    def __init__(
        self,
        job: Any = None,
        replica: Any = None,
        task: Any = None,
        device_type: Any = None,
        device_index: Any = None,
    ) -> None:
        self._job = None if job is None else str(job)
        self._replica = None if replica is None else int(replica)
        self._task = None if task is None else int(task)
        kind = None if device_type is None else str(device_type)
        self._device_type = kind.upper() if kind and kind.upper() in _KINDS else kind
        self._device_index = None if device_index is None else int(device_index)

    @property
    def job(self) -> str | None:
        """The name of the job."""
        return self._job

    @property
    def replica(self) -> int | None:
        """The number of the replica."""
        return self._replica

    @property
    def task(self) -> int | None:
        """The number of the task."""
        return self._task

    @property
    def device_type(self) -> str | None:
        """The kind of device, such as "GPU"."""
        return self._device_type

    @property
    def device_index(self) -> int | None:
        """The number of the device among its kind."""
        return self._device_index

    @classmethod
    def from_string(cls, spec: str) -> DeviceSpec:
        """The parts of a name such as "/job:worker/device:GPU:1".

        Raises ValueError for a part that is unknown, or two kinds of device.
        """
        return cls(**_parse(spec))

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """The parts of another name; `from_string` does the same."""
        return self.from_string(spec)

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """A spec with the parts of `dev`, and where it has none those of this one."""
        given = {field: getattr(dev, field) for field in _FIELDS}
        return self.replace(**{field: part for field, part in given.items() if part is not None})

    def replace(self, **kwargs: Any) -> DeviceSpec:
        """A spec with some parts changed."""
        return DeviceSpec(**{field: getattr(self, field) for field in _FIELDS} | kwargs)

    def to_string(self) -> str:
        """The name; "*" stands for an unknown index."""
        parts = [
            f"/{field}:{getattr(self, field)}"
            for field in ("job", "replica", "task")
            if getattr(self, field) is not None
        ]
        if self._device_type is not None:
            index = "*" if self._device_index is None else self._device_index
            parts.append(f"/device:{self._device_type}:{index}")
        return "".join(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSpec) and self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        parts = ", ".join([f"{field}={getattr(self, field)}" for field in _FIELDS])
        return f"<DeviceSpec({parts})>"


def _parse(spec: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in [part for part in spec.split("/") if part]:
        name, *values = part.split(":")
        if name in ("job", "replica", "task") and len(values) == 1:
            found[name] = values[0]
            continue
        if name == "device" and len(values) == 2:
            kind, index = values
        elif name.upper() in _KINDS and len(values) <= 1:
            kind, index = name.upper(), values[0] if values else "*"
        else:
            raise ValueError(
                f"DeviceSpec: Unknown attribute {name!r} is encountered while parsing the device "
                f"spec: {spec!r}; expected parts such as /job:worker, /task:0 or /device:GPU:0"
            )
        if "device_type" in found:
            raise ValueError(
                "DeviceSpec: Multiple device types are not allowed while parsing the device "
                f"spec: {spec}."
            )
        found["device_type"] = kind
        found["device_index"] = None if index == "*" else index
    return found


def canonical_name(device: Any) -> str:
    """One spelling for all names of a device; "" for None."""
    if device is None:
        return ""
    return DeviceSpec.from_string(getattr(device, "name", None) or str(device)).to_string()
