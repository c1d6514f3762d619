"""Training steps of models as a torch user writes them."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from . import model_data as data
from .step import Step
from .steps_torch import _reading, _tensor, _training

RATE = 1e-3


def build(name: str) -> Step:
    """Makes the step `name`."""
    builders: dict[str, Callable[[], Step]] = {
        "cnn": cnn,
        "lstm": lstm,
        "transformer": transformer,
        "while": loop,
        "pinn": pinn,
    }
    return builders[name]()


def _model(loss: Callable[[], Tensor], variables: list[Tensor]) -> Step:
    optimizer = torch.optim.SGD(variables, lr=RATE)

    def step() -> None:
        loss().backward(inputs=variables)
        optimizer.step()
        optimizer.zero_grad()

    return _training(step, variables)


def cnn() -> Step:
    parameters, images_data, labels_data = data.cnn()
    # PyTorch's own layout, in which its users write.
    images, labels = _tensor(images_data.transpose(0, 3, 1, 2).copy()), _tensor(labels_data)
    variables = [_tensor(p).requires_grad_() for p in parameters]
    _, c1, _, c2, w3, b3, w4, b4, w5, b5 = variables
    f1, f2 = (_tensor(parameters[i].transpose(3, 2, 0, 1).copy()).requires_grad_() for i in (0, 2))
    shown = [f1.permute(2, 3, 1, 0), c1, f2.permute(2, 3, 1, 0), *variables[3:]]

    def loss() -> Tensor:
        x = F.max_pool2d(torch.relu(F.conv2d(images, f1, c1, padding=2)), 2)
        x = F.max_pool2d(torch.relu(F.conv2d(x, f2, c2)), 2)
        x = x.permute(0, 2, 3, 1).reshape(-1, 400)
        x = torch.relu(x @ w3 + b3)
        x = torch.relu(x @ w4 + b4)
        return F.cross_entropy(x @ w5 + b5, labels)

    step = _model(loss, [f1, c1, f2, *variables[3:]])
    return Step(step.run, _training(lambda: None, shown).result)


def lstm() -> Step:
    parameters, inputs_data, targets_data = data.lstm()
    inputs, targets = _tensor(inputs_data), _tensor(targets_data)
    variables = [_tensor(p).requires_grad_() for p in parameters]
    kernel, recurrent, bias, out = variables

    def loss() -> Tensor:
        h = c = torch.zeros(data.SEQUENCES, data.UNITS, device=inputs.device)
        for x in inputs:
            i, f, g, o = torch.split(x @ kernel + h @ recurrent + bias, data.UNITS, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return torch.mean(torch.square(h @ out - targets))

    return _model(loss, variables)


def transformer() -> Step:
    layers_data, tokens_data = data.transformer()
    tokens = _tensor(tokens_data)
    layers = [[_tensor(p).requires_grad_() for p in layer] for layer in layers_data]
    size = data.WIDTH // data.HEADS

    def heads(x: Tensor) -> Tensor:
        return x.reshape(data.BATCH, data.TOKENS, data.HEADS, size).transpose(1, 2)

    def normalized(x: Tensor, gain: Tensor) -> Tensor:
        return F.layer_norm(x, (data.WIDTH,), gain, eps=1e-5)

    def loss() -> Tensor:
        x = tokens
        for query, key, value, out, wide, narrow, gain1, gain2 in layers:
            y = normalized(x, gain1)
            q, k, v = heads(y @ query), heads(y @ key), heads(y @ value)
            weights = torch.softmax(q @ k.transpose(-1, -2) / size**0.5, dim=-1)
            y = (weights @ v).transpose(1, 2)
            x = x + y.reshape(data.BATCH, data.TOKENS, data.WIDTH) @ out
            x = x + F.gelu(normalized(x, gain2) @ wide) @ narrow
        return torch.mean(torch.square(x))

    return _model(loss, [p for layer in layers for p in layer])


def loop() -> Step:
    start = _tensor(data.loop())

    def steps() -> Tensor:
        x = start
        for _ in range(data.LOOP_STEPS):
            x = x + 0.01 * torch.sin(x) - 0.001 * x
        return x

    return _reading(steps)


def pinn() -> Step:
    parameters, points_data = data.pinn()
    points = _tensor(points_data).requires_grad_()
    variables = [_tensor(p).requires_grad_() for p in parameters]
    w1, b1, w2, b2, w3, b3 = variables

    def network(x: Tensor) -> Tensor:
        return torch.tanh(torch.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3

    def loss() -> Tensor:
        u = network(points)
        (slope,) = torch.autograd.grad(u, points, torch.ones_like(u), create_graph=True)
        (curvature,) = torch.autograd.grad(slope, points, torch.ones_like(u), create_graph=True)
        start = network(points[:1])
        return torch.mean(torch.square(curvature + u)) + torch.sum(torch.square(start - 1.0))

    return _model(loss, variables)
