"""One call, or several, of each op of tf.raw_ops; the calls stand in raw_ops.txt."""

from __future__ import annotations

import functools
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .cases import Case, Input
from .pictures import FILES

#: Ops that TensorFlow has on a CPU in graphs only, or as programs of XLA: the words of their lines.
_STAGED = {"in a graph": None, "compiled": True}

TEXT = Path(__file__).with_suffix(".txt")


class Made:
    """An argument computed from others that are drawn."""

    def __init__(self, make: Callable[[Any, dict[str, Any]], Any]) -> None:
        self.make = make


class Variable:
    """An argument that is a variable; what it holds afterwards is compared."""

    def __init__(self, drawn: Input) -> None:
        self.drawn = drawn


class Matrix:
    """A matrix made of drawn numbers: diagonally dominant, or positive definite."""

    def __init__(self, size: int, symmetric: bool, dtype: str = "float32") -> None:
        self.drawn = Input((size, size), dtype, "unit")
        self.symmetric = symmetric

    def of(self, tf: Any, x: Any) -> Any:
        eye = tf.eye(self.drawn.shape[0], dtype=x.dtype) * 3
        return tf.matmul(x, x, adjoint_b=True) + eye if self.symmetric else x + eye


def _drawing(dtype: str, kind: str = "any") -> Callable[..., Input]:
    return lambda *shape: Input(shape, dtype, kind)


def _pooled(tf: Any, given: dict[str, Any]) -> Any:
    pool = tf.nn.max_pool3d if len(given["ksize"]) == 5 else tf.nn.max_pool2d
    return pool(given["orig_input"], given["ksize"], given["strides"], given["padding"])


def _normalized(tf: Any, given: dict[str, Any]) -> Any:
    names = ("depth_radius", "bias", "alpha", "beta")
    return tf.raw_ops.LRN(input=given["input_image"], **{n: given[n] for n in names})


# Two rows of three pixels, 24 bits each, the lower one first.
BITMAP = (
    b"BM" + (78).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    + (40).to_bytes(4, "little") + (3).to_bytes(4, "little") + (2).to_bytes(4, "little")
    + (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    + bytes([*range(9), 0, 0, 0, *range(100, 109), 0, 0, 0])
)  # fmt: skip


def _wav(tf: Any, given: dict[str, Any]) -> Any:
    return tf.audio.encode_wav(np.linspace(-0.5, 0.5, 8, dtype=np.float32)[:, None], 8000)


def _png(tf: Any, given: dict[str, Any]) -> Any:
    pixels = (np.arange(5 * 4 * 3) * 37 % 256).astype(np.uint8).reshape(5, 4, 3)
    return tf.io.encode_png(pixels)


def _file(tf: Any, given: dict[str, Any]) -> str:
    """A file of a few bytes in a new folder, beside another one."""
    folder = Path(tempfile.mkdtemp())
    for name in ("one.txt", "two.txt"):
        (folder / name).write_bytes(b"0\n\xff")
    return str(folder / "one.txt")


NAMES: dict[str, Any] = {
    "f": _drawing("float32"), "d": _drawing("float64"), "h": _drawing("float16"),
    "p": _drawing("float32", "positive"), "u": _drawing("float32", "unit"),
    "a": _drawing("float32", "above one"), "z": _drawing("float32", "nonzero"),
    "o": _drawing("float32", "distinct"), "e": _drawing("float32", "edges"),
    "i": _drawing("int32"), "l": _drawing("int64"), "w": _drawing("uint8"),
    "n": _drawing("int32", "positive"), "b": _drawing("bool"), "c": _drawing("complex64"),
    "m": lambda size: Matrix(size, False), "s": lambda size: Matrix(size, True),
    "sc": lambda size: Matrix(size, True, "complex64"),
    "v": lambda *shape: Variable(Input(shape, "float32", "positive")),
    # Between 0 and 1.
    "tf_half": lambda *shape: Squeezed(Input(shape, "float32", "unit")),
    "t": lambda *shape: Squeezed(Input(shape, "float32", "unit")),
    "l2": lambda: Made(lambda tf, given: tf.constant(0.5, tf.float64)),
    "pooled": lambda: Made(_pooled),
    "normalized": lambda: Made(_normalized),
    "wide": lambda value: Made(lambda tf, given: tf.constant(value, tf.int64)),
    "png": lambda: Made(_png),
    "jpeg": lambda: Made(lambda tf, given: tf.io.encode_jpeg(np.zeros([5, 4, 3], np.uint8))),
    "bmp": lambda: Made(lambda tf, given: BITMAP),
    "wav": lambda: Made(_wav),
    "gif": lambda: Made(lambda tf, given: bytes.fromhex(FILES["gif 2"])),
    "file": lambda: Made(_file),
    "files": lambda: Made(lambda tf, given: _file(tf, given)[:-7] + "*.txt"),
    "packed": lambda: Made(lambda tf, given: zlib.compress(b"words words")),
    "low": lambda: Made(lambda tf, given: tf.cast([[0, 100], [128, 255]], tf.quint8)),
    "serialized": lambda: Made(lambda tf, given: tf.io.serialize_tensor([[1.5, 2.0]])),
}  # fmt: skip


class Squeezed:
    """Numbers within (0, 1)."""

    def __init__(self, drawn: Input) -> None:
        self.drawn = drawn


def _inputs(value: Any) -> list[Input]:
    if isinstance(value, Input):
        return [value]
    if isinstance(value, (Matrix, Variable, Squeezed)):
        return [value.drawn]
    if isinstance(value, list):
        return [found for item in value for found in _inputs(item)]
    return []


def _filled(tf: Any, value: Any, tensors: Iterator[Any]) -> Any:
    if isinstance(value, Input):
        return next(tensors)
    if isinstance(value, Matrix):
        return value.of(tf, next(tensors))
    if isinstance(value, Squeezed):
        return next(tensors) * 0.5 + 0.5
    if isinstance(value, Variable):
        return tf.Variable(next(tensors))
    if isinstance(value, list):
        return [_filled(tf, item, tensors) for item in value]
    return value


def _fixed(tf: Any, value: Any) -> Any:
    """Not watched by a tape: TensorFlow has no derivative of what only XLA computes."""
    return tf.stop_gradient(value) if tf.is_tensor(value) else value


def _made(tf: Any, value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_made(tf, item, given) for item in value]
    return value.make(tf, given) if isinstance(value, Made) else value


def _call(name: str, arguments: dict[str, Any], kept: str) -> Callable[..., Any]:
    def call(tf: Any, *drawn: Any) -> Any:
        tensors = iter(drawn)
        given = {key: _filled(tf, value, tensors) for key, value in arguments.items()}
        given = {key: _made(tf, value, given) for key, value in given.items()}
        variables = {key: x for key, x in given.items() if isinstance(x, tf.Variable)}
        given.update({key: variable.handle for key, variable in variables.items()})
        op = getattr(tf.raw_ops, name)
        if kept in _STAGED:
            fixed = tf.nest.map_structure(lambda x: _fixed(tf, x), given)
            return tf.function(functools.partial(op, **fixed), jit_compile=_STAGED[kept])()
        result = op(**given)
        if kept == "the file":
            return _bytes(tf.io.read_file(given["filename"]))
        if variables:
            return {key: x.read_value() for key, x in variables.items()} | {"result": result}
        return _selected(tf, result, kept)

    return call


def _selected(tf: Any, result: Any, kept: str) -> Any:
    if not kept:
        # A named tuple gives its names away.
        if hasattr(result, "_asdict"):
            return _parts(result._asdict())
        return tf.nest.map_structure(_stored, result)
    if kept == "decoded":
        # How well an image is packed is nobody's promise.
        return tf.io.decode_image(result)
    if kept == "a moment":
        return result > 0
    if kept == "names":
        return _bytes(tf.strings.regex_replace(result, "^.*/", ""))
    numbers = [int(word) for word in kept.split() if word.isdigit()]
    if "valid" in kept:
        # What lies behind the last step is nobody's.
        return {str(n): result[n][:2] for n in numbers}
    return {str(n): abs(result[n]) if "abs" in kept else result[n] for n in numbers}


def _parts(outputs: dict[str, Any]) -> dict[str, Any]:
    """Each tensor by its name; those of a list are numbered."""
    found = {}
    for name, value in outputs.items():
        if isinstance(value, list):
            found |= {f"{name} {number}": _stored(x) for number, x in enumerate(value)}
        else:
            found[name] = _stored(value)
    return found


def _stored(result: Any) -> Any:
    return _bytes(result) if getattr(result, "dtype", None) == "string" else result


def _bytes(strings: Any) -> np.ndarray:
    """Strings as numbers, which can be stored."""
    return np.frombuffer(repr(np.asarray(strings.numpy(), object).tolist()).encode(), np.uint8)


def lines() -> list[tuple[str, str, str]]:
    """Name (perhaps with a star), arguments and kept outputs of each call."""
    found = []
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, arguments, *kept = re.split(r" *\| *", line)
            found.append((name.strip(), arguments, kept[0] if kept else ""))
    return found


def cases() -> Iterator[Case]:
    seen: Counter[str] = Counter()
    for name, text, kept in lines():
        op = name.lstrip("*")
        seen[op] += 1
        arguments = eval(f"dict({text})", dict(NAMES))
        inputs = [found for value in arguments.values() for found in _inputs(value)]
        again = f" {seen[op]}" if seen[op] > 1 else ""
        yield Case(
            f"raw_ops.{op}{again}",
            _call(op, arguments, kept),
            tuple(inputs),
            1 if name.startswith("*") else 0,
            8.0,
        )
