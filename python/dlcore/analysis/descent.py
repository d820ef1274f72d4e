"""The ways that optimizers take from the same start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core import Tensor, float64, stack, tensor, zeros_like
from .._integers import as_integer
from .._restored import restored, restored_generator
from ..autograd import enable_grad, grad
from ..nn.module import Module
from ..nn.parameter import Parameter
from ..optim.optimizer import Optimizer
from .weights import Loss, checked_loss, flattened, trainable


@dataclass(frozen=True)
class Path:
    """Where an optimizer went, all float64.

    Attributes:
        weights: (T + 1, n), the start included.
        losses: (T + 1,), at each of them.
        gradients: (T, n), at all but the last.
    """

    weights: Tensor
    losses: Tensor
    gradients: Tensor

    def step_sizes(self, window: int = 1) -> Tensor:
        r"""Return each weight's own step size :math:`|\Delta w_i| / |g_i|` at each step, (T, n).

        For plain SGD it is the learning rate, for Adagrad :math:`\gamma / \sqrt{\sum g_i^2}`, for RMSprop
        :math:`\gamma / \sqrt{v_i}`, for Adam :math:`\gamma\, |\hat m_i / g_i| / \sqrt{\hat v_i}`. Momentum and weight
        decay move weights as well, and count. It is NaN where the gradient is zero.

        Args:
            window: over how many steps up to each one roots of mean squares are taken; momentum moves weights where
                the gradient passes zero, and a few steps smooth that.
        """
        window = as_integer("Path", "window", window)
        moved, gradients = np.diff(self.weights.numpy(), axis=0), self.gradients.numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            sizes = np.sqrt(_trailing_sum(moved**2, window) / _trailing_sum(gradients**2, window))
        return tensor(np.where(np.isfinite(sizes), sizes, np.nan))


def _trailing_sum(x: np.ndarray, window: int) -> np.ndarray:
    padded = np.concatenate([np.zeros((min(window, len(x)) - 1, x.shape[1])), x])
    return np.lib.stride_tricks.sliding_window_view(padded, min(window, len(x)), axis=0).sum(-1)


def descend(
    model: Module,
    loss: Loss,
    optimizers: Mapping[str, Callable[[Sequence[Parameter]], Optimizer]],
    steps: int,
) -> dict[str, Path]:
    """Let each optimizer descend from where the model's weights are, and return the ways they took.

    Weights, buffers, gradients and random numbers are afterwards as they were, and each optimizer finds them so. No
    other gradients than those of the model's weights are computed. The weights of all steps are kept.

    Args:
        model: whose weights are moved.
        loss: computes its loss anew; of a batch of its own at each call, if it likes.
        optimizers: from names to functions that make an optimizer of parameters, such as
            `{"SGD": lambda parameters: optim.SGD(parameters, lr=0.1)}`. Each is called as `step(closure)`.
        steps: how many, of each.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn, optim
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.ones_(model.weight)
        >>> halving = {"SGD": lambda parameters: optim.SGD(parameters, lr=0.25)}
        >>> paths = analysis.descend(model, lambda: model.weight.square().sum(), halving, steps=2)
        >>> paths["SGD"].weights[:, 0].tolist(), model.weight.item()
        ([1.0, 0.5, 0.25], 1.0)
    """
    steps = as_integer("descend", "steps", steps)
    for name, make in optimizers.items():
        if not callable(make):
            raise TypeError(f"descend: {name!r} expected a function that makes an optimizer, got {type(make).__name__}")
    parameters = trainable(model)
    paths = {}
    for name, make in optimizers.items():
        with restored(model), restored_generator(), enable_grad():
            paths[name] = _descend(parameters, loss, make(parameters), steps)
    return paths


def _descend(parameters: Sequence[Parameter], loss: Loss, optimizer: Optimizer, steps: int) -> Path:
    weights, losses, gradients = [_copied(parameters)], [], []

    def closure() -> Any:
        value = checked_loss(loss())
        for parameter, gradient in zip(parameters, grad(value, parameters, allow_unused=True), strict=True):
            parameter.grad = gradient
        if len(gradients) < len(weights):  # an optimizer may call it several times in a step
            losses.append(value.item())
            gradients.append(_copied([zeros_like(p) if p.grad is None else p.grad for p in parameters]))
        return value

    for _ in range(steps):
        optimizer.step(closure)
        weights.append(_copied(parameters))
    losses.append(checked_loss(loss()).item())
    return Path(stack(weights), tensor(np.array(losses)), stack(gradients))


def _copied(tensors: Sequence[Tensor]) -> Tensor:
    return flattened(tensors).to(float64).clone()
