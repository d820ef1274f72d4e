"""A learning rate that falls along half a cosine, again and again."""

from __future__ import annotations

import math
from numbers import Integral

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class CosineAnnealingWarmRestarts(LRScheduler):
    r"""Lower the rate along half a cosine, put it up again, and lower it over a longer time.

    .. math:: \gamma = \gamma_{min} + \frac{1}{2} (\gamma_0 - \gamma_{min}) (1 + \cos(\pi T_{cur} / T_i))

    Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), equation 5.

    Args:
        optimizer: whose rates are set.
        T_0: steps until the first restart.
        T_mult: by how much the next time is longer.
        eta_min: the lowest rate.
        last_epoch: as of LRScheduler.

    Example:
        >>> import dlcore as dl
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> scheduler = dl.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
        >>> rates = []
        >>> for _ in range(7):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> [round(rate, 3) for rate in rates]
        [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"CosineAnnealingWarmRestarts: {name} expected an integer >= 1, got {value!r}")
        self.T_0 = T_0
        self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates at this place of the curve."""
        height = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base_lr - self.eta_min) * height for base_lr in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Set the next rates, or those at `epoch`, which need not be whole: `step(epoch + batch / batches)`."""
        if epoch is None and self.last_epoch >= 0:
            at = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        else:
            at = math.floor(epoch or 0)
            self._go_to(epoch or 0)
        self.last_epoch = at - 1
        super().step()

    def _go_to(self, epoch: float) -> None:
        if epoch < 0:
            raise ValueError(f"CosineAnnealingWarmRestarts: epoch expected a number >= 0, got {epoch}")
        start, length = 0, self.T_0
        if self.T_mult == 1:
            start = int(epoch // length) * length
        else:
            while epoch >= start + length:
                start, length = start + length, length * self.T_mult
        self.T_cur, self.T_i = epoch - start, length
