"""The static methods of tf.data.Dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Sources:
    """What makes datasets."""

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Any:
        """A dataset of one element. Raises ValueError for an empty structure."""
        from tfcompat._src.data.sources import _TensorDataset

        return _TensorDataset(tensors)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Any:
        """A dataset of the rows of tensors.

        Raises ValueError for scalars, and where the numbers of rows differ.
        """
        from tfcompat._src.data.sources import _TensorSliceDataset

        return _TensorSliceDataset(tensors)

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """A dataset of what a generator yields; the function is called anew for each pass.

        Args:
          generator: a function that returns an iterable.
          output_types: the structure of dtypes of an element.
          output_shapes: their shapes, all unknown if not given.
          args: tensors, given to the function as NumPy arrays.
          output_signature: the structure of tf.TypeSpecs of an element, in the place of both.
          name: not used.

        Raises TypeError for what is no function, and where neither types nor signature are given.
        """
        from tfcompat._src.data.generator import from_generator

        return from_generator(generator, output_types, output_shapes, args, output_signature)

    @staticmethod
    def range(*args: Any, **kwargs: Any) -> Any:
        """A dataset of numbers: `range(stop)` or `range(start, stop, step)`, `output_type` int64.

        Raises InvalidArgumentError for a step of zero.
        """
        from tfcompat._src.data.sources import _RangeDataset

        kwargs.pop("name", None)
        return _RangeDataset(*args, **kwargs)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """A dataset of tuples, or of other structures, of one element of each dataset.

        Raises TypeError for what are no datasets, or a list of them.
        """
        from tfcompat._src.data.combining import _ZipDataset

        if not args and datasets is None:
            raise TypeError("Must pass at least one dataset to `zip`.")
        if args and datasets is not None:
            raise TypeError("Both `*args` and `datasets` cannot be set.")
        if datasets is None:
            datasets = args[0] if len(args) == 1 else args
        return _ZipDataset(datasets)

    @staticmethod
    def counter(
        start: Any = 0, step: Any = 1, dtype: Any = "int64", name: str | None = None
    ) -> Any:
        """A dataset of numbers from `start` on without end."""
        from tfcompat._src.data.sources import _CounterDataset

        return _CounterDataset(start, step, dtype)

    @staticmethod
    def random(
        seed: Any = None, rerandomize_each_iteration: Any = None, name: str | None = None
    ) -> Any:
        """A dataset of random int64 numbers below 2**32 without end.

        rerandomize_each_iteration: whether each pass has other numbers.
        """
        from tfcompat._src.data.sampling import _RandomDataset
        from tfcompat._src.data.seeds import fixed

        return _RandomDataset(fixed(seed), rerandomize_each_iteration)

    @staticmethod
    def sample_from_datasets(
        datasets: Any,
        weights: Any = None,
        seed: Any = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Any:
        """A dataset whose elements come from several ones, chosen at random.

        Args:
          datasets: a list of datasets with elements of the same types.
          weights: how often each is chosen: numbers, or a dataset of such; equally often if None.
          seed: of the choices.
          stop_on_empty_dataset: whether it ends where one of them does.
          rerandomize_each_iteration: whether each pass makes other choices.
          name: not used.

        Raises TypeError and ValueError for lists of other lengths, weights of other types, and no
        dataset.
        """
        from tfcompat._src.data.sampling import sample_from_datasets

        return sample_from_datasets(
            datasets, weights, seed, stop_on_empty_dataset, rerandomize_each_iteration
        )

    @staticmethod
    def choose_from_datasets(
        datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Any:
        """A dataset whose elements come from those whose places another dataset gives.

        Raises TypeError for choices that are no int64 scalars, and ValueError for no dataset.
        """
        from tfcompat._src.data.sampling import choose_from_datasets

        return choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: Any = None, seed: Any = None, name: str | None = None
    ) -> Any:
        """A dataset of the names of the files that match patterns.

        Raises InvalidArgumentError where no file does.
        """
        from tfcompat._src.data.files.listing import list_files

        return list_files(file_pattern, shuffle, seed)

    @staticmethod
    def load(
        path: str,
        element_spec: Any = None,
        compression: str | None = None,
        reader_func: Callable[..., Any] | None = None,
        wait: bool = False,
    ) -> Any:
        """A dataset that `save` has written."""
        from tfcompat._src.data.files.saved import load

        return load(path, element_spec, compression, reader_func, wait)
