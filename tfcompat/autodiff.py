"""tf.autodiff."""

from tfcompat._src.forward import ForwardAccumulator as ForwardAccumulator
