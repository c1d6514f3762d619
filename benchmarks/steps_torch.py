"""The steps as a torch user writes them, with torch.optim.SGD."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from . import data
from .step import Step, calls_only, flat

ON_GPU = torch.cuda.is_available() and not os.environ.get("TFCOMPAT_DEVICE", "").startswith("cpu")
DEVICE = "cuda" if ON_GPU else "cpu"


def build(name: str) -> Step:
    """Makes the step `name`."""
    builders: dict[str, Callable[[], Step]] = {
        "a": linear_regression,
        "b": gradient_descent,
        "c": mlp,
        "d": chain,
        "e": hessian_rows,
        "e-jacobian": hessian_jacobian,
        "f": gradient_penalty,
    }
    if name in builders:
        return builders[name]()
    if name.startswith("g-"):
        return single_op(name)
    from . import models_torch

    return models_torch.build(name)


def linear_regression() -> Step:
    inputs, targets = (_tensor(array) for array in data.regression())
    a = torch.zeros((), device=DEVICE, requires_grad=True)
    b = torch.zeros((), device=DEVICE, requires_grad=True)
    optimizer = torch.optim.SGD([a, b], lr=1e-3)

    def step() -> None:
        predicted = a * inputs + b
        loss = 0.5 * torch.sum(torch.square(predicted - targets))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return _training(step, [a, b])


def gradient_descent() -> Step:
    x = torch.tensor(-1.0, device=DEVICE, requires_grad=True)
    rate = 0.1

    def step() -> None:
        z = 3.0 * x**2 + 2.0 * x - 1
        (slope,) = torch.autograd.grad(z, x)
        with torch.no_grad():
            x.sub_(rate * slope)

    return _training(step, [x])


def mlp() -> Step:
    parameters, images_data, labels_data = data.mlp()
    images, labels = _tensor(images_data), _tensor(labels_data)
    variables = [_tensor(p).requires_grad_() for p in parameters]
    w1, b1, w2, b2, w3, b3 = variables
    optimizer = torch.optim.SGD(variables, lr=1e-2)

    def step() -> None:
        hidden = torch.relu(images @ w1 + b1)
        hidden = torch.relu(hidden @ w2 + b2)
        loss = F.cross_entropy(hidden @ w3 + b3, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return _training(step, variables)


def chain() -> Step:
    x = _tensor(data.chain()).requires_grad_()

    def step() -> Tensor:
        y = x
        for _ in range(data.CHAIN_ROUNDS):
            y = torch.sin(y)
            y = y * 1.05
            y = y + 0.1
            y = torch.tanh(y)
        (slope,) = torch.autograd.grad(y, x, torch.ones_like(y))
        return slope

    return _reading(step)


def _bowl(x: Tensor) -> Tensor:
    return torch.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def hessian_rows() -> Step:
    x = _tensor(data.hessian()).requires_grad_()

    def step() -> Tensor:
        (slope,) = torch.autograd.grad(_bowl(x), x, create_graph=True)
        rows = [torch.autograd.grad(s, x, retain_graph=True)[0] for s in slope.unbind()]
        return torch.stack(rows)

    return _reading(step)


def hessian_jacobian() -> Step:
    x = _tensor(data.hessian()).requires_grad_()
    directions = torch.eye(data.HESSIAN_SIZE, device=DEVICE)

    def step() -> Tensor:
        (slope,) = torch.autograd.grad(_bowl(x), x, create_graph=True)
        (matrix,) = torch.autograd.grad(slope, x, directions, is_grads_batched=True)
        return matrix

    return _reading(step)


def gradient_penalty() -> Step:
    parameters, inputs_data = data.penalty()
    inputs = _tensor(inputs_data).requires_grad_()
    variables = [_tensor(p).requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(variables, lr=1e-3)

    def critic(x: Tensor) -> Tensor:
        w1, b1, w2, b2, w3, b3, w4, b4 = variables
        hidden = torch.tanh(x @ w1 + b1)
        hidden = torch.tanh(hidden @ w2 + b2)
        hidden = torch.tanh(hidden @ w3 + b3)
        return hidden @ w4 + b4

    def step() -> None:
        score = critic(inputs)
        (slope,) = torch.autograd.grad(score, inputs, torch.ones_like(score), create_graph=True)
        length = torch.sqrt(torch.sum(torch.square(slope), dim=1))
        penalty = torch.mean(torch.square(length - 1.0))
        loss = torch.mean(score) + data.PENALTY_WEIGHT * penalty
        loss.backward(inputs=variables)
        optimizer.step()
        optimizer.zero_grad()

    return _training(step, variables)


def single_op(name: str) -> Step:
    a, b = (_tensor(array) for array in data.small())
    calls: dict[str, Callable[[], Tensor]] = {
        "g-add": lambda: torch.add(a, b),
        "g-square": lambda: torch.square(a),
        "g-sum": lambda: torch.sum(a),
    }
    call = calls[name.removesuffix("-read")]
    if name.endswith("-read"):
        return _reading(call)

    run = calls_only(call, lambda out: _synchronise())
    return Step(run, lambda: flat(call().cpu().numpy()))


def _tensor(array: Any) -> Tensor:
    return torch.tensor(array, device=DEVICE)


def _synchronise() -> None:
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def _training(step: Callable[[], Any], variables: list[Tensor]) -> Step:
    def run(n: int) -> None:
        for _ in range(n):
            step()
        _synchronise()

    return Step(run, lambda: flat(*(v.detach().cpu().numpy() for v in variables)))


def _reading(step: Callable[[], Tensor]) -> Step:
    def run(n: int) -> None:
        for _ in range(n):
            step().cpu().numpy()

    return Step(run, lambda: flat(step().cpu().numpy()))
