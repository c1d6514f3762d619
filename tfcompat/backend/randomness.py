"""Kernels that draw random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

    from tfcompat._src.dtypes import DType


class RandomKernels(Protocol):
    """Random numbers. `state` is int64 [counter low, counter high, key]: a place in a stream.

    An input, so that a new seed compiles nothing. The numbers must be those of
    tfcompat._src.randomness.sampling, which serves wherever the seed is at hand and no accelerator
    is.
    """

    def advance(self, state: Any, blocks: int, /) -> Any: ...
    def binomial(self, state: Any, counts: Any, probabilities: Any, samples: int, /) -> Any:
        """Float64 [samples, parameters], as those of `gamma` and `poisson`."""

    def categorical(self, state: Any, logits: Any, samples: int, dtype: DType, /) -> Any: ...
    def full_int(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def gamma(self, state: Any, alpha: Any, samples: int, /) -> Any: ...
    def gamma_sample(self, sample: Any, alpha: Any, /) -> Any:
        """The sample itself; its derivative by `alpha` keeps its rank in the distribution."""

    def normal(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def permutation(self, state: Any, size: int, /) -> Any: ...
    def poisson(self, state: Any, rate: Any, samples: int, /) -> Any: ...
    def sobol_directions(self, dimensions: int, /) -> np.ndarray[Any, Any]:
        """The direction numbers of Sobol's sequence, 30 of 30 bits a dimension, on the host."""

    def stateless_state(self, seed: Any, /) -> Any:
        """The state that a stateless seed, two integers, stands for."""

    def truncated_normal(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def uniform(self, state: Any, sizes: tuple[int, ...], dtype: DType, /) -> Any: ...
    def uniform_int(
        self, state: Any, low: Any, high: Any, sizes: tuple[int, ...], dtype: DType, /
    ) -> Any: ...
