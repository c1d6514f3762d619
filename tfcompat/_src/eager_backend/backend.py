"""A whole backend out of kernels and their derivatives, for authors of plug-ins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.eager_backend.capture import Capture, same
from tfcompat._src.engine import Derivatives, OpByOpAccumulator, OpListTape
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor
from tfcompat.backend.engine import ValueNeeded


class HeldTensor(Tensor):
    """A tensor around an array of the backend's."""

    __slots__ = ("_backend", "_dtype", "_native")

    _backend: EagerBackend
    _native: Any

    @property
    def native(self) -> Any:
        """The backend's array."""
        return self._native

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(self._native.shape)

    @property
    def device(self) -> str:
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    def _numpy(self) -> np.ndarray[Any, Any]:
        return self._backend.to_numpy(self._native)


class AbstractTensor(HeldTensor):
    """A tensor that stands for any value, while a graph is made; its zeros tell shape and dtype."""

    __slots__ = ()

    def _numpy(self) -> np.ndarray[Any, Any]:
        raise ValueNeeded("the value of a tensor was read that stands for any value")


class _Local(threading.local):
    def __init__(self) -> None:
        self.observers: list[Any] = []
        self.capture: Capture | None = None
        self.orders = 0


@public("tfcompat.eager_backend")
class EagerBackend:
    """Runs every op at once, and differentiates with tapes that keep the list of ops.

    Args:
      name: what TFCOMPAT_BACKEND selects it by; the entry point's name.
      version: of the framework behind it.
      native_dtypes: the dtypes it has arrays of, and what the attribute `dtype` of its arrays says
        for each.
      from_array, to_numpy: between NumPy's arrays and its own; both copy if they must.
      derivatives: the kernels vjp, vjp_rows, jvp, add, ones_like, zeros_like and gather, and the
        function reads; see tfcompat.eager_backend.Derivatives.
      families: kernel modules by name: "math", "array", "reductions", ...
      array_type: the class of its arrays, if tf.constant is to take them; NumPy's it always takes.
    """

    def __init__(
        self,
        name: str,
        version: str,
        native_dtypes: Mapping[DType, Any],
        from_array: Callable[[np.ndarray[Any, Any]], Any],
        to_numpy: Callable[[Any], np.ndarray[Any, Any]],
        derivatives: Derivatives,
        families: Mapping[str, Any],
        array_type: type | tuple[type, ...] = (),
    ) -> None:
        self.name = name
        self.native_dtypes = native_dtypes
        self.to_numpy = to_numpy
        self._version = version
        self._from_array = from_array
        self._derivatives = derivatives
        self._families = families
        self._array_type = array_type
        self._from_native = {native: dtype for dtype, native in native_dtypes.items()}
        self._local = _Local()

    def __getattr__(self, family: str) -> Any:
        try:
            return self.__dict__["_families"][family]
        except KeyError:
            raise AttributeError(family) from None

    def version(self) -> str:
        return self._version

    # ---------------------------------------------------------------------------------- tensors
    def wrap(self, native: Any, dtype: DType | None = None) -> HeldTensor:
        """A tensor around an array of the backend's.

        Raises TypeError if it is not of the dtype that the op's result has: a kernel is wrong.
        """
        found = self._from_native.get(native.dtype)
        if found is None or (dtype is not None and found is not dtype):
            raise TypeError(
                f"a kernel of the backend {self.name!r} returned an array of {native.dtype}; "
                f"expected {dtype.name if dtype else 'one of its native_dtypes'}"
            )
        t = HeldTensor.__new__(HeldTensor)
        t._backend = self
        t._native = native
        t._dtype = found
        return t

    def from_numpy(
        self, array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
    ) -> HeldTensor:
        return self.wrap(self._from_array(np.array(array)), dtype)

    def from_native(self, native: Any) -> HeldTensor:
        return self.wrap(native)

    def from_dlpack(self, holder: Any) -> HeldTensor:
        array = np.from_dlpack(holder)
        return self.from_numpy(array, as_dtype(array.dtype))

    def is_native(self, value: Any) -> bool:
        return isinstance(value, self._array_type)

    def alias(self, tensor: HeldTensor) -> HeldTensor:
        if self.is_abstract(tensor):
            return dispatch.execute_constant(same, (tensor,), (), tensor._dtype)
        return self.wrap(tensor._native, tensor._dtype)

    def concrete(self, tensor: HeldTensor) -> np.ndarray[Any, Any] | None:
        return None if self.is_abstract(tensor) else tensor._numpy()

    # ----------------------------------------------------------------------------------- graphs
    def Capture(self) -> Capture:
        return Capture(self)

    def is_abstract(self, tensor: Any) -> bool:
        """Whether a tensor stands for any value."""
        return isinstance(tensor, AbstractTensor)

    def make_abstract(self, tensor: HeldTensor) -> None:
        """Lets a tensor stand for any value from now on."""
        tensor.__class__ = AbstractTensor

    # ---------------------------------------------------------------------------------- devices
    def device_count(self, kind: str) -> int:
        return 1 if kind == "CPU" else 0

    def set_default_device(self, kind: str, index: int) -> None:
        """Only the CPU exists, as device_count says."""

    def set_deterministic(self, enabled: bool) -> None:
        """NumPy-like kernels are deterministic."""

    def set_threads(self, count: int) -> None:
        raise NotImplementedError(
            f"set_intra_op_parallelism_threads: received {count}, which the backend {self.name!r} "
            "cannot set; set the variables of its own framework"
        )

    def copy_to_device(self, tensor: HeldTensor, device: tuple[str, int]) -> HeldTensor:
        return self.alias(tensor)

    # ---------------------------------------------------------------------------------- running
    def execute_constant(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        out = kernel(*[x._native for x in inputs], *attrs)
        if isinstance(out, tuple):
            return tuple([self.wrap(o) for o in out])
        return self.wrap(out, dtype)

    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        result = self.execute_constant(kernel, inputs, attrs, dtype)
        if self._local.observers:
            outputs = result if isinstance(result, tuple) else (result,)
            for observer in list(self._local.observers):
                observer.observe(kernel, attrs, inputs, outputs)
        return result

    def execute1(self, kernel: Callable[..., Any], x: Any, dtype: DType) -> Any:
        return self.execute(kernel, (x,), (), dtype)

    def execute2(self, kernel: Callable[..., Any], x: Any, y: Any, dtype: DType) -> Any:
        return self.execute(kernel, (x, y), (), dtype)

    # -------------------------------------------------------------------------- differentiation
    def _observers(self) -> list[Any]:
        return self._local.observers

    def Tape(self) -> OpListTape:
        return OpListTape(self._derivatives, self._observers)

    def Accumulator(self) -> OpByOpAccumulator:
        return OpByOpAccumulator(self._derivatives, self._observers)

    def custom_gradient(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        call: Callable[[list[Any]], Sequence[Any | None]],
    ) -> list[Any]:
        if self._local.capture is not None:
            return self._local.capture.custom_gradient(outputs, inputs, call)
        result = tuple([self.alias(t) for t in outputs])
        for observer in list(self._local.observers):
            observer.observe(call, (), tuple(inputs), result, call)
        return list(result)
