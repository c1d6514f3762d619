"""TensorFlow 2's Python API on PyTorch or JAX: `import tfcompat as tf`."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from tfcompat import (
    autodiff as autodiff,
    bitwise as bitwise,
    config as config,
    dtypes as dtypes,
    errors as errors,
    linalg as linalg,
    math as math,
    nest as nest,
    nn as nn,
    random as random,
    types as types,
    version as version,
)
from tfcompat._src import keras as _door, operators as _operators
from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.aggregation import AggregationMethod as AggregationMethod
from tfcompat._src.batch_function import (
    nondifferentiable_batch_function as nondifferentiable_batch_function,
)
from tfcompat._src.config.devices import executing_eagerly as executing_eagerly
from tfcompat._src.control_flow import (
    case as case,
    cond as cond,
    switch_case as switch_case,
    while_loop as while_loop,
)
from tfcompat._src.conversions import (
    register_tensor_conversion_function as register_tensor_conversion_function,
)
from tfcompat._src.convert import (
    constant as constant,
    convert_to_tensor as convert_to_tensor,
    is_tensor as is_tensor,
)
from tfcompat._src.critical_section import CriticalSection as CriticalSection
from tfcompat._src.custom_gradient import (
    custom_gradient as custom_gradient,
    grad_pass_through as grad_pass_through,
    recompute_grad as recompute_grad,
)
from tfcompat._src.device import device as device
from tfcompat._src.device_spec import DeviceSpec as DeviceSpec
from tfcompat._src.dtypes import (
    DType as DType,
    as_dtype as as_dtype,
    bfloat16 as bfloat16,
    complex64 as complex64,
    complex128 as complex128,
    double as double,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    half as half,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    qint8 as qint8,
    qint16 as qint16,
    qint32 as qint32,
    quint8 as quint8,
    quint16 as quint16,
    resource as resource,
    string as string,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
    variant as variant,
)
from tfcompat._src.eager_graph import (
    control_dependencies as control_dependencies,
    gradients as gradients,
    group as group,
    hessians as hessians,
    init_scope as init_scope,
    inside_function as inside_function,
    no_op as no_op,
    tuple as tuple,
)
from tfcompat._src.files.tensor_proto import (
    make_ndarray as make_ndarray,
    make_tensor_proto as make_tensor_proto,
)
from tfcompat._src.function.decorator import function as function
from tfcompat._src.function.public_graph import Graph as Graph
from tfcompat._src.function.symbolic import Operation as Operation
from tfcompat._src.functional import (
    foldl as foldl,
    foldr as foldr,
    map_fn as map_fn,
    scan as scan,
    vectorized_map as vectorized_map,
)
from tfcompat._src.indexed_slices import IndexedSlices as IndexedSlices
from tfcompat._src.indexing import newaxis as newaxis
from tfcompat._src.initializers import (
    constant_initializer as constant_initializer,
    ones_initializer as ones_initializer,
    random_normal_initializer as random_normal_initializer,
    random_uniform_initializer as random_uniform_initializer,
    zeros_initializer as zeros_initializer,
)
from tfcompat._src.logging import get_logger as get_logger
from tfcompat._src.ops.approximate_sorting import approx_top_k as approx_top_k
from tfcompat._src.ops.array import (
    ensure_shape as ensure_shape,
    expand_dims as expand_dims,
    identity as identity,
    identity_n as identity_n,
    reshape as reshape,
    reverse as reverse,
    reverse_sequence as reverse_sequence,
    roll as roll,
    squeeze as squeeze,
    stop_gradient as stop_gradient,
    transpose as transpose,
)
from tfcompat._src.ops.assertions import (
    Assert as Assert,
    assert_equal as assert_equal,
    assert_greater as assert_greater,
    assert_less as assert_less,
)
from tfcompat._src.ops.atrous import (
    conv as conv,
    conv2d_backprop_filter_v2 as conv2d_backprop_filter_v2,
    conv2d_backprop_input_v2 as conv2d_backprop_input_v2,
)
from tfcompat._src.ops.blocks import (
    batch_to_space as batch_to_space,
    required_space_to_batch_paddings as required_space_to_batch_paddings,
    space_to_batch as space_to_batch,
    space_to_batch_nd as space_to_batch_nd,
)
from tfcompat._src.ops.casting import (
    bitcast as bitcast,
    cast as cast,
    saturate_cast as saturate_cast,
)
from tfcompat._src.ops.comparisons import (
    equal as equal,
    greater as greater,
    greater_equal as greater_equal,
    less as less,
    less_equal as less_equal,
    logical_and as logical_and,
    logical_not as logical_not,
    logical_or as logical_or,
    not_equal as not_equal,
)
from tfcompat._src.ops.complex import complex as complex
from tfcompat._src.ops.creation import (
    eye as eye,
    fill as fill,
    linspace as linspace,
    one_hot as one_hot,
    ones as ones,
    ones_like as ones_like,
    range as range,
    sequence_mask as sequence_mask,
    zeros as zeros,
    zeros_like as zeros_like,
)
from tfcompat._src.ops.decompositions import eig as eig, eigvals as eigvals
from tfcompat._src.ops.division import (
    divide as divide,
    realdiv as realdiv,
    truediv as truediv,
    truncatediv as truncatediv,
    truncatemod as truncatemod,
)
from tfcompat._src.ops.einsum import einsum as einsum
from tfcompat._src.ops.empty_rows import (
    ragged_fill_empty_rows as ragged_fill_empty_rows,
    ragged_fill_empty_rows_grad as ragged_fill_empty_rows_grad,
)
from tfcompat._src.ops.fourier import (
    fftnd as fftnd,
    ifftnd as ifftnd,
    irfftnd as irfftnd,
    rfftnd as rfftnd,
)
from tfcompat._src.ops.histogram import (
    histogram_fixed_width as histogram_fixed_width,
    histogram_fixed_width_bins as histogram_fixed_width_bins,
)
from tfcompat._src.ops.joining import (
    concat as concat,
    split as split,
    stack as stack,
    unstack as unstack,
)
from tfcompat._src.ops.linalg import matmul as matmul, tensordot as tensordot
from tfcompat._src.ops.math import (
    abs as abs,
    add as add,
    add_n as add_n,
    floor as floor,
    maximum as maximum,
    minimum as minimum,
    multiply as multiply,
    negative as negative,
    pow as pow,
    round as round,
    scalar_mul as scalar_mul,
    sign as sign,
    square as square,
    subtract as subtract,
)
from tfcompat._src.ops.matrix_functions import matrix_square_root as matrix_square_root
from tfcompat._src.ops.norms import (
    clip_by_global_norm as clip_by_global_norm,
    clip_by_norm as clip_by_norm,
    clip_by_value as clip_by_value,
    norm as norm,
)
from tfcompat._src.ops.padding import pad as pad
from tfcompat._src.ops.partition import (
    dynamic_partition as dynamic_partition,
    dynamic_stitch as dynamic_stitch,
    edit_distance as edit_distance,
    fingerprint as fingerprint,
    guarantee_const as guarantee_const,
    parallel_stack as parallel_stack,
    timestamp as timestamp,
)
from tfcompat._src.ops.patches import extract_volume_patches as extract_volume_patches
from tfcompat._src.ops.random_rest import random_index_shuffle as random_index_shuffle
from tfcompat._src.ops.reductions import (
    argmax as argmax,
    argmin as argmin,
    cumsum as cumsum,
    reduce_all as reduce_all,
    reduce_any as reduce_any,
    reduce_logsumexp as reduce_logsumexp,
    reduce_max as reduce_max,
    reduce_mean as reduce_mean,
    reduce_min as reduce_min,
    reduce_prod as reduce_prod,
    reduce_sum as reduce_sum,
)
from tfcompat._src.ops.repeating import (
    broadcast_to as broadcast_to,
    meshgrid as meshgrid,
    repeat as repeat,
    tile as tile,
)
from tfcompat._src.ops.scatter import (
    scatter_nd as scatter_nd,
    tensor_scatter_nd_add as tensor_scatter_nd_add,
    tensor_scatter_nd_max as tensor_scatter_nd_max,
    tensor_scatter_nd_min as tensor_scatter_nd_min,
    tensor_scatter_nd_sub as tensor_scatter_nd_sub,
    tensor_scatter_nd_update as tensor_scatter_nd_update,
)
from tfcompat._src.ops.selection import (
    boolean_mask as boolean_mask,
    gather as gather,
    gather_nd as gather_nd,
    where as where,
)
from tfcompat._src.ops.sizes import (
    broadcast_dynamic_shape as broadcast_dynamic_shape,
    rank as rank,
    shape as shape,
    shape_n as shape_n,
    size as size,
    unravel_index as unravel_index,
)
from tfcompat._src.ops.slicing import (
    slice as slice,
    strided_slice as strided_slice,
)
from tfcompat._src.ops.sorting import argsort as argsort, sort as sort
from tfcompat._src.ops.string_numbers import as_string as as_string
from tfcompat._src.ops.structure_assertions import assert_rank as assert_rank
from tfcompat._src.ops.transcendental import (
    acos as acos,
    acosh as acosh,
    asin as asin,
    asinh as asinh,
    atan as atan,
    atan2 as atan2,
    atanh as atanh,
    cos as cos,
    cosh as cosh,
    exp as exp,
    sigmoid as sigmoid,
    sin as sin,
    sinh as sinh,
    sqrt as sqrt,
    tan as tan,
    tanh as tanh,
)
from tfcompat._src.ops.unique import (
    searchsorted as searchsorted,
    unique as unique,
    unique_with_counts as unique_with_counts,
)
from tfcompat._src.print_op import print as print
from tfcompat._src.py_functions import (
    numpy_function as numpy_function,
    py_function as py_function,
)
from tfcompat._src.ragged.spec import RaggedTensorSpec as RaggedTensorSpec
from tfcompat._src.ragged.tensor import RaggedTensor as RaggedTensor
from tfcompat._src.scopes import (
    get_current_name_scope as get_current_name_scope,
    name_scope as name_scope,
    variable_creator_scope as variable_creator_scope,
)
from tfcompat._src.shapes import (
    TensorShape as TensorShape,
    broadcast_static_shape as broadcast_static_shape,
)
from tfcompat._src.sparse_tensor import SparseTensor as SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec as SparseTensorSpec
from tfcompat._src.static_value import (
    get_static_value as get_static_value,
    is_symbolic_tensor as is_symbolic_tensor,
)
from tfcompat._src.tape import (
    GradientTape as GradientTape,
    UnconnectedGradients as UnconnectedGradients,
)
from tfcompat._src.tensor import Tensor as Tensor
from tfcompat._src.tensor_array import TensorArray as TensorArray
from tfcompat._src.tensor_array_spec import TensorArraySpec as TensorArraySpec
from tfcompat._src.tensor_spec import (
    IndexedSlicesSpec as IndexedSlicesSpec,
    NoneTensorSpec as NoneTensorSpec,
    TensorSpec as TensorSpec,
)
from tfcompat._src.tracking.module import Module as Module
from tfcompat._src.type_spec import (
    TypeSpec as TypeSpec,
    type_spec_from_value as type_spec_from_value,
)
from tfcompat._src.variable import Variable as Variable
from tfcompat._src.variable_options import (
    VariableAggregation as VariableAggregation,
    VariableSynchronization as VariableSynchronization,
)

if _TYPE_CHECKING:
    from tfcompat import (
        audio as audio,
        autograph as autograph,
        compat as compat,
        data as data,
        debugging as debugging,
        distribute as distribute,
        experimental as experimental,
        image as image,
        io as io,
        lookup as lookup,
        profiler as profiler,
        queue as queue,
        ragged as ragged,
        raw_ops as raw_ops,
        sets as sets,
        signal as signal,
        sparse as sparse,
        strings as strings,
        summary as summary,
        test as test,
        train as train,
        xla as xla,
    )
    from tfcompat._src.cli.ways_in import (
        install_as_tensorflow as install_as_tensorflow,
        load_ipython_extension as load_ipython_extension,
    )
    from tfcompat._src.data.specs import OptionalSpec as OptionalSpec

# Namespaces that most programs do without are imported when they are used.
_LAZY = frozenset(
    {
        "audio",
        "autograph",
        "compat",
        "data",
        "debugging",
        "distribute",
        "experimental",
        "image",
        "io",
        "lookup",
        "profiler",
        "quantization",
        "queue",
        "ragged",
        "raw_ops",
        "sets",
        "signal",
        "sparse",
        "strings",
        "summary",
        "test",
        "train",
        "xla",
    }
)

# What tfcompat adds: in place of `import tfcompat as tf`.
_WAYS_IN = frozenset({"install_as_tensorflow", "load_ipython_extension"})

__version__ = version.VERSION
__git_version__ = version.GIT_VERSION
__compiler_version__ = version.COMPILER_VERSION
bool = dtypes.bool

_operators.install()
_door.install()


def __getattr__(name: str) -> object:
    """Keras, and what TensorFlow shows of it at the top; imported when one of them is used."""
    if name in _door.NAMES:
        return _door.attribute(name)
    if name == "OptionalSpec":
        return getattr(_import_module(f"{__name__}._src.data.specs"), name)
    if name in _LAZY:
        return _import_module(f"{__name__}.{name}")
    if name in _WAYS_IN:
        return getattr(_import_module("tfcompat._src.cli.ways_in"), name)
    raise _attribute_error(__name__, name)
