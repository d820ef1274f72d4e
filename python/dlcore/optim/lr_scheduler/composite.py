"""What schedulers that are made of others share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..optimizer import Optimizer
from .reduce_lr_on_plateau import ReduceLROnPlateau
from .scheduler import LRScheduler


class CompositeScheduler(LRScheduler):
    """The base of schedulers made of others, all of one optimizer; `state_dict` has those of its parts."""

    _schedulers: list[LRScheduler]

    def _take(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
        name = type(self).__name__
        if len(schedulers) < 1:
            raise ValueError(f"{name}: schedulers expected at least one, got none")
        for i, scheduler in enumerate(schedulers):
            if not isinstance(scheduler, LRScheduler) or isinstance(scheduler, ReduceLROnPlateau):
                raise TypeError(
                    f"{name}: schedulers expected schedulers that need no metric, got {type(scheduler).__name__} at {i}"
                )
            optimizer = optimizer or scheduler.optimizer
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"{name}: schedulers expected one optimizer for all, got another at {i}")
        self.optimizer = optimizer
        self._schedulers = list(schedulers)

    def _withdraw(self) -> None:
        for scheduler in self._schedulers:
            scheduler._withdraw()

    def state_dict(self) -> dict[str, Any]:
        """Return what the scheduler and its parts remember."""
        return {**super().state_dict(), "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned for parts of the same kinds."""
        parts = state_dict["_schedulers"]
        if len(parts) != len(self._schedulers):
            raise ValueError(
                f"{type(self).__name__}: state_dict expected {len(self._schedulers)} schedulers, got {len(parts)}"
            )
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "_schedulers"})
        for scheduler, part in zip(self._schedulers, parts, strict=True):
            scheduler.load_state_dict(part)
