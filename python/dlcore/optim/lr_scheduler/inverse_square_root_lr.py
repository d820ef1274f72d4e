"""The Transformer's learning rate."""

from __future__ import annotations

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class InverseSquareRootLR(LRScheduler):
    r"""Raise the rate along a line while warming up, then lower it with the root of the number of steps.

    .. math:: \gamma_t = \gamma \min\left(\frac{t}{w}, \sqrt{\frac{w}{t}}\right) \qquad t = 1, 2, \dots

    gamma is the highest rate, reached at step w. The paper's, for vectors of D features, is `lr = (D * w) ** -0.5`.
    Source: Vaswani et al., Attention Is All You Need (2017), section 5.3.

    Args:
        optimizer: whose rates are set.
        warmup_steps: w.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.Adam([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.InverseSquareRootLR(optimizer, warmup_steps=4)
        >>> rates = []
        >>> for _ in range(16):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> [rates[t - 1] for t in (1, 2, 4, 16)]
        [0.25, 0.5, 1.0, 0.5]
    """

    def __init__(self, optimizer: Optimizer, warmup_steps: int, last_epoch: int = -1) -> None:
        if warmup_steps < 1:
            raise ValueError(f"InverseSquareRootLR: warmup_steps expected a number >= 1, got {warmup_steps}")
        self.warmup_steps = warmup_steps
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the highest rates times the curve."""
        t = self.last_epoch + 1
        factor = min(t / self.warmup_steps, (self.warmup_steps / t) ** 0.5)
        return [base_lr * factor for base_lr in self.base_lrs]
