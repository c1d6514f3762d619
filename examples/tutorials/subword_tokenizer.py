"""Unicode and tokens: code points, encodings, scripts, words of a file, pieces of words."""

import tensorflow as tf

text_utf8 = tf.constant("语言处理")
text_utf16be = tf.constant("语言处理".encode("UTF-16-BE"))
text_chars = tf.constant([ord(char) for char in "语言处理"])
print(tf.strings.unicode_decode(text_utf8, input_encoding="UTF-8").numpy())
print(tf.strings.unicode_encode(text_chars, output_encoding="UTF-8").numpy().decode())
print(tf.strings.unicode_transcode(text_utf16be, "UTF-16-BE", "UTF-8") == text_utf8)
batch_utf8 = [
    s.encode("UTF-8") for s in ["hÃllo", "What is the weather tomorrow", "Göödnight", "😊"]
]
batch = tf.strings.unicode_decode(batch_utf8, input_encoding="UTF-8")
for sentence in batch.to_list():
    print(sentence[:6])
print(batch.to_tensor(default_value=-1).shape, batch.to_sparse().dense_shape.numpy())
print(tf.strings.unicode_encode(batch, "UTF-8").numpy()[0])
thanks = "Thanks 😊".encode()
print(tf.strings.length(thanks).numpy(), tf.strings.length(thanks, unit="UTF8_CHAR").numpy())
print([tf.strings.substr(thanks, pos=7, len=1, unit=u).numpy() for u in ("BYTE", "UTF8_CHAR")])
codepoints, offsets = tf.strings.unicode_decode_with_offsets("🎈🎉🎊", "UTF-8")
for codepoint, offset in zip(codepoints.numpy(), offsets.numpy()):
    print(f"At byte offset {offset}: codepoint {codepoint}")
sentences = ["Hello, world.", "世界こんにちは"]
codes = tf.strings.unicode_decode(sentences, "UTF-8")
script = tf.strings.unicode_script(codes)
print(script)
starts = tf.concat(
    [tf.fill([script.nrows(), 1], True), tf.not_equal(script[:, 1:], script[:, :-1])], axis=1
)
word_starts = tf.squeeze(tf.where(starts.values), axis=1)
words = tf.RaggedTensor.from_row_starts(values=codes.values, row_starts=word_starts)
num_words = tf.reduce_sum(tf.cast(starts, tf.int64), axis=1)
segmented = tf.RaggedTensor.from_row_lengths(values=words, row_lengths=num_words)
print(tf.strings.unicode_encode(segmented, "UTF-8").to_list()[0])

corpus = tf.data.Dataset.from_tensor_slices(["low lower lowest", "new newer newest", "wide wider"])
counts = {}
for word in corpus.flat_map(
    lambda line: tf.data.Dataset.from_tensor_slices(tf.strings.split(line))
):
    counts[word.numpy().decode()] = counts.get(word.numpy().decode(), 0) + 1
pieces = sorted(
    {c for word in counts for c in word} | {"##" + c for word in counts for c in word[1:]}
)
vocab = ["[PAD]", "[UNK]", "[START]", "[END]", "low", "new", "wide", "##er", "##est"]
vocab += [piece for piece in pieces if piece not in vocab]
table = tf.lookup.StaticVocabularyTable(
    tf.lookup.KeyValueTensorInitializer(vocab, tf.range(len(vocab), dtype=tf.int64)),
    num_oov_buckets=1,
)
print("vocabulary:", len(vocab), table.size().numpy())


def wordpiece(word):
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocab:
                found.append(piece)
                start = end
                break
        else:
            return ["[UNK]"]
    return found


def tokenize(line):
    return [piece for word in line.decode().lower().split() for piece in wordpiece(word)]


def tokenized(line):
    found = tf.numpy_function(
        lambda x: b" ".join(p.encode() for p in tokenize(x)), [line], tf.string
    )
    found.set_shape([])
    ids = table.lookup(tf.strings.split(found))
    return tf.concat([[2], ids, [3]], 0)


tokens = corpus.map(tokenized)
for ids in tokens:
    print(ids.numpy())
padded = tokens.padded_batch(3)
for batch in padded:
    print(batch.shape, tf.math.count_nonzero(batch).numpy())
ragged = next(iter(tokens.apply(tf.data.experimental.dense_to_ragged_batch(3))))
print(ragged.bounding_shape().numpy(), ragged.row_lengths().numpy())
reverse = tf.constant([*vocab, "?"])
joined = tf.strings.reduce_join(tf.gather(reverse, ragged[:, 1:-1]), separator=" ", axis=-1)
print(tf.strings.regex_replace(joined, " ##", "").numpy())
print(tf.strings.ngrams(tf.strings.split(["a b c d"]), 2).to_list())
print(
    tf.strings.bytes_split(["ab", "c"]).to_list(), tf.strings.unicode_split("ab", "UTF-8").numpy()
)
