"""The methods of tf.data.Dataset that leave elements as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Combining:
    """What chooses, orders, joins and keeps elements."""

    def concatenate(self, dataset: Any, name: str | None = None) -> Any:
        """The elements of this dataset, then those of another.

        Raises TypeError where their types have nothing in common.
        """
        from tfcompat._src.data.combining import _ConcatenateDataset

        return _ConcatenateDataset(self, dataset)  # type: ignore[arg-type]

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Any:
        """The same elements, so many of which are made in advance by another thread.

        Raises InvalidArgumentError for a negative size that is not tf.data.AUTOTUNE.
        """
        from tfcompat._src.data.ahead import _PrefetchDataset

        return _PrefetchDataset(self, buffer_size)  # type: ignore[arg-type]

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: Any = True,
        name: str | None = None,
    ) -> Any:
        """The elements in random order: each comes from a buffer of the next ones.

        Args:
          buffer_size: how many are held; tf.data.UNKNOWN_CARDINALITY for all of them.
          seed: of the order, which together with tf.random.set_seed determines it.
          reshuffle_each_iteration: whether each pass has another order.
          name: not used.

        Raises InvalidArgumentError for a size that is not positive.
        """
        from tfcompat._src.data.seeds import fixed
        from tfcompat._src.data.shuffle import _ShuffleDataset

        return _ShuffleDataset(
            self,  # type: ignore[arg-type]
            buffer_size,
            fixed(seed),
            reshuffle_each_iteration,
        )

    def cache(self, filename: Any = "", name: str | None = None) -> Any:
        """The same elements, kept by the first whole pass: in memory, or in files of that name."""
        from tfcompat._src.data.caching import cached

        return cached(self, filename)  # type: ignore[arg-type]

    def take(self, count: Any, name: str | None = None) -> Any:
        """The first elements; all of them for -1."""
        from tfcompat._src.data.basic import _TakeDataset

        return _TakeDataset(self, count)  # type: ignore[arg-type]

    def skip(self, count: Any, name: str | None = None) -> Any:
        """All but the first elements; none of them for -1."""
        from tfcompat._src.data.basic import _SkipDataset

        return _SkipDataset(self, count)  # type: ignore[arg-type]

    def repeat(self, count: Any = None, name: str | None = None) -> Any:
        """The elements again and again; without end for None or -1."""
        from tfcompat._src.data.basic import _RepeatDataset

        return _RepeatDataset(self, count)  # type: ignore[arg-type]

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Any:
        """Every `num_shards`-th element, from that at `index` on.

        Raises InvalidArgumentError for an index that is no place in a group of so many.
        """
        from tfcompat._src.data.basic import _ShardDataset

        return _ShardDataset(self, num_shards, index)  # type: ignore[arg-type]

    def enumerate(self, start: Any = 0, name: str | None = None) -> Any:
        """Pairs of a number, counting from `start`, and an element."""
        from tfcompat._src.data.combining import enumerated

        return enumerated(self, start)  # type: ignore[arg-type]

    def unique(self, name: str | None = None) -> Any:
        """The elements without those that have been before; each is an int or string tensor.

        Raises TypeError for elements of several parts or of other types.
        """
        from tfcompat._src.data.unique import _UniqueDataset

        return _UniqueDataset(self)  # type: ignore[arg-type]

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Any:
        """The elements without those at which an error is raised."""
        from tfcompat._src.data.ignoring import _IgnoreErrorsDataset

        return _IgnoreErrorsDataset(self, log_warning)  # type: ignore[arg-type]

    def fingerprint(self) -> Any:
        """A uint64 number of how the dataset is made: a restart of a program finds it the same."""
        from tfcompat._src.data.fingerprints import fingerprint

        return fingerprint(self)  # type: ignore[arg-type]

    # -------------------------------------------------------------------------------------- files
    def snapshot(
        self,
        path: Any,
        compression: str | None = "AUTO",
        reader_func: Callable[..., Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Any:
        """The same elements, which the first whole pass writes to files and later ones read."""
        from tfcompat._src.data.files.snapshots import snapshot

        return snapshot(
            self,  # type: ignore[arg-type]
            path,
            compression,
            reader_func,
            shard_func,
        )

    def save(
        self,
        path: Any,
        compression: str | None = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: Any = None,
    ) -> Any:
        """Writes the elements to files that `Dataset.load` reads."""
        from tfcompat._src.data.files.saved import save

        return save(
            self,  # type: ignore[arg-type]
            path,
            compression,
            shard_func,
            checkpoint_args,
        )
