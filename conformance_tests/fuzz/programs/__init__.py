"""Random programs of a few lines, beside the single calls of `ops.txt`.

One kind of program is one grammar, `grammars/KIND.txt`; `telling.py` runs a program line by line in
either library and tells what each line gave, `comparing.py` says what differs, `found.json` keeps
what once did.
"""
