"""The whole table of golden cases, by family."""

from __future__ import annotations

from dataclasses import replace

from . import arrays, elementwise, images, linear, networks, reductions, signal, special, strings
from .cases import Case

FAMILIES: dict[str, list[Case]] = {
    family: [replace(case, family=family) for case in module.cases()]
    for family, module in {
        "elementwise": elementwise,
        "reductions": reductions,
        "arrays": arrays,
        "linear": linear,
        "networks": networks,
        "image": images,
        "signal": signal,
        "special": special,
        "strings": strings,
    }.items()
}
