"""A learning rate that falls in steps."""

from __future__ import annotations

from numbers import Integral

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class StepLR(LRScheduler):
    """Multiply the rate by gamma every `step_size` steps.

    Args:
        optimizer: whose rates are set.
        step_size: steps from one fall to the next.
        gamma: the factor.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=0.5)
        >>> scheduler = dl.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
        >>> rates = []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> rates
        [0.5, 0.5, 0.25, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if not isinstance(step_size, Integral) or step_size < 1:
            raise ValueError(f"StepLR: step_size expected an integer >= 1, got {step_size!r}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates there are, times gamma at each multiple of `step_size`."""
        falls = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return [lr * self.gamma if falls else lr for lr in self._current_lr()]
