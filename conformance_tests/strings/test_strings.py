"""Strings among the ops of every dtype, static shapes, arguments of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

S = tf.strings


def test_python_and_numpy_strings_are_tensors() -> None:
    agree(S.length(["a", b"bc"]), [1, 2])
    agree(S.upper(np.array(["a", "é"])), [b"A", "é".encode()])
    agree(S.lower(tf.Variable(["AB"])), [b"ab"])
    assert S.join(["a", "b"]).shape == ()
    assert S.reduce_join([["a", "b"]], axis=1).dtype == tf.string


def test_operators() -> None:
    words = tf.constant(["a", "b"])
    agree(words + "!", [b"a!", b"b!"])
    agree("!" + words, [b"!a", b"!b"])
    agree(words == ["a", "c"], [True, False])
    agree(words != "a", [False, True])
    with pytest.raises(tf.errors.InvalidArgumentError):
        words < words  # noqa: B015
    with pytest.raises(TypeError):
        words * 2


def test_moving_strings_about() -> None:
    words = tf.constant([["a", "b"], ["c", "d"]])
    agree(tf.transpose(words), [[b"a", b"c"], [b"b", b"d"]])
    agree(words[1, ::-1], [b"d", b"c"])
    agree(tf.concat([words, words], 1)[0], [b"a", b"b", b"a", b"b"])
    agree(tf.gather(words, [1], axis=1), [[b"b"], [b"d"]])
    agree(tf.where([[True, False]], words, "-"), [[b"a", b"-"], [b"c", b"-"]])
    agree(tf.reshape(words, [-1]), [b"a", b"b", b"c", b"d"])


def test_as_string_is_at_the_top_too() -> None:
    assert tf.as_string is tf.strings.as_string


def test_none_stands_for_an_options_default() -> None:
    agree(S.as_string(1.5, precision=None, width=None, fill=None), b"1.500000")
    agree(S.length("é", unit=None), 2)
    agree(S.reduce_join(["a", "b"], separator=None), b"ab")
    agree(S.to_number("1", None), 1.0)


def test_results_can_be_differentiated_around() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * S.to_number("3")
    agree(tape.gradient(y, x), 3.0)


def test_one_string_splits_into_a_dense_tensor() -> None:
    agree(S.split("a b  c"), [b"a", b"b", b"c"])
    agree(S.bytes_split("abc"), [b"a", b"b", b"c"])
    agree(S.unicode_split("aé", "UTF-8"), [b"a", "é".encode()])
    agree(S.unicode_decode("aé", "UTF-8"), [97, 233])


@pytest.mark.tfcompat_only
def test_a_single_byte_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="whole characters"):
        S.regex_full_match("a", r"\C")


def test_patterns_and_lines() -> None:
    agree(S.regex_replace(["a1", "b22", ""], "[0-9]+", "#"), [b"a#", b"b#", b""])
    agree(S.regex_replace(["a1\n2", "3\n"], "[0-9]+", "#"), [b"a#\n#", b"#\n"])
    agree(S.regex_replace(["a1", "2"], "[0-9]", "\n"), [b"a\n", b"\n"])
    agree(S.regex_replace(["a1", "2"], "[0-9]", r"<\0>"), [b"a<1>", b"<2>"])
    agree(S.regex_full_match(["a1", "a1\n", "a12 "], "a[0-9]+"), [True, False, False])


def test_parts_of_short_strings() -> None:
    agree(S.substr(["abc", "a"], 1, 2), [b"bc", b""])
    agree(S.substr(["abc", "ab"], -2, 1), [b"b", b"a"])
    agree(S.substr(["abc", "ab"], -2, -1), [b"bc", b"ab"])
    for start, size in ((2, 1), (2, 0), (-2, 1)):
        with pytest.raises(tf.errors.InvalidArgumentError):
            S.substr(["abc", "a"], start, size)


def test_many_numbers_as_strings() -> None:
    numbers = np.arange(-90, 90) % 50 - 25
    wanted = [str(n).encode() for n in numbers]
    agree(tf.as_string(numbers.astype("i4")), wanted)
    apart = np.tile(np.array([-100, 0, 100], "i1"), 90)
    agree(tf.as_string(apart), [str(n).encode() for n in apart])
    large = numbers.astype("i8") * 10**15
    agree(tf.as_string(large), [str(n).encode() for n in large])


def test_many_strings_asked_for_again_and_again() -> None:
    words = [b"Word 12", b"", b" az\tZ{`@[ ", b"word 3", b"\xc3\x84rger", b"1234567"] * 500
    x, y = tf.constant(words), tf.constant(words[::-1])
    for _ in range(3):
        assert tf.strings.length(x).numpy().tolist() == [len(word) for word in words]
        assert tf.strings.upper(x).numpy().tolist() == [word.upper() for word in words]
        lower = tf.strings.lower(tf.strings.strip(x))
        assert lower.shape == (3000,)
        assert lower.numpy().tolist() == [word.strip().lower() for word in words]
        joined = tf.strings.join([x, b"+", y], "-").numpy().tolist()
        assert joined == [a + b"-+-" + b for a, b in zip(words, words[::-1], strict=True)]
        assert tf.strings.regex_full_match(x, "[wW]ord [0-9]+").numpy().tolist() == [
            word.lower().startswith(b"word") for word in words
        ]
        assert not tf.strings.regex_full_match(x, "ord").numpy().any()
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.strings.substr(x, 1, 3)
        assert tf.strings.substr(x, 0, 3).numpy().tolist() == [word[:3] for word in words]
        assert tf.strings.substr(x, 0, -1).numpy().tolist() == words
        assert tf.strings.substr(x, 0, 0).numpy().tolist() == [b""] * 3000
        for hashed in (
            tf.strings.to_hash_bucket_fast,
            tf.strings.to_hash_bucket,
            lambda x, n: tf.strings.to_hash_bucket_strong(x, n, [3, 5]),
        ):
            one_by_one = [hashed(tf.constant(word), 2**40).numpy() for word in words[:6]]
            assert hashed(x, 2**40).numpy().tolist() == one_by_one * 500
        # In what was made, too, there is no difference of a string with NUL at its end.
        ended = tf.strings.join([x, b"\0"])
        assert tf.strings.length(ended).numpy().tolist() == [len(word) + 1 for word in words]


@pytest.mark.parametrize("most", [1, 6, 8, 13, 20, 40, 70, 150])
def test_many_hashes_are_those_of_the_strings_alone(most: int) -> None:
    words = [bytes(33 + (i * 7 + k * k) % 90 for k in range(most)) for i in range(1500)]
    # One length is the commonest, and nothing is the end of some.
    words[::5] = [word[: i % most] for i, word in enumerate(words[::5])]
    many = tf.constant(words)
    for hashed in (
        tf.strings.to_hash_bucket_fast,
        tf.strings.to_hash_bucket,
        lambda x, n: tf.strings.to_hash_bucket_strong(x, n, [-1, 5]),
    ):
        found = hashed(many, 2**40).numpy().tolist()
        for i in [*range(0, 1500, 25), *range(1, 1500, 97)]:
            assert found[i] == hashed(tf.constant(words[i]), 2**40).numpy()


def test_many_plain_numbers() -> None:
    written = ["7", "0.1", "16777217", "33554435", "123456.789", ".5", "5.", "00012.250"] * 200
    x = tf.constant(written)
    for _ in range(3):
        for dtype in (tf.float32, tf.float64):
            found = tf.strings.to_number(x, dtype).numpy()
            single = [
                tf.strings.to_number(tf.constant(text), dtype).numpy() for text in written[:8]
            ]
            assert found.tolist() == [number.item() for number in single] * 200
    bad = tf.constant(["1.5"] * 2000 + ["1.2.3"])
    for _ in range(3):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.strings.to_number(bad)


def test_a_bad_pattern_says_what_is_wrong() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="missing"):
        S.regex_replace("a", "(b", "c")


def test_format_of_several_tensors() -> None:
    agree(
        S.format("{}: {} of {}", ("x", tf.range(9), [[1.5]]), summarize=2),
        b'"x": [0 1 ... 7 8] of [[1.5]]',
    )
    with pytest.raises(ValueError, match="expects 1"):
        S.format("{}", (1, 2))
