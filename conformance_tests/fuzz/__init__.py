"""A differential fuzzer: random ops on random inputs, here and on the real TensorFlow.

`python -m conformance_tests.fuzz --tensorflow PYTHON` runs it on demand; the suite replays what it
once found (`found.json`).
"""
