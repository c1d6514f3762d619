"""tf.strings, and what tf.io and tf.audio make of bytes: exact, on strings made from seeds."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .cases import COMPLEX, EVERY, FLOATS, SIGNED, UNSIGNED, Case, Input

LETTERS = "aAbBzZ019 _-.\tßéÉñΣσςЖжİıǆﬁ日本€😀"
PLAIN = "aAbB01 _-\n"
NUMERALS = "0123456789+-.eExXnaif "
UNICODE = ("UTF-8", "UTF-16-BE", "UTF-32-BE")

# Patterns in RE2's syntax that meet the two alphabets above.
PATTERNS = (
    "a", "a*", "a+?", "a|b|", "(a|ab)(b|Ba)?", "[ab]+", "[^ab]+", "[^a]", "^a", "b$", "^", "$",
    "(?m)^.", "(?m).$", "(?i)AB*", "a(?i)b|B", "(?s).b", ".b", r"\d+", r"\w+", r"\W", r"\s",
    r"\bA", r"\B_", "", "(a)(b)?", "(?P<x>a)(?:b)", "a{2}", "a{1,2}", "[ab]{2,}?", "(?U)a+",
    "(a*)+b", "[[:alpha:]]", "[[:^digit:]]+", r"[\d_]", r"[^\s\w]", r"\x61", r"\pL+", r"\PL",
    r"\p{Greek}", r"\p{^L}", r"[\p{Lu}a]", r"\Qa.\E|b", "(?:(a)|b)*", "(|a)+", "x*",
    "[[:alpha:]](?m)*", r"\W(?U)+?", r"b{0,1}?(?s)(?i)*A",
)  # fmt: skip
REWRITES = ("", "#", r"<\0>", r"\1-", r"\\\0", "é")


def words(seed: str, shape: tuple[int, ...], alphabet: str = LETTERS, most: int = 9) -> np.ndarray:
    """Strings of up to `most` letters, some of them empty."""
    random = np.random.RandomState(zlib.crc32(seed.encode()))
    made = np.empty(int(np.prod(shape)), object)
    for place in range(made.size):
        picked = random.randint(0, len(alphabet), random.randint(0, most + 1))
        made[place] = "".join([alphabet[letter] for letter in picked]).encode()
    return made.reshape(shape)


def noise(seed: str, count: int, longest: int) -> np.ndarray:
    """Strings of any bytes, with a taste for those that UTF-8 is made of."""
    random = np.random.RandomState(zlib.crc32(seed.encode()))
    made = np.empty(count, object)
    some = [
        0x61,
        0x7F,
        0x80,
        0xBF,
        0xC3,
        0xA9,
        0xE2,
        0x82,
        0xAC,
        0xED,
        0xA0,
        0xF0,
        0x9F,
        0xF4,
        0x0A,
    ]
    for place in range(count):
        size = random.randint(0, longest + 1)
        rare, common = random.randint(0, 256, size), random.randint(0, len(some), size)
        choice = random.randint(0, 3, size)
        made[place] = bytes(
            some[b] if c else int(a) for a, b, c in zip(rare, common, choice, strict=True)
        )
    return made


def spelt(*tensors: Any) -> dict[str, Any]:
    """Tensors of strings as numbers, which is what is stored: lengths, and all the bytes."""
    found: dict[str, Any] = {}
    for number, tensor in enumerate(tensors):
        value = tensor.numpy()
        if tensor.dtype.name != "string":
            found[f"{number}"] = value
            continue
        items = [value] if isinstance(value, bytes) else value.reshape(-1).tolist()
        lengths = np.array([len(item) for item in items], np.int32)
        found[f"{number} lengths"] = lengths.reshape(tuple(tensor.shape))
        found[f"{number} bytes"] = np.frombuffer(b"".join(items), np.uint8)
    return found


def _text_case(
    name: str, call: Callable[..., Any], shape: tuple[int, ...] = (12,), **made: Any
) -> Case:
    return Case(name, lambda tf: spelt(*call(tf, words(name, shape, **made))), exact=True)


# --------------------------------------------------------------------------------------- numbers
def _as_strings(tf: Any, x: Any) -> dict[str, Any]:
    calls: list[dict[str, Any]] = [{}, {"width": 9}, {"width": 7, "fill": "0"}, {"fill": "-"}]
    calls += [{"width": 8, "fill": fill} for fill in "+ -"]
    if x.dtype.is_floating or x.dtype.is_complex:
        calls += [{"precision": 2}, {"scientific": True}, {"shortest": True}]
        calls += [{"shortest": True, "precision": 3}, {"scientific": True, "precision": 0}]
        calls += [{"precision": 0, "width": 6, "fill": "0"}, {"precision": 9}]
    return spelt(*[tf.strings.as_string(x, **options) for options in calls])


def _formats(tf: Any, x: Any) -> dict[str, Any]:
    some = [tf.strings.format("x {} y", x, summarize=edge) for edge in (-1, 0, 1, 2, 3)]
    return spelt(*some)


def _numerals(seed: str, integers: bool) -> list[bytes]:
    """Numbers written in many ways."""
    random = np.random.RandomState(zlib.crc32(seed.encode()))
    if integers:
        values = random.randint(-(2**31), 2**31 - 1, 20)
        return [f"{' ' * (place % 3)}{value:+d} ".encode() for place, value in enumerate(values)]
    values = random.standard_normal(60) * 10.0 ** random.randint(-50, 50, 60)
    forms = ("{:.3f}", "{:e}", "{:.17g}", "{!r}", " {:.9g}", "{:+.25e}")
    halves = [np.float32(1) + np.float32(2) ** -23 * k for k in range(6)]
    # Numbers half way between two of float32, a little above and below: they are rounded once.
    ties = [f"{float(h) + 2.0**-24:.30f}" for h in halves]
    ties += [f"{float(h) + 2.0**-24:.30f}1" for h in halves]
    written = [forms[place % len(forms)].format(float(v)) for place, v in enumerate(values)]
    return [text.encode() for text in written + ties]


def _numbers() -> Iterator[Case]:
    for dtype in EVERY:
        yield Case(f"as_string {dtype}", _as_strings, (Input((2, 3), dtype),), exact=True)
        yield Case(f"format {dtype}", _formats, (Input((2, 5), dtype),), exact=True)
        yield Case(
            f"serialized {dtype}",
            lambda tf, x: spelt(
                tf.io.serialize_tensor(x), tf.io.parse_tensor(tf.io.serialize_tensor(x), x.dtype)
            ),
            (Input((2, 3), dtype),),
            exact=True,
        )
        yield Case(
            f"tensor proto {dtype}",
            lambda tf, x: {
                "many": np.frombuffer(tf.make_tensor_proto(x).SerializeToString(), np.uint8),
                "one": np.frombuffer(tf.make_tensor_proto(x[0, :1]).SerializeToString(), np.uint8),
                "array": tf.make_ndarray(tf.make_tensor_proto(x[0], shape=[5])),
            },
            (Input((2, 3), dtype),),
            exact=True,
        )
    for dtype in FLOATS:
        special = Input((10,), dtype, "special")
        yield Case(f"as_string special {dtype}", _as_strings, (special,), exact=True)
        yield Case(f"format special {dtype}", _formats, (special,), exact=True)
    for dtype in ("float32", "float64"):
        yield Case(
            f"to_number {dtype}",
            lambda tf, d=dtype: tf.strings.to_number(_numerals("floats", False), d),
            exact=True,
        )
    for dtype in ("int32", "int64"):
        yield Case(
            f"to_number {dtype}",
            lambda tf, d=dtype: tf.strings.to_number(_numerals("ints", True), d),
            exact=True,
        )
    yield Case("to_number some", _some_numbers, exact=True)
    for shape in ((), (0,), (7,), (2, 0), (1, 1, 1), (7, 2, 3), (2, 7, 2), (1, 2, 1, 2)):
        yield Case(f"format {shape}", _formats, (Input(shape, "int32"),), exact=True)
        yield Case(f"format bool {shape}", _formats, (Input(shape, "bool"),), exact=True)


def _some_numbers(tf: Any) -> dict[str, Any]:
    """Which random numerals are numbers, and which."""
    found: dict[str, Any] = {}
    for dtype in ("float32", "float64", "int32", "int64", "uint32", "uint64"):
        values = []
        for item in words("numerals", (150,), NUMERALS, 4):
            try:
                values.append(tf.strings.to_number(item, dtype).numpy())
            except tf.errors.InvalidArgumentError:
                values.append(np.dtype(dtype).type(77))
        found[dtype] = np.array(values, dtype)
    return found


# ----------------------------------------------------------------------------------------- texts
def _texts() -> Iterator[Case]:
    def letters(tf: Any, x: Any) -> Any:
        s = tf.strings
        kept = [s.lower(x), s.upper(x), s.strip(x), s.length(x), s.length(x, "UTF8_CHAR")]
        return [*kept, s.lower(x, encoding="utf-8"), s.upper(x, encoding="utf-8")]

    for shape in ((40,), (), (0,), (2, 3), (1, 0, 2)):
        yield _text_case(f"letters {shape}", letters, shape)
        yield _text_case(
            f"hashes {shape}",
            lambda tf, x: [
                tf.strings.to_hash_bucket(x, 2**63 - 1),
                tf.strings.to_hash_bucket_fast(x, 2**63 - 1),
                tf.strings.to_hash_bucket_strong(x, 2**63 - 1, [2**62 + 3, -7]),
            ],
            shape,
        )
    yield Case("hashes of every length", _hashes, exact=True)
    for unit in ("BYTE", "UTF8_CHAR"):
        yield Case(f"substr {unit}", lambda tf, u=unit: _cuts(tf, u), exact=True)
        yield Case(f"substr broadcast {unit}", lambda tf, u=unit: _broadcast(tf, u), exact=True)
    yield _text_case(
        "join",
        lambda tf, x: [
            tf.strings.join([x, "é", x[::-1]]),
            tf.strings.join([x], separator="?"),
            tf.strings.join([x, x, x], separator=", "),
            tf.strings.join([x[0], x[1]], separator="-"),
        ],
    )
    for shape in ((3,), (2, 3), (2, 2, 3), (0, 3), (2, 0), ()):
        yield _text_case(f"reduce_join {shape}", _reductions, shape)
    yield _text_case("unsorted_segment_join", _segments, (4, 3))
    yield _text_case("ngrams", _ngrams, (2, 4))
    yield _text_case("split", _splits, (20,), alphabet="ab, \t-")
    yield _text_case(
        "comparison and sum",
        lambda tf, x: [
            tf.equal(x, x[::-1]), tf.not_equal(x, x[0]), tf.constant(x) + x, tf.constant(x) + "é",
        ],
        alphabet="ab",
        most=2,
    )  # fmt: skip


def _hashes(tf: Any) -> Any:
    random = np.random.RandomState(5)
    items = [random.bytes(size) for size in (*range(70), 127, 128, 129, 191, 192, 193, 500)]
    s = tf.strings
    return {
        "old": s.to_hash_bucket(items, 2**63 - 1),
        "fast": s.to_hash_bucket_fast(items, 2**63 - 1),
        "fast few": s.to_hash_bucket_fast(items, 10),
        "strong": s.to_hash_bucket_strong(items, 2**63 - 1, [1, 2]),
    }


def _cuts(tf: Any, unit: str) -> Any:
    found: list[Any] = []
    for item in words("cut", (12,)):
        size = len(item.decode()) if unit == "UTF8_CHAR" else len(item)
        starts = np.arange(-size, size + 1)
        lengths = (np.arange(starts.size) * 5) % 4
        found.append(tf.strings.substr([item] * starts.size, starts, lengths, unit=unit))
    return spelt(*found)


def _broadcast(tf: Any, unit: str) -> Any:
    s, item = tf.strings, "héllo wörld"
    return spelt(
        s.substr(item, [0, 1, -3], [2, 3, 1], unit=unit),
        s.substr([item, "abcdefgh"], 2, 3, unit=unit),
        s.substr([[item], ["abcdefgh"]], [1, 2], [3, 4], unit=unit),
        s.substr([item, "abcdefgh"], [[0], [3]], [[1], [100]], unit=unit),
        s.substr([[[item]]], [[[1]]], [[[4]]], unit=unit),
        s.substr([item], tf.constant([-2], tf.int64), tf.constant([9], tf.int64), unit=unit),
        s.substr([item, "é"], [1, 0], [-1, -2], unit=unit),
    )


def _reductions(tf: Any, x: Any) -> Any:
    join, rank = tf.strings.reduce_join, x.ndim
    found = [join(x), join(x, keepdims=True, separator="+"), join(x, axis=[])]
    for axis in range(-rank, rank):
        found.append(join(x, axis=axis, separator=","))
        found.append(join(x, axis=[axis], keepdims=True))
    if rank > 1:
        found += [join(x, axis=[0, 1], separator="."), join(x, axis=[1, 0], separator=".")]
        found.append(join(x, axis=[-1, 0], keepdims=True))
    return found


def _segments(tf: Any, x: Any) -> Any:
    join = tf.strings.unsorted_segment_join
    return [
        join(x, [1, 0, 1, 3], 4),
        join(x, [2, 2, 2, 2], 3, separator="|"),
        join(x, np.arange(12).reshape(4, 3) % 5, 5, separator=", "),
        join(x, tf.constant([0, 0, 1, 1], tf.int64), tf.constant(2, tf.int64)),
        join(x[:0], np.zeros((0,), np.int32), 2),
    ]


def _ngrams(tf: Any, x: Any) -> Any:
    ngrams = tf.strings.ngrams
    found = [ngrams(x, width, separator="+") for width in (1, 2, 4, 5, (1, 3), [2, 1])]
    found += [ngrams(x, width, pad_values="#") for width in (1, 3, (2, 6))]
    found += [ngrams(x, 3, pad_values=("<", ">"), padding_width=width) for width in (1, 2, 5)]
    found += [ngrams(x[:0], 2), ngrams(x[:, :0], 2, pad_values="#"), ngrams(x[:, None][:, :0], 1)]
    found.append(ngrams(x, (6, 7), preserve_short_sequences=True))
    found.append(ngrams(x, 9, pad_values="#", padding_width=1, preserve_short_sequences=True))
    return found


def _splits(tf: Any, x: Any) -> Any:
    split = tf.strings.split
    found = []
    for item in x:
        found += [split(item), split(item, ","), split(item, ", "), split(item, maxsplit=1)]
        found += [split(item, "-", maxsplit=2), tf.strings.bytes_split(item)]
    return found


# ---------------------------------------------------------------------------- patterns, encodings
def _patterns(tf: Any, pattern: str) -> Any:
    found = []
    for texts in (
        words("plain " + pattern, (40,), PLAIN),
        words(pattern, (25,)),
        noise("n", 25, 5),
    ):
        found.append(tf.strings.regex_full_match(texts, pattern))
        found += [tf.strings.regex_replace(texts, pattern, rewrite) for rewrite in REWRITES]
        found.append(tf.strings.regex_replace(texts, pattern, r"[\0]", replace_global=False))
    return spelt(*found)


def _transcoded(tf: Any, encoding: str) -> Any:
    texts = noise(encoding, 60, 8)
    found = []
    for output in UNICODE:
        for errors in ("replace", "ignore"):
            for options in ({}, {"replacement_char": 63, "replace_control_characters": True}):
                found.append(
                    tf.strings.unicode_transcode(texts, encoding, output, errors=errors, **options)
                )
    return spelt(*found)


def _decoded(tf: Any, encoding: str) -> Any:
    found = []
    for item in noise("decoded " + encoding, 40, 8):
        found += tf.strings.unicode_decode_with_offsets(item, encoding)
        found.append(tf.strings.unicode_decode(item, encoding, errors="ignore"))
        found += tf.strings.unicode_split_with_offsets(item, encoding, replacement_char=33)
    return spelt(*found)


def _encodings() -> Iterator[Case]:
    for pattern in dict.fromkeys(PATTERNS):
        yield Case(f"regex {pattern!r}", lambda tf, p=pattern: _patterns(tf, p), exact=True)
    yield Case(
        "no word boundary in nothing", lambda tf: tf.strings.regex_full_match(["", "a"], r"\B")
    )
    for encoding in (*UNICODE, "UTF-16-LE", "UTF-32-LE", "UTF-16", "ISO-8859-1", "US-ASCII",
                     "windows-1252", "KOI8-R", "ISO-8859-5"):  # fmt: skip
        yield Case(f"transcode {encoding}", lambda tf, e=encoding: _transcoded(tf, e), exact=True)
    for encoding in UNICODE:
        yield Case(f"decode {encoding}", lambda tf, e=encoding: _decoded(tf, e), exact=True)
        yield Case(
            f"unicode_encode {encoding}",
            lambda tf, x, e=encoding: spelt(
                tf.strings.unicode_encode(x, e),
                tf.strings.unicode_encode(x * 20000 - 5, e, errors="ignore"),
                tf.strings.unicode_encode(x * 20000 - 5, e, replacement_char=63),
            ),
            (Input((3, 2, 4), "int32", "positive"),),
            exact=True,
        )
    yield Case(
        "unicode_script",
        lambda tf: tf.strings.unicode_script(np.arange(0, 0x110000, 97)),
        exact=True,
    )


# ----------------------------------------------------------------------------------------- bytes
def _raw(tf: Any, dtype: str) -> Any:
    random = np.random.RandomState(3)
    data = np.array([[random.bytes(16) for _ in range(2)] for _ in range(3)], object)
    if dtype == "bool":
        data[...] = b"\0\1\1\0"
    found = [tf.io.decode_raw(data, dtype), tf.io.decode_raw(data, dtype, little_endian=False)]
    if dtype in ("bool", *COMPLEX):
        return found
    for length in (8, 16, 24):
        found.append(tf.io.decode_raw(data, dtype, fixed_length=length))
        found.append(tf.io.decode_raw(data[0, 0][:5], dtype, False, fixed_length=length))
    return found


def _bytes() -> Iterator[Case]:
    for dtype in (*SIGNED, *UNSIGNED[:2], *FLOATS, *COMPLEX, "bool"):
        yield Case(f"decode_raw {dtype}", lambda tf, d=dtype: _raw(tf, d), exact=True)
    yield Case(
        "base64",
        lambda tf: spelt(
            tf.io.encode_base64(noise("base64", 30, 9)),
            tf.io.encode_base64(noise("base64", 30, 9), pad=True),
            tf.io.decode_base64(tf.io.encode_base64(noise("base64", 30, 9), pad=True)),
            tf.io.decode_base64(["QQ", "QR", "QQ==", "-_-_", ""]),
        ),
        exact=True,
    )
    yield Case("decode_csv", _table, exact=True)
    yield Case(
        "wav",
        lambda tf, x: {
            **spelt(tf.audio.encode_wav(x, 16000)),
            "decoded": tf.audio.decode_wav(tf.audio.encode_wav(x, 8000))[0],
            "rate": tf.audio.decode_wav(tf.audio.encode_wav(x, 8000))[1],
            "other size": tf.audio.decode_wav(tf.audio.encode_wav(x, 8000), 3, 10)[0],
            "less": tf.audio.decode_wav(tf.audio.encode_wav(x, 8000), 1, 2)[0],
        },
        (Input((6, 2)),),
        exact=True,
    )


def _table(tf: Any) -> Any:
    rows = ['1,2.5,"a, ""b""",7', "-3,,,", ' 4 ,1e3,"",-7', '"5",inf,x y,9000000000']
    defaults: list[Any] = [
        [0],
        tf.constant([0.5], tf.float32),
        ["none"],
        tf.constant([8], tf.int64),
    ]
    wide = [[0.0], tf.constant([], tf.float64), [""], tf.constant([1], tf.int64)]
    found = [*tf.io.decode_csv(rows, defaults), *tf.io.decode_csv([rows[:2], rows[2:]], defaults)]
    found += tf.io.decode_csv(rows[0], wide)
    found += tf.io.decode_csv(rows, [[1], ["?"]], select_cols=[0, 2])
    found += tf.io.decode_csv(["1;NA", "NA;2"], [[7], [8.0]], field_delim=";", na_value="NA")
    found += tf.io.decode_csv(['a"b,c"'], [[""], [""]], use_quote_delim=False)
    found += tf.io.decode_csv(["\n\r\na,\n1,", '\n"b\n",,"1"'], [["?"], [2], [3]])
    return spelt(*found)


def cases() -> Iterator[Case]:
    for part in (_numbers, _texts, _encodings, _bytes):
        yield from part()
