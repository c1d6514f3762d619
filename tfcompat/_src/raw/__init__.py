"""tf.raw_ops: TensorFlow's own names and arguments of ops, for the kernels that exist here.

The tables say for each op its arguments, as TensorFlow has them, and which function does it. The
function gets the arguments in the table's order.
"""
