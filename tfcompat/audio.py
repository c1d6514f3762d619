"""tf.audio: sound files."""

from tfcompat._src.ops.audio import decode_wav as decode_wav, encode_wav as encode_wav
