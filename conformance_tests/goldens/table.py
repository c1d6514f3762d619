"""The whole table of golden cases, by family."""

from __future__ import annotations

from dataclasses import replace

from . import (
    arrays,
    decompositions,
    elementwise,
    functions,
    images,
    linear,
    linear_operators,
    loops,
    matrix_functions,
    networks,
    nn_rest,
    numpy_api,
    pictures,
    quantization,
    random_rest,
    raw_ops,
    reductions,
    signal,
    special,
    strings,
    top_level_rest,
)
from .cases import Case

FAMILIES: dict[str, list[Case]] = {
    family: [replace(case, family=family) for case in module.cases()]
    for family, module in {
        "elementwise": elementwise,
        "random_rest": random_rest,
        "functions": functions,
        "reductions": reductions,
        "arrays": arrays,
        "linear": linear,
        "decompositions": decompositions,
        "linear_operators": linear_operators,
        "loops": loops,
        "matrix_functions": matrix_functions,
        "networks": networks,
        "image": images,
        "pictures": pictures,
        "numpy": numpy_api,
        "raw_ops": raw_ops,
        "signal": signal,
        "special": special,
        "strings": strings,
        "nn_rest": nn_rest,
        "quantization": quantization,
        "top_level_rest": top_level_rest,
    }.items()
}
