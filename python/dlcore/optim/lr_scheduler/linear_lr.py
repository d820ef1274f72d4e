"""A learning rate that rises along a line: a warm-up."""

from __future__ import annotations

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class LinearLR(LRScheduler):
    """Multiply the rate by a factor that goes along a line from `start_factor` to `end_factor`, and stays there.

    Source: Goyal et al., Accurate, Large Minibatch SGD (2017), section 2.2, gradual warmup.

    Args:
        optimizer: whose rates are set.
        start_factor: the first factor, in (0, 1].
        end_factor: the last one, in [0, 1].
        total_iters: steps from the first to the last.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> rates = []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> rates
        [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"LinearLR: start_factor expected a number in (0, 1], got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"LinearLR: end_factor expected a number in [0, 1], got {end_factor}")
        if total_iters < 0:
            raise ValueError(f"LinearLR: total_iters expected a number >= 0, got {total_iters}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates there are, times this step's factor over that of the step before."""
        if self.last_epoch == 0:
            return [lr * self.start_factor for lr in self._current_lr()]
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._current_lr()
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return [lr * (1 + rise / before) for lr in self._current_lr()]
