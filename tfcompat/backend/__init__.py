"""What a backend supplies. Read this to write one; docs/writing-a-backend.md tells the story.

Kernels are described by a class per file of a backend. Arrays are the framework's; what follows
them is static. Dtypes agree, shapes fit, axes are counted from the first: a kernel checks nothing.
"""

from tfcompat.backend.arrays import (
    ArrayKernels as ArrayKernels,
    CastingKernels as CastingKernels,
    CreationKernels as CreationKernels,
    DiagonalKernels as DiagonalKernels,
    JoiningKernels as JoiningKernels,
    ScatterKernels as ScatterKernels,
    SelectionKernels as SelectionKernels,
    SortingKernels as SortingKernels,
)
from tfcompat.backend.control import (
    ControlKernels as ControlKernels,
    RowKernels as RowKernels,
)
from tfcompat.backend.engine import (
    Accumulator as Accumulator,
    Backend as Backend,
    Capture as Capture,
    Program as Program,
    Slices as Slices,
    Tape as Tape,
    ValueNeeded as ValueNeeded,
)
from tfcompat.backend.linear import (
    DecompositionKernels as DecompositionKernels,
    FourierKernels as FourierKernels,
    LinalgKernels as LinalgKernels,
    NormKernels as NormKernels,
    TridiagonalKernels as TridiagonalKernels,
)
from tfcompat.backend.networks import (
    ConvolutionKernels as ConvolutionKernels,
    ImageKernels as ImageKernels,
    LossKernels as LossKernels,
    NNKernels as NNKernels,
    OptimizerKernels as OptimizerKernels,
    PatchKernels as PatchKernels,
    QuantizationKernels as QuantizationKernels,
    RecurrentKernels as RecurrentKernels,
)
from tfcompat.backend.numbers import (
    BitwiseKernels as BitwiseKernels,
    ComplexKernels as ComplexKernels,
    MathKernels as MathKernels,
    ReductionKernels as ReductionKernels,
    SegmentKernels as SegmentKernels,
    SpecialKernels as SpecialKernels,
    TranscendentalKernels as TranscendentalKernels,
)
from tfcompat.backend.randomness import (
    RandomKernels as RandomKernels,
)
from tfcompat.backend.services import (
    Devices as Devices,
    Profiler as Profiler,
)
