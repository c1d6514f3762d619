"""TensorFlow 2's Python API on PyTorch or JAX: `import tfcompat as tf`."""

from tfcompat import autodiff as autodiff
from tfcompat import dtypes as dtypes
from tfcompat import errors as errors
from tfcompat import nest as nest
from tfcompat._src import operators as _operators
from tfcompat._src.convert import constant as constant
from tfcompat._src.convert import convert_to_tensor as convert_to_tensor
from tfcompat._src.custom_gradient import custom_gradient as custom_gradient
from tfcompat._src.custom_gradient import recompute_grad as recompute_grad
from tfcompat._src.device import device as device
from tfcompat._src.dtypes import DType as DType
from tfcompat._src.dtypes import as_dtype as as_dtype
from tfcompat._src.dtypes import bfloat16 as bfloat16
from tfcompat._src.dtypes import bool_ as bool  # noqa: A004  TensorFlow's name
from tfcompat._src.dtypes import complex64 as complex64
from tfcompat._src.dtypes import complex128 as complex128
from tfcompat._src.dtypes import double as double
from tfcompat._src.dtypes import float16 as float16
from tfcompat._src.dtypes import float32 as float32
from tfcompat._src.dtypes import float64 as float64
from tfcompat._src.dtypes import half as half
from tfcompat._src.dtypes import int8 as int8
from tfcompat._src.dtypes import int16 as int16
from tfcompat._src.dtypes import int32 as int32
from tfcompat._src.dtypes import int64 as int64
from tfcompat._src.dtypes import qint8 as qint8
from tfcompat._src.dtypes import qint16 as qint16
from tfcompat._src.dtypes import qint32 as qint32
from tfcompat._src.dtypes import quint8 as quint8
from tfcompat._src.dtypes import quint16 as quint16
from tfcompat._src.dtypes import resource as resource
from tfcompat._src.dtypes import string as string
from tfcompat._src.dtypes import uint8 as uint8
from tfcompat._src.dtypes import uint16 as uint16
from tfcompat._src.dtypes import uint32 as uint32
from tfcompat._src.dtypes import uint64 as uint64
from tfcompat._src.dtypes import variant as variant
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
from tfcompat._src.shapes import TensorShape as TensorShape
from tfcompat._src.shapes import broadcast_static_shape as broadcast_static_shape
from tfcompat._src.tape import GradientTape as GradientTape
from tfcompat._src.tape import UnconnectedGradients as UnconnectedGradients
from tfcompat._src.tensor import Tensor as Tensor
from tfcompat._src.variable import Variable as Variable

_operators.install()
