"""tf.strings: operations on tensors of strings."""

from tfcompat._src.ops.regex import (
    regex_full_match as regex_full_match,
    regex_replace as regex_replace,
)
from tfcompat._src.ops.string_format import format as format
from tfcompat._src.ops.string_hash import (
    to_hash_bucket as to_hash_bucket,
    to_hash_bucket_fast as to_hash_bucket_fast,
    to_hash_bucket_strong as to_hash_bucket_strong,
)
from tfcompat._src.ops.string_ngrams import ngrams as ngrams
from tfcompat._src.ops.string_numbers import as_string as as_string, to_number as to_number
from tfcompat._src.ops.string_splits import bytes_split as bytes_split, split as split
from tfcompat._src.ops.strings import (
    join as join,
    length as length,
    lower as lower,
    reduce_join as reduce_join,
    strip as strip,
    substr as substr,
    unsorted_segment_join as unsorted_segment_join,
    upper as upper,
)
from tfcompat._src.ops.unicode import (
    unicode_decode as unicode_decode,
    unicode_decode_with_offsets as unicode_decode_with_offsets,
    unicode_encode as unicode_encode,
    unicode_split as unicode_split,
    unicode_split_with_offsets as unicode_split_with_offsets,
    unicode_transcode as unicode_transcode,
)
from tfcompat._src.ops.unicode_scripts import unicode_script as unicode_script
