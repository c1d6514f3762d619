"""tf.strings.to_hash_bucket and its two successors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.errors import invalid_argument
from tfcompat._src.hashes.farmhash import fingerprint64
from tfcompat._src.hashes.seeded import murmur64, siphash
from tfcompat._src.hashes.strings import hashed, hashed_flat
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import flat, typed, whole_number
from tfcompat._src.tensor import Tensor


def _bucket(input: Any, num_buckets: Any, op: str, function: Callable[[Any], Any]) -> Tensor:
    x = typed(input, dtypes.string, op)
    count = whole_number(num_buckets, op, "num_buckets")
    if count < 1:
        raise invalid_argument(op, f"received num_buckets={count}; expected 1 or more")
    if (many := flat(x)) is None:
        found = hashed(x._numpy().reshape(-1).tolist(), function)
    else:
        found = hashed_flat(many.reshape(-1), function)
    # NumPy's loop for the remainder divides one by one.
    found -= found // np.uint64(count) * np.uint64(count)
    return from_numpy(found.view(np.int64).reshape(x._shape), dtypes.int64)


@public("tfcompat.strings")
def to_hash_bucket(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """A number in [0, num_buckets) for each string, by the hash of TensorFlow's first versions."""
    return _bucket(input, num_buckets, "StringToHashBucket", murmur64)


@public("tfcompat.strings")
def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """A number in [0, num_buckets) for each string, by FarmHash's fingerprint."""
    return _bucket(input, num_buckets, "StringToHashBucketFast", fingerprint64)


@public("tfcompat.strings")
def to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Any, name: str | None = None
) -> Tensor:
    """A number in [0, num_buckets) for each string, by SipHash, which needs the two-word `key`.

    Raises InvalidArgumentError for a key of another length.
    """
    op = "StringToHashBucketStrong"
    if not isinstance(key, (list, tuple)):
        raise TypeError(f"{op}: Expected list for 'key' argument, not {key!r}.")
    words = [whole_number(word, op, "key") % 2**64 for word in key]
    if len(words) != 2:
        raise invalid_argument(op, f"received a key of {len(words)} elements; expected 2")
    return _bucket(input, num_buckets, op, lambda item: siphash(item, (words[0], words[1])))
