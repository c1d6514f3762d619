"""tf.data.experimental: datasets of parsed examples, and of records to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.data.arguments import AUTOTUNE
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.files.datasets import TFRecordDatasetV2
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Over, Walk
from tfcompat._src.files.records import TFRecordWriter as RecordWriter
from tfcompat._src.naming import public
from tfcompat._src.parsing.example import ExampleParser
from tfcompat._src.tensor_spec import TensorSpec


@public("tfcompat.data.experimental")
def parse_example_dataset(
    features: Any, num_parallel_calls: Any = 1, deterministic: bool | None = None
) -> Callable[[DatasetV2], DatasetV2]:
    """What parses batches of serialized tf.train.Examples, for Dataset.apply.

    Raises:
      ValueError: no features.
      TypeError: when it is applied to a dataset of something else.
    """
    if features is None:
        raise ValueError("Argument `features` is required, but not specified.")

    def parsed(dataset: DatasetV2) -> DatasetV2:
        spec = dataset.element_spec
        vector = isinstance(spec, TensorSpec) and spec.dtype is dtypes.string
        if not vector or spec.shape.rank not in (1, None):
            raise TypeError(
                "Input dataset should be a dataset of vectors of strings. Instead it is "
                f"`{spec!r}`."
            )
        return _ParseExampleDataset(dataset, features)

    return parsed


class _ParseExampleDataset(UnaryDataset):
    """Batches of serialized examples as the features of them."""

    def __init__(self, source: DatasetV2, features: Any) -> None:
        super().__init__(source)
        self._parser = ExampleParser(dict(features))
        dims = dims_of_spec(source.element_spec)
        makers = self._parser.plan.makers
        self._spec = {maker.label: maker.type(dims) for maker in makers}

    def _cardinality(self) -> int:
        return self._source._cardinality()

    def _start(self, context: Context) -> Walk:
        return _ParseWalk(self._source._start(context), self._parser)


class _ParseWalk(Over):
    """Parsed batches."""

    def __init__(self, source: Walk, parser: ExampleParser) -> None:
        super().__init__(source)
        self._parser = parser
        makers = parser.plan.makers
        # The parts of a dictionary stand in the order of its keys.
        self._order = sorted(range(len(makers)), key=lambda at: makers[at].label)

    def take(self) -> Components:
        (serialized,) = self._source.take()
        makers = self._parser.plan.makers
        arrays = iter(self._parser(serialized))
        found = []
        for maker in makers:
            specs = maker.specs(serialized.shape)
            parts = [next(arrays) for _ in specs]
            if len(parts) == 1:
                found.append(parts[0])
                continue
            tensors = [from_numpy(a, spec.dtype) for a, spec in zip(parts, specs, strict=True)]
            found.append(maker.value(tensors, serialized.shape))
        return tuple([found[at] for at in self._order])


def dims_of_spec(spec: Any) -> Any:
    """The shape that a type has, as far as it is known."""
    return None if spec.shape.rank is None else tuple(spec.shape.as_list())


@public("tfcompat.data.experimental")
def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: int,
    features: Any,
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Any:
    """Batches of the features of examples in files, with the label apart.

    Args:
      file_pattern: a pattern of names of files, or a list of patterns.
      batch_size: how many examples a batch has.
      features: as tf.io.parse_example takes them.
      reader: makes a dataset of records of a file; TFRecordDataset if not given.
      label_key: of the feature that is given apart.
      reader_args: what `reader` is given besides.
      num_epochs: how often the examples are read; without end if None.
      shuffle: whether examples and files come in random order.
      shuffle_buffer_size: among how many examples is chosen.
      shuffle_seed: of the order.
      prefetch_buffer_size: how many batches are made in advance.
      reader_num_threads: of how many files examples are given in turn.
      parser_num_threads: how many batches are parsed at a time.
      sloppy_ordering: accepted; the order is always the same.
      drop_final_batch: whether a last batch of fewer examples is left out.

    Raises:
      ValueError: a label that is no feature.
      InvalidArgumentError: no files.
    """
    made = TFRecordDatasetV2 if reader is None else reader
    turns = 1 if reader_num_threads in (None, AUTOTUNE) else int(reader_num_threads or 1)
    if label_key is not None and label_key not in features:
        raise ValueError(
            f"The `label_key` provided ({label_key}) must be one of the `features` keys: "
            f"{features.keys()}."
        )
    files = DatasetV2.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    if reader is None and not reader_args:
        dataset: Any = TFRecordDatasetV2(files, num_parallel_reads=turns)
    else:
        dataset = files.interleave(
            lambda name: made(name, *(reader_args or [])), cycle_length=turns, block_length=1
        )
    spec = dataset.element_spec
    if isinstance(spec, tuple) and len(spec) == 2:
        # Readers of keys and values: the values are what counts.
        dataset = dataset.map(lambda _, value: value)
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    dataset = dataset.apply(parse_example_dataset(features, num_parallel_calls=parser_num_threads))
    if label_key is not None:
        dataset = dataset.map(lambda found: _apart(found, label_key))
    return dataset.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _apart(found: dict[Any, Any], label: str) -> tuple[dict[Any, Any], Any]:
    return {key: value for key, value in found.items() if key != label}, found[label]


@public("tfcompat.data.experimental")
class TFRecordWriter:
    """Writes a dataset of strings to a TFRecord file.

    `compression_type` is "", "ZLIB" or "GZIP".
    """

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        self._filename = filename
        self._compression_type = compression_type

    def write(self, dataset: Any) -> None:
        """Writes all elements. Raises TypeError for what is no dataset of string scalars."""
        if not isinstance(dataset, DatasetV2):
            raise TypeError(
                f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}."
            )
        spec = dataset.element_spec
        scalar = isinstance(spec, TensorSpec) and spec.dtype is dtypes.string
        if not scalar or spec.shape.rank not in (0, None):
            raise TypeError(
                "Invalid `dataset`. Expected a`dataset` that produces scalar `tf.string` elements, "
                f"but got a dataset which produces elements of {spec!r}."
            )
        walk = dataset._walk()
        try:
            with RecordWriter(self._filename, self._compression_type) as writer:
                while True:
                    try:
                        (record,) = walk.take()
                    except StopIteration:
                        break
                    writer.write(record.item())
        finally:
            walk.close()
