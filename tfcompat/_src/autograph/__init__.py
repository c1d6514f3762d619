"""AutoGraph: Python's own control flow over tensors of a graph becomes control flow of the graph.

Functions are rewritten by the package diastatic-malt: statements become calls of the functions in
operators.py. Those look at what they are given: tensors of a graph go to tf.cond and tf.while_loop,
everything else runs as Python runs it.
"""
