"""Averages of a model's weights over the steps of training."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from .._core import Tensor, tensor
from ..autograd import no_grad
from ..nn.module import Module

MultiAverage = Callable[[Sequence[Tensor], Sequence[Tensor], int], None]


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAverage:
    """Return the function that moves averages towards the weights: `average = decay average + (1 - decay) weight`.

    Args:
        decay: how much of the average stays, in [0, 1].
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_multi_avg_fn: decay expected a number in [0, 1], got {decay}")

    def move(averages: Sequence[Tensor], weights: Sequence[Tensor], _: int) -> None:
        for average, weight in zip(averages, weights, strict=True):
            average.copy_(weight if not average.dtype.is_floating_point else average * decay + weight * (1 - decay))

    return move


def get_swa_multi_avg_fn() -> MultiAverage:
    """Return the function that makes averages the equal mean of all weights seen so far.

    Source: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization (2018), algorithm 1.
    """

    def move(averages: Sequence[Tensor], weights: Sequence[Tensor], seen: int) -> None:
        for average, weight in zip(averages, weights, strict=True):
            average.copy_(weight if not average.dtype.is_floating_point else average + (weight - average) / (seen + 1))

    return move


class AveragedModel(Module):
    """A copy of a model whose weights are an average of the model's over time.

    Its first `update_parameters` copies, each later one averages. `state_dict` has PyTorch's names: `n_averaged`, and
    the weights' after `module.`.

    Args:
        model: what to average; it is copied.
        device: 'cpu', where everything lies already.
        avg_fn: returns the next average, for an average, a weight and how many there were before.
        multi_avg_fn: the same for all weights at once, in place. Without either it is the equal mean.
        use_buffers: whether buffers are averaged too (integers are copied); otherwise they stay as they were.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
        >>> model = nn.Linear(1, 1, bias=False)
        >>> average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.75))
        >>> for value in (4.0, 8.0):
        ...     _ = nn.init.constant_(model.weight, value)
        ...     average.update_parameters(model)
        >>> average.module.weight.item()
        5.0
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Callable[[Tensor, Tensor, int], Tensor] | None = None,
        multi_avg_fn: MultiAverage | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if not isinstance(model, Module):
            raise TypeError(f"AveragedModel: model expected a Module, got {type(model).__name__}")
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel: expected avg_fn or multi_avg_fn, got both")
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module.to(device)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn = avg_fn
        self.multi_avg_fn = get_swa_multi_avg_fn() if avg_fn is None and multi_avg_fn is None else multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the model's output with the averaged weights."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the weights of `model` into the average."""
        averages, weights = (
            [x.detach() for x in chain(part.parameters(), part.buffers() if self.use_buffers else ())]
            for part in (self.module, model)
        )
        shapes, given = ([tuple(x.shape) for x in side] for side in (averages, weights))
        if shapes != given:
            raise ValueError(f"AveragedModel: model expected weights of shapes {shapes}, got {given}")
        seen = self.n_averaged.item()
        with no_grad():
            if seen == 0:
                for average, weight in zip(averages, weights, strict=True):
                    average.copy_(weight)
            elif self.multi_avg_fn is not None:
                self.multi_avg_fn(averages, weights, seen)
            else:
                for average, weight in zip(averages, weights, strict=True):
                    average.copy_(self.avg_fn(average, weight, seen))
            self.n_averaged += 1
