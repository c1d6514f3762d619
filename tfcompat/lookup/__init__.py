"""tf.lookup: tables that give values for keys."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.lookup.initializers import (
    KeyValueTensorInitializer as KeyValueTensorInitializer,
    TextFileIndex as TextFileIndex,
    TextFileInitializer as TextFileInitializer,
)
from tfcompat._src.lookup.static import (
    StaticHashTable as StaticHashTable,
    StaticVocabularyTable as StaticVocabularyTable,
)
from tfcompat.lookup import experimental as experimental


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
