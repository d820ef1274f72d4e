"""A learning rate that falls along a power of the time that is left."""

from __future__ import annotations

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class PolynomialLR(LRScheduler):
    r"""Lower the rate to zero along a polynomial.

    .. math:: \gamma_t = \gamma_0 (1 - t / T)^p

    Args:
        optimizer: whose rates are set.
        total_iters: T, steps until it is zero, where it stays.
        power: p.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2.0)
        >>> rates = []
        >>> for _ in range(6):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> [round(rate, 4) for rate in rates]
        [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        if total_iters < 1:
            raise ValueError(f"PolynomialLR: total_iters expected a number >= 1, got {total_iters}")
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates there are, moved on by a step along the curve."""
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._current_lr()
        left, before = (1.0 - t / self.total_iters for t in (self.last_epoch, self.last_epoch - 1))
        factor = (left / before) ** self.power
        return [lr * factor for lr in self._current_lr()]
