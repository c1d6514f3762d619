"""The methods of tf.data.Dataset that call functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Flowing:
    """What calls functions for elements."""

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Any:
        """What a function gives for each element; the parts of a tuple are its arguments.

        Args:
          map_func: a function of tensors, which is traced once.
          num_parallel_calls: how many elements are worked on at a time; tf.data.AUTOTUNE chooses.
          deterministic: whether the order is kept; as the options say if None.
          synchronous: True has the function called where an element is asked for.
          use_unbounded_threadpool: accepted and not used.
          name: not used.

        Raises TypeError for what the function must not return.
        """
        from tfcompat._src.data.mapping import mapped

        return mapped(
            self,  # type: ignore[arg-type]
            map_func,
            num_parallel_calls,
            deterministic,
            synchronous,
        )

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Any:
        """The elements for which a function gives True.

        Raises ValueError for a function that does not return a boolean scalar.
        """
        from tfcompat._src.data.mapping import filtered

        return filtered(self, predicate)  # type: ignore[arg-type]

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Any:
        """The elements of the datasets that a function gives, one dataset after the other.

        Raises TypeError for a function that returns no dataset.
        """
        from tfcompat._src.data.interleaving import flat_mapped

        return flat_mapped(self, map_func)  # type: ignore[arg-type]

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Any:
        """The elements of the datasets that a function gives, in turns.

        Args:
          map_func: gives a dataset for an element.
          cycle_length: how many datasets take turns; one for each processor if None.
          block_length: how many elements a turn has; 1 if None.
          num_parallel_calls: how many are read at a time; one if None.
          deterministic: whether the order is kept; as the options say if None.
          name: not used.

        Raises TypeError for a function that returns no dataset, and InvalidArgumentError for
        numbers that are not positive.
        """
        from tfcompat._src.data.interleaving import interleaved

        return interleaved(
            self,  # type: ignore[arg-type]
            map_func,
            cycle_length,
            block_length,
            num_parallel_calls,
        )

    def scan(
        self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None
    ) -> Any:
        """What a function of a state and an element gives, which returns a new state and a result.

        Raises TypeError for a function that returns no such pair, or a state of other types.
        """
        from tfcompat._src.data.scanning import scanned

        return scanned(self, initial_state, scan_func)  # type: ignore[arg-type]

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Any:
        """The elements before the first for which a function gives False.

        Raises ValueError for a function that does not return a boolean scalar.
        """
        from tfcompat._src.data.mapping import taken_while

        return taken_while(self, predicate)  # type: ignore[arg-type]

    def reduce(
        self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None
    ) -> Any:
        """The state after a function of a state and an element has seen all elements.

        Raises TypeError for a function that returns a state of other types.
        """
        from tfcompat._src.data.reduction import reduced

        return reduced(self, initial_state, reduce_func)  # type: ignore[arg-type]

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: Any = None,
        name: str | None = None,
    ) -> Any:
        """Pairs of class and element, so many left out or repeated that classes are as wanted.

        Args:
          class_func: gives the class of an element, an int32 scalar.
          target_dist: how frequent each class shall be, of a floating-point type.
          initial_dist: how frequent it is; counted on the way if None.
          seed: of the choices.
          name: not used.
        """
        from tfcompat._src.data.resampling import resampled

        return resampled(
            self,  # type: ignore[arg-type]
            class_func,
            target_dist,
            initial_dist,
            seed,
        )
