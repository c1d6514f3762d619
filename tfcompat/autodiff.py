"""tf.autodiff."""

from tfcompat._src.forward import ForwardAccumulator as ForwardAccumulator
from tfcompat._src.tape import GradientTape as GradientTape
