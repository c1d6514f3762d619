"""Raw ops on strings and files."""

from __future__ import annotations

from typing import Any

from tfcompat._src.ops import (
    audio,
    csv,
    io,
    regex,
    string_format,
    string_hash,
    string_numbers,
    strings,
    unicode,
    unicode_scripts,
)
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _format(inputs: Any, template: Any, placeholder: Any, summarize: int) -> Tensor:
    return string_format.format(template, inputs, placeholder, summarize)


def _reduce_join(inputs: Any, reduction_indices: Any, keep_dims: bool, separator: Any) -> Tensor:
    return strings.reduce_join(inputs, reduction_indices, keep_dims, separator)


def _decode_raw(bytes: Any, out_type: Any, little_endian: bool) -> Tensor:
    return io.decode_raw(bytes, out_type, little_endian)


def _decode_padded_raw(bytes: Any, length: Any, out_type: Any, little_endian: bool) -> Tensor:
    return io.decode_raw(bytes, out_type, little_endian, int(length))


def _decode_csv(
    records: Any, defaults: Any, delim: Any, quotes: bool, missing: Any, columns: Any
) -> Any:
    return csv.decode_csv(records, defaults, delim, quotes, missing, list(columns) or None)


TABLE: Table = {
    "AsString input precision=-1 scientific=False shortest=False width=-1 fill=''": (
        string_numbers.as_string
    ),
    "DecodeBase64 input": io.decode_base64,
    "DecodeCompressed bytes compression_type=''": io.decode_compressed,
    "DecodePaddedRaw input_bytes fixed_length out_type little_endian=True": _decode_padded_raw,
    "DecodeRaw bytes out_type little_endian=True": _decode_raw,
    "EncodeBase64 input pad=False": io.encode_base64,
    "MatchingFiles pattern": io.matching_files,
    "ParseTensor serialized out_type": io.parse_tensor,
    "ReadFile filename": io.read_file,
    "ReduceJoin inputs reduction_indices keep_dims=False separator=''": _reduce_join,
    "RegexFullMatch input pattern": regex.regex_full_match,
    "RegexReplace input pattern rewrite replace_global=True": regex.regex_replace,
    "SerializeTensor tensor": io.serialize_tensor,
    "StaticRegexFullMatch input pattern": regex.regex_full_match,
    "StaticRegexReplace input pattern rewrite replace_global=True": regex.regex_replace,
    "StringFormat inputs template='%s' placeholder='%s' summarize=3": _format,
    "StringJoin inputs separator=''": strings.join,
    "StringLength input unit='BYTE'": strings.length,
    "StringLower input encoding=''": strings.lower,
    "StringStrip input": strings.strip,
    "StringToHashBucket string_tensor num_buckets": string_hash.to_hash_bucket,
    "StringToHashBucketFast input num_buckets": string_hash.to_hash_bucket_fast,
    "StringToHashBucketStrong input num_buckets key": string_hash.to_hash_bucket_strong,
    "StringToNumber string_tensor out_type=float32": string_numbers.to_number,
    "StringUpper input encoding=''": strings.upper,
    "Substr input pos len unit='BYTE'": strings.substr,
    "UnicodeScript input": unicode_scripts.unicode_script,
    (
        "UnicodeTranscode input input_encoding output_encoding errors='replace' "
        "replacement_char=65533 replace_control_characters=False"
    ): unicode.unicode_transcode,
    "UnsortedSegmentJoin inputs segment_ids num_segments separator=''": (
        strings.unsorted_segment_join
    ),
    "WriteFile filename contents": io.write_file,
    (
        "DecodeCSV records record_defaults field_delim=',' use_quote_delim=True "
        "na_value='' select_cols=[]"
    ): _decode_csv,
    "DecodeWav contents desired_channels=-1 desired_samples=-1 -> audio sample_rate": (
        audio.decode_wav
    ),
    "EncodeWav audio sample_rate": audio.encode_wav,
}
