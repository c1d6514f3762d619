"""TensorFlow 2's Python API on PyTorch or JAX: `import tfcompat as tf`."""

from tfcompat._src import operators as _operators
from tfcompat._src.convert import constant as constant
from tfcompat._src.convert import convert_to_tensor as convert_to_tensor
from tfcompat._src.device import device as device
from tfcompat._src.dtypes import DType as DType
from tfcompat._src.dtypes import float32 as float32
from tfcompat._src.dtypes import int32 as int32
from tfcompat._src.indexed_slices import IndexedSlices as IndexedSlices
from tfcompat._src.ops.array import identity as identity
from tfcompat._src.ops.array import reshape as reshape
from tfcompat._src.ops.array import stop_gradient as stop_gradient
from tfcompat._src.ops.linalg import matmul as matmul
from tfcompat._src.ops.math import add as add
from tfcompat._src.ops.math import maximum as maximum
from tfcompat._src.ops.math import multiply as multiply
from tfcompat._src.ops.math import square as square
from tfcompat._src.ops.math import subtract as subtract
from tfcompat._src.tape import GradientTape as GradientTape
from tfcompat._src.tape import UnconnectedGradients as UnconnectedGradients
from tfcompat._src.tensor import Tensor as Tensor
from tfcompat._src.variable import Variable as Variable

_operators.install()
