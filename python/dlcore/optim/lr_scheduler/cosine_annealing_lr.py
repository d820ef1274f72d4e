"""A learning rate that falls along half a cosine."""

from __future__ import annotations

import math

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class CosineAnnealingLR(LRScheduler):
    r"""Lower the rate along half a cosine from the first one to `eta_min`; after `T_max` steps it rises again.

    .. math:: \gamma_t = \gamma_{min} + \frac{1}{2} (\gamma_0 - \gamma_{min}) (1 + \cos(\pi t / T_{max}))

    Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), equation 5, without the
    restarts.

    Args:
        optimizer: whose rates are set.
        T_max: steps from the first rate to the lowest.
        eta_min: the lowest rate.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
        >>> rates = []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> [round(rate, 3) for rate in rates]
        [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if T_max < 1:
            raise ValueError(f"CosineAnnealingLR: T_max expected a number >= 1, got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates there are, moved on by a step along the curve."""
        if self._is_initial:
            return self._current_lr()
        t, lowest = self.last_epoch, self.eta_min
        height, before = (1 + math.cos(math.pi * at / self.T_max) for at in (t, t - 1))
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the lowest rate there is no factor that leads up
            first_rise = (1 - math.cos(math.pi / self.T_max)) / 2
            return [
                lr + (base_lr - lowest) * first_rise
                for lr, base_lr in zip(self._current_lr(), self.base_lrs, strict=True)
            ]
        return [lowest + (lr - lowest) * height / before for lr in self._current_lr()]
