"""Several schedulers at once."""

from __future__ import annotations

from collections.abc import Sequence

from ..optimizer import Optimizer
from .composite import CompositeScheduler
from .scheduler import LRScheduler


class ChainedScheduler(CompositeScheduler):
    """Let several schedulers change the rate at each step, one after the other.

    Args:
        schedulers: those to step, of one optimizer; their factors multiply.
        optimizer: theirs.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.optim.lr_scheduler import ChainedScheduler, ConstantLR, ExponentialLR
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> warmup = ConstantLR(optimizer, factor=0.5, total_iters=2)
        >>> scheduler = ChainedScheduler([warmup, ExponentialLR(optimizer, gamma=0.5)])
        >>> rates = []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> rates
        [0.5, 0.25, 0.25, 0.125]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._take(optimizer, schedulers)
        self._last_lr = self._current_lr()

    def step(self) -> None:
        """Step all."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = self._current_lr()

    def _begin(self) -> None:
        for scheduler in self._schedulers:
            scheduler._begin()
        self._last_lr = self._current_lr()
