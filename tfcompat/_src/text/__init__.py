"""Strings on the host: many in one block of memory, regular expressions, the text of tensors."""
