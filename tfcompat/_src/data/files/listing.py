"""tf.data.Dataset.list_files."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.files.datasets import named_files
from tfcompat._src.errors import invalid_argument
from tfcompat._src.files import gfile
from tfcompat._src.files.paths import text_of
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops.string_arrays import strings


def list_files(file_pattern: Any, shuffle: Any, seed: Any) -> Any:
    """A dataset of the names of the files that patterns match, shuffled unless told not to.

    Raises InvalidArgumentError where no file does.
    """
    given = named_files(file_pattern)
    if given.__class__ is SymbolicTensor:
        raise NotImplementedError(
            "Dataset.list_files: the pattern is a tensor of a graph; list the files outside of "
            "the function, or by tf.io.gfile.glob"
        )
    if given._dtype is not dtypes.string:
        raise TypeError(f"Dataset.list_files: received {file_pattern!r}; expected strings")
    patterns = strings(given, "MatchingFiles").reshape(-1).tolist()
    names = sorted(
        name.encode("utf-8", "surrogateescape")
        for pattern in patterns
        for name in gfile.matching(text_of(pattern))
    )
    if not names:
        text = ", ".join(pattern.decode(errors="replace") for pattern in patterns)
        raise invalid_argument("Dataset.list_files", f"No files matched pattern: {text}")
    found = np.empty(len(names), object)
    found[:] = names
    dataset = DatasetV2.from_tensor_slices(found)
    if shuffle is None or shuffle:
        return dataset.shuffle(len(names), seed)
    return dataset
