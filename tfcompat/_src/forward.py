"""tf.autodiff.ForwardAccumulator: derivatives along a direction, computed with the values."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tfcompat._src import dispatch, nest, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.tape import UnconnectedGradients, source_of, wants_zero
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable


@public("tfcompat.autodiff")
class ForwardAccumulator:
    """Computes Jacobian-vector products of what runs in its context.

    Args:
      primals: tensors or variables, or a structure of them, to differentiate by.
      tangents: the direction: tensors of the same structure, shapes and dtypes.

    Raises:
      ValueError: the structures differ, or a primal is given twice.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        nest.assert_same_structure(primals, tangents)
        self._engine = dispatch.backend().Accumulator()
        self._recording = False
        seen: set[int] = set()
        for primal, tangent in zip(nest.flatten(primals), nest.flatten(tangents), strict=True):
            source = source_of(primal)
            if source is None:
                source = to_tensor(primal)
            if id(source) in seen:
                raise ValueError(
                    f"ForwardAccumulator: Tensor {source!r} was specified as a primal multiple "
                    "times. This may indicate an error. If it was intended, please sum the "
                    "corresponding tangents."
                )
            seen.add(id(source))
            direction = to_tensor(tangent, source._dtype)
            value = source._value if isinstance(source, Variable) else source
            if value._dtype.is_inexact:
                self._engine.watch(value, direction)

    def __enter__(self) -> ForwardAccumulator:
        if self._recording:
            raise ValueError("ForwardAccumulator: Accumulator is already recording.")
        self._engine.start()
        recording.local.accumulators += 1
        self._recording = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._recording:
            self._engine.stop()
            recording.local.accumulators -= 1
            self._recording = False

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """The derivatives of tensors in a structure along the tangents; None where unconnected.

        Raises ValueError for an unknown value of `unconnected_gradients`.
        """
        zero = wants_zero(unconnected_gradients)

        def of(item: Any) -> Tensor | None:
            from tfcompat._src.ops.array import zeros_like

            source = source_of(item)
            value: Any = source._value if isinstance(source, Variable) else source
            found: Tensor | None = self._engine.tangent(value)
            return zeros_like(value) if found is None and zero else found

        return nest.map_structure(of, primals)
