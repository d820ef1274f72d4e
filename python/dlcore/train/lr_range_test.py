"""How large a learning rate may be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core import Tensor, get_rng_state, set_rng_state
from .._extras import axes_for
from ..autograd import no_grad
from ..nn.module import Module
from ..optim.optimizer import Optimizer

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class LRRange:
    """What `lr_range_test` saw: the loss over the learning rate.

    Attributes:
        rates: of the first group, at each batch.
        losses: of the batches, before their steps.
        smoothed: their running average.
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]

    @property
    def base_lr(self) -> float:
        """The rate at which the loss begins to fall: a tenth of its fall is done."""
        return self.rates[self._where_fallen(0.1)]

    @property
    def max_lr(self) -> float:
        """The rate from which on it hardly falls: nine tenths of its fall are done."""
        return self.rates[self._where_fallen(0.9)]

    @property
    def suggestion(self) -> float:
        """The rate between `base_lr` and `max_lr` at which the smoothed loss falls most, over the rate's logarithm."""
        first, last = self._where_fallen(0.1), self._where_fallen(0.9)
        slopes = np.gradient(self.smoothed, np.log(self.rates))
        return self.rates[first + int(np.argmin(slopes[first : last + 1]))]

    def _where_fallen(self, part: float) -> int:
        lowest = int(np.argmin(self.smoothed))
        highest = int(np.argmax(self.smoothed[: lowest + 1]))
        fall = self.smoothed[highest] - self.smoothed[lowest]
        if not fall > 0:
            raise ValueError(
                "lr_range_test: expected a loss that falls at some rate, got one that rises from the first on"
            )
        level = self.smoothed[highest] - part * fall
        return next(i for i in range(highest, lowest + 1) if self.smoothed[i] <= level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the loss over the rate, with the rates that matter.

        Args:
            ax: where to draw; a new figure's axes if left out.

        Raises:
            ImportError: matplotlib is not installed.
        """
        ax = axes_for("LRRange.plot", ax, (6, 3.6))
        ax.plot(self.rates, self.losses, ".", color="lightgray", label="loss of a batch")
        ax.plot(self.rates, self.smoothed, label="smoothed")
        ax.axvspan(self.base_lr, self.max_lr, color="tab:green", alpha=0.15, label="it falls")
        ax.axvline(self.suggestion, color="tab:red", linestyle="--", label=f"suggestion: {self.suggestion:.2g}")
        low, high = (
            min(self.smoothed),
            self.smoothed[int(np.argmax(self.smoothed[: int(np.argmin(self.smoothed)) + 1]))],
        )
        margin = 0.3 * (high - low)
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss", ylim=(low - margin, high + margin))
        ax.legend(frameon=False, loc="lower left")
        return ax


def lr_range_test(
    model: Module,
    loader: Iterable[Any],
    loss_fn: Callable[[Any, Any], Tensor],
    optimizer: Optimizer,
    start_lr: float = 1e-6,
    end_lr: float = 10.0,
    steps: int = 100,
    *,
    smoothing: float = 0.9,
    divergence: float = 4.0,
) -> LRRange:
    """Train with a rate that rises geometrically, and see at which rates the loss falls.

    The loss begins to fall at `base_lr`, and hardly falls after `max_lr`; between them a constant rate or the bounds of
    a cycle are chosen. Model, optimizer, the loader's position and the default generator are put back as they were.
    Source: Smith, Cyclical Learning Rates for Training Neural Networks (2017), section 3.3.

    Args:
        model: called with all parts of a batch but the last.
        loader: batches: lists of inputs and, last, targets; read again from the start as often as needed.
        loss_fn: of outputs and targets.
        optimizer: of the model's parameters; rates of other groups keep their ratio to the first group's.
        start_lr: the first rate.
        end_lr: the last one.
        steps: how many batches.
        smoothing: how much of the running average of losses stays at each batch, in [0, 1).
        divergence: ends the test where the smoothed loss is so many times the lowest, or not finite.

    Returns:
        Rates and losses, with `suggestion`, `base_lr`, `max_lr` and `plot`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.train import lr_range_test
        >>> x = dl.randn(64, 3)
        >>> batches, model = [(x, x.sum(1, keepdim=True))], nn.Linear(3, 1)
        >>> found = lr_range_test(model, batches, nn.MSELoss(), dl.optim.SGD(model.parameters(), lr=1.0))
        >>> 1e-3 < found.base_lr < found.suggestion < found.max_lr < 1
        True
    """
    _check(optimizer, start_lr, end_lr, steps, smoothing)
    groups = optimizer.param_groups
    ratios = [group["lr"] / groups[0]["lr"] for group in groups]
    rates, losses, smoothed = [], [], []
    average = 0.0
    with _restored(model, loader, optimizer):
        model.train()
        batches = _endless(loader)
        for step in range(steps):
            rate = start_lr * (end_lr / start_lr) ** (step / (steps - 1))
            for group, ratio in zip(groups, ratios, strict=True):
                group["lr"] = rate * ratio
            *inputs, targets = next(batches)
            loss = loss_fn(model(*inputs), targets)
            value = loss.item()
            average = smoothing * average + (1 - smoothing) * value
            unbiased = average / (1 - smoothing ** (step + 1))
            if not math.isfinite(unbiased) or (smoothed and unbiased > divergence * min(smoothed)):
                break
            rates.append(rate)
            losses.append(value)
            smoothed.append(unbiased)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    if len(rates) < 2:
        raise ValueError(f"lr_range_test: start_lr expected a rate at which training goes on, got {start_lr}")
    return LRRange(rates, losses, smoothed)


def _check(optimizer: Optimizer, start_lr: float, end_lr: float, steps: int, smoothing: float) -> None:
    if not 0 < start_lr < end_lr < math.inf:
        raise ValueError(f"lr_range_test: expected 0 < start_lr < end_lr, got {start_lr} and {end_lr}")
    if not isinstance(steps, int) or steps < 2:
        raise ValueError(f"lr_range_test: steps expected an integer >= 2, got {steps!r}")
    if not 0 <= smoothing < 1:
        raise ValueError(f"lr_range_test: smoothing expected a number in [0, 1), got {smoothing}")
    if not optimizer.param_groups[0]["lr"] > 0:
        raise ValueError("lr_range_test: optimizer expected a rate > 0 in its first group, got 0")


def _endless(loader: Iterable[Any]) -> Iterator[Any]:
    while True:
        count = 0
        for count, batch in enumerate(loader, start=1):  # noqa: B007  # read after the loop
            yield batch
        if count == 0:
            raise ValueError("lr_range_test: loader expected at least one batch, got none")


@contextmanager
def _restored(model: Module, loader: Iterable[Any], optimizer: Optimizer) -> Iterator[None]:
    """Put everything back that training changes, whatever happens."""
    tensors = [x.detach() for x in (*model.parameters(), *model.buffers())]
    values = [x.clone() for x in tensors]
    modes = [(module, module.training) for module in model.modules()]
    params = [p for group in optimizer.param_groups for p in group["params"]]
    gradients = [p.grad for p in params]
    options = [dict(group) for group in optimizer.param_groups]
    state, position, generator = optimizer.state, _position(loader), get_rng_state()

    optimizer.state = defaultdict(dict)
    for p, remembered in state.items():
        optimizer.state[p] = {k: v.clone() if isinstance(v, Tensor) else v for k, v in remembered.items()}
    try:
        yield
    finally:
        with no_grad():
            for x, value in zip(tensors, values, strict=True):
                x.copy_(value)
        for module, mode in modes:
            module.training = mode
        for p, gradient in zip(params, gradients, strict=True):
            p.grad = gradient
        for group, kept in zip(optimizer.param_groups, options, strict=True):
            group.clear()
            group.update(kept)
        optimizer.state = state
        if position is not None:
            loader.load_state_dict(position)  # type: ignore[attr-defined]
        set_rng_state(generator)


def _position(loader: Iterable[Any]) -> Any:
    return loader.state_dict() if hasattr(loader, "state_dict") and hasattr(loader, "load_state_dict") else None
