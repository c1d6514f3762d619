"""Raw ops on variables; the resource is `variable.handle`, or the variable itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.ops import math, selection, sizes, transcendental
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable


def _variable(op: str, resource: Any) -> Variable:
    if not isinstance(resource, Variable):
        raise invalid_argument(op, f"received {resource!r}; expected a variable or its handle")
    return resource


def _read(resource: Any, dtype: Any) -> Tensor:
    variable = _variable("ReadVariableOp", resource)
    if dtypes.as_dtype(dtype) is not variable.dtype:
        raise invalid_argument(
            "ReadVariableOp",
            f"Trying to read variable with wrong dtype. Expected {dtypes.as_dtype(dtype).name} "
            f"got {variable.dtype.name}",
        )
    return variable.read_value()


def _assign(resource: Any, value: Any, validate_shape: bool) -> None:
    _variable("AssignVariableOp", resource).assign(value)


def _assign_add(resource: Any, value: Any) -> None:
    _variable("AssignAddVariableOp", resource).assign_add(value)


def _assign_sub(resource: Any, value: Any) -> None:
    _variable("AssignSubVariableOp", resource).assign_sub(value)


def _is_initialized(resource: Any) -> Tensor:
    _variable("VarIsInitializedOp", resource)
    return from_numpy(dtypes.bool_.as_numpy_dtype(True).reshape(()), dtypes.bool_)


def _shape(input: Any, out_type: Any) -> Tensor:
    return sizes.shape(_variable("VariableShape", input).read_value(), out_type)


def _gather(resource: Any, indices: Any, dtype: Any, batch_dims: int, validate: bool) -> Tensor:
    value = _read(resource, dtype)
    return selection.gather(value, indices, axis=batch_dims, batch_dims=batch_dims)


def _gather_nd(resource: Any, indices: Any, dtype: Any) -> Tensor:
    return selection.gather_nd(_read(resource, dtype), indices)


def _scatter(method: str) -> Callable[..., None]:
    def call(resource: Any, indices: Any, updates: Any) -> None:
        variable = _variable(f"Resource{method}", resource)
        rows = IndexedSlices(to_tensor(updates, variable.dtype), to_tensor(indices))
        getattr(variable, method)(rows)

    call.__name__ = method
    return call


def _scatter_nd(method: str) -> Callable[..., None]:
    def call(ref: Any, indices: Any, updates: Any, use_locking: bool, policy: str) -> None:
        variable = _variable(f"Resource{method}", ref)
        getattr(variable, method)(to_tensor(indices), to_tensor(updates, variable.dtype))

    call.__name__ = method
    return call


def _assert(condition: Any, data: Any, summarize: int) -> None:
    if to_tensor(condition)._numpy().all():
        return
    shown = []
    for item in data:
        x = to_tensor(item)
        texts = [str(e) for e in x._numpy().reshape(-1)[:summarize]]
        more = "..." if x._numpy().size > summarize else ""
        shown.append(f"[{' '.join(texts)}{more}]")
    raise InvalidArgumentError(None, None, f"Assert: assertion failed: {' '.join(shown)}")


# -------------------------------------------------------------------------------------- training
def _number(value: Any, like: Variable) -> Tensor:
    return to_tensor(value, like.dtype)


def _gradient_descent(var: Any, alpha: Any, delta: Any, use_locking: bool) -> None:
    var.assign_sub(_number(alpha, var) * delta)


def _momentum(
    var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, locking: bool, nesterov: bool
) -> None:
    rate, keep, dx = [_number(v, var) for v in (lr, momentum, grad)]
    accum.assign(accum * keep + dx)
    var.assign_sub(dx * rate + accum * keep * rate if nesterov else accum * rate)


def _keras_momentum(
    var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, locking: bool, nesterov: bool
) -> None:
    rate, keep, dx = [_number(v, var) for v in (lr, momentum, grad)]
    accum.assign(accum * keep - dx * rate)
    var.assign_add(accum * keep - dx * rate if nesterov else accum)


def _adam(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    locking: bool,
    nesterov: bool,
) -> None:
    p1, p2, rate, b1, b2, eps, dx = [
        _number(x, var) for x in (beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad)
    ]
    step = rate * transcendental.sqrt(1 - p2) / (1 - p1)
    m.assign_add((dx - m) * (1 - b1))
    v.assign_add((math.square(dx) - v) * (1 - b2))
    ahead = m * b1 + (1 - b1) * dx if nesterov else m
    var.assign_sub(ahead * step / (transcendental.sqrt(v) + eps))


def _rms_prop(
    var: Any,
    ms: Any,
    mom: Any,
    lr: Any,
    rho: Any,
    momentum: Any,
    epsilon: Any,
    grad: Any,
    locking: bool,
) -> None:
    rate, keep, inertia, eps, dx = [_number(x, var) for x in (lr, rho, momentum, epsilon, grad)]
    ms.assign_add((math.square(dx) - ms) * (1 - keep))
    mom.assign(mom * inertia + dx * rate * transcendental.rsqrt(ms + eps))
    var.assign_sub(mom)


def _adagrad(var: Any, accum: Any, lr: Any, grad: Any, locking: bool, update_slots: bool) -> None:
    rate, dx = _number(lr, var), _number(grad, var)
    if update_slots:
        accum.assign_add(math.square(dx))
    var.assign_sub(dx * rate * transcendental.rsqrt(accum))


def _adagrad_v2(
    var: Any, accum: Any, lr: Any, epsilon: Any, grad: Any, locking: bool, update_slots: bool
) -> None:
    rate, eps, dx = [_number(x, var) for x in (lr, epsilon, grad)]
    if update_slots:
        accum.assign_add(math.square(dx))
    var.assign_sub(dx * rate / (transcendental.sqrt(accum) + eps))


def _adadelta(
    var: Any,
    accum: Any,
    accum_update: Any,
    lr: Any,
    rho: Any,
    epsilon: Any,
    grad: Any,
    locking: bool,
) -> None:
    rate, keep, eps, dx = [_number(x, var) for x in (lr, rho, epsilon, grad)]
    accum.assign(accum * keep + math.square(dx) * (1 - keep))
    step = transcendental.sqrt(accum_update + eps) * transcendental.rsqrt(accum + eps) * dx
    accum_update.assign(accum_update * keep + math.square(step) * (1 - keep))
    var.assign_sub(step * rate)


def _ada_max(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    locking: bool,
) -> None:
    p1, rate, b1, b2, eps, dx = [
        _number(x, var) for x in (beta1_power, lr, beta1, beta2, epsilon, grad)
    ]
    m.assign_add((dx - m) * (1 - b1))
    v.assign(math.maximum(b2 * v, math.abs(dx)))
    var.assign_sub(rate / (1 - p1) * (m / (v + eps)))


TABLE: Table = {
    "Assert condition data summarize=3": _assert,
    "AssignAddVariableOp resource value": _assign_add,
    "AssignSubVariableOp resource value": _assign_sub,
    "AssignVariableOp resource value validate_shape=False": _assign,
    "ReadVariableOp resource dtype": _read,
    "ResourceGather resource indices dtype batch_dims=0 validate_indices=True": _gather,
    "ResourceGatherNd resource indices dtype": _gather_nd,
    "ResourceScatterAdd resource indices updates": _scatter("scatter_add"),
    "ResourceScatterDiv resource indices updates": _scatter("scatter_div"),
    "ResourceScatterMax resource indices updates": _scatter("scatter_max"),
    "ResourceScatterMin resource indices updates": _scatter("scatter_min"),
    "ResourceScatterMul resource indices updates": _scatter("scatter_mul"),
    "ResourceScatterNdAdd ref indices updates use_locking=True bad_indices_policy=''": (
        _scatter_nd("scatter_nd_add")
    ),
    "ResourceScatterNdSub ref indices updates use_locking=True bad_indices_policy=''": (
        _scatter_nd("scatter_nd_sub")
    ),
    "ResourceScatterNdUpdate ref indices updates use_locking=True bad_indices_policy=''": (
        _scatter_nd("scatter_nd_update")
    ),
    "ResourceScatterSub resource indices updates": _scatter("scatter_sub"),
    "ResourceScatterUpdate resource indices updates": _scatter("scatter_update"),
    "VarIsInitializedOp resource": _is_initialized,
    "VariableShape input out_type=int32": _shape,
    "ResourceApplyAdaMax var m v beta1_power lr beta1 beta2 epsilon grad use_locking=False": (
        _ada_max
    ),
    "ResourceApplyAdadelta var accum accum_update lr rho epsilon grad use_locking=False": _adadelta,
    "ResourceApplyAdagrad var accum lr grad use_locking=False update_slots=True": _adagrad,
    "ResourceApplyAdagradV2 var accum lr epsilon grad use_locking=False update_slots=True": (
        _adagrad_v2
    ),
    (
        "ResourceApplyAdam var m v beta1_power beta2_power lr beta1 beta2 epsilon grad "
        "use_locking=False use_nesterov=False"
    ): _adam,
    "ResourceApplyGradientDescent var alpha delta use_locking=False": _gradient_descent,
    "ResourceApplyKerasMomentum var accum lr grad momentum use_locking=False use_nesterov=False": (
        _keras_momentum
    ),
    "ResourceApplyMomentum var accum lr grad momentum use_locking=False use_nesterov=False": (
        _momentum
    ),
    "ResourceApplyRMSProp var ms mom lr rho momentum epsilon grad use_locking=False": _rms_prop,
    "ResourceScatterNdMax ref indices updates use_locking=True bad_indices_policy=''": (
        _scatter_nd("scatter_nd_max")
    ),
    "ResourceScatterNdMin ref indices updates use_locking=True bad_indices_policy=''": (
        _scatter_nd("scatter_nd_min")
    ),
}
