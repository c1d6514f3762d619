"""Ops that do for a stack of elements what they do for each: called once for all, on tensors."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.data.lowering import Call, Step, Variable, on_tensors
from tfcompat._src.data.numpy_rules import _OPS, rule
from tfcompat._src.function.calls import Node
from tfcompat._src.function.graph import Graph
from tfcompat._src.images.files import BadImage
from tfcompat._src.images.jpeg import Options, read_jpeg
from tfcompat._src.images.png import quick
from tfcompat._src.parsing.plan import Call as Parsing
from tfcompat._src.parsing.results import Dense

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# How decode_jpeg is asked for what the other ops do too.
_HOW = ("ratio", "fancy_upscaling", "try_recover_truncated", "acceptable_fraction", "dct_method")
_USUAL = [1, True, False, 1, ""]
# Of pictures: by rank 3 and 4.
_PICTURES = {
    "image_colour": (
        "adjust_hue",
        "adjust_saturation",
        "grayscale_to_rgb",
        "hsv_to_rgb",
        "rgb_to_grayscale",
        "rgb_to_hsv",
    ),
    "image_geometry": ("transpose",),
}
# Of each string of a tensor by itself.
_TEXTS = {
    "csv": ("decode_csv",),
    "strings": ("length", "lower", "strip", "substr", "upper"),
    "regex": ("regex_full_match", "regex_replace"),
    "string_numbers": ("as_string", "to_number"),
    "string_hash": ("to_hash_bucket", "to_hash_bucket_fast", "to_hash_bucket_strong"),
}


def _only_variable(call: Call) -> Variable | None:
    """The argument that is computed, where there is one only and it is the first."""
    ins = set(call.node.ins)
    if len(ins) != 1:
        return None
    first = call.argument(next(iter(call.given)))
    return first if isinstance(first, Variable) else None


def _at_once(call: Call) -> Step:
    step = on_tensors(call.graph, call.node)
    return step._replace(rows=lambda n, *columns: step.element(*columns))


def _picture(call: Call) -> Step | None:
    x = _only_variable(call)
    if x is None or x.dims is None or len(x.dims) != 3:
        return None
    return _at_once(call)


def _text(call: Call) -> Step | None:
    return None if _only_variable(call) is None else _at_once(call)


for _module, _names in _PICTURES.items():
    rule(_OPS + _module, *_names)(_picture)
for _module, _names in _TEXTS.items():
    rule(_OPS + _module, *_names)(_text)


@rule(_OPS + "image_codecs", "decode_image", "decode_jpeg", "decode_png")
def _decoded(call: Call) -> Step | None:
    """Plain PNGs and JPEGs without a tensor on the way."""
    x, channels = _only_variable(call), call.argument("channels") or 0
    if x is None or x.dims != () or call.output._dtype is not dtypes.uint8:
        return None
    if channels not in (0, 1, 3, 4) or (channels == 4 and call.node.name == "decode_jpeg"):
        return None
    step = on_tensors(call.graph, call.node)
    plain = call.node.name != "decode_jpeg" or [call.argument(n) for n in _HOW] == _USUAL
    options = Options(channels)

    def element(text: Any) -> Any:
        data = text.item()
        if data.__class__ is bytes and data[:8] == _PNG:
            found = quick(data)
            if found is not None and channels in (0, found.shape[2]):
                return found
        elif data.__class__ is bytes and data[:3] == _JPEG and plain and channels != 4:
            try:
                return read_jpeg(data, options)
            except BadImage:
                pass  # the op says what is wrong
        return step.element(text)

    return step._replace(element=element)


def parsed(graph: Graph, node: Node) -> Step | None:
    """A step for the parsing of one serialized example, by whom many are read side by side."""
    parsing: Any = getattr(node.function, "__self__", None)
    if not isinstance(parsing, Parsing) or node.name != "parse_example" or len(node.ins) != 1:
        return None
    if len(node.args) > 1 and node.args[1] is not None:
        return None
    dense = all([isinstance(maker, Dense) for maker in parsing.makers])
    single = graph.symbol(node.ins[0])._dims == ()
    run = parsing.run
    rows = (lambda n, texts: run(texts, None)) if dense and single else None
    return Step(lambda text: run(text, None), rows, node.ins)
