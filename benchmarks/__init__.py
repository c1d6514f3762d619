"""Speed and memory of tfcompat beside plain torch, hand-written jax.jit and the real TensorFlow.

`python -m benchmarks --help` tells the options. Nothing here is asserted in a test.
"""
