"""tf.random_normal_initializer and its like: callables that make initial values.

Classes of their own, not Keras': they have another call and other defaults.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import constant
from tfcompat._src.dtypes import NUMERIC, DType, as_dtype, bool_, float32
from tfcompat._src.naming import public
from tfcompat._src.ops import random, stateless_random
from tfcompat._src.ops.creation import ones, zeros

_PARTITION = ("partition_shape", "partition_offset")


class Initializer:
    """The base of tf's own initializers."""

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> Any:
        """A tensor of that shape and dtype."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The initializer of a configuration; a dtype in it is ignored."""
        return cls(**{key: value for key, value in config.items() if key != "dtype"})


def _asked(shape: Any, kwargs: dict[str, Any]) -> Any:
    for key in kwargs:
        if key not in _PARTITION:
            raise TypeError(
                f"initializer: Keyword argument should be one of {list(_PARTITION)}. "
                f"Received: {key}"
            )
    part = kwargs.get("partition_shape")
    return shape if part is None else part


def _number_dtype(dtype: Any) -> DType:
    found = as_dtype(dtype)
    if found not in NUMERIC and found is not bool_:
        raise ValueError(
            f"initializer: Argument `dtype` expected to be numeric or boolean. Received {found!r}."
        )
    return found


@public("tfcompat")
class Zeros(Initializer):
    """Zeros. Raises ValueError for a dtype without numbers."""

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> Any:
        """Zeros of that shape and dtype."""
        return zeros(_asked(shape, kwargs), _number_dtype(dtype))


@public("tfcompat")
class Ones(Initializer):
    """Ones. Raises ValueError for a dtype without numbers."""

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> Any:
        """Ones of that shape and dtype."""
        return ones(_asked(shape, kwargs), _number_dtype(dtype))


@public("tfcompat")
class Constant(Initializer):
    """A value, or as many values as the tensor has elements.

    Raises TypeError for what is no Python value or NumPy array.
    """

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Constant initializer: Invalid type for initial value: {type(value).__name__}. "
                "Expected Python scalar, list or tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.support_partition = support_partition

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        """The value in that shape; the dtype is the value's own unless given."""
        _asked(shape, kwargs)
        if kwargs and not self.support_partition:
            raise ValueError("Constant initializer doesn't support partition-related arguments")
        return constant(self.value, None if dtype is None else as_dtype(dtype), shape)

    def get_config(self) -> dict[str, Any]:
        """The value."""
        return {"value": self.value}


@public("tfcompat")
class RandomUniform(Initializer):
    """Numbers of a uniform distribution; with a seed the same ones at each call."""

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> Any:
        """A tensor of that shape. Raises ValueError unless the dtype has floats or integers."""
        found = as_dtype(dtype)
        if not found.is_floating and not found.is_integer:
            raise ValueError(
                "RandomUniform: Argument `dtype` expected to be numeric or boolean. Received "
                f"{found!r}."
            )
        sizes = _asked(shape, kwargs)
        if self.seed is None:
            return random.uniform(sizes, self.minval, self.maxval, found)
        return stateless_random.stateless_uniform(
            sizes, [self.seed, 0], self.minval, self.maxval, found
        )

    def get_config(self) -> dict[str, Any]:
        """The limits and the seed."""
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


@public("tfcompat")
class RandomNormal(Initializer):
    """Numbers of a normal distribution; with a seed the same ones at each call."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> Any:
        """A tensor of that shape. Raises ValueError unless the dtype has floats."""
        found = as_dtype(dtype)
        if not found.is_floating:
            raise ValueError(
                "RandomNormal: Argument `dtype` is expected to be floating point. Received: "
                f"{found!r}."
            )
        sizes = _asked(shape, kwargs)
        if self.seed is None:
            return random.normal(sizes, self.mean, self.stddev, found)
        return stateless_random.stateless_normal(
            sizes, [self.seed, 0], self.mean, self.stddev, found
        )

    def get_config(self) -> dict[str, Any]:
        """Mean, standard deviation and seed."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


# The names under which TensorFlow shows them.
constant_initializer = Constant
ones_initializer = Ones
random_normal_initializer = RandomNormal
random_uniform_initializer = RandomUniform
zeros_initializer = Zeros
