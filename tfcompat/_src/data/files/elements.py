"""Elements in files: of each its components, one record after the other."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tfcompat._src.data.files import codec, snappy
from tfcompat._src.data.files.interleaved import TurnsWalk
from tfcompat._src.data.files.readers import RecordReader
from tfcompat._src.data.files.walks import Names
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.files.paths import attempt
from tfcompat._src.files.records import framed_many
from tfcompat._src.tensor_spec import TensorSpec

_LARGE = 1 << 20


# --------------------------------------------------------------------------------------- writing
class ElementWriter:
    """Writes elements to a file."""

    def __init__(self, path: str, kind: str, specs: Sequence[Any]) -> None:
        self._path = path
        self._specs = specs
        self._kind = kind
        self._zlib: Any = {"GZIP": 31, "ZLIB": 15}.get(kind)
        if self._zlib:
            self._zlib = zlib.compressobj(wbits=self._zlib)
        self._waiting: list[bytes] = []
        self._size = 0
        attempt(path, lambda: os.makedirs(os.path.dirname(path) or ".", exist_ok=True))
        self._file = attempt(path, lambda: open(path, "wb"))

    def write(self, parts: Components) -> None:
        """Writes one element."""
        for spec, part in zip(self._specs, parts, strict=True):
            for message in codec.encoded(spec, part):
                self._waiting.append(message)
                self._size += len(message)
        if self._size > _LARGE or len(self._waiting) > 4096:
            self._put(False)

    def _put(self, end: bool) -> None:
        data = framed_many(self._waiting)
        self._waiting, self._size = [], 0
        if self._zlib:
            data = self._zlib.compress(data) + (self._zlib.flush() if end else b"")
        elif self._kind == "SNAPPY":
            data = snappy.packed(data)
        attempt(self._path, lambda: self._file.write(data))

    def finish(self) -> None:
        """Makes sure that all of it is on disk."""
        self._put(True)
        attempt(self._path, self._file.flush)
        attempt(self._path, lambda: os.fsync(self._file.fileno()))
        self._file.close()

    def abandon(self) -> None:
        """Closes the file, which nobody needs."""
        self._file.close()


class ShardWriter:
    """Writes elements to the files of shards in a folder, which comes into being when all is done.

    Until `finish` the folder has another name, and `abandon` removes it.
    """

    def __init__(self, folder: str, kind: str, specs: Sequence[Any]) -> None:
        self._folder = folder
        self._partial = f"{folder}.partial"
        self._kind = kind
        self._specs = specs
        self._shards: dict[int, ElementWriter] = {}
        self.count = 0
        self._parent = os.path.dirname(folder)
        self._made = not os.path.exists(self._parent)
        attempt(folder, lambda: os.makedirs(self._partial))

    def write(self, parts: Components, shard: int = 0) -> None:
        """Writes one element to a shard."""
        writer = self._shards.get(shard)
        if writer is None:
            path = os.path.join(self._partial, f"{shard:08d}.shard", "00000000.snapshot")
            writer = self._shards[shard] = ElementWriter(path, self._kind, self._specs)
        writer.write(parts)
        self.count += 1

    def finish(self) -> None:
        """Gives the folder its name."""
        for writer in self._shards.values():
            writer.finish()
        attempt(self._folder, lambda: os.rename(self._partial, self._folder))

    def abandon(self) -> None:
        """Removes what was written."""
        for writer in self._shards.values():
            writer.abandon()
        shutil.rmtree(self._partial, ignore_errors=True)
        if self._made:
            with suppress(OSError):
                os.rmdir(self._parent)


def write_whole(path: str, data: bytes) -> None:
    """Writes a file that is there whole or not at all."""
    partial = f"{path}.{os.getpid()}.partial"

    def write() -> None:
        try:
            with open(partial, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        except BaseException:
            if os.path.exists(partial):
                os.unlink(partial)
            raise

    attempt(path, write)


# --------------------------------------------------------------------------------------- reading
class ElementReader(RecordReader):
    """The elements of a file, each as the list of its messages."""

    def __init__(self, path: Any, compression: str, offset: int, width: int) -> None:
        super().__init__(path, compression, offset)
        self._width = width
        # Messages of an element that is not whole yet, and where they start.
        self._left: list[bytes] = []
        self._begins: list[int] = []
        self._ends = [offset]

    def block(self) -> list[Any]:
        while True:
            records = super().block()
            places = [super(ElementReader, self).offset(at) for at in range(len(records))]
            self._left += records
            self._begins += places
            cut = len(self._left) // self._width * self._width
            if cut or not records:
                break
        if not cut and self._left:
            raise DataLossError(None, None, f"{self.stream.path}: the last element is not whole")
        messages, self._left = self._left[:cut], self._left[cut:]
        follows = self._begins[cut] if cut < len(self._begins) else self._at
        self._ends = [*self._begins[: cut : self._width], follows]
        self._begins = self._begins[cut:]
        return [messages[at : at + self._width] for at in range(0, cut, self._width)]

    def offset(self, index: int) -> int:
        return self._ends[index]


class ElementsWalk(Walk):
    """The elements of files, of each one in turn."""

    def __init__(self, files: Sequence[str], kind: str, specs: Sequence[Any]) -> None:
        self._specs = specs
        self._wanted = [
            (spec.dtype.as_datatype_enum, _static(spec)) if spec.__class__ is TensorSpec else None
            for spec in specs
        ]
        width = sum(map(codec.messages_of, specs))
        if not width:
            raise NotImplementedError("Dataset.load: elements without any tensor have no files")

        def open_file(name: bytes, offset: int) -> ElementReader:
            return ElementReader(name, kind, offset, width)

        names = Names([file.encode("utf-8", "surrogateescape") for file in files])
        self._turns = TurnsWalk(names, open_file, max(1, len(files)))

    def take(self) -> Components:
        messages = iter(self._turns.take_record())
        found: list[Any] = []
        for place, (spec, wanted) in enumerate(zip(self._specs, self._wanted, strict=True)):
            if wanted is None and not codec.messages_of(spec):
                found.append(None)
                continue
            kind, shape, values = codec.read_tensor(next(messages))
            if wanted is not None:
                if kind != wanted[0]:
                    raise invalid_argument(
                        "Dataset.load",
                        f"Data type mismatch at component {place}: expected {spec.dtype.name} but "
                        f"got {as_dtype(kind).name}.",
                    )
                if shape != wanted[1] and not spec.shape.is_compatible_with(shape):
                    raise invalid_argument(
                        "Dataset.load",
                        f"Incompatible shapes at component {place}: expected {spec.shape} but got "
                        f"{list(shape)}.",
                    )
                found.append(values)
            else:
                found.append(codec.decoded(spec, kind, shape, values))
        return tuple(found)

    def state(self) -> State:
        return self._turns.state()

    def restore(self, state: State) -> None:
        self._turns.restore(state)

    def close(self) -> None:
        self._turns.close()


def _static(spec: TensorSpec) -> Any:
    return tuple(spec.shape.as_list()) if spec.shape.is_fully_defined() else None
