"""A learning rate that falls by the same factor at each step."""

from __future__ import annotations

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class ExponentialLR(LRScheduler):
    """Multiply the rate by gamma at each step.

    Args:
        optimizer: whose rates are set.
        gamma: the factor.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates there are, times gamma."""
        return self._current_lr() if self._is_initial else [lr * self.gamma for lr in self._current_lr()]
