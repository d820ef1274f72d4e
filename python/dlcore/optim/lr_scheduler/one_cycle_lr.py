"""A learning rate that rises and falls once, while momentum falls and rises."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from numbers import Integral
from typing import Any

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class OneCycleLR(LRScheduler):
    """Raise the rate from `max_lr / div_factor` to `max_lr`, and lower it to far below where it began.

    Momentum (of Adam and its like, beta_1) goes the other way. Step it after each batch.
    Source: Smith and Topin, Super-Convergence (2018), section 3.

    Args:
        optimizer: whose rates are set.
        max_lr: the highest rate; a list has one for each group.
        total_steps: of the whole cycle; or give `epochs` and `steps_per_epoch`.
        epochs: see above.
        steps_per_epoch: see above.
        pct_start: the part of the cycle in which the rate rises.
        anneal_strategy: 'cos' or 'linear'.
        cycle_momentum: whether momentum changes too.
        base_momentum: the lowest momentum, at the highest rate; a list has one for each group.
        max_momentum: the highest momentum; a list has one for each group.
        div_factor: the highest rate over the first.
        final_div_factor: the first rate over the last.
        three_phase: whether it falls as it rose, and then to the end; else from the highest rate to the last at once.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0, momentum=0.9)
        >>> scheduler = dl.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=11, div_factor=4)
        >>> rates = []
        >>> for _ in range(10):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> [round(rate, 2) for rate in rates]
        [0.25, 0.55, 0.97, 0.98, 0.88, 0.73, 0.53, 0.33, 0.16, 0.04]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"OneCycleLR: optimizer expected an Optimizer, got {type(optimizer).__name__}")
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start expected a number in [0, 1], got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy expected 'cos' or 'linear', got {anneal_strategy!r}")
        for name, value in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            if not value > 0:
                raise ValueError(f"OneCycleLR: {name} expected a number > 0, got {value}")
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1 = "betas" in optimizer.defaults
            if not self.use_beta1 and "momentum" not in optimizer.defaults:
                kind = type(optimizer).__name__
                raise ValueError(f"OneCycleLR: cycle_momentum expected an optimizer with momentum or betas, got {kind}")
        highest = _per_group("max_lr", max_lr, optimizer)
        if not all(rate >= 0 for rate in highest):
            raise ValueError(f"OneCycleLR: max_lr expected numbers >= 0, got {max_lr}")
        most = _per_group("max_momentum", max_momentum, optimizer)
        least = _per_group("base_momentum", base_momentum, optimizer)
        if last_epoch == -1:
            for i, (group, rate) in enumerate(zip(optimizer.param_groups, highest, strict=True)):
                first = rate / div_factor
                group.update(initial_lr=first, max_lr=rate, min_lr=first / final_div_factor)
                if cycle_momentum:
                    group.update(max_momentum=most[i], base_momentum=least[i])
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates at this place of the cycle; set the momentum there."""
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR: expected at most {self.total_steps} steps, got step {self.last_epoch}")
        ends = [phase["end_step"] for phase in self._schedule_phases]
        at = min(bisect_left(ends, self.last_epoch), len(ends) - 1)
        start, phase = ends[at - 1] if at else 0.0, self._schedule_phases[at]
        part = (self.last_epoch - start) / (ends[at] - start) if ends[at] > start else 0.0
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momentum = self._between(group[phase["start_momentum"]], group[phase["end_momentum"]], part)
                group.update({"betas": (momentum, *group["betas"][1:])} if self.use_beta1 else {"momentum": momentum})
        return [self._between(g[phase["start_lr"]], g[phase["end_lr"]], part) for g in self.optimizer.param_groups]

    def _between(self, start: float, end: float, part: float) -> float:
        if self._anneal_func_type == "linear":
            return start + (end - start) * part
        return end + (start - end) / 2.0 * (1 + math.cos(math.pi * part))


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("OneCycleLR: total_steps expected a number, or epochs and steps_per_epoch, got neither")
    counts = (
        {"epochs": epochs, "steps_per_epoch": steps_per_epoch} if total_steps is None else {"total_steps": total_steps}
    )
    for name, value in counts.items():
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"OneCycleLR: {name} expected an integer >= 1, got {value!r}")
    return math.prod(counts.values())


def _phases(total: int, pct_start: float, three: bool) -> list[dict[str, Any]]:
    def phase(end: float, lr: tuple[str, str], momentum: tuple[str, str]) -> dict[str, Any]:
        lrs, momenta = ([f"{which}_{kind}" for which in pair] for kind, pair in (("lr", lr), ("momentum", momentum)))
        return {
            "end_step": end,
            "start_lr": lrs[0],
            "end_lr": lrs[1],
            "start_momentum": momenta[0],
            "end_momentum": momenta[1],
        }

    rise = phase(pct_start * total - 1, ("initial", "max"), ("max", "base"))
    if not three:
        return [rise, phase(total - 1, ("max", "min"), ("base", "max"))]
    fall = phase(2 * pct_start * total - 2, ("max", "initial"), ("base", "max"))
    return [rise, fall, phase(total - 1, ("initial", "min"), ("max", "max"))]


def _per_group(name: str, value: float | Sequence[float], optimizer: Optimizer) -> list[float]:
    groups = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * groups
    if len(values) != groups:
        raise ValueError(f"OneCycleLR: {name} expected {groups} numbers, one per group, got {len(values)}")
    return values
