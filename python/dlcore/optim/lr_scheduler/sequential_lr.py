"""Several schedulers one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..optimizer import Optimizer
from .composite import CompositeScheduler
from .scheduler import LRScheduler


class SequentialLR(CompositeScheduler):
    """Let one scheduler follow another: each begins at its milestone, from the rates the optimizer had first.

    Args:
        optimizer: whose rates are set.
        schedulers: the first one, the second one, ...
        milestones: the steps at which the second one, the third one, ... begins.
        last_epoch: how often `step` was called before, less one.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
        >>> optimizer = dl.optim.SGD([dl.zeros(1)], lr=1.0)
        >>> warmup = LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> scheduler = SequentialLR(optimizer, [warmup, CosineAnnealingLR(optimizer, T_max=2)], milestones=[2])
        >>> rates = []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> rates
        [0.5, 0.75, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self._take(optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1 or list(milestones) != sorted(milestones):
            raise ValueError(
                f"SequentialLR: milestones expected {len(schedulers) - 1} rising steps, one less than schedulers, "
                f"got {list(milestones)}"
            )
        self._milestones = list(milestones)
        self.last_epoch = last_epoch
        super()._withdraw()  # all have begun on their own, one over the other
        self._begin()

    def step(self) -> None:
        """Set the next rates."""
        self.last_epoch += 1
        part = self._part()
        if part > 0 and self._milestones[part - 1] == self.last_epoch:
            self._begin_part(part)
        else:
            self._schedulers[part].step()
        self._last_lr = self._current_lr()

    def _part(self) -> int:
        return bisect_right(self._milestones, self.last_epoch)

    def _begin(self) -> None:
        self.last_epoch += 1
        self._begin_part(self._part())

    def _begin_part(self, part: int) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self._schedulers[part]._begin()
        self._last_lr = self._current_lr()

    def _withdraw(self) -> None:
        self._schedulers[self._part()]._withdraw()
        self.last_epoch -= 1
