"""tf.strings.format."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, whole_number
from tfcompat._src.tensor import Tensor
from tfcompat._src.text.tensor_text import tensor_text


@public("tfcompat.strings")
def format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Tensor:
    """The template with each placeholder replaced by the text of a tensor.

    Of more than 2 * `summarize` entries along an axis only the first and last `summarize` are
    written; -1 writes all.

    Raises:
      ValueError: not as many tensors as placeholders.
    """
    given = [inputs] if isinstance(inputs, (Tensor, str)) or _is_variable(inputs) else inputs
    expected, received = template.count(placeholder), len(given)
    if expected != received:
        raise ValueError(
            f"strings.format: The template expects {expected} tensors, but the inputs only has "
            f"{received}. Please ensure the number of placeholders in template matches inputs "
            "length."
        )
    edge = whole_number(summarize, "StringFormat", "summarize", 3)
    parts = template.split(placeholder)
    pieces = [parts[0]]
    for value, part in zip(given, parts[1:], strict=True):
        x = to_tensor(value)
        pieces += [tensor_text(x._numpy(), x._dtype, edge), part]
    return filled(["".join(pieces).encode("utf-8", "surrogateescape")], ())


def _is_variable(value: Any) -> bool:
    return hasattr(value, "__tf_tensor__")
