"""How large a learning rate may be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core import Tensor
from .._extras import axes_for
from .._restored import restored, restored_generator, restored_state
from ..autograd import grad
from ..nn.module import Module
from ..optim.optimizer import Optimizer, check_steps_alone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A fall of so small a share of the losses' magnitude is rounding: of float32, whose numbers are 1.2e-7 apart.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class LRRange:
    """What `lr_range_test` saw: the loss over the learning rate.

    Attributes:
        rates: of the first group, at each batch.
        losses: of the batches, before their steps.
        smoothed: their running average.

    Raises:
        ValueError: by `base_lr`, `max_lr`, `suggestion` and `plot`, where the loss falls at no rate, but for rounding.
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
        if not fall > _ROUNDING * np.abs(self.smoothed).max():
            raise ValueError("lr_range_test: expected a loss that falls at some rate, got one that does not")
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
        lowest = int(np.argmin(self.smoothed))
        low, high = self.smoothed[lowest], max(self.smoothed[: lowest + 1])
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
    a cycle are chosen. Model, loss, optimizer, the loader's position and the default generator are put back as they
    were. Source: Smith, Cyclical Learning Rates for Training Neural Networks (2017), section 3.3.

    Args:
        model: called with all parts of a batch but the last.
        loader: batches: lists of inputs and, last, targets; read again from the start as often as needed. An iterator,
            which cannot be, needs `steps` batches, and those are gone afterwards.
        loss_fn: of outputs and targets; a Module may have parameters of its own.
        optimizer: of the parameters that are trained; rates of other groups keep their ratio to the first group's. Not
            L-BFGS, which asks for the loss several times a step.
        start_lr: the first rate.
        end_lr: the last one.
        steps: how many batches.
        smoothing: how much of the running average of losses stays at each batch, in [0, 1).
        divergence: d, larger than 1, ends the test where the smoothed loss is not finite, or above its lowest by d - 1
            times the lowest's magnitude, or times the fall from the first one to it where that is more. So a loss that
            has hardly fallen may become d times as large, and losses may be negative.

    Returns:
        Rates and losses, with `suggestion`, `base_lr`, `max_lr` and `plot`.

    Raises:
        TypeError: the optimizer is L-BFGS.
        ValueError: an option makes no sense, batches run out, or training does not go on even at `start_lr`.

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
    _check(optimizer, start_lr, end_lr, steps, smoothing, divergence)
    groups = optimizer.param_groups
    params = [p for group in groups for p in group["params"] if p.requires_grad]
    ratios = [group["lr"] / groups[0]["lr"] for group in groups]
    rates, losses, smoothed = [], [], []
    average = 0.0
    trained = [model, optimizer, *([loss_fn] if isinstance(loss_fn, Module) else [])]
    has_position = hasattr(loader, "state_dict") and hasattr(loader, "load_state_dict")
    with (
        restored(*trained),
        restored_generator(),
        restored_state(loader) if has_position else nullcontext(),  # type: ignore[arg-type]
        closing(_endless(loader, steps)) as batches,
    ):
        model.train()
        for step in range(steps):
            rate = start_lr * (end_lr / start_lr) ** (step / (steps - 1))
            for group, ratio in zip(groups, ratios, strict=True):
                group["lr"] = rate * ratio
            *inputs, targets = next(batches)
            loss = loss_fn(model(*inputs), targets)
            value = loss.item()
            average = smoothing * average + (1 - smoothing) * value
            unbiased = average / (1 - smoothing ** (step + 1))
            if not math.isfinite(unbiased) or (smoothed and _diverges(unbiased, smoothed, divergence)):
                break
            rates.append(rate)
            losses.append(value)
            smoothed.append(unbiased)
            for p, gradient in zip(params, grad(loss, params, allow_unused=True), strict=True):
                p.grad = gradient  # of what the optimizer has, and of nothing else
            optimizer.step()
    if len(rates) < 2:
        raise ValueError(f"lr_range_test: start_lr expected a rate at which training goes on, got {start_lr}")
    return LRRange(rates, losses, smoothed)


def _check(
    optimizer: Optimizer, start_lr: float, end_lr: float, steps: int, smoothing: float, divergence: float
) -> None:
    check_steps_alone("lr_range_test", optimizer)
    if not 0 < start_lr < end_lr < math.inf:
        raise ValueError(f"lr_range_test: expected 0 < start_lr < end_lr, got {start_lr} and {end_lr}")
    if not isinstance(steps, int) or steps < 2:
        raise ValueError(f"lr_range_test: steps expected an integer >= 2, got {steps!r}")
    if not 0 <= smoothing < 1:
        raise ValueError(f"lr_range_test: smoothing expected a number in [0, 1), got {smoothing}")
    if not divergence > 1:
        raise ValueError(f"lr_range_test: divergence expected a number > 1, got {divergence}")
    if not optimizer.param_groups[0]["lr"] > 0:
        raise ValueError("lr_range_test: optimizer expected a rate > 0 in its first group, got 0")


def _diverges(loss: float, before: list[float], divergence: float) -> bool:
    lowest = min(before)
    return loss - lowest > (divergence - 1) * max(abs(lowest), before[0] - lowest)


def _endless(loader: Iterable[Any], steps: int) -> Iterator[Any]:
    total = 0
    while True:
        before = total
        for batch in loader:
            total += 1
            yield batch
        if total == 0:
            raise ValueError("lr_range_test: loader expected at least one batch, got none")
        if total == before:
            raise ValueError(
                f"lr_range_test: loader expected {steps} batches, or to be read again, got {total} and no more"
            )
