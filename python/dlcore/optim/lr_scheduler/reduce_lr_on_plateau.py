"""A learning rate that falls when training gets no better."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class ReduceLROnPlateau(LRScheduler):
    """Multiply the rate by a factor when a number was no better for more than `patience` steps.

    Args:
        optimizer: whose rates are set.
        mode: 'min' where less is better, 'max' where more is.
        factor: below 1.
        patience: how many steps in a row may be no better.
        threshold: how much better counts.
        threshold_mode: 'rel', a part of the best number, or 'abs'.
        cooldown: how many steps after a fall are not counted.
        min_lr: below which it does not fall; a list has one for each group.
        eps: a smaller fall is left out.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in (3.0, 2.0, 2.0, 2.0):
        ...     scheduler.step(loss)
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"ReduceLROnPlateau: optimizer expected an Optimizer, got {type(optimizer).__name__}")
        if not 0.0 <= factor < 1.0:
            raise ValueError(f"ReduceLROnPlateau: factor expected a number in [0, 1), got {factor}")
        for name, number in (("patience", patience), ("threshold", threshold), ("cooldown", cooldown), ("eps", eps)):
            if not number >= 0:
                raise ValueError(f"ReduceLROnPlateau: {name} expected a number >= 0, got {number}")
        for name, value, choices in (
            ("mode", mode, ("min", "max")),
            ("threshold_mode", threshold_mode, ("rel", "abs")),
        ):
            if value not in choices:
                raise ValueError(f"ReduceLROnPlateau: {name} expected '{choices[0]}' or '{choices[1]}', got {value!r}")
        self.optimizer = optimizer
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = list(min_lr) if isinstance(min_lr, (list, tuple)) else []
        self._check_groups()
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.eps = eps
        self.best = math.inf if mode == "min" else -math.inf
        self.cooldown_counter = 0
        self.num_bad_epochs = 0
        self.last_epoch = 0
        self._last_lr = self._current_lr()

    @property
    def in_cooldown(self) -> bool:
        """Whether steps are not counted."""
        return self.cooldown_counter > 0

    def is_better(self, value: float) -> bool:
        """Tell whether a number is better than the best one by more than the threshold; NaN is never."""
        part, most = (self.threshold, 0.0) if self.threshold_mode == "rel" else (0.0, self.threshold)
        if self.mode == "min":
            return value < self.best * (1 - part) - most
        return value > self.best * (1 + part) + most

    def step(self, metrics: float) -> None:  # type: ignore[override]  # what it depends on
        """Look at the number of this epoch, and lower the rates if it is time."""
        current = float(metrics)
        self._check_groups()
        self.last_epoch += 1
        if self.is_better(current):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self._current_lr()

    def _check_groups(self) -> None:
        """Give groups that have come since a lowest rate."""
        groups = len(self.optimizer.param_groups)
        if self.default_min_lr is not None:
            self.min_lrs = [*self.min_lrs, *[self.default_min_lr] * (groups - len(self.min_lrs))]
        if len(self.min_lrs) != groups:
            raise ValueError(f"ReduceLROnPlateau: min_lr expected {groups} numbers, one per group, got {self.min_lrs}")

    def _reduce(self) -> None:
        for group, lowest in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
            lr = max(group["lr"] * self.factor, lowest)
            if group["lr"] - lr > self.eps:
                group["lr"] = lr
